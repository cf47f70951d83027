"""The map a company works on: its road network with what is built on it once, and the speeds in effect on it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Event, Lock

from app.base_map.tiles import TileMaker
from app.services.errors import NotReady
from app.services.live_speeds import EngineWhenAsked, LiveSpeeds, SpeedsInEffect
from app.services.uploaded_speeds import UploadedSpeeds
from app.storage.records import Organisation
from app.storage.unit_of_work import Storage
from routing.arrays import Float64Array
from routing.engine.alternatives import AlternativePaths
from routing.engine.routing_engine import RoutingEngine
from routing.engine.search_graph import forward_graph
from routing.guidance.guide import Guide
from routing.made_once import MadeOnce, made_once
from routing.matching.matcher import TraceMatcher
from routing.network.address_index import AddressIndex
from routing.network.excluded_roads import EXCLUDABLE, closed_roads, roads_of_kind
from routing.network.parts import ADDRESSES, BACKDROP
from routing.network.road_network import RoadNetwork
from routing.network.snapping import SnapIndex
from routing.network.snaps import Snaps
from routing.network.store import NetworkStore, StoredNetwork
from routing.reach.reach import Reach

NO_ROAD = ("ferry",)
NO_STOPPING = ("motorway", "motorway_link")
"""Roads that nobody has a door on."""
NETWORKS_KEPT = 4
"""Of one map with other driving times, for each thing made for them: organisations on one map have live speeds of their
own, and take turns."""


@dataclass(frozen=True, slots=True)
class Engines:
    """How engines are made: from a stored network, and from another engine for other driving times."""

    make: Callable[[StoredNetwork], RoutingEngine]
    reweight: Callable[[RoutingEngine, RoadNetwork], RoutingEngine]


@dataclass(frozen=True, slots=True)
class Excluding:
    """A network, the same with all roads of a kind closed, and an engine for that."""

    network: RoadNetwork
    closed: RoadNetwork
    engine: RoutingEngine


class OpenMap:
    """One stored network, opened and shared by everybody; costly parts are made on first use."""

    def __init__(self, stored: StoredNetwork, tiles_folder: Path, engines: Engines) -> None:
        self.stored = stored
        self._tiles_folder = tiles_folder
        self._engines = engines
        self._alternatives = MadeOnce[int, AlternativePaths](NETWORKS_KEPT)
        self._reach = MadeOnce[int, Reach](NETWORKS_KEPT)
        self._excluding = MadeOnce[tuple[str, int], Excluding](len(EXCLUDABLE) * NETWORKS_KEPT)
        self._matchers = MadeOnce[tuple[str | None, bool], TraceMatcher]()

    @made_once
    def road_snapping(self) -> SnapIndex:
        """Every road but ferries, as dispatch tools that speak OSRM's protocol expect it."""
        return SnapIndex.build(self.stored.network, excluded_classes=NO_ROAD)

    @made_once
    def any_snapping(self) -> SnapIndex:
        """Ferries, too."""
        return SnapIndex.build(self.stored.network, excluded_classes=())

    @made_once
    def snapping(self) -> SnapIndex:
        """Roads that have doors."""
        return self.road_snapping.without(NO_STOPPING)

    @made_once
    def engine(self) -> RoutingEngine:
        """With the map's own speeds."""
        return self._engines.make(self.stored)

    def excluding(self, kind: str, network: RoadNetwork) -> tuple[RoadNetwork, RoutingEngine]:
        """The network with all roads of a kind closed, and an engine for it.

        What is made for a network, here and below, is kept by its identity, for a few of them, each of which the value
        made holds: so no other network can be taken for one that is gone.
        """

        def made() -> Excluding:
            closed = closed_roads(network, kind)
            return Excluding(network, closed, self.reweighted(closed))

        found = self._excluding.of((kind, id(network)), made)
        return found.closed, found.engine

    def alternatives(self, network: RoadNetwork) -> AlternativePaths:
        """Of the network or of one with other driving times."""
        return self._alternatives.of(id(network), lambda: AlternativePaths(network))

    def reach(self, network: RoadNetwork) -> Reach:
        """Likewise, for times from one place to all streets."""
        return self._reach.of(id(network), lambda: Reach(network))

    def matcher(self, without: str | None = None, *, any_road: bool = False) -> TraceMatcher:
        """For traces of drives: by the map's own speeds, since a road that is closed now may have been driven.

        `without` roads of a kind of `EXCLUDABLE`; `any_road`: on ferries, too.
        """

        def made() -> TraceMatcher:
            network, roads = self.stored.network, self.any_snapping if any_road else self.road_snapping
            if without is not None:
                roads = roads.without_edges(roads_of_kind(network, without))
                network = closed_roads(network, without)
            return TraceMatcher(network, forward_graph(network), roads)

        return self._matchers.of((without, any_road), made)

    @made_once
    def guide(self) -> Guide:
        """What turn-by-turn guidance looks up; speeds are none of it."""
        return Guide.of(self.stored.network)

    @made_once
    def addresses(self) -> AddressIndex:
        return AddressIndex.build(self.stored.read(ADDRESSES))

    @made_once
    def tiles(self) -> TileMaker:
        return TileMaker(self.stored.network, self.stored.read(BACKDROP), self._tiles_folder / self.stored.id)

    def reweighted(self, network: RoadNetwork) -> RoutingEngine:
        """An engine for the same roads with other driving times."""
        return self._engines.reweight(self.engine, network)


@dataclass(frozen=True, slots=True)
class CompanyMap:
    """A company's view of its map at one moment: whoever holds it gets answers that fit each other.

    The speeds in effect are those of the moment at which it was asked for; when they change, the next one to ask gets
    another `CompanyMap`, and this one goes on answering as before.
    """

    opened: OpenMap
    speeds: SpeedsInEffect

    @property
    def stored(self) -> StoredNetwork:
        """As it was imported, with the map's own speeds."""
        return self.opened.stored

    @property
    def id(self) -> str:
        return self.stored.id

    @property
    def name(self) -> str:
        """The map file's name, for people."""
        return str(self.stored.manifest["source"]["name"])

    @property
    def network(self) -> RoadNetwork:
        """With the driving times in effect."""
        return self.speeds.network

    @property
    def engine(self) -> RoutingEngine:
        """With the driving times in effect."""
        return self.opened.engine if self.speeds.engine is None else self.speeds.engine()

    @property
    def road_snapping(self) -> SnapIndex:
        """Of what is not closed, as the next two."""
        return self._open(self.opened.road_snapping)

    @property
    def any_snapping(self) -> SnapIndex:
        return self._open(self.opened.any_snapping)

    @property
    def snapping(self) -> SnapIndex:
        return self._open(self.opened.snapping)

    def on_open_streets(self, snaps: Snaps, lon: Float64Array, lat: Float64Array) -> Snaps:
        """Places of points (degrees, (n) each) on streets with doors; see `closed_streets`."""
        closed = self.speeds.closed
        return snaps if closed is None else closed.moved(snaps, lon, lat, self.opened.snapping)

    def _open(self, index: SnapIndex) -> SnapIndex:
        return index if self.speeds.closed is None else self.speeds.closed.open_of(index)

    def without(self, kind: str) -> "CompanyMap":
        """The same without roads of a kind: one of `EXCLUDABLE`."""
        network, engine = self.opened.excluding(kind, self.network)
        return replace(self, speeds=replace(self.speeds, network=network, engine=EngineWhenAsked(lambda: engine)))

    @property
    def alternatives(self) -> AlternativePaths:
        """With the driving times in effect."""
        return self.opened.alternatives(self.network)

    def matcher(self, without: str | None = None, *, any_road: bool = False) -> TraceMatcher:
        """For traces of drives, whatever is in effect now."""
        return self.opened.matcher(without, any_road=any_road)

    @property
    def reach(self) -> Reach:
        """With the driving times in effect."""
        return self.opened.reach(self.network)

    @property
    def guide(self) -> Guide:
        return self.opened.guide

    @property
    def addresses(self) -> AddressIndex:
        return self.opened.addresses

    @property
    def tiles(self) -> TileMaker:
        return self.opened.tiles


class Maps:
    """Opens stored networks, each once a process, and keeps the speeds in effect on them."""

    def __init__(
        self, store: NetworkStore, tiles_folder: Path, engines: Engines, storage: Storage, uploaded: UploadedSpeeds
    ) -> None:
        self.store = store
        self.open_stored: Callable[[str], StoredNetwork] | None = None
        """In place of the store's own, which mends what is damaged first: see `map_mending`."""
        self._tiles_folder, self._engines, self._storage, self._uploaded = tiles_folder, engines, storage, uploaded
        self.outdated = Event()
        """Set when a request has seen newer speeds than this process has in effect."""
        self._open = MadeOnce[str, OpenMap]()
        self._live: dict[int, tuple[str, LiveSpeeds]] = {}
        self._lock = Lock()

    def of(self, organisation: Organisation, at: datetime | None = None) -> CompanyMap:
        """The organisation's map with the speeds in effect now, or those of them that will be left `at` a moment.

        Raises NotReady where it has none, StoreMissing or StoreDamaged where its folder is gone and the map file, too.
        """
        opened, live = self._opened(organisation.id, organisation.network_id)
        speeds = live.at_present(organisation.speeds_version, organisation.speeds_due)
        return CompanyMap(opened, speeds if at is None else live.left_at(at, speeds))

    def bring_into_effect(self, organisation: Organisation, version: int) -> None:
        """Wait until this process answers with the organisation's speeds of `version` or newer."""
        self._opened(organisation.id, organisation.network_id)[1].renewed(version)

    def catch_up(self, versions: dict[int, int]) -> None:
        """Bring the speeds in use to these `versions` (by organisation), and let go of what has ended."""
        with self._lock:
            in_use = [(organisation_id, live) for organisation_id, (_, live) in self._live.items()]
        for organisation_id, live in in_use:
            live.catch_up(versions.get(organisation_id, 0))

    def _opened(self, organisation_id: int, network_id: str | None) -> tuple[OpenMap, LiveSpeeds]:
        if network_id is None:
            raise NotReady("No map has been imported for this organisation; scripts/run --osm FILE does", code="no_map")
        # opening may mean importing a damaged map again: only those who work on it wait
        opened = self._open.of(
            network_id,
            lambda: OpenMap((self.open_stored or self.store.open)(network_id), self._tiles_folder, self._engines),
        )
        with self._lock:
            on, live = self._live.get(organisation_id, ("", None))
            if live is None or on != network_id:
                live = LiveSpeeds(
                    self._storage,
                    organisation_id,
                    opened.stored,
                    self._uploaded,
                    opened.reweighted,
                    self.outdated.set,
                )
                self._live[organisation_id] = (network_id, live)
            return opened, live
