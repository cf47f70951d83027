"""Territories: versions of the alignment with their units, and quotas."""

import sqlalchemy as sa

from app.storage.column_types import BigId, Json
from app.storage.tables.base import metadata, moment, one_of, organisation_id, row_number, same_organisation

alignments = sa.Table(
    "alignments",
    metadata,
    row_number(),
    organisation_id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("based_on_version", sa.Integer),
    sa.Column("measures", Json, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("job_id", sa.Uuid),  # no foreign key: finished jobs may be cleared away, alignments stay
    moment("created_at"),
    moment("published_at", nullable=True),
    one_of("state", ("draft", "current", "retired")),
    sa.UniqueConstraint("organisation_id", "version"),
    sa.UniqueConstraint("organisation_id", "id"),
)

for _state in ("current", "draft"):
    # At most one of each: the database keeps the promise even if two publish at once.
    _condition = alignments.c.state == _state
    sa.Index(
        f"uq_alignments_one_{_state}",
        alignments.c.organisation_id,
        unique=True,
        sqlite_where=_condition,
        postgresql_where=_condition,
    )

alignment_units = sa.Table(
    "alignment_units",
    metadata,
    organisation_id(),
    sa.Column("alignment_id", BigId, primary_key=True),
    sa.Column("account_id", BigId, primary_key=True),
    sa.Column("rep_id", BigId, nullable=False),
    same_organisation("alignment_id", "alignments"),
    same_organisation("account_id", "accounts"),
    same_organisation("rep_id", "reps"),
    sa.Index("ix_alignment_units_alignment_id_rep_id", "alignment_id", "rep_id"),
)

quotas = sa.Table(
    "quotas",
    metadata,
    row_number(),
    organisation_id(),
    sa.Column("quota_set_id", sa.Uuid, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("goal", sa.Float, nullable=False),
    sa.Column("rep_id", BigId, nullable=False),
    sa.Column("amount", sa.Float, nullable=False),
    sa.Column("explanation", Json, nullable=False),
    moment("created_at"),
    same_organisation("rep_id", "reps"),
    sa.UniqueConstraint("quota_set_id", "rep_id"),
    sa.Index("ix_quotas_organisation_id_created_at", "organisation_id", "created_at"),
)
