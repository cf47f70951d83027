"""The OSM file: nodes, ways and relations with ascending ids, nothing in it that depends on when it was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Relation, Way

from routing.arrays import Float64Array, Int64Array
from routing.network.synthetic.shapes import lon_lat_e7
from routing.progress import Progress

GENERATOR = "beatplan synthetic region"
WHAT = "Writing the synthetic region"


@dataclass(slots=True)
class OsmData:
    """OSM objects in the plane; ids count from 1 in the order of adding."""

    xy: list[Float64Array] = field(default_factory=list)
    node_tags: dict[int, Mapping[str, str]] = field(default_factory=dict)
    ways: list[tuple[list[int], Mapping[str, str]]] = field(default_factory=list)
    relations: list[tuple[list[tuple[str, int, str]], Mapping[str, str]]] = field(default_factory=list)

    def add_node(self, point: Float64Array, tags: Mapping[str, str] | None = None) -> int:
        self.xy.append(point)
        if tags:
            self.node_tags[len(self.xy)] = tags
        return len(self.xy)

    def add_way(self, refs: list[int], tags: Mapping[str, str]) -> int:
        self.ways.append((refs, tags))
        return len(self.ways)

    def add_relation(self, members: list[tuple[str, int, str]], tags: Mapping[str, str]) -> int:
        self.relations.append((members, tags))
        return len(self.relations)

    def add_area(self, ring: Float64Array, tags: Mapping[str, str]) -> int:
        """A closed way; `ring` repeats its first point at the end."""
        refs = [self.add_node(point) for point in ring[:-1]]
        return self.add_way([*refs, refs[0]], tags)


def write_osm(path: Path, data: OsmData, progress: Progress) -> None:
    """Write `data`; the format follows the name's ending (.osm.pbf, .osm, .osm.gz ...).

    Replaces what is there in one step; work that is stopped leaves nothing behind.
    """
    lon, lat = lon_lat_e7(np.array(data.xy))
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    header.add_box(osmium.osm.Box(lon.min() / 1e7, lat.min() / 1e7, lon.max() / 1e7, lat.max() / 1e7))
    partial = path.with_name(f"partial-{path.name}")
    try:
        with osmium.SimpleWriter(str(partial), header=header, overwrite=True) as writer:
            _write_objects(writer, data, lon, lat, progress)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    progress(1.0, WHAT)


def _write_objects(
    writer: osmium.SimpleWriter, data: OsmData, lon: Int64Array, lat: Int64Array, progress: Progress
) -> None:
    total = len(data.xy) + len(data.ways)
    for index, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True), start=1):
        writer.add_node(Node(id=index, version=1, location=(x / 1e7, y / 1e7), tags=data.node_tags.get(index, {})))
        if index % 10_000 == 0:
            progress(index / total, WHAT)
    for index, (refs, tags) in enumerate(data.ways, start=1):
        writer.add_way(Way(id=index, version=1, nodes=refs, tags=tags))
    for index, (members, tags) in enumerate(data.relations, start=1):
        writer.add_relation(Relation(id=index, version=1, members=members, tags=tags))
