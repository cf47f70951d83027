"""Files as they come: every format, cut off, garbled, empty, in the wrong order."""

import bz2
import gzip
import os
import shutil
import time
from pathlib import Path

import numpy as np
import osmium
import pytest

from routing.network.car_profile import CarProfile
from routing.network.errors import MapFileMissing, MapFileUnreadable, MapWithoutRoads, NetworkError
from routing.network.importing import import_osm
from routing.network.map_reading import read_map
from tests.helpers.osm_drawing import draw, node_xml, way_xml, write_osm
from tests.helpers.random_roads import random_town

SHARED = Path(os.environ.get("BEATPLAN_SHARED", Path(__file__).resolve().parents[4] / "shared"))
PORTO = SHARED / "data" / "osm" / "porto.osm.pbf"
needs_porto = pytest.mark.skipif(not PORTO.exists(), reason="BEATPLAN_SHARED has no data/osm/porto.osm.pbf")


def town_file(folder: Path, suffix: str) -> Path:
    """One town in the format of `suffix`."""
    source = folder / "town.osm"
    random_town(3).write(source)
    path = folder / f"copy{suffix}"
    if suffix == ".osm":
        shutil.copy(source, path)
    elif suffix == ".osm.gz":
        path.write_bytes(gzip.compress(source.read_bytes()))
    elif suffix == ".osm.bz2":
        path.write_bytes(bz2.compress(source.read_bytes()))
    else:
        with osmium.SimpleWriter(str(path)) as writer:
            for thing in osmium.FileProcessor(str(source)):
                writer.add(thing)
    return path


SUFFIXES = [".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_the_same_network(tmp_path: Path, suffix: str) -> None:
    plain = import_osm(town_file(tmp_path, ".osm")).network
    found = import_osm(town_file(tmp_path, suffix)).network
    for name in ("osm_node", "head", "duration_ms", "turn_head", "turn_ms", "shape_lon_e7"):
        np.testing.assert_array_equal(getattr(found, name), getattr(plain, name))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_truncated_files(tmp_path: Path, suffix: str, share: float) -> None:
    path = town_file(tmp_path, suffix)
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(MapFileUnreadable) as caught:
        import_osm(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"not a map\n" * 500, os.urandom(5000)])
def test_other_content(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"map{suffix}"
    path.write_bytes(content)
    with pytest.raises(MapFileUnreadable):
        import_osm(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_garbled_bytes_never_crash(tmp_path: Path, suffix: str) -> None:
    sound = town_file(tmp_path, suffix).read_bytes()
    path = tmp_path / f"garbled{suffix}"
    for seed in range(60):
        rng = np.random.default_rng(seed)
        content = bytearray(sound)
        for place in rng.integers(0, len(content), 8).tolist():
            content[place] = int(rng.integers(256))
        path.write_bytes(content)
        try:
            import_osm(path)
        except NetworkError as error:
            assert "\n" not in str(error), f"seed {seed}"  # a garbled tag or position may still make a sound map


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(MapFileMissing):
        import_osm(tmp_path / "nowhere.osm.pbf")
    (tmp_path / "folder.osm").mkdir()
    with pytest.raises(MapFileUnreadable, match="not a file"):
        import_osm(tmp_path / "folder.osm")
    (tmp_path / "map.shp").write_bytes(b"x")
    with pytest.raises(MapFileUnreadable, match=r"\.osm\.pbf"):
        import_osm(tmp_path / "map.shp")


def test_a_map_without_roads(tmp_path: Path) -> None:
    write_osm(tmp_path / "sea.osm", [node_xml(1, 0, 0, {"natural": "reef"})])
    with pytest.raises(MapWithoutRoads, match="0 ways"):
        import_osm(tmp_path / "sea.osm")
    write_osm(tmp_path / "nothing.osm", [])
    with pytest.raises(MapWithoutRoads):
        import_osm(tmp_path / "nothing.osm")


def test_ways_before_nodes(tmp_path: Path) -> None:
    nodes = [node_xml(1, 0, 0, {}), node_xml(2, 100, 0, {})]
    write_osm(tmp_path / "unsorted.osm", [way_xml(9, [1, 2], {"highway": "primary"}), *nodes])
    with pytest.raises(MapFileUnreadable):
        import_osm(tmp_path / "unsorted.osm")


def test_ways_cut_by_the_border_of_the_extract(tmp_path: Path) -> None:
    #  1--2--(3 is not in the file)--4--5--6
    nodes = [node_xml(node, node * 100.0, 0, {}) for node in (1, 2, 4, 5, 6)]
    write_osm(tmp_path / "cut.osm", [*nodes, way_xml(9, [1, 2, 3, 4, 5, 6], {"highway": "primary"})])
    extract = read_map(tmp_path / "cut.osm", CarProfile())
    assert extract.way.tolist() == [9, 9]
    assert extract.node.tolist() == [1, 2, 4, 5, 6]
    assert extract.first_point.tolist() == [0, 2, 5]
    assert import_osm(tmp_path / "cut.osm").network.osm_node.tolist() in ([1, 2], [4, 6])


def test_nodes_with_negative_ids_are_refused_in_plain_words(tmp_path: Path) -> None:
    nodes = [node_xml(-1, 0, 0, {}), node_xml(-2, 100, 0, {})]
    write_osm(tmp_path / "negative.osm", [*nodes, way_xml(9, [-1, -2], {"highway": "primary"})])
    with pytest.raises(MapFileUnreadable, match="positive ids"):
        import_osm(tmp_path / "negative.osm")


def test_nodes_in_a_row_and_ways_of_one_node(tmp_path: Path) -> None:
    nodes = [node_xml(1, 0, 0, {}), node_xml(2, 100, 0, {}), node_xml(3, 200, 0, {})]
    ways = [way_xml(9, [1, 2, 2, 3], {"highway": "primary"}), way_xml(10, [3, 3], {"highway": "primary"})]
    ways += [way_xml(11, [3], {"highway": "primary"}), way_xml(12, [], {"highway": "primary"})]
    write_osm(tmp_path / "odd.osm", [*nodes, *ways])
    network = import_osm(tmp_path / "odd.osm").network
    assert set(network.osm_node.tolist()) == {1, 2, 3}
    assert int(network.length_dm.sum()) == 4000


def test_progress_rises_and_may_stop_the_work(tmp_path: Path) -> None:
    drawn = draw(tmp_path, "a--b", {"ab": {}})
    heard: list[float] = []
    import_osm(drawn.path, progress=lambda done, what: heard.append(done))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0

    def stop(done: float, what: str) -> None:
        raise InterruptedError(what)

    with pytest.raises(InterruptedError):
        import_osm(drawn.path, progress=stop)


@needs_porto
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_real_extract_is_told_in_seconds(tmp_path: Path, share: float) -> None:
    path = tmp_path / "porto.osm.pbf"
    content = PORTO.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    begin = time.perf_counter()
    with pytest.raises(MapFileUnreadable):
        import_osm(path)
    assert time.perf_counter() - begin < 20
