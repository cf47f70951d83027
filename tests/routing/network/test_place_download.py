import socket
import time
from types import SimpleNamespace

import pytest

from routing.network.addresses import read_addresses
from routing.network.backdrop_reading import read_backdrop
from routing.network.errors import MapDownloadFailed
from routing.network.importing import import_osm
from routing.network.place_download import download_place
from routing.network.places import read_places
from tests.helpers.map_servers import map_server, nominatim_answer, overpass_answer

osmnx = pytest.importorskip("osmnx")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """osmnx rests for a second before it asks Nominatim; the server here needs no rest."""
    monkeypatch.setattr("osmnx._nominatim.time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def server():
    with map_server() as running:
        yield running


def download(server, folder, place="Test Town, Ö", **options):
    return download_place(place, folder, overpass_url=server.url, nominatim_url=server.url, **options)


def test_what_is_downloaded_is_a_map_like_any_other(server, tmp_path):
    told = []
    path = download(server, tmp_path / "maps", progress=lambda done, what: told.append(done))
    assert path == tmp_path / "maps" / "test-town-o.osm.pbf"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    imported = import_osm(path)
    assert sorted(imported.network.osm_node.tolist()) == [1, 2, 3, 4]
    assert imported.report.build.restrictions_used == 1
    assert "Cross Street" in {imported.network.name(edge) for edge in range(imported.network.edge_count)}
    assert read_places(path).name.tolist() == ["Brot"]
    assert read_addresses(path).housenumber.tolist() == ["1"]
    assert read_backdrop(path).kind.size == 1
    assert told == sorted(told) and told[-1] == 1.0


def test_asks_for_all_that_the_importer_reads(server, tmp_path):
    download(server, tmp_path)
    (search, place), (interpreter, asked) = server.asked
    assert (search, place) == ("/search", "Test Town, Ö") and interpreter == "/interpreter"
    for part in ('way["highway"]', '["type"="restriction"]', 'nwr["shop"]', "pharmacy", "coastline", "poly:", "ferry"):
        assert part in asked, part


def test_a_second_download_replaces_the_first(server, tmp_path):
    first = download(server, tmp_path).read_bytes()
    server.elements["elements"][1]["tags"]["highway"] = "primary"
    assert download(server, tmp_path).read_bytes() != first


def remark(server):
    server.elements = {**overpass_answer(), "remark": 'runtime error: Query timed out in "query" at line 3'}


def nonsense_node(server):
    server.elements["elements"][-1]["lat"] = 500


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda server: setattr(server, "status", 429), "answered 429"),
        (lambda server: setattr(server, "status", 504), "answered 504"),
        (lambda server: setattr(server, "status", 500), "answered 500"),
        (lambda server: setattr(server, "places", []), "no area of that name"),
        (lambda server: setattr(server, "places", b"<html>busy</html>"), "busy"),
        (lambda server: setattr(server, "elements", b"<html>busy</html>"), "busy"),
        (lambda server: setattr(server, "elements", {"elements": []}), "no roads"),
        (lambda server: setattr(server, "elements", {}), "cannot be read"),
        (lambda server: setattr(server, "elements", {"elements": [7]}), "cannot be read"),
        (remark, "Query timed out"),
        (nonsense_node, "node 5 lies at"),
    ],
)
def test_servers_that_answer_nonsense(server, tmp_path, change, reason):
    change(server)
    begin = time.monotonic()
    with pytest.raises(MapDownloadFailed, match=reason) as caught:
        download(server, tmp_path)
    assert time.monotonic() - begin < 20  # osmnx itself would try again after 55 s, for ever
    assert str(caught.value).startswith("Test Town, Ö: the map cannot be downloaded: ")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 250
    assert list(tmp_path.iterdir()) == []


def test_a_place_without_an_outline(server, tmp_path):
    server.places[0]["geojson"] = {"type": "Point", "coordinates": [10.0, 50.0]}
    with pytest.raises(MapDownloadFailed, match="no area of that name"):
        download(server, tmp_path)


def test_a_country_is_too_large(server, tmp_path):
    server.places = nominatim_answer("Land", [[10, 50], [14, 50], [14, 54], [10, 54], [10, 50]])
    with pytest.raises(MapDownloadFailed, match="largest_area_km2=5000: take a finished extract"):
        download(server, tmp_path)
    assert len(server.asked) == 1


def test_a_server_that_drips_is_given_up(server, tmp_path):
    server.drip_s = 0.05
    begin = time.monotonic()
    with pytest.raises(MapDownloadFailed, match="timeout_s=3"):
        download(server, tmp_path, timeout_s=3.0)
    assert time.monotonic() - begin < 8


def test_offline_it_says_so_in_one_line(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(MapDownloadFailed) as caught:
        download_place("Porto", tmp_path, overpass_url=url, nominatim_url=url, timeout_s=5)
    assert str(caught.value) == f"Porto: the map cannot be downloaded: {url} cannot be reached; are you online?"


def test_a_name_that_resolves_to_nothing(tmp_path):
    url = "http://nowhere.invalid"
    with pytest.raises(MapDownloadFailed, match=r"nowhere\.invalid cannot be reached"):
        download_place("Porto", tmp_path, overpass_url=url, nominatim_url=url, timeout_s=5)


@pytest.mark.parametrize("fails", [False, True])
def test_osmnx_is_left_as_it_was(server, tmp_path, fails):
    names = ("overpass_url", "nominatim_url", "requests_timeout", "requests_kwargs", "use_cache", "doh_url_template")
    before = [getattr(osmnx.settings, name) for name in names]
    resolve = socket.getaddrinfo
    if fails:
        server.places = []
        with pytest.raises(MapDownloadFailed):
            download(server, tmp_path)
    else:
        download(server, tmp_path)
    assert [getattr(osmnx.settings, name) for name in names] == before
    assert socket.getaddrinfo is resolve


def test_no_name(tmp_path):
    with pytest.raises(MapDownloadFailed, match="no place is named"):
        download_place("  ", tmp_path)
