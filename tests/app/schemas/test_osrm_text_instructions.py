"""Steps as osrm-text-instructions reads them, which navigation apps and leaflet-routing-machine word them with."""

from collections import Counter

import msgspec
import numpy as np
import pytest

from app.schemas.osrm_route import RouteOptions, route_json
from routing.engine.errors import NoRoute
from routing.engine.hierarchy.stored import stored_hierarchy
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.guidance.guide import Guide
from routing.network.edge_shapes import snapped_points
from tests.helpers.driving_truth import random_places
from tests.helpers.npm_clients import client_files, run_script
from tests.helpers.real_maps import RealMaps

ROUTES = 120
KINDS = {
    "monaco": {"depart", "arrive", "turn", "end of road", "fork", "new name", "roundabout", "roundabout turn"},
    "porto": {"depart", "arrive", "turn", "end of road", "fork", "on ramp", "off ramp", "merge", "roundabout"},
}
"""What occurs among them, so that the test says something."""


def as_clients_read(route: dict) -> dict:
    """Parts of it are JSON already."""
    return msgspec.json.decode(msgspec.json.encode(route))


def legs_of(real_maps: RealMaps, name: str) -> list[dict]:
    """A leg each of random routes, with its steps; sides of arrivals as for places beside the road."""
    stored, rng = real_maps[name], np.random.default_rng(5)
    network, guide = stored.network, Guide.of(stored.network)
    engine, legs = HierarchyEngine(network, stored_hierarchy(stored), threads=1), []
    places = random_places(network, 2 * ROUTES, rng)
    lon, lat = snapped_points(network, places)
    asked = list(zip((lon + rng.normal(0, 2e-4, lon.size)).tolist(), lat.tolist(), strict=True))
    for i in range(0, 2 * ROUTES, 2):
        try:
            paths = engine.paths_through(places.take(np.array([i, i + 1], np.int32)))
        except NoRoute:
            continue
        shown = RouteOptions(steps=True, overview="false")
        legs += as_clients_read(route_json(guide, paths, shown, asked[i : i + 2]))["legs"]
    return legs


@pytest.mark.parametrize("name", KINDS)
def test_every_step_has_its_words_in_every_language(real_maps, name):
    client_files("osrm-text-instructions")
    legs = legs_of(real_maps, name)
    steps = [step for leg in legs for step in leg["steps"]]
    kinds = Counter(step["maneuver"]["type"] for step in steps)
    assert len(legs) > 0.8 * ROUTES
    assert kinds.keys() >= KINDS[name], kinds
    texts = run_script("compile_instructions.js", legs)
    assert {"en", "de", "fr", "pt-PT"} <= texts.keys()
    for language, told in texts.items():
        assert len(told) == len(steps)
        for step, text in zip(steps, told, strict=True):
            wrong = not text.strip() or any(part in text for part in ("undefined", "null", "NaN", "{", "}", "<", "  "))
            assert not wrong, f"{name}, {language}: {text!r} of {step['maneuver']} {step['name']!r}"
    for step, text in zip(steps, texts["en"], strict=True):
        modifier = step["maneuver"].get("modifier", "")
        if step["maneuver"]["type"] == "turn" and modifier in ("left", "right"):
            assert f" {modifier}" in text, f"{text!r} of {step['maneuver']}"
        if step["name"] and step["maneuver"]["type"] == "turn":
            signed = step.get("destinations", step["name"]).split(",")[0]
            assert signed in text, f"{text!r} leaves out {signed!r}"
