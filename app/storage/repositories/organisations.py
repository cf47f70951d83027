"""Organisations: the one repository that is not bound to an organisation."""

from datetime import datetime

import sqlalchemy as sa

from app.storage.records import JsonObject, Organisation
from app.storage.rows import columns_of, insert, record_of
from app.storage.tables import organisations


class OrganisationRepository:
    """Organisations by slug."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def ensure(self, slug: str, name: str, time_zone: str) -> Organisation:
        """The organisation called `slug`, made with `name` and `time_zone` if it is not there."""
        values = {"slug": slug, "name": name, "time_zone": time_zone, "settings": {}}
        statement = insert(self._connection, organisations).values(**values, created_at=self._now, updated_at=self._now)
        self._connection.execute(statement.on_conflict_do_nothing(index_elements=["slug"]))
        found = self.by_slug(slug)
        assert found is not None
        return found

    def by_slug(self, slug: str) -> Organisation | None:
        return self._one(organisations.c.slug == slug)

    def by_id(self, organisation_id: int) -> Organisation | None:
        return self._one(organisations.c.id == organisation_id)

    def all(self) -> list[Organisation]:
        rows = self._connection.execute(sa.select(*columns_of(organisations, Organisation)).order_by("id"))
        return [record_of(Organisation, row) for row in rows]

    def speeds_versions(self) -> dict[int, int]:
        """Of all, by row number: a small read that every process repeats all the time."""
        rows = self._connection.execute(sa.select(organisations.c.id, organisations.c.speeds_version))
        return {int(row.id): int(row.speeds_version) for row in rows}

    def set_network(self, organisation_id: int, network_id: str | None) -> None:
        """Note on which road network the organisation's snaps stand."""
        self._update(organisation_id, network_id=network_id)

    def set_settings(self, organisation_id: int, settings: JsonObject) -> None:
        self._update(organisation_id, settings=settings)

    def set_time_zone(self, organisation_id: int, time_zone: str) -> None:
        self._update(organisation_id, time_zone=time_zone)

    def _update(self, organisation_id: int, **values: object) -> None:
        statement = sa.update(organisations).where(organisations.c.id == organisation_id)
        self._connection.execute(statement.values(**values, updated_at=self._now))

    def _one(self, condition: sa.ColumnElement[bool]) -> Organisation | None:
        statement = sa.select(*columns_of(organisations, Organisation)).where(condition)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else record_of(Organisation, row)
