"""Live speeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("speeds_version", "speeds_due"):
        op.add_column("organisations", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "speed_changes",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("network_id", sa.Text(), nullable=False),
        sa.Column("roads", JSON, nullable=False),
        sa.Column("factor", sa.Float(), nullable=True),
        sa.Column("speed_kmh", sa.Float(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("arc_count", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(factor IS NOT NULL AND speed_kmh IS NULL AND NOT closed)"
            " OR (factor IS NULL AND speed_kmh IS NOT NULL AND NOT closed)"
            " OR (factor IS NULL AND speed_kmh IS NULL AND closed)",
            name=op.f("ck_speed_changes_one_effect"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_speed_changes_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speed_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_speed_changes_organisation_id_id", "speed_changes", ["organisation_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_speed_changes_organisation_id_id", table_name="speed_changes")
    op.drop_table("speed_changes")
    with op.batch_alter_table("organisations") as organisations:
        for name in ("speeds_due", "speeds_version"):
            organisations.drop_column(name)
