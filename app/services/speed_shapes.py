"""Live speeds as shapes for a map: areas as they were drawn, streets along their lines."""

from typing import Literal

import msgspec
import numpy as np

from app.services.company import open_company
from app.services.company_map import Maps
from app.services.live_speeds import arcs_of_change
from app.services.named_roads import MultiPolygon, NamedRoads, Polygon, Position
from app.storage.records import SpeedChange
from app.storage.unit_of_work import Storage
from routing.network.edge_shapes import edge_part
from routing.network.road_network import RoadNetwork
from routing.network.store import StoredNetwork

Effect = Literal["closed", "slower", "faster", "speed"]


class MultiLineString(msgspec.Struct, frozen=True, tag="MultiLineString", tag_field="type"):
    """GeoJSON: lines of longitude and latitude."""

    coordinates: list[list[tuple[float, float]]]


class ShapeFacts(msgspec.Struct, frozen=True):
    """Which live speed it is, and what it does."""

    id: int
    effect: Effect
    label: str


class SpeedShape(msgspec.Struct, frozen=True, tag="Feature", tag_field="type"):
    """One live speed."""

    geometry: Polygon | MultiPolygon | MultiLineString
    properties: ShapeFacts


class SpeedShapes(msgspec.Struct, frozen=True, tag="FeatureCollection", tag_field="type"):
    """GeoJSON of all that are in effect, oldest first."""

    features: list[SpeedShape]


def speed_shapes(storage: Storage, maps: Maps, organisation_id: int) -> SpeedShapes:
    """Raises NotReady where there is no map."""
    company = open_company(storage, maps, organisation_id)
    return SpeedShapes([_shape(one, company.map.stored) for one in company.map.speeds.said])


def _shape(change: SpeedChange, stored: StoredNetwork) -> SpeedShape:
    return SpeedShape(_geometry(change, stored), ShapeFacts(change.id, _effect(change), change.label))


def _effect(change: SpeedChange) -> Effect:
    if change.closed:
        return "closed"
    if change.factor is None:
        return "speed"
    return "slower" if change.factor < 1 else "faster"


def _geometry(change: SpeedChange, stored: StoredNetwork) -> Polygon | MultiPolygon | MultiLineString:
    roads = msgspec.convert(change.roads, NamedRoads)
    if roads.area is not None:
        return roads.area
    if roads.bbox is not None:
        west, south, east, north = roads.bbox
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        return Polygon([[Position(*corner) for corner in corners]])
    edges = np.unique(stored.network.edge_of_arc[arcs_of_change(change, stored)])
    return MultiLineString([_line(stored.network, edge) for edge in edges.tolist()])


def _line(network: RoadNetwork, edge: int) -> list[tuple[float, float]]:
    lon, lat = edge_part(network, edge, 0.0, 1.0)
    return list(zip(lon.tolist(), lat.tolist(), strict=True))
