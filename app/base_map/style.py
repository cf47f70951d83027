"""The MapLibre style of the base map: quiet colours, so that territories and routes stand out."""

from typing import Any

_CASING, _MINOR = "#cfc8bd", "#ffffff"
_ROADS: tuple[tuple[str, tuple[str, ...], str, tuple[tuple[int, float], ...]], ...] = (
    # id, classes, colour, line width by zoom
    ("track", ("track", "other"), "#e6e0d5", ((13, 0.5), (16, 2))),
    ("service", ("service",), _MINOR, ((13, 0.5), (16, 4))),
    ("street", ("unclassified", "residential", "living_street"), _MINOR, ((11, 0.5), (14, 2.5), (17, 12))),
    ("tertiary", ("tertiary", "tertiary_link"), _MINOR, ((9, 0.8), (11, 1.4), (14, 4), (17, 14))),
    ("secondary", ("secondary", "secondary_link"), "#f6e1a0", ((7, 0.7), (10, 1.5), (14, 5), (17, 16))),
    ("primary", ("primary", "primary_link"), "#f3cf7c", ((5, 0.8), (10, 2), (14, 6), (17, 18))),
    ("trunk", ("trunk", "trunk_link"), "#efb665", ((4, 1.0), (10, 2.4), (14, 6), (17, 18))),
    ("motorway", ("motorway", "motorway_link"), "#e68f56", ((4, 1.2), (10, 2.8), (14, 7), (17, 20))),
)
_LAND, _WATER = "#f3efe8", "#bfd8e6"
_FONT = ["Noto Sans", "Helvetica", "Arial", "sans-serif"]


def map_style(
    tiles_url: str, frame: tuple[float, float, float, float], attribution: str, in_the_sea: bool = False
) -> dict[str, Any]:
    """A style whose only source is our own tiles; without a glyph address the browser draws text in a local font.

    `frame` is the part of the world that has tiles; beyond it there is sea or land.
    """
    source = {
        "type": "vector",
        "tiles": [tiles_url],
        "minzoom": 0,
        "maxzoom": 15,
        "bounds": list(frame),
        "attribution": attribution,
    }
    return {"version": 8, "name": "Beatplan", "sources": {"beatplan": source}, "layers": _layers(in_the_sea)}


def _layers(in_the_sea: bool) -> list[dict[str, Any]]:
    outside, ground = (_WATER, _LAND) if in_the_sea else (_LAND, _WATER)
    return [
        {"id": "background", "type": "background", "paint": {"background-color": outside}},
        _area("ground", ground),
        _area("ice", "#fbfdfe"),
        _area("wood", "#dce6cf"),
        _area("park", "#dfeed6"),
        _area("water", _WATER),
        _line("river", None, "#a9cbdd", ((8, 0.8), (14, 3))),
        _line("coastline", None, "#8fb3c9", ((0, 0.6), (14, 1.5))),
        _line("road", ("ferry",), "#7aa2bd", ((6, 0.8), (14, 1.5)), layer_id="ferry", dashed=True),
        *(_line("road", classes, _CASING, _wider(widths), f"{name}-casing") for name, classes, _, widths in _ROADS[2:]),
        *(_line("road", classes, colour, widths, name) for name, classes, colour, widths in _ROADS),
        _street_names(),
        _place_names("place-name", ["!=", ["get", "kind"], "city"], ["match", ["get", "kind"], "town", 13.5, 11.5]),
        _place_names("city-name", ["==", ["get", "kind"], "city"], 16),
    ]


def _area(source_layer: str, colour: str) -> dict[str, Any]:
    paint = {"fill-color": colour}
    return {"id": source_layer, "type": "fill", "source": "beatplan", "source-layer": source_layer, "paint": paint}


def _line(
    source_layer: str,
    classes: tuple[str, ...] | None,
    colour: str,
    widths: tuple[tuple[int, float], ...],
    layer_id: str | None = None,
    dashed: bool = False,
) -> dict[str, Any]:
    width: list[Any] = ["interpolate", ["exponential", 1.5], ["zoom"]]
    for zoom, pixels in widths:
        width += [zoom, pixels]
    layer: dict[str, Any] = {
        "id": layer_id or source_layer,
        "type": "line",
        "source": "beatplan",
        "source-layer": source_layer,
        "layout": {"line-cap": "butt" if dashed else "round", "line-join": "round"},
        "paint": {"line-color": colour, "line-width": width, **({"line-dasharray": [3, 3]} if dashed else {})},
    }
    if classes:
        layer["filter"] = ["in", ["get", "class"], ["literal", list(classes)]]
    return layer


def _wider(widths: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
    return tuple((zoom, pixels + (0.6 if zoom < 12 else 1.6)) for zoom, pixels in widths)


def _street_names() -> dict[str, Any]:
    return {
        "id": "street-name",
        "type": "symbol",
        "source": "beatplan",
        "source-layer": "road",
        "minzoom": 14,
        "filter": ["!=", ["get", "name"], ""],
        "layout": {"symbol-placement": "line", "text-field": ["get", "name"], "text-font": _FONT, "text-size": 11},
        "paint": {"text-color": "#6b6459", "text-halo-color": "#ffffff", "text-halo-width": 1.2},
    }


def _place_names(layer_id: str, wanted: list[Any], size: Any) -> dict[str, Any]:
    return {
        "id": layer_id,
        "type": "symbol",
        "source": "beatplan",
        "source-layer": "place",
        "filter": wanted,
        "layout": {
            "text-field": ["get", "name"],
            "text-font": _FONT,
            "text-size": size,
            "symbol-sort-key": ["get", "rank"],
        },
        "paint": {"text-color": "#4a453d", "text-halo-color": "#ffffff", "text-halo-width": 1.5},
    }
