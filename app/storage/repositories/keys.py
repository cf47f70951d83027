"""API keys: everything about them but the secret."""

from datetime import timedelta

import sqlalchemy as sa

from app.storage.records import ApiKey, RoleName
from app.storage.rows import Scope, columns_of, record_of
from app.storage.tables import api_keys

_USE_IS_NOTED_EVERY = timedelta(hours=1)


def find_key(connection: sa.Connection, prefix: str) -> ApiKey | None:
    """The key called `prefix`, of whichever organisation: this is how a request learns its organisation."""
    statement = sa.select(*columns_of(api_keys, ApiKey)).where(api_keys.c.prefix == prefix)
    row = connection.execute(statement).one_or_none()
    return None if row is None else record_of(ApiKey, row)


class KeyRepository:
    """The organisation's keys."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._mine = api_keys.c.organisation_id == scope.organisation_id

    def add(self, prefix: str, secret_hash: bytes, role: RoleName, rep_id: int | None, label: str) -> ApiKey:
        """Store a new key. A rep's key names its rep, no other role does (the database refuses)."""
        values = {"prefix": prefix, "secret_hash": secret_hash, "role": role, "rep_id": rep_id, "label": label}
        row = self._scope.connection.execute(
            sa.insert(api_keys)
            .values(**values, organisation_id=self._scope.organisation_id, created_at=self._scope.now)
            .returning(*columns_of(api_keys, ApiKey))
        ).one()
        return record_of(ApiKey, row)

    def all(self) -> list[ApiKey]:
        """Every key, revoked ones too, oldest first."""
        statement = sa.select(*columns_of(api_keys, ApiKey)).where(self._mine).order_by(api_keys.c.id)
        return [record_of(ApiKey, row) for row in self._scope.connection.execute(statement)]

    def revoke(self, key_id: int) -> bool:
        """End a key at once; false where there is none. Revoking again keeps the first moment."""
        mine = (self._mine, api_keys.c.id == key_id)
        if self._scope.connection.scalar(sa.select(api_keys.c.id).where(*mine)) is None:
            return False
        statement = sa.update(api_keys).where(*mine, api_keys.c.revoked_at.is_(None))
        self._scope.connection.execute(statement.values(revoked_at=self._scope.now))
        return True

    def note_use(self, key_id: int) -> None:
        """Remember that the key was used, to the hour: a write for every request would cost more than the request."""
        stale = api_keys.c.last_used_at < self._scope.now - _USE_IS_NOTED_EVERY
        statement = sa.update(api_keys).where(
            self._mine, api_keys.c.id == key_id, api_keys.c.last_used_at.is_(None) | stale
        )
        self._scope.connection.execute(statement.values(last_used_at=self._scope.now))
