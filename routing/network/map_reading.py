"""Reading an OSM file with pyosmium: one pass, and as little Python per object as will do.

osmium keeps all node positions in its own index and hands over only what the filters let through: ways with a highway
or route tag, nodes with a barrier or highway tag, restrictions. A way's positions come as one well-known-binary string
(16 bytes a point) that numpy reads whole; asking each node of a way for its position from Python took 20 to 40 %
longer. Ways alike in their tags share one look at the profile (Iceland: 84,544 ways, 2,510 kinds).
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from routing.arrays import Float64Array, Int64Array
from routing.network.car_profile import CarProfile
from routing.network.errors import MapFileMissing, MapFileUnreadable, MapWithoutRoads
from routing.network.map_extract import MapExtract, NodeRules, RawRestriction
from routing.network.node_behaviour import NOTHING, NodeBehaviour, node_behaviour
from routing.network.restriction_relations import parse_restriction
from routing.network.way_behaviour import BEHAVIOUR_KEYS, WayBehaviour, way_behaviour
from routing.network.way_texts import way_texts
from routing.progress import Progress, silent

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_NODE_KEYS = ("barrier", "highway", "access", "vehicle", "motor_vehicle", "motorcar")
_BYTES_AN_OBJECT = {".pbf": 300, ".osm": 4000, ".gz": 400, ".bz2": 300}
"""Rough file size for each object that passes the filters, only for the progress bar."""
_NO_POSITIONS = "no way has positions: nodes must stand before ways (osmium sort) and have positive ids"
_WKB_HEAD = 9  # byte order, geometry type, number of points


def read_map(path: Path, profile: CarProfile, progress: Progress = silent) -> MapExtract:
    """Read what `profile` drives. Raises MapFileMissing, MapFileUnreadable or MapWithoutRoads."""
    check_map_file(path)
    reader = _Reader(profile)
    expected = max(1000, path.stat().st_size // _BYTES_AN_OBJECT[path.suffix.lower()])
    for count, _ in enumerate(_taken(path, reader)):
        if count % 5000 == 0:
            progress(count / (count + expected), "reading the map")
    if not reader.lines:
        if reader.ways_without_positions:
            raise MapFileUnreadable(path, _NO_POSITIONS)
        raise MapWithoutRoads(path, reader.way_count_read)
    return reader.extract()


def _taken(path: Path, reader: "_Reader") -> Iterator[None]:
    """Hand everything to `reader`, pausing after each object; osmium's errors become ours, the caller's stay theirs."""
    try:
        for found in _filtered(path):
            reader.take(found)
            yield
    except (RuntimeError, OSError, ValueError, osmium.InvalidLocationError) as error:
        raise MapFileUnreadable(path, _one_line(error)) from None


def check_map_file(path: Path) -> None:
    """Raise MapFileMissing or MapFileUnreadable for what can be told before reading."""
    if not path.exists():
        raise MapFileMissing(path)
    if not path.is_file():
        raise MapFileUnreadable(path, "not a file")
    if not path.name.lower().endswith(SUFFIXES):
        raise MapFileUnreadable(path, f"the name must end in one of {' '.join(SUFFIXES)}")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise MapFileUnreadable(path, _one_line(error)) from None
    if empty:
        raise MapFileUnreadable(path, "the file is empty")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _filtered(path: Path) -> Any:
    found = osmium.FileProcessor(str(path)).with_locations()
    for only, kind in (
        (osmium.filter.KeyFilter("highway", "route"), osmium.osm.WAY),
        (osmium.filter.KeyFilter(*_NODE_KEYS), osmium.osm.NODE),
        (osmium.filter.TagFilter(("type", "restriction")), osmium.osm.RELATION),
    ):
        only.enable_for(kind)
        found = found.with_filter(only)
    return found


class _Reader:
    """Collects columns while osmium hands over objects."""

    def __init__(self, profile: CarProfile) -> None:
        self.profile = profile
        self.way_count_read = 0
        self.ways_without_positions = 0
        self.lines: list[str] = []
        self._ways = array("q")
        self._behaviours: list[WayBehaviour] = []
        self._texts: dict[str, int] = {"": 0}
        self._text_of_way = array("i")
        self._refs = array("q")
        self._nodes = array("q")
        self._node_behaviours: list[NodeBehaviour] = []
        self._restrictions: list[RawRestriction] = []
        self._ignored: Counter[str] = Counter()
        self._behaviour_of_tags: dict[tuple[tuple[str, str], ...], WayBehaviour | None] = {}
        self._to_wkb = osmium.geom.WKBFactory().create_linestring

    def take(self, found: Any) -> None:
        if found.is_way():
            self._take_way(found)
        elif found.is_node():
            self._take_node(found)
        else:
            self._take_relation(found)

    def _take_way(self, way: Any) -> None:
        tags = _said(way.tags)
        if "highway" not in tags and tags.get("route") not in self.profile.route_speed_kmh:
            return
        self.way_count_read += 1
        behaviour = self._behaviour(tags)
        if behaviour is None:
            return
        refs = [node.ref for node in way.nodes]
        if len(refs) < 2:
            return
        try:
            pieces = [(refs, self._to_wkb(way, osmium.geom.ALL))]
        except osmium.InvalidLocationError:
            pieces = _located_pieces(way)
            self.ways_without_positions += not pieces
        texts = [self._texts.setdefault(text, len(self._texts)) for text in way_texts(tags, behaviour)]
        for piece_refs, line in pieces:
            self._ways.append(way.id)
            self._behaviours.append(behaviour)
            self._text_of_way.extend(texts)
            self._refs.extend(piece_refs)
            self.lines.append(line[2 * _WKB_HEAD :])

    def _behaviour(self, tags: Mapping[str, str]) -> WayBehaviour | None:
        key = tuple([pair for pair in tags.items() if pair[0] in BEHAVIOUR_KEYS])
        try:
            return self._behaviour_of_tags[key]
        except KeyError:
            behaviour = way_behaviour(dict(key), self.profile)
            self._behaviour_of_tags[key] = behaviour
            return behaviour

    def _take_node(self, node: Any) -> None:
        behaviour = node_behaviour(_said(node.tags), self.profile)
        if behaviour != NOTHING:
            self._nodes.append(node.id)
            self._node_behaviours.append(behaviour)

    def _take_relation(self, relation: Any) -> None:
        members = [(member.type, member.role, member.ref) for member in relation.members]
        found = parse_restriction(relation.id, _said(relation.tags), members, self.profile)
        if isinstance(found, str):
            self._ignored[found] += 1
        else:
            self._restrictions.extend(found)

    def extract(self) -> MapExtract:
        """Everything read, as columns."""
        points = np.frombuffer(bytes.fromhex("".join(self.lines)), dtype="<f8").reshape(-1, 2)
        lengths = [len(line) // 32 for line in self.lines]  # 16 bytes a point, two hex digits a byte
        lon_e7, lat_e7 = np.rint(points.T * 1e7).astype(np.int32)
        behaviours = self._behaviours
        name, ref, destination, spoken = np.array(self._text_of_way, dtype=np.int32).reshape(-1, 4).T
        return MapExtract(
            way=_int64(self._ways),
            first_point=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            forward_kmh=_float64([behaviour.forward_kmh for behaviour in behaviours]),
            backward_kmh=_float64([behaviour.backward_kmh for behaviour in behaviours]),
            road_class=np.array([behaviour.road_class for behaviour in behaviours], dtype=np.uint8),
            destination_only=np.array([behaviour.destination_only for behaviour in behaviours], dtype=np.bool_),
            duration_s=_float64([behaviour.duration_s for behaviour in behaviours]),
            flags=np.array([behaviour.flags for behaviour in behaviours], dtype=np.uint8),
            name=name,
            ref=ref,
            destination=destination,
            spoken=spoken,
            texts=tuple(self._texts),
            node=_int64(self._refs),
            lon_e7=lon_e7,
            lat_e7=lat_e7,
            node_rules=NodeRules.of(self._nodes, self._node_behaviours),
            restrictions=tuple(self._restrictions),
            way_count_read=self.way_count_read,
            restrictions_ignored=dict(self._ignored),
        )


def _said(tags: Any) -> dict[str, str]:
    """Tags with a value; one without says nothing, as in OSRM."""
    found = dict(tags)
    return {key: value for key, value in found.items() if value} if "" in found.values() else found


def _located_pieces(way: Any) -> list[tuple[list[int], str]]:
    """The stretches of at least two nodes whose positions are in the file, as hexadecimal well-known binary."""
    pieces: list[tuple[list[int], str]] = []
    refs: list[int] = []
    points: list[float] = []
    for node in [*way.nodes, None]:
        if node is not None and node.location.valid():
            refs.append(node.ref)
            points += (node.lon, node.lat)
            continue
        if len(refs) >= 2:
            pieces.append((refs, (b"\0" * _WKB_HEAD + np.array(points, dtype="<f8").tobytes()).hex()))
        refs, points = [], []
    return pieces


def _int64(values: Any) -> Int64Array:
    return np.array(values, dtype=np.int64)


def _float64(values: list[float]) -> Float64Array:
    return np.array(values, dtype=np.float64)
