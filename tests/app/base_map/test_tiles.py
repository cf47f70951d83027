"""Tiles, decoded again and compared with the network that they show."""

import threading
from collections import Counter

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from app.base_map import tiles as module
from app.base_map.mercator import EXTENT, Tile
from app.base_map.style import map_style
from app.base_map.tiles import FIRST_ZOOM, TileMaker
from app.services.company import open_company
from routing.network.edge_shapes import edge_part
from routing.network.parts import BACKDROP
from routing.network.road_network import ROAD_CLASSES


@pytest.fixture(scope="module")
def found(prepared_company):
    app = prepared_company.app
    return open_company(app.storage, app.maps, prepared_company.organisation_id).map


@pytest.fixture
def maker(found, tmp_path):
    return TileMaker(found.network, found.stored.read(BACKDROP), tmp_path)


def decode(content: bytes) -> dict:
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})


def tiles_of(network, z: int) -> list[Tile]:
    lon, lat = np.asarray(network.shape_lon_e7) / 1e7, np.asarray(network.shape_lat_e7) / 1e7
    side = 1 << z
    x = ((lon + 180) / 360 * side).astype(int)
    y = ((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * side).astype(int)
    return [Tile(z, int(a), int(b)) for a, b in np.unique(np.stack([x, y], axis=1), axis=0)]


@pytest.mark.parametrize("z", [10, 12, 14])
def test_every_edge_is_drawn_where_it_lies(found, maker, z):
    network = found.network
    shown = np.array([FIRST_ZOOM[name] <= z for name in ROAD_CLASSES])[network.road_class_of_edge]
    inside = shapely.box(0, 0, EXTENT, EXTENT)
    for tile in tiles_of(network, z)[::3]:
        layer = decode(maker.tile(tile)).get("road", {"features": []})
        near = shapely.union_all([shape(one["geometry"]) for one in layer["features"]]).buffer(10)
        shapely.prepare(near)
        for edge in np.flatnonzero(shown)[::3]:
            lon, lat = edge_part(network, int(edge), 0.0, 1.0)
            line = shapely.LineString(tile.pixels(np.asarray(lon), np.asarray(lat))).intersection(inside)
            assert line.is_empty or near.covers(line), f"edge {edge} in {tile} is not drawn"


def test_neighbouring_tiles_meet(found, maker):
    """What crosses a border is drawn in both tiles up to it and beyond: no cracks."""
    west = next(t for t in tiles_of(found.network, 13) if decode(maker.tile(t)).get("road"))
    for tile in tiles_of(found.network, 13):
        if (tile.x, tile.y) == (west.x + 1, west.y):
            right = crossings(decode(maker.tile(west)), EXTENT)
            left = crossings(decode(maker.tile(tile)), 0)
            assert len(right) and right == pytest.approx(left, abs=3)
            return
    pytest.fail("the region has no two tiles side by side")


def crossings(tile: dict, x: int) -> list[float]:
    border = shapely.LineString([(x, 0), (x, EXTENT)])
    lines = shapely.union_all([shape(one["geometry"]) for one in tile["road"]["features"]])
    return sorted(point.y for point in shapely.get_parts(lines.intersection(border)) if point.geom_type == "Point")


def test_areas_are_valid_and_names_are_there(found, maker):
    kinds = Counter()
    for tile in [*tiles_of(found.network, 11), *tiles_of(found.network, 13)]:
        for name, layer in decode(maker.tile(tile)).items():
            kinds[name] += len(layer["features"])
            for one in layer["features"]:
                assert shape(one["geometry"]).is_valid or name == "road", f"{name} in {tile}"
    assert kinds["road"] and kinds["water"] and kinds["place"]


def test_the_style_names_only_what_tiles_hold(found, maker):
    held = {*module.BACKDROP_FIRST_ZOOM, "road", "place"}
    style = map_style("http://localhost/{z}/{x}/{y}.mvt", maker.frame, "somebody")
    assert style["version"] == 8
    ids = [layer["id"] for layer in style["layers"]]
    assert len(set(ids)) == len(ids)
    assert {layer["source-layer"] for layer in style["layers"] if "source-layer" in layer} == held
    assert all(layer["source"] == "beatplan" for layer in style["layers"] if "source-layer" in layer)
    drawn = {name for layer in style["layers"] if layer.get("source-layer") == "road" and layer["type"] == "line"
             for name in layer["filter"][2][1]}  # fmt: skip
    assert drawn == set(ROAD_CLASSES), "every road class has a line"
    assert {"river", "street-name", "city-name"} <= set(ids), "pages put their layers beneath these"


def test_far_things_are_not_drawn(found, maker):
    west, south, east, north = found.network.bounds
    frame = maker.frame
    assert frame[0] < west and frame[1] < south and frame[2] > east and frame[3] > north
    assert decode(maker.tile(Tile(8, 0, 0))) == {}


def test_a_tile_is_made_once_and_threads_get_the_same(found, maker, monkeypatch):
    tile = tiles_of(found.network, 12)[0]
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(maker.tile(tile))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6 and len(set(answers)) == 1 and answers[0]
    monkeypatch.setattr(TileMaker, "encode", lambda *_: pytest.fail("made again"))
    assert maker.tile(tile) == answers[0]
