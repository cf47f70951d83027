"""Idempotency keys: the answer that a creating request got the first time.

`app.api.idempotency` claims, works and answers in a transaction each, because the work has transactions of its own: a
second request with the same key that comes meanwhile is refused as in progress, work that fails releases its claim, and
the claim of a process that died counts as new after `keep_unanswered` (its work may have been committed: the one case
in which a retry can do it twice).
"""

from datetime import timedelta

import sqlalchemy as sa

from app.storage.errors import IdempotencyInProgress, IdempotencyMismatch
from app.storage.records import StoredResponse
from app.storage.rows import Scope, insert
from app.storage.tables import idempotency_keys


class IdempotencyRepository:
    """Remembered answers by key and endpoint ("POST /v1/accounts")."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def claim(
        self,
        key: str,
        endpoint: str,
        request_hash: bytes,
        keep: timedelta,
        keep_unanswered: timedelta = timedelta(minutes=5),
    ) -> StoredResponse | None:
        """None: the key is new and now this transaction's; else the answer given before.

        A key older than `keep` counts as new, and so does a claim that was committed on its own and has no answer after
        `keep_unanswered`: its process died, and a client that tries again must not be turned away for a day. Raises
        IdempotencyMismatch where the key came with another request, and IdempotencyInProgress where a claim was
        committed without an answer.
        """
        connection = self._scope.connection
        mine = self._place(key, endpoint)
        old = idempotency_keys.c.created_at < self._scope.now - keep
        dead = idempotency_keys.c.created_at < self._scope.now - keep_unanswered
        connection.execute(sa.delete(idempotency_keys).where(mine, old | (dead & idempotency_keys.c.status.is_(None))))
        values = {"key": key, "endpoint": endpoint, "request_hash": request_hash}
        claimed = connection.execute(
            insert(connection, idempotency_keys)
            .values(**values, organisation_id=self._scope.organisation_id, created_at=self._scope.now)
            .on_conflict_do_nothing()
            .returning(idempotency_keys.c.key)
        ).one_or_none()
        if claimed is not None:
            return None
        row = connection.execute(sa.select(idempotency_keys).where(mine)).one()
        if row.request_hash != request_hash:
            raise IdempotencyMismatch(key)
        if row.status is None:
            raise IdempotencyInProgress(key)
        return StoredResponse(row.status, row.body)

    def answer(self, key: str, endpoint: str, response: StoredResponse) -> None:
        """Remember the answer of a claimed key."""
        statement = sa.update(idempotency_keys).where(self._place(key, endpoint))
        self._scope.connection.execute(statement.values(status=response.status, body=response.body))

    def release(self, key: str, endpoint: str) -> None:
        """Forget a claim whose work failed, where it was committed on its own."""
        unanswered = idempotency_keys.c.status.is_(None)
        self._scope.connection.execute(sa.delete(idempotency_keys).where(self._place(key, endpoint), unanswered))

    def forget(self, keep: timedelta) -> int:
        """Remove every key of the organisation older than `keep`; how many."""
        mine = idempotency_keys.c.organisation_id == self._scope.organisation_id
        old = idempotency_keys.c.created_at < self._scope.now - keep
        return self._scope.connection.execute(sa.delete(idempotency_keys).where(mine, old)).rowcount

    def _place(self, key: str, endpoint: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            idempotency_keys.c.organisation_id == self._scope.organisation_id,
            idempotency_keys.c.key == key,
            idempotency_keys.c.endpoint == endpoint,
        )
