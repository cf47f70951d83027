"""Travel times between anybody's points when one leaves at a given moment."""

from datetime import datetime

from app.services.company import open_company
from app.services.company_map import Maps
from app.services.local_time import moment_meant
from app.services.times_of_day import TimesOfDay
from app.services.travel import MatrixFound, Points, TravelLimits, matrix
from app.storage.unit_of_work import Storage


class Departures:
    """Matrices of journeys that begin at a moment, by the live speeds that will be left then."""

    def __init__(self, storage: Storage, maps: Maps, times: TimesOfDay) -> None:
        self._storage, self._maps, self._times = storage, maps, times

    def __call__(
        self,
        organisation_id: int,
        sources: Points,
        targets: Points | None,
        limits: TravelLimits,
        depart_at: datetime,
    ) -> MatrixFound:
        """`depart_at` without a zone is on the organisation's clock.

        Raises InvalidInput, LimitExceeded, OutsideNetwork, NotReady without speeds by time of day.
        """
        self._times.required()
        company = open_company(
            self._storage,
            self._maps,
            organisation_id,
            lambda own: moment_meant(depart_at, own.time_zone, "depart_at"),
        )
        moment = moment_meant(depart_at, company.organisation.time_zone, "depart_at")
        return matrix(company.map, sources, targets, limits, self._times.leaving(company, moment))
