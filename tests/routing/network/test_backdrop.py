import numpy as np
import pytest
import shapely

from routing.network.array_folder import write_folder
from routing.network.backdrop import KINDS, Backdrop, load_backdrop, write_backdrop
from routing.network.backdrop_reading import read_backdrop
from routing.network.errors import StoreDamaged
from tests.helpers.osm_files import OsmFile
from tests.helpers.real_maps import real_map


def kinds(backdrop):
    return [KINDS[kind] for kind in backdrop.kind]


def polygon(backdrop, shape):
    rings = [np.column_stack(points) / 1e7 for points in backdrop.parts(shape)]
    return shapely.Polygon(rings[0], rings[1:])


def lake_with_an_island(tmp_path):
    #  +-------+   lake 0.02 degrees wide, island 0.01, an islet too small to draw
    #  | +-+ . |
    #  +-------+
    osm = OsmFile()
    lake, island = osm.square(10.0, 0.0, 0.02), osm.square(10.0, 0.0, 0.01)
    islet = osm.square(10.008, 0.008, 0.0001)
    members = [("way", lake, "outer"), ("way", island, "inner"), ("way", islet, "inner")]
    osm.relation(members, {"type": "multipolygon", "natural": "water"})
    osm.square(10.5, 0.0, 0.01, {"landuse": "forest"})
    osm.square(10.5, 0.0, 0.0001, {"leisure": "park"})
    osm.square(10.6, 0.0, 0.01, {"building": "yes"})
    bend = [osm.node(10.0 + x / 1000, 0.1 + (0.00001 if x % 2 else 0)) for x in range(10)]
    osm.way(bend, {"waterway": "river"})
    osm.way(bend, {"waterway": "river", "tunnel": "yes"})
    osm.way(bend[:2], {"natural": "coastline"})
    osm.node(10.0, 0.0, {"place": "village", "name": "Low"})
    osm.node(10.0, 0.0, {"place": "town", "name": "Mid", "population": "4,000"})
    osm.node(10.0, 0.0, {"place": "town", "name": "Big", "population": "50000"})
    osm.node(10.0, 0.0, {"place": "farm", "name": "Hof"})
    return osm.write(tmp_path / "lake.osm")


def test_reads_areas_lines_and_labels(tmp_path):
    backdrop = read_backdrop(lake_with_an_island(tmp_path))
    assert kinds(backdrop) == ["water", "wood", "river", "coastline"]
    assert backdrop.is_area.tolist() == [True, True, False, False]
    assert polygon(backdrop, 0).area == pytest.approx(0.02**2 - 0.01**2)
    assert len(backdrop.parts(2)) == 1 and len(backdrop.parts(2)[0][0]) == 2  # wiggles of one metre are gone
    assert backdrop.label.tolist() == ["Big", "Mid", "Low"]
    assert backdrop.label_population.tolist() == [50_000, 4000, 0]


def test_tolerance_and_smallest_area_are_the_callers(tmp_path):
    backdrop = read_backdrop(lake_with_an_island(tmp_path), tolerance_m=0.1, smallest_area_m2=10)
    assert kinds(backdrop) == ["water", "wood", "park", "river", "coastline"]
    assert len(backdrop.parts(0)) == 3 and len(backdrop.parts(3)[0][0]) == 10


def test_stores_all(tmp_path):
    backdrop = read_backdrop(lake_with_an_island(tmp_path))
    write_backdrop(tmp_path / "backdrop", backdrop)
    loaded = load_backdrop(tmp_path / "backdrop")
    assert loaded.label.tolist() == backdrop.label.tolist()
    for name in ("kind", "shape_first", "part_first", "lon_e7", "lat_e7", "label_population"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(backdrop, name))
    write_folder(tmp_path / "other", {"kind": backdrop.kind}, {})
    with pytest.raises(StoreDamaged, match="no stored backdrop"):
        load_backdrop(tmp_path / "other")


def test_a_map_with_roads_only_has_an_empty_backdrop(tmp_path):
    osm = OsmFile()
    osm.way([osm.node(10, 50), osm.node(10.1, 50)], {"highway": "residential"})
    backdrop = read_backdrop(osm.write(tmp_path / "roads.osm"))
    write_backdrop(tmp_path / "backdrop", backdrop)
    assert load_backdrop(tmp_path / "backdrop").kind.size == 0


def test_a_ring_cut_off_at_the_border_is_left_out(tmp_path):
    osm = OsmFile()
    corners = [osm.node(10, 50), osm.node(10.1, 50), osm.node(10.1, 50.1)]
    osm.way([*corners, 999, corners[0]], {"natural": "water"})
    half = osm.way(corners)
    osm.relation([("way", half, "outer"), ("way", 77, "outer")], {"type": "multipolygon", "natural": "water"})
    osm.way([998, 999], {"waterway": "river"})
    assert read_backdrop(osm.write(tmp_path / "cut.osm")).kind.size <= 1


def test_offsets_must_fit():
    empty = read_backdrop(real_map("porto"))
    columns = {name: getattr(empty, name) for name in Backdrop.__slots__}
    with pytest.raises(ValueError, match="shape_first"):
        Backdrop(**{**columns, "kind": np.zeros(3, np.uint8)})


def test_liechtenstein_lies_where_it_lies():
    backdrop = read_backdrop(real_map("liechtenstein"))
    found = kinds(backdrop)
    assert {"water", "wood", "river"} <= set(found)
    areas = [polygon(backdrop, shape) for shape in np.flatnonzero(backdrop.is_area)]
    assert all(area.is_valid for area in areas)
    woods_km2 = sum(area.area for area, kind in zip(areas, found, strict=False) if kind == "wood") * 111.195**2 * 0.68
    assert 40 < woods_km2 < 200  # the country has 160 km2, two fifths of it wooded; the extract goes beyond it
    assert "Vaduz" in backdrop.label.tolist()
