"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("network_id", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
    )
    op.create_table(
        "alignments",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("based_on_version", sa.Integer(), nullable=True),
        sa.Column("measures", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'current', 'retired')", name=op.f("ck_alignments_state")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_alignments_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alignments")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_alignments_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "version", name=op.f("uq_alignments_organisation_id_version")),
    )
    with op.batch_alter_table("alignments", schema=None) as batch_op:
        batch_op.create_index(
            "uq_alignments_one_current",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        )
        batch_op.create_index(
            "uq_alignments_one_draft",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.create_table(
        "idempotency_keys",
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_idempotency_keys_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "key", "endpoint", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_keys_created_at", ["created_at"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("input", JSON, nullable=False),
        sa.Column("result", JSON, nullable=True),
        sa.Column("problem", JSON, nullable=True),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_jobs_state")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_jobs_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_organisation_id_created_at", ["organisation_id", "created_at"], unique=False)
        batch_op.create_index("ix_jobs_state_created_at", ["state", "created_at"], unique=False)

    op.create_table(
        "reps",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("home_lon", sa.Float(), nullable=False),
        sa.Column("home_lat", sa.Float(), nullable=False),
        sa.Column("home_address", sa.Text(), nullable=False),
        sa.Column("home_snap_edge", sa.Integer(), nullable=True),
        sa.Column("home_snap_fraction", sa.Float(), nullable=True),
        sa.Column("home_snap_distance_m", sa.Float(), nullable=True),
        sa.Column("shift_begin_s", sa.Integer(), nullable=False),
        sa.Column("shift_end_s", sa.Integer(), nullable=False),
        sa.Column("break_begin_s", sa.Integer(), nullable=True),
        sa.Column("break_end_s", sa.Integer(), nullable=True),
        sa.Column("break_s", sa.Integer(), nullable=False),
        sa.Column("max_drive_s", sa.Integer(), nullable=True),
        sa.Column("skills", JSON, nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("workdays", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_reps_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reps")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_reps_organisation_id_code")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_reps_organisation_id_id")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("house_number", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("snap_edge", sa.Integer(), nullable=True),
        sa.Column("snap_fraction", sa.Float(), nullable=True),
        sa.Column("snap_distance_m", sa.Float(), nullable=True),
        sa.Column("potential", sa.Float(), nullable=False),
        sa.Column("service_s", sa.Integer(), nullable=False),
        sa.Column("visits_per_period", sa.Float(), nullable=True),
        sa.Column("required_skills", JSON, nullable=False),
        sa.Column("windows", JSON, nullable=True),
        sa.Column("opening_hours", sa.Text(), nullable=False),
        sa.Column("locked_rep_id", BIG_ID, nullable=True),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("last_visit_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("account_class", sa.Text(), nullable=True),
        sa.Column("score_reasons", JSON, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "locked_rep_id"],
            ["reps.organisation_id", "reps.id"],
            name=op.f("fk_accounts_organisation_id_locked_rep_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_accounts_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_accounts_organisation_id_code")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_accounts_organisation_id_id")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_accounts_organisation_id_account_class", ["organisation_id", "account_class"], unique=False
        )
        batch_op.create_index("ix_accounts_organisation_id_category", ["organisation_id", "category"], unique=False)

    op.create_table(
        "api_keys",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("rep_id", BIG_ID, nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(role = 'rep') = (rep_id IS NOT NULL)", name=op.f("ck_api_keys_rep_of_key")),
        sa.CheckConstraint("role IN ('rep', 'manager', 'dispatcher', 'admin')", name=op.f("ck_api_keys_role")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rep_id"],
            ["reps.organisation_id", "reps.id"],
            name=op.f("fk_api_keys_organisation_id_rep_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_api_keys_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_keys_prefix")),
    )
    op.create_table(
        "day_plans",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("rep_id", BIG_ID, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("stop_count", sa.Integer(), nullable=False),
        sa.Column("drive_s", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rep_id"],
            ["reps.organisation_id", "reps.id"],
            name=op.f("fk_day_plans_organisation_id_rep_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_day_plans_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_plans")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_day_plans_organisation_id_id")),
        sa.UniqueConstraint(
            "organisation_id", "rep_id", "local_date", name=op.f("uq_day_plans_organisation_id_rep_id_local_date")
        ),
    )
    with op.batch_alter_table("day_plans", schema=None) as batch_op:
        batch_op.create_index(
            "ix_day_plans_organisation_id_local_date", ["organisation_id", "local_date"], unique=False
        )

    op.create_table(
        "quotas",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("quota_set_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("goal", sa.Float(), nullable=False),
        sa.Column("rep_id", BIG_ID, nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("explanation", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rep_id"],
            ["reps.organisation_id", "reps.id"],
            name=op.f("fk_quotas_organisation_id_rep_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_quotas_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotas")),
        sa.UniqueConstraint("quota_set_id", "rep_id", name=op.f("uq_quotas_quota_set_id_rep_id")),
    )
    with op.batch_alter_table("quotas", schema=None) as batch_op:
        batch_op.create_index("ix_quotas_organisation_id_created_at", ["organisation_id", "created_at"], unique=False)

    op.create_table(
        "alignment_units",
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("alignment_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("rep_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_alignment_units_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "alignment_id"],
            ["alignments.organisation_id", "alignments.id"],
            name=op.f("fk_alignment_units_organisation_id_alignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rep_id"],
            ["reps.organisation_id", "reps.id"],
            name=op.f("fk_alignment_units_organisation_id_rep_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_alignment_units_organisation_id")
        ),
        sa.PrimaryKeyConstraint("alignment_id", "account_id", name=op.f("pk_alignment_units")),
    )
    with op.batch_alter_table("alignment_units", schema=None) as batch_op:
        batch_op.create_index("ix_alignment_units_alignment_id_rep_id", ["alignment_id", "rep_id"], unique=False)

    op.create_table(
        "planned_stops",
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("day_plan_id", BIG_ID, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("arrive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begin_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leave_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_planned_stops_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "day_plan_id"],
            ["day_plans.organisation_id", "day_plans.id"],
            name=op.f("fk_planned_stops_organisation_id_day_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_planned_stops_organisation_id")
        ),
        sa.PrimaryKeyConstraint("day_plan_id", "sequence", name=op.f("pk_planned_stops")),
    )
    with op.batch_alter_table("planned_stops", schema=None) as batch_op:
        batch_op.create_index(
            "ix_planned_stops_organisation_id_account_id", ["organisation_id", "account_id"], unique=False
        )

    op.create_table(
        "unplanned_visits",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("rep_id", BIG_ID, nullable=True),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_unplanned_visits_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rep_id"],
            ["reps.organisation_id", "reps.id"],
            name=op.f("fk_unplanned_visits_organisation_id_rep_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_unplanned_visits_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unplanned_visits")),
    )
    with op.batch_alter_table("unplanned_visits", schema=None) as batch_op:
        batch_op.create_index(
            "ix_unplanned_visits_organisation_id_local_date", ["organisation_id", "local_date"], unique=False
        )

    op.create_table(
        "visit_outcomes",
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'not_met', 'skipped')", name=op.f("ck_visit_outcomes_outcome")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_visit_outcomes_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rep_id"],
            ["reps.organisation_id", "reps.id"],
            name=op.f("fk_visit_outcomes_organisation_id_rep_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_visit_outcomes_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_visit_outcomes")),
    )
    with op.batch_alter_table("visit_outcomes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_visit_outcomes_organisation_id_rep_id_local_date",
            ["organisation_id", "rep_id", "local_date"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("visit_outcomes", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_outcomes_organisation_id_rep_id_local_date")

    op.drop_table("visit_outcomes")
    with op.batch_alter_table("unplanned_visits", schema=None) as batch_op:
        batch_op.drop_index("ix_unplanned_visits_organisation_id_local_date")

    op.drop_table("unplanned_visits")
    with op.batch_alter_table("planned_stops", schema=None) as batch_op:
        batch_op.drop_index("ix_planned_stops_organisation_id_account_id")

    op.drop_table("planned_stops")
    with op.batch_alter_table("alignment_units", schema=None) as batch_op:
        batch_op.drop_index("ix_alignment_units_alignment_id_rep_id")

    op.drop_table("alignment_units")
    with op.batch_alter_table("quotas", schema=None) as batch_op:
        batch_op.drop_index("ix_quotas_organisation_id_created_at")

    op.drop_table("quotas")
    with op.batch_alter_table("day_plans", schema=None) as batch_op:
        batch_op.drop_index("ix_day_plans_organisation_id_local_date")

    op.drop_table("day_plans")
    op.drop_table("api_keys")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index("ix_accounts_organisation_id_category")
        batch_op.drop_index("ix_accounts_organisation_id_account_class")

    op.drop_table("accounts")
    op.drop_table("reps")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_jobs_state_created_at")
        batch_op.drop_index("ix_jobs_organisation_id_created_at")

    op.drop_table("jobs")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index("ix_idempotency_keys_created_at")

    op.drop_table("idempotency_keys")
    with op.batch_alter_table("alignments", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_alignments_one_draft",
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.drop_index(
            "uq_alignments_one_current",
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        )

    op.drop_table("alignments")
    op.drop_table("organisations")
