import numpy as np
import pytest

from routing.network.addresses import TEXT_COLUMNS, load_addresses, read_addresses, write_addresses
from tests.helpers.osm_files import OsmFile
from tests.helpers.real_maps import real_map


def hamlet():
    osm = OsmFile()
    osm.node(10.0, 50.0, {"addr:street": "Hauptstraße", "addr:housenumber": "5", "addr:city": "Ulm"})
    osm.node(10.0, 50.1, {"addr:place": "Hof", "addr:housenumber": "2", "addr:postcode": "89073"})
    osm.node(10.0, 50.1, {"addr:housenumber": "3"})
    osm.node(10.0, 50.1, {"addr:street": "Hauptstraße"})
    osm.node(10.0, 50.2, {"place": "village", "name": "Ulm"})
    osm.node(10.0, 50.2, {"place": "farm", "name": "Hof"})
    osm.square(10.4, 50.2, 0.001, {"addr:street": "Hauptstraße", "addr:housenumber": "7"})
    return osm


def test_reads_addresses_and_towns(tmp_path):
    found = read_addresses(hamlet().write(tmp_path / "x.osm"))
    rows = list(zip(found.street, found.housenumber, found.postcode, found.city, strict=True))
    assert rows == [("Hauptstraße", "5", "", "Ulm"), ("Hof", "2", "89073", ""), ("Hauptstraße", "7", "", "")]
    assert (found.lon[2], found.lat[2]) == pytest.approx((10.4, 50.2))
    assert found.town.tolist() == ["Ulm"] and found.town_reach_m.tolist() == [4000]


def test_stores_all_columns(tmp_path):
    found = read_addresses(hamlet().write(tmp_path / "x.osm"))
    write_addresses(tmp_path / "addresses", found)
    loaded = load_addresses(tmp_path / "addresses")
    for name in TEXT_COLUMNS:
        assert getattr(loaded, name).tolist() == getattr(found, name).tolist()
    np.testing.assert_array_equal(loaded.lon, found.lon)
    np.testing.assert_array_equal(loaded.town_lat, found.town_lat)


def test_liechtenstein():
    found = read_addresses(real_map("liechtenstein"))
    assert 950 < len(found) < 1010 and "Vaduz" in found.town.tolist()
