"""Run by Alembic for every migration command; the connection comes from `app.storage.migrate`."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from app.storage.column_types import JsonTuple, UtcTime
from app.storage.tables import metadata


def _render_type(kind: str, item: Any, _autogen_context: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database: a migration must not change when the code does."""
    if kind != "type":
        return False
    if isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, JsonTuple | sa.JSON):
        return "JSON"
    if isinstance(item, sa.BigInteger):
        return "BIG_ID"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # both databases can; Alembic believes otherwise of SQLite
    render_as_batch=True,  # SQLite cannot alter a column in place, and one migration serves both
    render_item=_render_type,
)
with context.begin_transaction():
    context.run_migrations()
