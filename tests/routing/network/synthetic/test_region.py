"""The written file, looked at as anybody else would: read back, counted, checked for planarity and connectivity."""

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from opening_hours import OpeningHours

from routing.network.synthetic import RegionReport, read_homes, write_region
from tests.helpers.synthetic_check import Written, crossings_without_junction, read_written, strong_share

JUNCTIONS, ACCOUNTS = 3_000, 120


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> tuple[RegionReport, Written]:
    path = tmp_path_factory.mktemp("region") / "synthetic.osm.pbf"
    report = write_region(path, seed=1, junctions=JUNCTIONS, accounts=ACCOUNTS)
    return report, read_written(path)


@pytest.fixture(scope="module", params=[1, 5])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Large enough for some of everything that is rare."""
    path = tmp_path_factory.mktemp("city") / "city.osm.pbf"
    write_region(path, seed=request.param, junctions=5_000, accounts=20, homes=3)
    return read_written(path)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_same_seed_gives_the_same_bytes(tmp_path: Path, region: tuple[RegionReport, Written]) -> None:
    write_region(tmp_path / "again.osm.pbf", seed=1, junctions=JUNCTIONS, accounts=ACCOUNTS)
    assert digest(tmp_path / "again.osm.pbf") == digest(region[0].path)


def test_another_seed_gives_another_town(tmp_path: Path, region: tuple[RegionReport, Written]) -> None:
    write_region(tmp_path / "other.osm.pbf", seed=2, junctions=JUNCTIONS, accounts=ACCOUNTS)
    assert digest(tmp_path / "other.osm.pbf") != digest(region[0].path)


def test_report_counts_what_is_in_the_file(region: tuple[RegionReport, Written]) -> None:
    report, written = region
    assert report.junctions == sum(uses > 1 for uses in written.road_uses().values())
    assert abs(report.junctions - JUNCTIONS) < 0.12 * JUNCTIONS
    assert report.restrictions == len(written.relations)
    assert report.accounts == sum("opening_hours" in tags for tags in written.node_tags.values()) == ACCOUNTS


@pytest.mark.parametrize("seed", range(1, 6))
def test_streets_cross_only_at_junctions_or_bridges_and_all_can_be_driven(tmp_path: Path, seed: int) -> None:
    """Planarity by every pair of segments, connectivity by networkx; no part of it comes from the generator."""
    path = tmp_path / "town.osm.pbf"
    write_region(path, seed=seed, junctions=2_000, accounts=20, homes=3)
    written = read_written(path)
    assert crossings_without_junction(written) == []
    assert strong_share(written) >= 0.99


def test_the_crossing_check_can_fail() -> None:
    """Two ways through one spot without a node in common, and the same with one."""
    from tests.helpers.synthetic_check import Way

    place = {1: (-30.0, 45.0), 2: (-29.99, 45.01), 3: (-30.0, 45.01), 4: (-29.99, 45.0), 5: (-29.995, 45.005)}
    road = {"highway": "residential"}
    assert crossings_without_junction(Written(place, {}, [Way(1, [1, 2], road), Way(2, [3, 4], road)], []))
    assert not crossings_without_junction(Written(place, {}, [Way(1, [1, 5, 2], road), Way(2, [3, 5, 4], road)], []))
    assert not crossings_without_junction(
        Written(place, {}, [Way(1, [1, 2], road | {"bridge": "yes"}), Way(2, [3, 4], road)], [])
    )


def test_has_every_feature_that_an_importer_must_understand(region: tuple[RegionReport, Written]) -> None:
    _, written = region
    roads = written.roads
    classes = Counter(way.tags["highway"] for way in roads)
    for kind in (
        "motorway",
        "motorway_link",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
    ):
        assert classes[kind] > 3, kind
    for kind in ("living_street", "service", "track"):
        assert classes[kind] > 3, kind
    oneway = Counter(way.tags.get("oneway") for way in roads)
    assert oneway["yes"] > 20
    assert all(way.tags["oneway"] == "yes" for way in roads if way.tags["highway"].startswith("motorway"))
    assert any(way.tags.get("access") == "private" for way in roads)
    assert any(way.tags.get("access") == "destination" for way in roads)
    assert any(way.tags.get("route") == "ferry" for way in written.ways)
    at = Counter(tags.get("highway") or tags.get("barrier") for tags in written.node_tags.values())
    assert at["traffic_signals"] > 20
    assert at["bollard"] >= 1
    assert at["gate"] >= 1
    speeds = {way.tags.get("maxspeed") for way in roads}
    assert {"30", "50", None} <= speeds
    dead_ends = sum(uses == 2 for uses in written.road_uses().values())
    assert dead_ends > 0.1 * JUNCTIONS


def test_river_has_few_bridges_and_no_street_in_it(region: tuple[RegionReport, Written]) -> None:
    _, written = region
    river = [way for way in written.ways if way.tags.get("water") == "river"]
    water = shapely.union_all([shapely.Polygon(written.metres(way.refs)) for way in river]).buffer(-1.0)
    lines = {way.id: (way, shapely.LineString(written.metres(way.refs))) for way in written.roads}
    wet = [way for way, line in lines.values() if line.intersects(water)]
    assert [way.tags for way in wet if way.tags.get("bridge") != "yes"] == []
    assert 2 <= len([way for way in wet if not way.tags["highway"].startswith("motorway")]) <= 8


def test_motorway_shares_nodes_with_ramps_and_its_ends_only(region: tuple[RegionReport, Written]) -> None:
    _, written = region
    fast = {ref for way in written.roads if way.tags["highway"] == "motorway" for ref in way.refs}
    slow = {ref for way in written.roads if not way.tags["highway"].startswith("motorway") for ref in way.refs}
    ends = {r for w in written.roads if w.tags["highway"] == "motorway" for r in (w.refs[0], w.refs[-1])}
    assert len(fast & slow) <= 4
    assert fast & slow <= ends


def test_restrictions_name_ways_that_end_where_they_should(city: Written) -> None:
    way_of = {way.id: way for way in city.roads}
    kinds: Counter[tuple[str, str]] = Counter()
    for members, tags in city.relations:
        (begin,) = [way_of[ref] for _, ref, role in members if role == "from"]
        (end,) = [way_of[ref] for _, ref, role in members if role == "to"]
        ((via_type, via),) = [(kind, ref) for kind, ref, role in members if role == "via"]
        at = [via] if via_type == "n" else [way_of[via].refs[0], way_of[via].refs[-1]]
        for way in (begin, end):
            assert {way.refs[0], way.refs[-1]} & set(at), (tags, way)
        kinds[(tags["restriction"], via_type)] += 1
    for kind in ("no_left_turn", "no_right_turn", "no_u_turn", "only_straight_on", "only_right_turn"):
        assert kinds[(kind, "n")] >= 1, kinds
    assert sum(count for (_, via_type), count in kinds.items() if via_type == "w") >= 2, kinds


def test_roundabouts_are_closed_circles_driven_counter_clockwise(city: Written) -> None:
    circles = [way for way in city.roads if way.tags.get("junction") == "roundabout"]
    assert len(circles) >= 3
    uses = city.road_uses()
    for way in circles:
        assert way.refs[0] == way.refs[-1], way
        assert shapely.LinearRing(city.metres(way.refs)).is_ccw, way
        assert sum(uses[ref] > 1 for ref in set(way.refs)) >= 3


def test_addresses_agree_with_the_nearest_named_street(region: tuple[RegionReport, Written]) -> None:
    _, written = region
    named = [way for way in written.roads if "name" in way.tags]
    tree = shapely.STRtree([shapely.LineString(written.metres(way.refs)) for way in named])
    addressed = {ref: tags for ref, tags in written.node_tags.items() if "addr:street" in tags}
    assert len(addressed) > 500
    nearest = tree.nearest(shapely.points(written.metres(list(addressed))))
    wrong = [
        (tags, named[k].tags)
        for tags, k in zip(addressed.values(), nearest, strict=True)
        if tags["addr:street"] != named[k].tags["name"]
    ]
    assert wrong == []
    full = [
        tuple(tags[f"addr:{k}"] for k in ("street", "housenumber", "postcode", "city")) for tags in addressed.values()
    ]
    assert len(set(full)) == len(full)


def test_accounts_are_clearly_made_up_and_have_hours_that_parse(region: tuple[RegionReport, Written]) -> None:
    report, written = region
    accounts = {ref: tags for ref, tags in written.node_tags.items() if "opening_hours" in tags}
    assert len({tags["name"] for tags in accounts.values()}) == ACCOUNTS
    assert all(tags["name"].startswith("Synthetic ") for tags in accounts.values())
    assert len({tags["opening_hours"] for tags in accounts.values()}) > 10
    for tags in accounts.values():
        assert str(OpeningHours(tags["opening_hours"]))
        assert {"shop", "office", "amenity"} & set(tags)
    west, south, east, north = report.bounds
    lon, lat = np.array([written.place[ref] for ref in accounts]).T
    assert (west < lon).all() and (lon < east).all() and (south < lat).all() and (lat < north).all()
    assert len({tags["addr:city"] for tags in accounts.values()}) >= 3


def test_every_place_says_that_it_is_not_real(region: tuple[RegionReport, Written]) -> None:
    _, written = region
    places = [tags for tags in written.node_tags.values() if "place" in tags]
    assert {"city", "town", "village", "house"} <= {tags["place"] for tags in places}
    assert all(tags["note"] == "synthetic data, not a real place" for tags in places)


def test_homes_read_back_by_name_and_apart(region: tuple[RegionReport, Written]) -> None:
    homes = read_homes(region[0].path)
    assert [home.name for home in homes] == [f"Rep {k:02d}" for k in range(1, 13)]
    assert all(home.address[0].isalpha() and ", 9" in home.address for home in homes)
    spots = np.array([((h.lon + 30) * 78_700, (h.lat - 45) * 111_320) for h in homes])
    gaps = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + 1e9 * np.eye(12)
    assert gaps.min() > 150.0


def test_progress_rises_to_one(tmp_path: Path) -> None:
    seen: list[float] = []
    write_region(
        tmp_path / "town.osm.pbf", junctions=1_500, accounts=20, homes=3, progress=lambda done, _: seen.append(done)
    )
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_stopped_work_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"before")

    def stop(done: float, _: str) -> None:
        if done > 0.9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_region(path, junctions=1_500, accounts=20, homes=3, progress=stop)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_too_small_a_region_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"junctions is 100; the smallest region has 1500"):
        write_region(tmp_path / "no.osm.pbf", junctions=100)
    with pytest.raises(ValueError, match=r"accounts is 100000; a region of 2000 junctions has room for"):
        write_region(tmp_path / "no.osm.pbf", junctions=2_000, accounts=100_000)
    assert not (tmp_path / "no.osm.pbf").exists()
