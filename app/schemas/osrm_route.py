"""A path as OSRM's route object: the same members in the same order as osrm-routed 26.10 writes them.

{geometry?, legs: [{steps, weight, summary, duration, distance}], weight_name, weight, duration, distance}
with legs of {annotation?, geometry?, duration, summary, weight, distance, steps} where they have one of the first two
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.schemas.osrm_annotation import ANNOTATIONS, annotation_json
from app.schemas.osrm_line import Geometries, Overview, drawn, line_json, overview_json
from app.schemas.osrm_step import Place, steps_json
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.path import Path
from routing.guidance.guide import Guide
from routing.guidance.path_line import PathLine, direction_at_begin, path_line
from routing.guidance.steps import guide_leg
from routing.warm import ends_of_streets, two_streets

WEIGHT_NAME = "duration"
"""A path is chosen by its time and nothing else, so every weight is a duration."""


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What a request wants to be told of a route; the defaults are OSRM's."""

    steps: bool = False
    geometries: Geometries = "polyline"
    overview: Overview = "simplified"
    annotations: tuple[str, ...] = ()
    """Of ANNOTATIONS."""


def route_json(
    guide: Guide, paths: Sequence[Path], options: RouteOptions, asked: Sequence[Place] | None = None
) -> dict[str, Any]:
    """OSRM's route object of a drive over `paths`, one leg each.

    `asked` are the places that were asked for, one more than paths: with them an arrival tells the side of the road.
    """
    lines = [path_line(guide.network, path) for path in paths]
    sides: Sequence[Place | None] = asked if asked is not None else [None] * (len(paths) + 1)
    legs = [
        _leg(guide, path, line, options, (begin, end))
        for path, line, begin, end in zip(paths, lines, sides[:-1], sides[1:], strict=True)
    ]
    duration_s = _tenths(sum(path.duration_ms for path in paths))
    route: dict[str, Any] = {}
    if options.overview in {"simplified", "full"}:
        columns = [drawn(line.lon_e7, line.lat_e7) for line in lines]
        route["geometry"] = overview_json(columns, options.geometries, simple=options.overview == "simplified")
    route["legs"] = legs
    route["weight_name"] = WEIGHT_NAME
    route["weight"] = route["duration"] = duration_s
    route["distance"] = sum(path.distance_dm for path in paths) / 10
    return route


def _leg(
    guide: Guide, path: Path, line: PathLine, options: RouteOptions, asked: tuple[Place | None, Place | None]
) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    summary = ""
    if options.steps:
        guidance = guide_leg(guide, path)
        standing = None if line.lon_e7.size > 1 else direction_at_begin(guide.network, path)
        steps = steps_json(guidance, line, options.geometries, *asked, standing)
        summary = guidance.drive.summary if standing is None else ""
    duration_s, distance_m = _tenths(path.duration_ms), path.distance_dm / 10
    leg: dict[str, Any] = {}
    if options.annotations:
        leg["annotation"] = annotation_json(guide.network, path, line, options.annotations)
    if options.overview == "by_legs":
        leg["geometry"] = line_json(*drawn(line.lon_e7, line.lat_e7), options.geometries)
    if leg:
        members = {"duration": duration_s, "summary": summary, "weight": duration_s, "distance": distance_m}
        return {**leg, **members, "steps": steps}
    members = {"weight": duration_s, "summary": summary, "duration": duration_s, "distance": distance_m}
    return {"steps": steps, **members}


def _tenths(duration_ms: int) -> float:
    """Seconds to the tenth, as OSRM writes them."""
    return (duration_ms + 50) // 100 / 10


def warm_routes() -> None:
    """Compile ahead."""
    network = two_streets()
    paths = DijkstraEngine(network, threads=1).paths_through(ends_of_streets())
    route_json(Guide.of(network), paths, RouteOptions(steps=True, overview="full", annotations=ANNOTATIONS))
