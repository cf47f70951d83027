"""Live speeds: what is said about roads at present, beside what the map says."""

import sqlalchemy as sa

from app.storage.column_types import Json
from app.storage.tables.base import metadata, moment, organisation_id, row_number

speed_changes = sa.Table(
    "speed_changes",
    metadata,
    row_number(),
    organisation_id(),
    sa.Column("network_id", sa.Text, nullable=False),
    sa.Column("roads", Json, nullable=False),
    sa.Column("factor", sa.Float),
    sa.Column("speed_kmh", sa.Float),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("arc_count", sa.Integer, nullable=False),
    moment("until", nullable=True),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    moment("created_at"),
    sa.CheckConstraint(
        "(factor IS NOT NULL AND speed_kmh IS NULL AND NOT closed)"
        " OR (factor IS NULL AND speed_kmh IS NOT NULL AND NOT closed)"
        " OR (factor IS NULL AND speed_kmh IS NULL AND closed)",
        name="one_effect",
    ),
    sa.Index("ix_speed_changes_organisation_id_id", "organisation_id", "id"),
    sqlite_autoincrement=True,  # a number is never given twice: what is remembered of one is not another's
)
