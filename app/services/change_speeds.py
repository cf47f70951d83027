"""Live speeds and closures: say, take back, list. Who says it is answered when it is in effect."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import msgspec

from app.services.company import Company, open_company, read_organisation
from app.services.company_map import Maps
from app.services.errors import InvalidInput, NotFound, at_most
from app.services.named_roads import NamedRoads, RoadLimits, check_roads
from app.storage.records import Organisation, SpeedChange, SpeedChangeFacts
from app.storage.unit_of_work import Storage, UnitOfWork
from routing.traffic.speed_change import FACTOR_RANGE, SPEED_KMH_RANGE

Written = TypeVar("Written")
LONGEST = timedelta(days=3_660)
"""Ten years; what lasts longer is given no end."""


class NewSpeed(NamedRoads, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of `arcs`, `ways`, `area`, `bbox`; one of `factor`, `speed_kmh`, `closed`; perhaps `until` or `for_s`."""

    factor: Annotated[float, msgspec.Meta(ge=FACTOR_RANGE[0], le=FACTOR_RANGE[1])] | None = None
    """Of the speed that would be driven otherwise: 0.5 takes twice as long."""
    speed_kmh: Annotated[float, msgspec.Meta(ge=SPEED_KMH_RANGE[0], le=SPEED_KMH_RANGE[1])] | None = None
    closed: bool = False
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """When it ends by itself; with neither this nor `for_s` it stays until it is taken back."""
    for_s: Annotated[float, msgspec.Meta(gt=0, le=LONGEST.total_seconds())] | None = None
    """How long from now, instead of `until`."""
    label: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Why: for people."""


class SpeedLimits(msgspec.Struct, frozen=True):
    """How much may be said."""

    changes: int
    roads: int
    arcs: int
    points: int


class SpeedView(NamedRoads, frozen=True, kw_only=True, omit_defaults=True):
    """One that is in effect."""

    id: int
    factor: float | None = None
    """Of the speed that would be driven otherwise: 0.5 takes twice as long."""
    speed_kmh: float | None = None
    closed: bool = False
    until: datetime | None = None
    label: str = ""
    arc_count: int
    """Arcs of the map that it is about."""
    created_at: datetime
    created_by: str


class SpeedsView(msgspec.Struct, frozen=True):
    """Everything that is in effect, oldest first; of what names a road again the newest counts, a closure always."""

    version: int
    changes: list[SpeedView]
    added: list[int] = []
    """Those that this request has added."""


def write_speeds(
    storage: Storage,
    maps: Maps,
    organisation: Organisation,
    write: Callable[[UnitOfWork], Written],
) -> Written:
    """Write under a new version; bring it into effect here; then ask it of all other processes."""
    with storage.writing(organisation.id) as work:
        version = work.speeds.next_version()
        written = write(work)
        work.commit()
    maps.bring_into_effect(organisation, version)
    with storage.writing(organisation.id) as work:
        work.speeds.is_due(version)
        work.commit()
    return written


class ChangeSpeeds:
    """Live speeds of one organisation at a time."""

    def __init__(self, storage: Storage, maps: Maps, limits: SpeedLimits) -> None:
        self._storage, self._maps, self._limits = storage, maps, limits

    def read(self, organisation_id: int) -> SpeedsView:
        """What is in effect."""
        with self._storage.reading(organisation_id) as work:
            return _view(work)

    def add(self, organisation_id: int, new: Sequence[NewSpeed], replace: bool, by: str) -> SpeedsView:
        """All of `new`, or nothing where one of it cannot be. `replace`: what was in effect before ends.

        Raises InvalidInput and LimitExceeded, naming the part of `changes`. Returns when every later request, in
        whichever process, is answered with it.
        """
        if not new and not replace:
            raise InvalidInput("changes is empty; with replace that ends all that is in effect", field="changes")
        company = open_company(self._storage, self._maps, organisation_id)
        facts = [self._facts(company, one, f"changes[{i}]", by) for i, one in enumerate(new)]

        def write(work: UnitOfWork) -> SpeedsView:
            before = [] if replace else work.speeds.in_effect()
            self._check_room(before, facts)
            if replace:
                work.speeds.clear()
            work.speeds.forget_ended()
            added = work.speeds.add_many(facts)
            return msgspec.structs.replace(_view(work), added=added)

        return self._write(company, write)

    def remove(self, organisation_id: int, change_id: int) -> None:
        """Raises NotFound where it is not in effect."""

        def write(work: UnitOfWork) -> None:
            if not work.speeds.remove(change_id):
                raise NotFound(f"speed change {change_id} is not in effect")

        self._write(open_company(self._storage, self._maps, organisation_id), write)

    def clear(self, organisation_id: int) -> None:
        """None are in effect any more."""
        self._write(open_company(self._storage, self._maps, organisation_id), lambda work: work.speeds.clear())

    def _facts(self, company: Company, new: NewSpeed, field: str, by: str) -> SpeedChangeFacts:
        said = (new.factor is not None) + (new.speed_kmh is not None) + new.closed
        if said != 1:
            text = f"{field} must say one of factor, speed_kmh and closed, not {said}"
            raise InvalidInput(text, field=field)
        limits = RoadLimits(self._limits.roads, self._limits.points)
        arcs = check_roads(new, company.map.network, limits, field)
        return SpeedChangeFacts(
            network_id=company.map.id,
            roads=msgspec.to_builtins(msgspec.convert(new, NamedRoads, from_attributes=True)),
            factor=new.factor,
            speed_kmh=new.speed_kmh,
            closed=new.closed,
            arc_count=int(arcs.size),
            until=_end(new, self._storage.now(), field),
            label=new.label,
            created_by=by,
        )

    def _check_room(self, before: Sequence[SpeedChange], new: Sequence[SpeedChangeFacts]) -> None:
        count = len(before) + len(new)
        at_most("changes", count, self._limits.changes, "BEATPLAN_MAX_SPEED_CHANGES", what="changes in effect")
        arcs = sum(one.arc_count for one in (*before, *new))
        what = "arcs of all changes in effect"
        at_most("changes", arcs, self._limits.arcs, "BEATPLAN_MAX_SPEED_ARCS", what=what)

    def _write(self, company: Company, write: Callable[[UnitOfWork], SpeedsView | None]) -> SpeedsView:
        return write_speeds(self._storage, self._maps, company.organisation, lambda work: write(work) or _view(work))


def _view(work: UnitOfWork) -> SpeedsView:
    version = read_organisation(work).speeds_version
    return SpeedsView(version, [_speed_view(one) for one in work.speeds.in_effect()])


def _speed_view(change: SpeedChange) -> SpeedView:
    said = {name: getattr(change, name) for name in SpeedView.__struct_fields__ if hasattr(change, name)}
    return msgspec.convert(change.roads | said, SpeedView)


def _end(new: NewSpeed, now: datetime, field: str) -> datetime | None:
    """Raises InvalidInput for both ends, or one that has passed or is too far off."""
    if new.for_s is not None and new.until is not None:
        raise InvalidInput(f"{field} must say one of until and for_s, not both", field=field)
    if new.for_s is not None:
        return now + timedelta(seconds=new.for_s)
    if new.until is not None and not now < new.until <= now + LONGEST:
        text = f"{field}.until is {new.until.isoformat()}, must be after {now.isoformat()} and within ten years"
        raise InvalidInput(text, field=f"{field}.until")
    return new.until
