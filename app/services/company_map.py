"""The map a company works on: its road network with what is built on it once and shared by everybody."""

from functools import cached_property
from pathlib import Path
from threading import Lock

from app.base_map.tiles import TileMaker
from app.services.errors import NotReady
from routing.engine.dijkstra import DijkstraEngine
from routing.network.address_index import AddressIndex
from routing.network.parts import ADDRESSES, BACKDROP
from routing.network.road_network import RoadNetwork
from routing.network.snapping import SnapIndex
from routing.network.store import NetworkStore, StoredNetwork

NO_STOPPING = ("ferry", "motorway", "motorway_link")
"""Roads that nobody has a door on."""


class CompanyMap:
    """One stored network, opened; costly parts are made on first use."""

    def __init__(self, stored: StoredNetwork, tiles_folder: Path, max_cells: int) -> None:
        self.stored = stored
        self._tiles_folder = tiles_folder
        self._max_cells = max_cells

    @property
    def id(self) -> str:
        return self.stored.id

    @property
    def name(self) -> str:
        """The map file's name, for people."""
        return str(self.stored.manifest["source"]["name"])

    @property
    def network(self) -> RoadNetwork:
        return self.stored.network

    @cached_property
    def snapping(self) -> SnapIndex:
        return SnapIndex.build(self.network, excluded_classes=NO_STOPPING)

    @cached_property
    def engine(self) -> DijkstraEngine:
        return DijkstraEngine(self.network, max_cells=self._max_cells)

    @cached_property
    def addresses(self) -> AddressIndex:
        return AddressIndex.build(self.stored.read(ADDRESSES))

    @cached_property
    def tiles(self) -> TileMaker:
        return TileMaker(self.network, self.stored.read(BACKDROP), self._tiles_folder / self.id)


class Maps:
    """Opens stored networks, each once a process."""

    def __init__(self, store: NetworkStore, tiles_folder: Path, max_cells: int) -> None:
        self.store = store
        self._tiles_folder = tiles_folder
        self._max_cells = max_cells
        self._open: dict[str, CompanyMap] = {}
        self._lock = Lock()

    def get(self, network_id: str | None) -> CompanyMap:
        """The map called `network_id`. Raises NotReady for None, StoreMissing where its folder is gone."""
        if network_id is None:
            raise NotReady("No map has been imported for this organisation; scripts/run --osm FILE does", code="no_map")
        with self._lock:
            if network_id not in self._open:
                stored = self.store.load(network_id)
                self._open[network_id] = CompanyMap(stored, self._tiles_folder, self._max_cells)
            return self._open[network_id]
