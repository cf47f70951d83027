"""Uploaded speeds of single roads by time of day: one file an organisation."""

import sqlalchemy as sa

from app.storage.tables.base import metadata, moment, organisation_id, row_number

speed_tables = sa.Table(
    "speed_tables",
    metadata,
    row_number(),
    organisation_id(),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("row_count", sa.Integer, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    moment("created_at"),
    sa.UniqueConstraint("organisation_id"),
    sqlite_autoincrement=True,  # processes know a file by its number, so no other one may get it
)
