"""What is asked of Overpass so that its answer serves as a map file, and its answer written as one."""

from pathlib import Path
from typing import Any

import osmium

from routing.network.places import RULES

_VISITED_KEYS = (*dict.fromkeys(key for key, _, _ in RULES if key != "amenity"), "addr:housenumber")
_VISITED_AMENITIES = "|".join(sorted({value for key, _, values in RULES if key == "amenity" for value in values}))
_BACKDROP = (
    '["natural"~"^(water|wood|glacier|coastline)$"]',
    '["waterway"~"^(river|canal|riverbank|dock)$"]',
    '["landuse"~"^(forest|reservoir)$"]',
    '["leisure"="park"]',
)
_TYPES = {"node": "n", "way": "w", "relation": "r"}

Element = dict[str, Any]


def query(polygon: str, timeout_s: float) -> str:
    """Overpass QL for all that the importer, the places, the addresses and the backdrop read.

    `polygon` is "lat lon lat lon …". Ways come with all their nodes, tagged or not; turn restrictions are those of the
    roads found; areas made of several ways come with these.
    """
    area = f'(poly:"{polygon}")'
    visited = "".join(f'nwr["{key}"]["name"]{area};' for key in _VISITED_KEYS if not key.startswith("addr"))
    return (
        f"[out:json][timeout:{max(1, int(timeout_s))}];"
        f'(way["highway"]{area};way["route"~"^(ferry|shuttle_train)$"]{area};)->.roads;'
        'rel(bw.roads)["type"="restriction"]->.restrictions;'
        f'({visited}nwr["amenity"~"^({_VISITED_AMENITIES})$"]["name"]{area};nwr["addr:housenumber"]{area};'
        f'node["place"]["name"]{area};)->.visited;'
        f"({''.join(f'wr{tags}{area};' for tags in _BACKDROP)})->.backdrop;"
        "(.roads;.visited;.backdrop;);(._;>;)->.all;"
        "(.all;.restrictions;);out body qt;"
    )


def write_map(path: Path, elements: list[Element]) -> None:
    """Write elements of Overpass answers as the map file `path`: nodes, ways, relations, each once and by id.

    Raises KeyError, TypeError or ValueError for elements that are none.
    """
    found = {(str(element["type"]), int(element["id"])): element for element in elements}
    with osmium.SimpleWriter(str(path)) as writer:
        for kind in _TYPES:
            for key in sorted(key for key in found if key[0] == kind):
                _add(writer, *key, found[key])


def _add(writer: Any, kind: str, osm_id: int, element: Element) -> None:
    tags = {str(key): str(value) for key, value in element.get("tags", {}).items()}
    told: dict[str, Any] = {"id": osm_id, "version": 1, "visible": True, "tags": tags}
    if kind == "node":
        lon, lat = float(element["lon"]), float(element["lat"])
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise ValueError(f"node {osm_id} lies at {lon} {lat}")
        writer.add_node(osmium.osm.mutable.Node(**told, location=(lon, lat)))
    elif kind == "way":
        nodes = [int(node) for node in element["nodes"]]
        writer.add_way(osmium.osm.mutable.Way(**told, nodes=nodes))
    else:
        members = [(_TYPES[part["type"]], int(part["ref"]), str(part["role"])) for part in element["members"]]
        writer.add_relation(osmium.osm.mutable.Relation(**told, members=members))
