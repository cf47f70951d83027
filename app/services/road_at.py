"""The road at a point: the names by which its speed can be changed, and what is driven there at present."""

import msgspec

from app.services.company_map import CompanyMap
from app.services.errors import OutsideNetwork
from app.services.polyline import encode_polyline
from routing.network.edge_shapes import edge_part
from routing.network.errors import PointOutsideNetwork
from routing.network.road_network import CLOSED_MS, ROAD_CLASSES


class ArcView(msgspec.Struct, frozen=True):
    """One direction of the road."""

    arc: int
    speed_kmh: float
    """By the map, lights on the way included."""
    speed_now_kmh: float | None
    """With what is in effect; null while it is closed."""


class RoadView(msgspec.Struct, frozen=True):
    """The stretch of a road between two junctions."""

    way_id: int | None
    """Of OpenStreetMap, where the road is from there."""
    name: str
    road_class: str
    forward: ArcView | None
    """Along the way; null where it may not be driven."""
    backward: ArcView | None
    distance_m: float
    """From the point to the road."""
    geometry: str
    """Polyline with precision 6."""


def road_at(company_map: CompanyMap, lon: float, lat: float, radius_m: float) -> RoadView:
    """The nearest road of any class but ferries, closed ones too. Raises OutsideNetwork."""
    try:
        snap = company_map.opened.road_snapping.snap(lon, lat, radius_m)
    except PointOutsideNetwork as error:
        raise OutsideNetwork("lon, lat", error.distance_m, error.radius_m) from None
    network, edge = company_map.network, int(snap.edge[0])
    way = int(network.osm_way_of_edge[edge])
    return RoadView(
        way_id=way if way > 0 else None,
        name=network.name(edge),
        road_class=ROAD_CLASSES[network.road_class_of_edge[edge]],
        forward=_arc(company_map, int(network.forward_arc[edge])),
        backward=_arc(company_map, int(network.backward_arc[edge])),
        distance_m=round(float(snap.distance_m[0]), 1),
        geometry=encode_polyline(*edge_part(network, edge, 0.0, 1.0)),
    )


def _arc(company_map: CompanyMap, arc: int) -> ArcView | None:
    if arc < 0:
        return None
    plain, now = company_map.stored.network, company_map.network
    dm, now_ms = int(plain.length_dm[arc]), int(now.duration_ms[arc])
    present = None if now_ms >= CLOSED_MS else round(dm * 360 / now_ms, 1)
    return ArcView(arc, round(dm * 360 / int(plain.duration_ms[arc]), 1), present)
