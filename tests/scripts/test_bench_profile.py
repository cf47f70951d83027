"""Random pairs beside OSRM: drawn as said, compared pair by pair, each difference put down to one cause."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from routing.network.importing import import_osm
from routing.network.road_network import RoadNetwork
from routing.network.snapping import SnapIndex
from routing.network.synthetic.region import write_region
from scripts.bench.profile_pairs import CAUSES, KINDS, Driven, causes, compared, draw_pairs, drive_ours, osrm_driven
from tests.scripts.test_bench import rows_of, run


@pytest.fixture(scope="module")
def small_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "small.osm.pbf"
    write_region(path, junctions=1_500, accounts=10, homes=2)
    return path


@pytest.fixture(scope="module")
def network(small_map: Path) -> RoadNetwork:
    return import_osm(small_map).network


@pytest.mark.parametrize("kind", KINDS)
def test_pairs_are_what_their_kind_says(network: RoadNetwork, kind: str) -> None:
    pairs = draw_pairs(network, kind, 60, np.random.default_rng(1))
    assert pairs.lon.shape == pairs.lat.shape == (60, 2)
    distance_m = SnapIndex.build(network).snap(pairs.lon.ravel(), pairs.lat.ravel()).distance_m
    assert (np.median(distance_m) > 5) == (kind == "near")
    apart_m = np.hypot(np.diff(pairs.lon) * math.cos(math.radians(45)), np.diff(pairs.lat)) * 111_195
    assert (apart_m < 3100).all() == (kind == "local")
    ours = drive_ours(network, pairs)
    assert np.isfinite(ours.duration_s).all()
    assert (ours.distance_m >= apart_m.ravel() * 0.9 - 1000 * (kind == "near")).all()


def driven(rows: list[list[float]]) -> Driven:
    """Rows of seconds, metres, weight, seconds on ferries; all at one place but for two more columns."""
    return osrm_driven([[*row[:4], *(row[4:] or [1.0, 1.0]), 2.0, 2.0] for row in rows])


def test_each_difference_has_one_cause() -> None:
    osrm = driven(
        [[100, 1000, 100, 0], [900, 1000, 900, 800], [100, 1000, 150, 0], [100, 1000, 100, 0], [50, 9, 50, 0]]
    )
    ours = driven(
        [[130, 1000, 130, 0, 1.0, 1.0002], [300, 1000, 300, 200], [90, 1200, 90, 0], [104, 900, 104, 0], [51, 9, 51, 0]]
    )
    assert [CAUSES[cause] for cause in causes(ours, osrm)] == list(CAUSES)
    found = compared(ours, osrm)
    assert found["duration"]["median_pct"] == 10.0
    assert found["duration"]["worst_pct"] == 66.7
    assert found["duration"]["within_10_pct"] == 60.0
    assert {name: cause["share_pct"] for name, cause in found["causes"].items()} == dict.fromkeys(CAUSES, 20.0)
    assert found["causes"]["other place"]["signed_median_pct"] == 30.0


def test_pairs_without_a_way_are_counted_not_compared() -> None:
    nowhere = [math.nan] * 8
    osrm = osrm_driven([nowhere, [100, 1000, 100, 0, 1, 1, 2, 2], nowhere])
    ours = osrm_driven([[10, 10, 10, 0, 1, 1, 2, 2], [101, 1000, 100, 0, 1, 1, 2, 2], nowhere])
    found = compared(ours, osrm)
    assert (found["answered_by_both"], found["answered_by_one"]) == (1, 1)
    assert found["duration"]["median_pct"] == 1.0


def test_without_osrm_it_is_missing(small_map: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    told = run("profile", "--osm", str(small_map), "--pairs", "20", "--peers", "", "--out", str(out))
    rows = rows_of(out)
    assert {row["case"] for row in rows if row["system"] == "beatplan"} == {f"small {kind}" for kind in KINDS}
    assert [row["system"] for row in rows if "missing" in row] == ["osrm"]
    assert "not asked for" in told
    assert json.loads(out.read_text().splitlines()[0])["missing"] == "not asked for"
