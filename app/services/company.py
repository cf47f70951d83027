"""What nearly every use case needs: the storage, and the map and settings of the organisation it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.services.company_map import CompanyMap, Maps
from app.services.errors import NotFound
from app.storage.records import Organisation
from app.storage.unit_of_work import Storage, UnitOfWork

FOR_GOOD = datetime.max.replace(tzinfo=UTC)
"""By then all that ends by itself has ended."""


@dataclass(frozen=True, slots=True)
class Company:
    """An organisation with its map, opened for one use case."""

    organisation: Organisation
    map: CompanyMap

    @property
    def id(self) -> int:
        return self.organisation.id


def read_organisation(work: UnitOfWork) -> Organisation:
    """The organisation that a unit of work is about."""
    found = work.organisations.by_id(work.organisation_id)
    if found is None:
        raise NotFound(f"organisation {work.organisation_id} is not there")
    return found


def open_company(
    storage: Storage, maps: Maps, organisation_id: int, at: Callable[[Organisation], datetime] | None = None
) -> Company:
    """The organisation and its map. `at`: with those live speeds that will be left then.

    Raises NotReady where no map has been imported.
    """
    with storage.reading(organisation_id) as work:
        organisation = read_organisation(work)
    return Company(organisation, maps.of(organisation, at(organisation) if at else None))
