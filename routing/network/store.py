"""Road networks on disk: one folder a map file and profile, memory-mapped, written whole or not at all.

    store/
      porto-3f9a1c0b-8b2e0477/      id: name of the map, then the first digits of the hashes of source and rules
        roads/                      a folder of arrays with a manifest (see array_folder): the road network
        places-v1/  backdrop-v1/    further parts
        source                      checksum and path of the map file, to make again from it what is damaged

A *part* is something made from the same map file and kept beside its roads: a name, a version, a function that writes
it and one that reads it. The store is told which it shall keep: `NetworkStore(root, parts=(PLACES, BACKDROP))`. A first
import renames all parts into place together; a part that is new, or new in version, is added to the folders that lack
it without touching their roads, so ids and everything snapped to them stay valid.
"""

import hashlib
import logging
import re
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import numpy as np

from routing.network.array_folder import FORMAT_VERSION, read_folder, read_manifest, write_folder
from routing.network.car_profile import CarProfile
from routing.network.errors import NetworkError, StoreDamaged, StoreMissing, StoreOfOtherVersion
from routing.network.importing import Clock, ImportedNetwork, import_osm, no_clock
from routing.network.map_reading import check_map_file
from routing.network.road_network import RoadNetwork
from routing.network.staging import making, reading, staged_folder
from routing.progress import Progress, part, silent

NETWORK_VERSION = 8
"""Raise it when the importer makes other networks of the same file: what is stored then counts as another network."""
_LOG = logging.getLogger(__name__)
_ROADS = "roads"
_SOURCE = "source"
_UNITS = {"duration": "ms", "turn": "ms", "length": "dm", "position": "1e-7 degrees"}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class MapSource:
    """What a part is made of."""

    osm_path: Path
    profile: CarProfile
    network: RoadNetwork


@dataclass(frozen=True, slots=True)
class Part(Generic[Content]):
    """Something made from a map file and kept beside its roads."""

    name: str
    version: int
    write: Callable[[Path, MapSource, Progress], None]
    """Writes the folder, whole or not at all (`write_folder` does)."""
    read: Callable[[Path], Content]

    @property
    def folder_name(self) -> str:
        return f"{self.name}-v{self.version}"


@dataclass(frozen=True, slots=True)
class StoredNetwork:
    """A network opened from the store."""

    id: str
    folder: Path
    network: RoadNetwork
    manifest: MappingProxyType[str, Any]

    def read(self, part: Part[Content]) -> Content:
        """Open another part. Raises StoreMissing where the store was not told to keep it."""
        return part.read(self.folder / part.folder_name)


@dataclass(frozen=True, slots=True)
class NetworkStore:
    """Networks under one folder."""

    root: Path
    parts: tuple[Part[Any], ...] = ()
    clock: Clock = no_clock
    """Times the phases of imports for their reports."""
    profile: CarProfile = field(default_factory=CarProfile)
    """What maps are imported for, where a call says nothing else."""

    def ensure(self, osm_path: Path, profile: CarProfile | None = None, progress: Progress = silent) -> StoredNetwork:
        """Open the network of `osm_path` with all parts; what is not stored, or damaged, is made first.

        Raises MapFileMissing, MapFileUnreadable or MapWithoutRoads; what was stored before stays as it was.
        """
        profile = profile or self.profile
        check_map_file(osm_path)
        sha256 = _sha256(osm_path)
        network_id = _network_id(osm_path, sha256, profile)
        stored = self._whole(network_id)
        if stored is None:
            with making(self.root / network_id):  # who has waited finds it made
                stored = self._made(network_id, osm_path, sha256, profile, progress)
        _note_source(stored.folder, osm_path)
        progress(1.0, "ready")
        return stored

    def open(self, network_id: str) -> StoredNetwork:
        """Open a stored network; what is damaged is made again where its map file is still there, unchanged.

        For those who know no more than the id. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion where the roads
        cannot be mended, MapFileUnreadable and the like as `ensure` does.
        """
        stored = self._whole(network_id)
        if stored is not None:
            if _noted_source(stored.folder) is None:
                text = "%s: missing or damaged; until the map is imported once more nothing of it can be made again"
                _LOG.warning(text, stored.folder / _SOURCE)
            return stored
        source = self._source_of(network_id)
        return self.load(network_id) if source is None else self.ensure(source)

    def can_mend(self, network_id: str) -> bool:
        """Whether something of a stored network is damaged and `open` would make it again, which takes long."""
        return self._whole(network_id) is None and self._source_of(network_id) is not None

    def load(self, network_id: str) -> StoredNetwork:
        """Open a stored network, roads only looked at. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion."""
        folder = self.root / network_id
        if not _ID.fullmatch(network_id):
            raise StoreMissing(folder)
        with reading(folder):
            if not folder.is_dir():
                raise StoreMissing(folder)
            network, manifest = read_roads(folder / _ROADS)
        return StoredNetwork(network_id, folder, network, manifest)

    def list(self) -> tuple[tuple[str, MappingProxyType[str, Any]], ...]:
        """Ids and manifests of what is stored, by id; what cannot be read is left out."""
        found = []
        for folder in sorted(self.root.iterdir()) if self.root.is_dir() else ():
            if _ID.fullmatch(folder.name):
                try:
                    found.append((folder.name, read_manifest(folder / _ROADS)))
                except NetworkError:
                    continue
        return tuple(found)

    def _whole(self, network_id: str) -> StoredNetwork | None:
        """A stored network where nothing of it is missing or damaged."""
        try:
            stored = self.load(network_id)
        except (StoreMissing, StoreDamaged, StoreOfOtherVersion):
            return None
        return stored if all(_is_sound(stored.folder, kept) for kept in self.parts) else None

    def _made(
        self, network_id: str, osm_path: Path, sha256: str, profile: CarProfile, progress: Progress
    ) -> StoredNetwork:
        try:
            stored = self.load(network_id)
        except (StoreMissing, StoreDamaged, StoreOfOtherVersion) as error:
            if (self.root / network_id).exists():
                _LOG.warning("%s; importing %s again", error, osm_path)
            return self._import(network_id, osm_path, sha256, profile, part(progress, 0.0, 0.99))
        self._add_parts(stored.folder, MapSource(osm_path, profile, stored.network), progress)
        return stored

    def _import(
        self, network_id: str, osm_path: Path, sha256: str, profile: CarProfile, progress: Progress
    ) -> StoredNetwork:
        imported = import_osm(osm_path, profile, part(progress, 0.0, 0.7), self.clock)
        origin: dict[str, object] = {
            "source": {"name": osm_path.name, "sha256": sha256, "bytes": osm_path.stat().st_size},
            "profile": {"name": profile.name, "digest": profile.digest()},
        }
        with staged_folder(self.root / network_id) as staged:
            _note_source(staged, osm_path)
            write_roads(staged / _ROADS, imported, origin)
            self._add_parts(staged, MapSource(osm_path, profile, imported.network), part(progress, 0.7, 1.0))
        return self.load(network_id)

    def _add_parts(self, folder: Path, source: MapSource, progress: Progress) -> None:
        missing = [kept for kept in self.parts if not _is_sound(folder, kept)]
        for index, kept in enumerate(missing):
            begin, end = index / len(missing), (index + 1) / len(missing)
            kept.write(folder / kept.folder_name, source, part(progress, begin, end))

    def _source_of(self, network_id: str) -> Path | None:
        """The map file that gives this network, if it is where it was."""
        if not _ID.fullmatch(network_id):
            return None
        path = _noted_source(self.root / network_id)
        if path is None or not path.is_file():
            return None
        return path if _network_id(path, _sha256(path), self.profile) == network_id else None


def _is_sound(folder: Path, kept: Part[Any]) -> bool:
    """Whether a part is there and can be read; a damaged one is told to the log."""
    try:
        kept.read(folder / kept.folder_name)
    except StoreMissing:
        return False
    except NetworkError as error:
        _LOG.warning("%s", error)
        return False
    return True


def _noted_source(folder: Path) -> Path | None:
    """None where it is missing or does not match its checksum."""
    try:
        checksum, path = (folder / _SOURCE).read_text("utf-8").split(" ", 1)
    except (OSError, ValueError):
        return None
    return Path(path) if checksum == _crc32_of(path) else None


def _crc32_of(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def _note_source(folder: Path, osm_path: Path) -> None:
    if _noted_source(folder) != osm_path.absolute():
        draft = folder / f".{_SOURCE}.{secrets.token_hex(6)}"
        draft.write_text(f"{_crc32_of(str(osm_path.absolute()))} {osm_path.absolute()}", "utf-8")
        draft.replace(folder / _SOURCE)


def write_roads(folder: Path, imported: ImportedNetwork, origin: dict[str, object]) -> None:
    """Write a network as a folder of arrays; `origin` says what it was made from."""
    network = imported.network
    arrays = {field.name: getattr(network, field.name) for field in fields(network)}
    manifest = {"network_version": NETWORK_VERSION, **origin, "units": _UNITS, "report": imported.report.as_dict()}
    write_folder(folder, arrays, manifest)


def read_roads(folder: Path) -> tuple[RoadNetwork, MappingProxyType[str, Any]]:
    """Open what `write_roads` wrote. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion."""
    found = read_folder(folder)
    if found.manifest.get("network_version") != NETWORK_VERSION:
        raise StoreOfOtherVersion(folder, found.manifest.get("network_version"), NETWORK_VERSION)
    names = {field.name for field in fields(RoadNetwork)}
    if set(found.arrays) != names:
        raise StoreDamaged(folder, f"arrays differ: {', '.join(sorted(set(found.arrays) ^ names))}")
    network = RoadNetwork(**found.arrays)
    if not _fits(network):
        raise StoreDamaged(folder, "the arrays do not fit together")
    return network, found.manifest


def _fits(network: RoadNetwork) -> bool:
    """Lengths that must agree; a look at eight numbers, no reading through."""
    stars = (
        (network.first_out, network.junction_count, network.arc_count),
        (network.shape_first, network.edge_count, int(network.shape_lon_e7.size)),
        (network.turn_first, network.state_count, int(network.turn_head.size)),
    )
    same = {network.arc_count, network.duration_ms.size, network.length_dm.size, network.edge_of_arc.size}
    return len(same) == 1 and all(
        first.dtype == np.int32 and first.size == rows + 1 and int(first[-1]) == entries
        for first, rows, entries in stars
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _network_id(osm_path: Path, sha256: str, profile: CarProfile) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", osm_path.name.lower().split(".")[0]).strip("-") or "map"
    rules = hashlib.sha256(f"{profile.digest()} {NETWORK_VERSION} {FORMAT_VERSION}".encode()).hexdigest()
    return f"{name}-{sha256[:8]}-{rules[:8]}"
