"""The service's own books: jobs, keys, remembered answers."""

import sqlalchemy as sa

from app.storage.column_types import BigId, Json
from app.storage.tables.base import metadata, moment, one_of, organisation_id, row_number, same_organisation

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    organisation_id(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("input", Json, nullable=False),
    sa.Column("result", Json),
    sa.Column("problem", Json),
    sa.Column("progress", sa.Float, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("leased_by", sa.Text),
    moment("lease_until", nullable=True),
    sa.Column("cancel_requested", sa.Boolean, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    moment("created_at"),
    moment("started_at", nullable=True),
    moment("finished_at", nullable=True),
    one_of("state", ("queued", "running", "done", "failed", "cancelled")),
    sa.Index("ix_jobs_state_created_at", "state", "created_at"),
    sa.Index("ix_jobs_organisation_id_created_at", "organisation_id", "created_at"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    row_number(),
    organisation_id(),
    sa.Column("prefix", sa.Text, nullable=False, unique=True),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("rep_id", BigId),
    sa.Column("label", sa.Text, nullable=False),
    moment("created_at"),
    moment("last_used_at", nullable=True),
    moment("revoked_at", nullable=True),
    one_of("role", ("rep", "manager", "dispatcher", "admin")),
    sa.CheckConstraint("(role = 'rep') = (rep_id IS NOT NULL)", name="rep_of_key"),
    same_organisation("rep_id", "reps"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    organisation_id(primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("endpoint", sa.Text, primary_key=True),  # method and path: "POST /v1/accounts"
    sa.Column("request_hash", sa.LargeBinary, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("body", sa.LargeBinary),
    moment("created_at"),
    sa.Index("ix_idempotency_keys_created_at", "created_at"),
)
