import gzip
from collections import Counter

import numpy as np
import pytest

from routing.network.array_folder import write_folder
from routing.network.errors import MapFileMissing, MapFileUnreadable, StoreDamaged
from routing.network.places import TEXT_COLUMNS, classify, load_places, read_places, write_places
from tests.helpers.osm_files import OsmFile
from tests.helpers.real_maps import real_map

STEP_30_M = 30 / 111_195


def one_of_each():
    osm = OsmFile()
    osm.node(10.0, 50.0, {"shop": "bakery", "name": "Brot & Co", "opening_hours": "Mo-Fr 07:00-18:00"})
    osm.node(10.1, 50.0, {"shop": "bakery"})  # no name
    osm.node(10.2, 50.0, {"shop": "vacant", "name": "Empty"})
    osm.node(10.3, 50.0, {"amenity": "bench", "name": "Ana's bench"})
    osm.square(10.4, 50.2, 0.001, {"amenity": "hospital", "name": "Klinikum", "addr:city": "Ulm", "phone": "1"})
    return osm


def test_reads_nodes_and_buildings(tmp_path):
    places = read_places(one_of_each().write(tmp_path / "town.osm"))
    assert places.name.tolist() == ["Brot & Co", "Klinikum"]
    assert places.kind.tolist() == ["shop", "medical"]
    assert places.category.tolist() == ["bakery", "hospital"]
    assert places.opening_hours.tolist() == ["Mo-Fr 07:00-18:00", ""]
    assert places.city.tolist() == ["", "Ulm"]
    assert places.is_way.tolist() == [0, 1] and places.osm_id.tolist() == [1, 1]
    assert (places.lon[1], places.lat[1]) == pytest.approx((10.4, 50.2))  # the middle, though one corner counts twice


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"amenity": "cafe", "shop": "bakery"}, ("food", "cafe")),
        ({"amenity": "pharmacy"}, ("medical", "pharmacy")),
        ({"healthcare": "physiotherapist"}, ("medical", "physiotherapist")),
        ({"office": "lawyer"}, ("office", "lawyer")),
        ({"tourism": "hotel"}, ("lodging", "hotel")),
        ({"tourism": "viewpoint"}, ("", "")),
        ({"craft": "carpenter"}, ("craft", "carpenter")),
        ({"amenity": "parking", "shop": "no"}, ("", "")),
    ],
)
def test_kinds(tags, expected):
    assert classify(tags) == expected


def test_the_richer_of_two_of_one_name_stays(tmp_path):
    osm = OsmFile()
    osm.node(10.0, 50.0, {"shop": "books", "name": "Lib"})
    osm.node(10.0, 50.0 + STEP_30_M, {"shop": "books", "name": "lib", "addr:street": "Main"})
    osm.node(10.0, 50.0 + 3 * STEP_30_M, {"shop": "books", "name": "Lib"})
    osm.node(10.0, 50.0, {"shop": "books", "name": "Other"})
    path = osm.write(tmp_path / "town.osm")
    assert read_places(path).osm_id.tolist() == [2, 3, 4]
    assert read_places(path, same_within_m=1).osm_id.tolist() == [1, 2, 3, 4]
    assert read_places(path, same_within_m=70).osm_id.tolist() == [2, 4]


def test_stores_all_columns(tmp_path):
    places = read_places(one_of_each().write(tmp_path / "town.osm"))
    write_places(tmp_path / "places", places)
    loaded = load_places(tmp_path / "places")
    for name in TEXT_COLUMNS:
        assert getattr(loaded, name).tolist() == getattr(places, name).tolist()
    for name in ("osm_id", "is_way", "lon", "lat"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(places, name))


def test_other_arrays_are_no_places(tmp_path):
    write_folder(tmp_path / "x", {"lon": np.zeros(1)}, {})
    with pytest.raises(StoreDamaged, match="no stored places"):
        load_places(tmp_path / "x")


def test_nothing_to_visit(tmp_path):
    osm = OsmFile()
    osm.node(10, 50)
    places = read_places(osm.write(tmp_path / "empty.osm"))
    write_places(tmp_path / "places", places)
    assert len(load_places(tmp_path / "places")) == 0


def test_compressed(tmp_path):
    plain = one_of_each().write(tmp_path / "town.osm")
    (tmp_path / "town.osm.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert len(read_places(tmp_path / "town.osm.gz")) == 2


@pytest.mark.parametrize("content", [b"", b"no xml", b"<osm version='0.6'><node id='1' lat='50'"])
def test_unreadable_files_give_one_clear_error(tmp_path, content):
    path = tmp_path / "broken.osm"
    path.write_bytes(content)
    with pytest.raises(MapFileUnreadable) as caught:
        read_places(path)
    assert "\n" not in str(caught.value) and "broken.osm" in str(caught.value)


def test_missing_file(tmp_path):
    with pytest.raises(MapFileMissing):
        read_places(tmp_path / "none.osm")


def test_progress_never_falls_and_may_stop_the_work():
    told = []
    read_places(real_map("monaco"), lambda done, what: told.append((done, what)))
    shares = [done for done, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0 and told[0][1] == "reading places"

    def stop(done, what):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        read_places(real_map("monaco"), stop)


def test_finds_what_monaco_has():
    places = read_places(real_map("monaco"))
    count = Counter(places.kind)
    assert abs(count["shop"] - 59) <= 3 and abs(count["food"] - 95) <= 5 and count["medical"] == 24
    west, south, east, north = 7.35, 43.69, 7.5, 43.78
    assert np.all((places.lon > west) & (places.lon < east) & (places.lat > south) & (places.lat < north))
