"""OSM files from ASCII pictures, in the spirit of Valhalla's gurka.

    drawn = draw(tmp_path, '''
        a--b--c
           |
           d
    ''', ways={"abc": {"highway": "primary"}, "bd": {}}, restrictions=[Ban("no_left_turn", "abc", "b", "bd")])

A letter is a node, everything else is decoration. A column is 20 m wide, a line 30 m high, so that
`a--b` and the same upright are 60 m. A way is named by its nodes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from xml.sax.saxutils import quoteattr

COLUMN_M, LINE_M = 20.0, 30.0
METRES_PER_DEGREE_EAST, METRES_PER_DEGREE_NORTH = 111_319.491, 110_574.276  # of WGS 84 at the equator
Tags = Mapping[str, str]


@dataclass(frozen=True)
class Ban:
    """A restriction relation: via a node ("b") or a list of ways (["bc"]). `tags` replace the restriction tag."""

    kind: str
    from_way: str
    via: str | Sequence[str]
    to_way: str
    tags: Tags | None = None


@dataclass(frozen=True)
class Drawn:
    path: Path
    node_of_letter: dict[str, int]
    way_of_name: dict[str, int]

    def letter(self, node: int) -> str:
        return next(letter for letter, number in self.node_of_letter.items() if number == node)


def draw(
    folder: Path,
    picture: str,
    ways: Mapping[str, Tags],
    nodes: Mapping[str, Tags] | None = None,
    restrictions: Sequence[Ban] = (),
    name: str = "drawn.osm",
    scale: float = 1.0,
) -> Drawn:
    """Write the picture as an OSM file, `scale` times as large. Ways without highway or route tag are residential."""
    places = {
        letter: (column * COLUMN_M * scale, -row * LINE_M * scale)
        for row, line in enumerate(dedent(picture).splitlines())
        for column, letter in enumerate(line)
        if letter.isalnum()
    }
    node_of_letter = {letter: 100 + index for index, letter in enumerate(sorted(places))}
    way_of_name = {way: 1000 + index for index, way in enumerate(ways)}
    lines = [node_xml(node, *places[letter], (nodes or {}).get(letter, {})) for letter, node in node_of_letter.items()]
    for way, tags in ways.items():
        road = {} if {"highway", "route"} & set(tags) else {"highway": "residential"}
        lines.append(way_xml(way_of_name[way], [node_of_letter[letter] for letter in way], {**road, **tags}))
    for index, ban in enumerate(restrictions):
        if isinstance(ban.via, str):
            via = [("node", "via", node_of_letter[ban.via])]
        else:
            via = [("way", "via", way_of_name[way]) for way in ban.via]
        members = [("way", "from", way_of_name[ban.from_way]), *via, ("way", "to", way_of_name[ban.to_way])]
        tags = ban.tags if ban.tags is not None else {"restriction": ban.kind}
        lines.append(relation_xml(5000 + index, members, {"type": "restriction", **tags}))
    path = folder / name
    write_osm(path, lines)
    return Drawn(path, node_of_letter, way_of_name)


def write_osm(path: Path, lines: Sequence[str]) -> None:
    """Write elements (nodes, ways, relations in this order) as an OSM XML file."""
    path.write_text("\n".join(["<?xml version='1.0'?>", "<osm version='0.6'>", *lines, "</osm>", ""]))


def node_xml(node: int, x_m: float, y_m: float, tags: Tags) -> str:
    """A node so many metres from 0, 0."""
    lon, lat = lon_lat(x_m, y_m)
    return f"<node id='{node}' version='1' lon='{lon:.7f}' lat='{lat:.7f}'>{_tags(tags)}</node>"


def lon_lat(x_m: float, y_m: float) -> tuple[float, float]:
    """Degrees of a place so many metres east and north of 0, 0, where the grid is square."""
    return x_m / METRES_PER_DEGREE_EAST, y_m / METRES_PER_DEGREE_NORTH


def way_xml(way: int, nodes: Sequence[int], tags: Tags) -> str:
    refs = "".join(f"<nd ref='{node}'/>" for node in nodes)
    return f"<way id='{way}' version='1'>{refs}{_tags(tags)}</way>"


def relation_xml(relation: int, members: Sequence[tuple[str, str, int]], tags: Tags) -> str:
    text = "".join(f"<member type='{type_}' role='{role}' ref='{ref}'/>" for type_, role, ref in members)
    return f"<relation id='{relation}' version='1'>{text}{_tags(tags)}</relation>"


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
