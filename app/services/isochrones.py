"""Areas that can be reached from a place in time, or from which it can be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np

from app.services.company import open_company
from app.services.company_map import Maps
from app.services.errors import InvalidInput, at_most
from app.services.local_time import moment_meant
from app.services.named_roads import MultiPolygon, Position
from app.services.times_of_day import TimesOfDay
from app.services.whereabouts import Whereabouts, place_meant
from app.storage.unit_of_work import Storage
from routing.network.edge_shapes import snapped_points
from routing.reach.isochrones import AreaOptions, Polygon, areas
from routing.reach.reach import Direction, Reach

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class IsochroneLimits:
    """How much may be asked, and how finely it is drawn."""

    minutes: int
    bands: int
    nodes: int
    off_road_m: float
    snap_radius_m: float


@dataclass(frozen=True, slots=True)
class IsochroneWish:
    """What is asked. `off_road_m` None: see settings."""

    minutes: Sequence[int]
    direction: Direction
    off_road_m: float | None
    depart_at: datetime | None
    """On the organisation's clock where it names no zone."""


class IsochroneFacts(msgspec.Struct, frozen=True):
    """Which area it is."""

    minutes: int
    direction: Direction


class Isochrone(msgspec.Struct, frozen=True, tag="Feature", tag_field="type"):
    """All that lies within some minutes."""

    geometry: MultiPolygon
    properties: IsochroneFacts


class Isochrones(msgspec.Struct, frozen=True, tag="FeatureCollection", tag_field="type"):
    """GeoJSON, the largest area first, so that the others are drawn over it; each holds all that follow."""

    features: list[Isochrone]
    origin: tuple[float, float]
    """Longitude and latitude of the place on its street."""
    snap_distance_m: float
    """From the place asked for to that street."""


class DrawIsochrones:
    """By the speeds in effect, or those of a moment to come."""

    def __init__(self, storage: Storage, maps: Maps, times: TimesOfDay, limits: IsochroneLimits) -> None:
        self._storage, self._maps, self._times, self._limits = storage, maps, times, limits

    def __call__(self, organisation_id: int, where: Whereabouts, wish: IsochroneWish) -> Isochrones:
        """Raises InvalidInput, LimitExceeded, NotFound, OutsideNetwork; NotReady for a moment without speeds by it."""
        minutes, limits = sorted(set(wish.minutes), reverse=True), self._limits
        if not minutes or minutes[-1] < 1:
            raise InvalidInput("minutes must be whole numbers from 1 on", field="minutes")
        at_most("minutes", minutes[0], limits.minutes, "BEATPLAN_MAX_ISOCHRONE_MINUTES")
        at_most("minutes", len(minutes), limits.bands, "BEATPLAN_MAX_ISOCHRONE_BANDS", what="number of minutes")
        off_road_m = limits.off_road_m if wish.off_road_m is None else wish.off_road_m
        at_most("off_road_m", off_road_m, limits.snap_radius_m, "BEATPLAN_SNAP_RADIUS_M")
        depart_at = wish.depart_at
        if depart_at is not None:
            self._times.required()
        company = open_company(
            self._storage,
            self._maps,
            organisation_id,
            None if depart_at is None else lambda own: moment_meant(depart_at, own.time_zone, "depart_at"),
        )
        with self._storage.reading(organisation_id) as work:
            place = place_meant(work, company.map, where, limits.snap_radius_m)
        if depart_at is None:
            reach = company.map.reach
        else:
            moment = moment_meant(depart_at, company.organisation.time_zone, "depart_at")
            reach = Reach(self._times.network_at(company, moment))  # 20 ms for a city
        times = reach.times(place, minutes[0] * 60_000, wish.direction)
        options = AreaOptions(off_road_m=off_road_m, most_nodes=limits.nodes)
        found = areas(company.map.snapping, times, [one * 60_000 for one in minutes], options)
        lon, lat = snapped_points(company.map.network, place)
        return Isochrones(
            [
                Isochrone(_geojson(polygons), IsochroneFacts(one, wish.direction))
                for one, polygons in zip(minutes, found, strict=True)
            ],
            (round(float(lon[0]), _DIGITS), round(float(lat[0]), _DIGITS)),
            round(float(place.distance_m[0]), 1),
        )


def _geojson(polygons: list[Polygon]) -> MultiPolygon:
    return MultiPolygon(
        [[[Position(*at) for at in np.round(ring, _DIGITS).tolist()] for ring in polygon] for polygon in polygons]
    )
