"""The speeds in effect on one organisation's map, in this process.

    storage: file, changes, version, due ──► build beside the engine in use ──► one reference is swapped

Whoever got `SpeedsInEffect` keeps it for the whole of its question, so that an answer is all old or all new. Two
numbers of the organisation say how new they have to be:

    speeds_version   counts the writes. A process that sees a newer one builds it while the old one goes on answering.
    speeds_due       the newest version whose writer has been told "in effect". No request that begins afterwards is
                     answered with an older one, whichever process it comes to: it waits for the build, which has been
                     under way since the write.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

import msgspec
import numpy as np

from app.services.closed_streets import ClosedStreets
from app.services.named_roads import NamedRoads, arcs_meant
from app.services.uploaded_speeds import UploadedSpeeds
from app.storage.records import SpeedChange as StoredChange
from app.storage.unit_of_work import Storage
from routing.arrays import Int32Array
from routing.engine.routing_engine import RoutingEngine
from routing.made_once import MadeOnce, made_once
from routing.network.errors import InvalidArea
from routing.network.road_network import RoadNetwork
from routing.network.store import StoredNetwork
from routing.traffic.newest import newest_counts
from routing.traffic.speed_change import SpeedChange, apply_change

LEFT_KEPT = 8
"""Results of `left_at` that are kept; each holds two columns of the arcs, 1.3 MB on Porto, and an engine if asked."""
LONGEST_OVERDUE = timedelta(seconds=1)
"""A change that ended so long ago must be gone: a request builds without it rather than use it."""
NO_ARCS = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class SpeedsInEffect:
    """Driving times at a moment, whatever the time of day. `engine` None, `fingerprint` "": the map's own."""

    version: int
    table_id: int | None
    """The uploaded file of speeds whose rows that hold in all periods are in these, too."""
    said: tuple[StoredChange, ...]
    """What brought them about, oldest first."""
    ends_at: datetime | None
    """When the first of these ends; None where none does by itself."""
    change: SpeedChange
    """What the live ones change of those without them, which may be of a time of day."""
    fingerprint: str
    """Equal for equal driving times, whatever brought them about."""
    network: RoadNetwork
    engine: "EngineWhenAsked | None"
    closed: ClosedStreets | None = None
    left_at: "Callable[[datetime, SpeedsInEffect], SpeedsInEffect] | None" = None
    """What of these is left at a later moment."""

    def ended(self, by: datetime) -> bool:
        """Whether a change among them has ended `by` that moment."""
        return self.ends_at is not None and self.ends_at <= by


class EngineWhenAsked:
    """An engine that is made when it is first asked for: departures to come need the times alone."""

    def __init__(self, make: Callable[[], RoutingEngine]) -> None:
        self._make = make

    def __call__(self) -> RoutingEngine:
        return self._engine

    @made_once
    def _engine(self) -> RoutingEngine:
        return self._make()


class LiveSpeeds:
    """Keeps them up to date; one build at a time, always of the newest version, so that a burst costs two builds."""

    def __init__(
        self,
        storage: Storage,
        organisation_id: int,
        stored: StoredNetwork,
        uploaded: UploadedSpeeds,
        reweighted: Callable[[RoadNetwork], RoutingEngine],
        outdated: Callable[[], object],
    ) -> None:
        self._storage, self._organisation_id = storage, organisation_id
        self._stored, self._uploaded, self._reweighted, self._outdated = stored, uploaded, reweighted, outdated
        self._current: SpeedsInEffect | None = None
        self._uploaded_alone: SpeedsInEffect | None = None
        self._arcs_of_change: dict[int, Int32Array] = {}
        self._left = MadeOnce[tuple[int, tuple[int, ...]], SpeedsInEffect](LEFT_KEPT)
        self._building = Lock()

    def at_present(self, written: int, due: int) -> SpeedsInEffect:
        """What a request uses that has read these numbers of its organisation."""
        current = self._current
        if current is None or current.version < due or current.ended(self._storage.now() - LONGEST_OVERDUE):
            return self.renewed(due)
        if current.version < written:
            self._outdated()
        return current

    def left_at(self, moment: datetime, present: SpeedsInEffect) -> SpeedsInEffect:
        """What is left of `present` at a later moment, by what is known now; the last few are kept."""
        if not present.ended(moment):
            return present
        left = [one for one in present.said if one.until is None or one.until > moment]
        key = present.version, tuple(one.id for one in left)
        return self._left.of(key, lambda: self._made(present.version, present.table_id, left))

    def renewed(self, version: int) -> SpeedsInEffect:
        """At least `version`, and nothing that has ended; waits for the build."""
        with self._building:
            current = self._current
            if current is None or current.version < version or current.ended(self._storage.now()):
                current = self._built()
                if current.engine is not None:
                    current.engine()  # before anybody is answered with it
                self._current = current
            return current

    def catch_up(self, version: int) -> None:
        """Build what is in use anew where it is older than `version` or a change has ended."""
        if self._current is not None:
            self.renewed(version)

    def _built(self) -> SpeedsInEffect:
        with self._storage.reading(self._organisation_id) as work:
            organisation = work.organisations.by_id(self._organisation_id)
            version = 0 if organisation is None else organisation.speeds_version
            table_id, changes = work.speed_tables.current_id(), work.speeds.in_effect()
        known = self._arcs_of_change  # without those that are over
        self._arcs_of_change = {one.id: known[one.id] for one in changes if one.id in known}
        return self._made(version, table_id, changes)

    def _made(self, version: int, table_id: int | None, said: Sequence[StoredChange]) -> SpeedsInEffect:
        change = newest_counts(SpeedChange.join(effect_on(one, self._arcs(one)) for one in said))
        uploaded = self._of_file(table_id)
        duration_ms = apply_change(uploaded.network.duration_ms, uploaded.network.length_dm, change)
        return replace(
            self._of_times(duration_ms, self._current, uploaded),
            version=version,
            table_id=table_id,
            said=tuple(said),
            ends_at=min((one.until for one in said if one.until is not None), default=None),
            change=change,
            left_at=self.left_at,
        )

    def _of_file(self, table_id: int | None) -> SpeedsInEffect:
        """What the uploaded file alone makes of the map's own times: what is left when all changes have ended."""
        if self._uploaded_alone is None or self._uploaded_alone.table_id != table_id:
            always_ms = self._uploaded.always_ms(self._organisation_id, self._stored, table_id)
            self._uploaded_alone = replace(self._of_times(always_ms), table_id=table_id)
        return self._uploaded_alone

    def _of_times(self, duration_ms: Int32Array, *known: SpeedsInEffect | None) -> SpeedsInEffect:
        """Said by nobody yet; one of those that are `known` where it has these times, with its engine."""
        plain = self._stored.network
        if np.array_equal(duration_ms, plain.duration_ms):
            return SpeedsInEffect(0, None, (), None, SpeedChange.join([]), "", plain, None)
        fingerprint = hashlib.sha256(duration_ms.tobytes()).hexdigest()[:24]
        for one in known:
            if one is not None and one.fingerprint == fingerprint:
                return one
        network = replace(plain, duration_ms=duration_ms)
        engine, closed = EngineWhenAsked(lambda: self._reweighted(network)), ClosedStreets.of(network)
        return SpeedsInEffect(0, None, (), None, SpeedChange.join([]), fingerprint, network, engine, closed)

    def _arcs(self, change: StoredChange) -> Int32Array:
        """The arcs it is about, looked for once."""
        if change.id not in self._arcs_of_change:
            self._arcs_of_change[change.id] = arcs_of_change(change, self._stored)
        return self._arcs_of_change[change.id]


def arcs_of_change(change: StoredChange, stored: StoredNetwork) -> Int32Array:
    """Those that the map has. Arcs by number hold for the map they were numbered on, ways and areas for any."""
    named = msgspec.convert(change.roads, NamedRoads)
    if named.arcs is not None and change.network_id != stored.id:
        return NO_ARCS
    try:
        return arcs_meant(named, stored.network)
    except InvalidArea:  # was checked when it was written
        return NO_ARCS


def effect_on(change: StoredChange, arcs: Int32Array) -> SpeedChange:
    """A stored change as rows."""
    if change.closed:
        return SpeedChange.closure(arcs)
    if change.factor is not None:
        return SpeedChange.by_factor(arcs, change.factor)
    assert change.speed_kmh is not None
    return SpeedChange.to_speed(arcs, change.speed_kmh)
