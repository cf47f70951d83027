"""How somebody names roads of the map: arcs, OpenStreetMap ways, or an area; and the arcs that are meant."""

from typing import Annotated

import msgspec
import numpy as np

from app.services.errors import InvalidInput, at_most
from routing.arrays import Int32Array
from routing.network.changed_roads import Area, Direction, arcs_of_edges, edges_in_area, edges_of_ways
from routing.network.errors import InvalidArea
from routing.network.road_network import RoadNetwork


class Position(msgspec.Struct, frozen=True, array_like=True):
    """GeoJSON: longitude and latitude in degrees; an altitude behind them (RFC 7946, 3.1.1) is not looked at."""

    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]


Rings = list[list[Position]]
ArcId = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
WayId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class Polygon(msgspec.Struct, frozen=True, tag="Polygon", tag_field="type", forbid_unknown_fields=True):
    """GeoJSON: the outer ring, then holes."""

    coordinates: Rings


class MultiPolygon(msgspec.Struct, frozen=True, tag="MultiPolygon", tag_field="type", forbid_unknown_fields=True):
    """GeoJSON: polygons."""

    coordinates: list[Rings]


class NamedRoads(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of `arcs`, `ways`, `area` and `bbox`."""

    arcs: (
        Annotated[list[ArcId], msgspec.Meta(min_length=1, description="numbers that /v1/network/road answers")] | None
    ) = None
    ways: Annotated[list[WayId], msgspec.Meta(min_length=1, description="OpenStreetMap ways")] | None = None
    direction: Direction = "both"
    """Of ways: along the way as OpenStreetMap draws it, against it, or both."""
    area: Polygon | MultiPolygon | None = None
    """All roads that meet it, each from junction to junction, in both directions."""
    bbox: (
        tuple[
            Annotated[float, msgspec.Meta(ge=-180, le=180)],
            Annotated[float, msgspec.Meta(ge=-90, le=90)],
            Annotated[float, msgspec.Meta(ge=-180, le=180)],
            Annotated[float, msgspec.Meta(ge=-90, le=90)],
        ]
        | None
    ) = None
    """An area as west, south, east, north."""


class RoadLimits(msgspec.Struct, frozen=True):
    """How much one naming may hold."""

    roads: int
    points: int


def arcs_meant(named: NamedRoads, network: RoadNetwork) -> Int32Array:
    """Those of the named roads that the map has; none of what it has not. Raises InvalidArea."""
    if named.arcs is not None:
        arcs = np.unique(np.array(named.arcs, np.int64))
        return arcs[arcs < network.arc_count].astype(np.int32)
    if named.ways is not None:
        return arcs_of_edges(network, edges_of_ways(network, np.array(named.ways, np.int64)), named.direction)
    return arcs_of_edges(network, edges_in_area(network, _area(named)))


def check_roads(named: NamedRoads, network: RoadNetwork, limits: RoadLimits, field: str) -> Int32Array:
    """The arcs meant; every name must be known. Raises InvalidInput or LimitExceeded, naming the part of `field`."""
    given = [name for name in ("arcs", "ways", "area", "bbox") if getattr(named, name) is not None]
    if len(given) != 1:
        raise InvalidInput(
            f"{field} must name roads by one of arcs, ways, area and bbox, not {len(given)}", field=field
        )
    if named.direction != "both" and named.ways is None:
        raise InvalidInput(
            f"{field}.direction goes with ways; an arc has its own, an area both", field=f"{field}.direction"
        )
    where = f"{field}.{given[0]}"
    at_most(where, max(len(named.arcs or ()), len(named.ways or ())), limits.roads, "BEATPLAN_MAX_SPEED_ROADS")
    at_most(where, _corners(named), limits.points, "BEATPLAN_MAX_AREA_POINTS", what=f"corners of {where}")
    try:
        arcs = arcs_meant(named, network)
    except InvalidArea as error:
        raise InvalidInput(f"{where} is {error}", field=where) from None
    _check_known(named, network, arcs, where)
    return arcs


def _check_known(named: NamedRoads, network: RoadNetwork, arcs: Int32Array, where: str) -> None:
    unknown, text = None, ""
    if named.arcs is not None:
        unknown = next((i for i, arc in enumerate(named.arcs) if arc >= network.arc_count), None)
        text = f"the arcs of this map are 0 to {network.arc_count - 1}"
    elif named.ways is not None:
        on_map = np.isin(named.ways, network.osm_way_of_edge)
        meant = np.isin(named.ways, network.osm_way_of_edge[network.edge_of_arc[arcs]])
        unknown = next((i for i, found in enumerate(meant) if not found), None)
        if unknown is not None:
            text = f"it is one-way, not {named.direction}" if on_map[unknown] else "no road of this map is of that way"
    elif not arcs.size:
        raise InvalidInput(f"{where}: no road of this map meets it", field=where, code="unknown_road")
    if unknown is not None:
        value = (named.arcs or named.ways or [])[unknown]
        raise InvalidInput(f"{where}[{unknown}] is {value}: {text}", field=f"{where}[{unknown}]", code="unknown_road")


def _area(named: NamedRoads) -> Area:
    if named.bbox is not None:
        return Area.box(*named.bbox)
    return Area.of([[[(at.lon, at.lat) for at in ring] for ring in rings] for rings in _polygons(named)])


def _polygons(named: NamedRoads) -> list[Rings]:
    if named.area is None:
        return []
    return [named.area.coordinates] if isinstance(named.area, Polygon) else named.area.coordinates


def _corners(named: NamedRoads) -> int:
    return sum(len(ring) for polygon in _polygons(named) for ring in polygon)
