"""What a car does on small drawn maps, each for one behaviour, in the spirit of OSRM's features/car.

All roads stay here, also those that lead nowhere back, so that one street can be drawn by itself. A column is 20 m, a
line 30 m; a primary road is driven at 65 km/h.
"""

import math
from pathlib import Path

import numpy as np
import pytest

from routing.network.car_profile import CarProfile
from routing.network.snapping import SnapIndex
from tests.helpers.drawn_network import DrawnNetwork, import_drawn
from tests.helpers.osm_drawing import Ban, Tags, lon_lat

CAR = CarProfile(all_parts=True)
ONE_WAY = {"oneway": "yes"}
U_TURN_S = 20 + 7.5 / (1 + math.exp(-(13 / 1.075 - 6.5 * 1.075)))


@pytest.fixture
def drawn(tmp_path: Path):
    def draw(picture: str, ways: dict[str, Tags], **more) -> DrawnNetwork:
        return import_drawn(tmp_path, picture, ways, profile=CAR, **more)

    return draw


def angle_s(right: float, *, crossing: bool = True) -> float:
    """Seconds of a turn by degrees to the right."""
    if right >= 0:
        return 7.5 / (1 + math.exp(-(13 / 1.075 * right / 180 - 6.5 * 1.075)))
    across = 2 / (1 + math.exp(-(13 * -right / 180 - 3.25))) if crossing else 0
    return 7.5 / (1 + math.exp(-(13 * 1.075 * -right / 180 - 6.5 / 1.075))) + across


def test_angles_cost_what_they_should() -> None:
    assert [round(angle_s(right), 2) for right in (0, 90, -90, 180, -180)] == [0.01, 2.11, 7.32, 7.45, 9.5]


# which directions are open: "><" both, ">" along the way, "<" against it, "" none
@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        *[({"highway": kind}, "><") for kind in ("trunk", "trunk_link", "primary", "primary_link", "secondary")],
        *[({"highway": kind}, "><") for kind in ("secondary_link", "tertiary", "tertiary_link", "unclassified")],
        *[({"highway": kind}, "><") for kind in ("residential", "living_street", "service", "motorway_link")],
        *[({"highway": kind}, "") for kind in ("road", "track", "path", "footway", "pedestrian", "steps", "pier")],
        *[({"highway": kind}, "") for kind in ("cycleway", "bridleway", "construction", "proposed", "runway")],
        ({"highway": "motorway"}, ">"),
        ({"highway": "motorway", "oneway": "no"}, "><"),
        ({"highway": "motorway", "oneway": "-1"}, "<"),
        ({"highway": "motorway_link", "oneway": "yes"}, ">"),
        *[({"oneway": value}, ">") for value in ("yes", "true", "1")],
        *[({"oneway": value}, "<") for value in ("-1", "reverse")],
        *[({"oneway": value}, "><") for value in ("no", "alternating", "some_tag")],
        ({"oneway": "reversible"}, ""),
        ({"oneway:motorcar": "yes"}, ">"),
        ({"oneway:motor_vehicle": "yes", "oneway:vehicle": "no"}, ">"),
        ({"oneway:vehicle": "no", "oneway": "yes"}, "><"),
        ({"oneway:motorcar": "no", "oneway:motor_vehicle": "yes"}, "><"),
        ({"oneway": "-1", "oneway:bicycle": "no"}, "<"),
        ({"oneway": "yes", "oneway:bicycle": "-1"}, ">"),
        *[({"junction": kind}, ">") for kind in ("roundabout", "circular")],
        ({"junction": "roundabout", "oneway": "no"}, "><"),
        ({"junction": "roundabout", "oneway:bicycle": "no"}, ">"),
        ({"access": "no"}, ""),
        ({"access": "yes", "access:forward": "no"}, "<"),
        ({"access": "no", "access:backward": "yes"}, "<"),
        ({"access": "no", "motorcar:forward": "yes"}, ">"),
        ({"access:forward": "no", "motorcar": "yes"}, "><"),
        ({"oneway": "yes", "vehicle:forward": "no"}, ""),
        ({"vehicle": "no", "motor_vehicle": "yes"}, "><"),
        ({"vehicle": "yes", "motor_vehicle": "no"}, ""),
        ({"maxspeed": "100", "access": "no"}, ""),
        ({"smoothness": "impassable"}, ""),
        ({"smoothness": "nonsense", "surface": "nonsense", "tracktype": "nonsense"}, "><"),
        ({"access": "forestry", "surface": "asphalt", "tracktype": "grade1"}, ""),
        ({"area": "yes"}, ""),
        ({"highway": "service", "service": "emergency_access"}, ""),
        ({"construction": "yes"}, ""),
        ({"construction": "widening"}, "><"),
        ({"impassable": "yes"}, ""),
        ({"status": "impassable"}, ""),
        ({"route": "ferry"}, "><"),
        ({"route": "ferry", "oneway": "yes"}, ">"),
        ({"route": "shuttle_train"}, "><"),
        ({"route": "bicycle"}, ""),
        ({"railway": "train", "route": "train"}, ""),
    ],
)
def test_open_directions(drawn, tags: Tags, expected: str) -> None:
    found = drawn("x--y\na--b", {"xy": {}, "ab": tags})
    arcs = found.edges("ab")
    letters = found.letters
    there = "a" in letters and found.route("a", "b") == "ab"
    back = "a" in letters and found.route("b", "a") == "ba"
    assert bool(arcs) == bool(expected)
    assert (">" if there else "") + ("<" if back else "") == expected


@pytest.mark.parametrize(
    ("node", "passes"),
    [
        ({"barrier": "bollard"}, False),
        ({"barrier": "bollard", "access": "yes"}, True),
        ({"barrier": "cattle_grid"}, True),
        ({"barrier": "cattle_grid", "vehicle": "no"}, False),
        ({"barrier": "gate", "access": "agricultural"}, False),
        ({"access": "no"}, False),
        ({"access": "no", "motor_vehicle": "yes"}, True),
        ({"access": "some_tag"}, True),
    ],
)
def test_barriers_on_the_way(drawn, node: Tags, passes: bool) -> None:
    found = drawn("a--x--b", {"axb": {}}, nodes={"x": node})
    assert (found.route("a", "b") is not None) == passes
    assert found.route("a", "a") == ("aba" if passes else "axa"), "one may turn back before a barrier"


def test_a_tag_without_a_value_says_nothing(drawn) -> None:
    found = drawn(
        "a--b--c--d\n   |\n   e",
        {"ab": {"toll": "", "tunnel": ""}, "bcd": {"access": "", "oneway": "", "motorcar": ""}, "be": {"highway": ""}},
        nodes={"c": {"barrier": "gate", "access": ""}, "b": {"barrier": ""}},
        restrictions=[
            Ban("", "ab", "b", "bcd", {"restriction": "no_straight_on", "except": "", "restriction:motorcar": ""})
        ],
    )
    assert found.network.flags_of_edge[found.edges("ab")].tolist() == [0]
    assert not found.edges("be"), "no road without a class"
    assert found.seconds("d", "b") == pytest.approx(120 / 25 * 3.6 + 60, abs=0.01)
    assert found.route("a", "d") is None, "the restriction holds"


# --- times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "there_kmh", "back_kmh"),
    [
        ({}, 65, 65),
        ({"maxspeed": "60"}, 48, 48),
        ({"maxspeed:forward": "60"}, 48, 65),
        ({"maxspeed:backward": "60"}, 65, 48),
        ({"maxspeed": "15", "maxspeed:forward": "30", "maxspeed:backward": "60"}, 24, 48),
        ({"maxspeed": "90", "maxspeed:advisory": "45"}, 36, 36),
        ({"maxspeed:advisory": "90", "maxspeed:advisory:forward": "45"}, 36, 72),
        ({"maxspeed": "FR:urban"}, 40, 40),
        ({"maxspeed": "CH:motorway"}, 96, 96),
        ({"source:maxspeed": "CH:trunk"}, 80, 80),
        ({"maxspeed:type": "PL:expressway"}, 96, 96),
        ({"maxspeed": "30 mph"}, 30 * 1.609344 * 0.8, 30 * 1.609344 * 0.8),
        ({"maxspeed": "none"}, 112, 112),
        ({"maxspeed": "signals"}, 65, 65),
        ({"maxspeed:conditional": "30 @ (22:00-06:00)"}, 65, 65),
        ({"maxspeed:lanes": "30|50"}, 65, 65),
        ({"width": "3"}, 65, 65),
        ({"lanes": "1"}, 65, 65),
        ({"oneway": "alternating"}, 65, 65),
        ({"side_road": "yes"}, 65, 65),
        ({"traffic_calming": "bump"}, 65, 65),
        ({"surface": "gravel"}, 40, 40),
        ({"surface": "gravel", "maxspeed": "90", "tracktype": "grade5", "smoothness": "bad"}, 20, 20),
        ({"bridge": "yes", "tunnel": "yes"}, 65, 65),
        ({"bridge": "movable"}, 5, 5),
    ],
)
def test_speeds(drawn, tags: Tags, there_kmh: float, back_kmh: float) -> None:
    found = drawn("a" + "-" * 49 + "b", {"ab": {"highway": "primary", **tags}})
    assert [1000 / found.seconds(*pair) * 3.6 for pair in ("ab", "ba")] == pytest.approx(
        [there_kmh, back_kmh], rel=1e-3
    )


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [({"highway": "motorway"}, 60), ({"maxspeed": "120"}, 60), ({"maxspeed": "50"}, 40), ({"surface": "mud"}, 10)],
)
def test_no_faster_than_the_vehicle_goes(tmp_path: Path, tags: Tags, kmh: float) -> None:
    profile = CarProfile(all_parts=True, vehicle_max_kmh=60)
    found = import_drawn(tmp_path, "a" + "-" * 49 + "b", {"ab": {"highway": "primary", **tags}}, profile=profile)
    assert 1000 / found.seconds("a", "b") * 3.6 == pytest.approx(kmh, rel=1e-3)


@pytest.mark.parametrize(
    ("tags", "there_s", "back_s"),
    [
        ({"highway": "traffic_signals"}, 2, 2),
        ({"highway": "traffic_signals", "traffic_signals:direction": "forward"}, 2, 0),
        ({"highway": "traffic_signals", "direction": "backward"}, 0, 2),
        ({"highway": "give_way"}, 1, 1),
        ({"highway": "give_way", "direction": "forward"}, 1, 0),
        ({"highway": "stop", "direction": "both"}, 2, 2),
        ({"highway": "stop", "direction": "backward"}, 0, 2),
        ({"highway": "crossing"}, 0, 0),
        ({"barrier": "gate"}, 60, 60),
        ({"barrier": "lift_gate"}, 60, 60),
        ({"barrier": "gate", "access": "yes"}, 0, 0),
        ({"barrier": "toll_booth"}, 0, 0),
        ({"barrier": "gate", "highway": "traffic_signals"}, 62, 62),
    ],
)
def test_waiting_on_the_way(drawn, tags: Tags, there_s: float, back_s: float) -> None:
    found = drawn("a----x----b", {"axb": {"highway": "primary"}}, nodes={"x": tags})
    driving_s = 200 / 65 * 3.6
    assert [found.seconds("a", "b"), found.seconds("b", "a")] == pytest.approx(
        [driving_s + there_s, driving_s + back_s], abs=0.005
    )


def test_waiting_belongs_to_the_end_of_the_stretch(drawn) -> None:
    #  the gate is at x, so nobody waits who only drives to the middle of a-x
    found = drawn("a----x----b", {"axb": {"highway": "primary"}}, nodes={"x": {"barrier": "gate"}})
    assert found.seconds("a", "x") == pytest.approx(100 / 65 * 3.6, abs=0.005)
    assert sorted(set(found.network.turn_ms.tolist())) == [round(U_TURN_S * 1000), 60_000]


def test_signals_on_a_junction_count_for_every_street(drawn) -> None:
    #     d
    #  a--b--c
    ways = {"abc": {"highway": "primary"}, "bd": {"highway": "primary"}}
    plain = drawn("   d\na--b--c", ways)
    lit = drawn("   d\na--b--c", ways, nodes={"b": {"highway": "traffic_signals"}})
    for pair in ("ac", "ad", "dc", "ca"):
        assert lit.seconds(*pair) - plain.seconds(*pair) == pytest.approx(2, abs=0.002)
    # for arrivals along a-b-c only; b-d begins there, so nobody arrives along it
    one = drawn(
        "   d\na--b--c", ways, nodes={"b": {"highway": "traffic_signals", "traffic_signals:direction": "forward"}}
    )
    waits = {pair: one.seconds(*pair) - plain.seconds(*pair) for pair in ("ac", "ad", "dc", "ca")}
    assert waits == {"ac": pytest.approx(2, abs=0.002), "ad": pytest.approx(2, abs=0.002), "dc": 0, "ca": 0}


def test_a_stop_sign_counts_towards_the_junction_it_stands_before(drawn) -> None:
    #  a--------s--b------c      s 15 m before b: who comes from b has just left the junction
    #              d
    picture = "a" + "-" * 29 + "s--b" + "-" * 20 + "c\n" + " " * 33 + "d"
    ways = {"asb": {"highway": "primary"}, "bc": {"highway": "primary"}, "bd": {}}
    sign = {"s": {"highway": "stop"}}
    for scale, there_s, back_s in ((0.25, 2, 0), (0.5, 2, 2)):
        plain = drawn(picture, ways, scale=scale)
        stop = drawn(picture, ways, nodes=sign, scale=scale)
        assert stop.seconds("a", "c") - plain.seconds("a", "c") == pytest.approx(there_s, abs=0.002)
        assert stop.seconds("c", "a") - plain.seconds("c", "a") == pytest.approx(back_s, abs=0.002)


def test_a_minor_stop_in_the_middle_is_for_the_slower_road(drawn) -> None:
    #     e
    #  a--b--c     a-b-c primary, e-b-d secondary
    #     d
    picture = "   e\na--b--c\n   d"
    ways = {"abc": {"highway": "primary"}, "ebd": {"highway": "secondary"}}
    plain = drawn(picture, ways)
    for stop, waiting in (({}, "aced"), ({"stop": "all"}, "aced"), ({"stop": "minor"}, "ed")):
        found = drawn(picture, ways, nodes={"b": {"highway": "stop", **stop}})
        for begin, end in ("ac", "ae", "ca", "ed", "ec", "de", "da"):
            extra = found.seconds(begin, end) - plain.seconds(begin, end)
            assert extra == pytest.approx(2 if begin in waiting else 0, abs=0.002), (stop, begin, end)


@pytest.mark.parametrize("side", ["right", "left"])
def test_turns_across_the_oncoming_lane(drawn, side: str) -> None:
    #     d
    #     |
    #  a--b--c
    ways = {way: {"highway": "primary", "driving_side": side} for way in ("ab", "bc", "bd")}
    found = drawn("   d\n   |\na--b--c", ways)
    driving_s = 120 / 65 * 3.6
    away, across = (found.seconds(*pair) - driving_s for pair in (("da", "dc") if side == "right" else ("dc", "da")))
    assert away == pytest.approx(angle_s(90), abs=0.01)
    assert across == pytest.approx(angle_s(-90), abs=0.01)


def test_nothing_comes_towards_who_is_in_a_roundabout(drawn) -> None:
    #  a--b--c      left at b into a ring, and out of it
    #     |
    #     d
    tags = {"highway": "primary"}
    for ring in ("ab", "bd"):
        found = drawn(
            "d\n|\nb--c\n|\na", {"ab": tags, "bc": tags, "bd": tags} | {ring: tags | {"junction": "circular"}}
        )
        assert found.network.flags_of_edge.max() > 0
    straight = drawn(
        "   d\n   |\na--b--c", {"ab": {**tags, "junction": "circular", "oneway": "no"}, "bc": tags, "bd": tags}
    )
    driving_s = 120 / 65 * 3.6
    assert straight.seconds("a", "d") - driving_s == pytest.approx(angle_s(-90, crossing=False), abs=0.01)
    assert straight.seconds("d", "a") - driving_s == pytest.approx(angle_s(90), abs=0.01)
    assert straight.seconds("d", "c") - driving_s == pytest.approx(angle_s(-90), abs=0.01), "no leg in the ring"


def test_times_in_steps(tmp_path: Path) -> None:
    #  a--b--c--d      60 m each at 65 km/h: 3.32 s
    #  |
    #  f
    picture, primary = "a--b--c--d\n|\nf", {"highway": "primary"}
    ways = {"abcd": primary, "af": primary, "cb": {"highway": "primary", "oneway": "yes"}}
    exact, tenths = (
        import_drawn(tmp_path, picture, ways, profile=CarProfile(all_parts=True, time_step_ms=step))
        for step in (1, 100)
    )
    assert exact.seconds("a", "d") == pytest.approx(3 * 3.323, abs=0.02)
    assert tenths.seconds("a", "d") == pytest.approx(3 * 3.3, abs=1e-6)
    assert (tenths.network.duration_ms % 100 == 0).all()
    assert (tenths.network.turn_ms == exact.network.turn_ms // 100 * 100).all()
    crawling = CarProfile(all_parts=True, time_step_ms=1000)
    assert import_drawn(tmp_path, picture, ways, profile=crawling, scale=0.001).seconds("a", "d") == 3


# --- turning back ----------------------------------------------------------------------------------------------


def test_turning_back_at_the_first_good_place(drawn) -> None:
    ways = {"ab": {}, "bc": {}, "cd": {}}
    assert drawn("a--b--c--d", ways).route("a", "a") == "abcdcba"
    for kind in ("turning_circle", "turning_loop", "mini_roundabout"):
        found = drawn("a--b--c--d", ways, nodes={"b": {"highway": kind}})
        assert found.route("a", "a") == "aba"
        assert found.seconds("a", "a") == pytest.approx(120 / 25 * 3.6 + U_TURN_S, abs=0.01)
        assert drawn("a--b--c--d", {"abcd": {}}, nodes={"c": {"highway": kind}}).route("a", "a") == "aca"


def test_no_turning_back_on_a_junction_unless_it_is_the_only_way(drawn) -> None:
    picture, ways = "   d\na--b--c", {"ab": {}, "bc": {}, "bd": {}}
    assert drawn(picture, ways).route("a", "a") in {"abcba", "abdba"}
    bans = [Ban("no_straight_on", "ab", "b", "bc"), Ban("no_left_turn", "ab", "b", "bd")]
    assert drawn(picture, ways, restrictions=bans).route("a", "a") == "aba"
    assert drawn(picture, ways, restrictions=bans[:1]).route("a", "a") == "abdba"


def test_turning_back_where_a_one_way_street_begins(drawn) -> None:
    #  a-->b     only d leads to a: who comes from there may turn; for who comes from c, b is a dead end
    #  |   |
    #  d---c
    found = drawn("a--b\n|  |\nd--c", {"ab": ONE_WAY, "bc": {}, "cd": {}, "da": {}}, scale=5)
    assert found.route("b", "a") == "bcda"
    assert found.route("d", "d") == "dad"
    assert found.route("c", "c") == "cbc"


def test_back_over_the_same_points_is_back_on_whatever_road(drawn) -> None:
    #  a=b=c--d      b-c there and c-b back are two one-way roads between the same points
    #    f e
    there, back = {"name": "there", "oneway": "yes"}, {"name": "back", "oneway": "yes"}
    ways = {"ab": {}, "bc": there, "cb": back, "cd": {}, "ce": ONE_WAY, "bf": {}}
    found = drawn("a--b--c--d\n   f  e", ways)
    assert found.route("a", "f") == "abf"
    bans = [Ban("no_right_turn", "ab", "b", "bf")]
    assert drawn("a--b--c--d\n   f  e", ways, restrictions=bans).route("a", "f") == "abcdcbf"
    alone = {"ab": {}, "bc": there, "cb": back, "bf": {}}
    assert drawn("a--b--c\n   f", alone, restrictions=bans).seconds("a", "f") == pytest.approx(
        240 / 25 * 3.6 - 30 / 25 * 3.6 + U_TURN_S + angle_s(0) + angle_s(-90), abs=0.01
    )


def test_around_the_block(drawn) -> None:
    found = drawn(" a-b\nfd-ce", {"ab": ONE_WAY, "bc": {}, "cd": {}, "da": {}, "ce": {}, "df": {}})
    assert found.route("a", "b") == "ab"
    assert found.route("b", "a") == "bcda"


# --- restrictions ----------------------------------------------------------------------------------------------

#     a
#  d--j--b      all ways lead away from j but c-j
#     c
CROSS = "   a\nd--j--b\n   c"
FROM_C = {"cj": ONE_WAY, "ja": ONE_WAY, "jd": ONE_WAY, "jb": ONE_WAY}


@pytest.mark.parametrize(
    ("ban", "reached"),
    [
        (None, "abd"),
        (Ban("no_left_turn", "cj", "j", "jd"), "ab"),
        (Ban("no_right_turn", "cj", "j", "jb"), "ad"),
        (Ban("no_straight_on", "cj", "j", "ja"), "bd"),
        (Ban("no_u_turn", "cj", "j", "jd"), "ab"),
        (Ban("no_weird_zigzags", "cj", "j", "jd"), "ab"),
        (Ban("no_left_turn_on_red", "cj", "j", "jd"), "abd"),
        (Ban("yield", "cj", "j", "jd"), "abd"),
        (Ban("only_left_turn", "cj", "j", "jd"), "d"),
        (Ban("only_right_turn", "cj", "j", "jb"), "b"),
        (Ban("only_straight_on", "cj", "j", "ja"), "a"),
        (Ban("only_weird_zigzags", "cj", "j", "ja"), "a"),
        (Ban("", "cj", "j", "jd", {"restriction:hgv": "no_left_turn"}), "abd"),
        (Ban("", "cj", "j", "jd", {"restriction:motorcar": "no_left_turn"}), "ab"),
        (Ban("", "cj", "j", "jd", {"restriction": "no_left_turn", "except": "motorcar"}), "abd"),
        (Ban("", "cj", "j", "jd", {"restriction": "only_left_turn", "except": "bus"}), "d"),
        (Ban("", "cj", "j", "jd", {"restriction:conditional": "only_left_turn @ (Mo-Fr 07:00-09:00)"}), "abd"),
        (Ban("no_left_turn", "jd", "j", "cj"), "abd"),
    ],
)
def test_restrictions_via_a_node(drawn, ban: Ban | None, reached: str) -> None:
    found = drawn(CROSS, FROM_C, restrictions=[ban] if ban else [])
    assert "".join(end for end in "abd" if found.route("c", end)) == reached


def test_only_restrictions_of_one_street_allow_each_other(drawn) -> None:
    bans = [Ban("only_left_turn", "cj", "j", "jd"), Ban("only_straight_on", "cj", "j", "ja")]
    found = drawn(CROSS, FROM_C, restrictions=bans)
    assert [found.route("c", end) is not None for end in "abd"] == [True, False, True]


@pytest.mark.parametrize(
    ("value", "at", "reached"),
    [
        ("no_left_turn @ (Mo-Fr 07:00-09:00)", "", "abd"),
        ("no_left_turn @ (Mo-Fr 07:00-09:00)", "2026-11-24T08:30", "ab"),
        ("no_left_turn @ (Mo-Fr 07:00-09:00)", "2026-11-24T12:00", "abd"),
        ("no_left_turn @ (Mo-Fr 07:00-09:00)", "2026-11-22T08:30", "abd"),
        ("only_left_turn @ (Mo-Fr 07:00-09:00,16:00-18:30)", "2026-11-24T17:00", "d"),
        ("no_right_turn @ (Sa); no_left_turn @ (Su)", "2026-11-22T08:30", "ab"),
        ("no_left_turn @ (weight > 7.5)", "2026-11-24T08:30", "abd"),
    ],
)
def test_restrictions_at_a_time(tmp_path: Path, value: str, at: str, reached: str) -> None:
    profile = CarProfile(all_parts=True, restrictions_at=at)
    ban = Ban("", "cj", "j", "jd", {"restriction:conditional": value})
    found = import_drawn(tmp_path, CROSS, FROM_C, restrictions=[ban], profile=profile)
    assert "".join(end for end in "abd" if found.route("c", end)) == reached


def test_a_way_through_the_end_of_a_restriction_is_not_guessed_at(drawn) -> None:
    #  a          e-d-b, and then to a or c: one way a-b-c, so the relation does not say which
    #  b--d
    #  c  e
    ways = {"abc": {}, "bd": {}, "de": {}}
    for from_way, to_way in (("de", "abc"), ("abc", "de")):
        found = drawn("a\nb--d\nc  e", ways, restrictions=[Ban("no_right_turn", from_way, ["bd"], to_way)])
        assert found.report.restrictions_ignored == {"ambiguous": 1}
        assert [found.route("e", end) for end in "ac"] == ["edba", "edbc"]


def test_a_via_way_left_in_its_middle_restricts_nothing(drawn) -> None:
    #  a--b--d--e--c      a-b-d-e-f over b-d and d-e-c
    #           |
    #           f
    ways = {"ab": {}, "bd": {}, "dec": {}, "ef": {}}
    bans = [Ban("no_right_turn", "ab", ["bd", "dec"], "ef"), Ban("no_left_turn", "ef", ["dec", "bd"], "ab")]
    found = drawn("a--b--d--e--c\n         |\n         f", ways, restrictions=bans)
    assert found.report.restrictions_used == 0
    assert (found.route("a", "f"), found.route("f", "a")) == ("abdef", "fedba")


#   a---b---c---d---e---------f---------g        the way along, with three ways down
#                   |         |         |
#               x---h---------i---------j
COMB = """
a---b---c---d---e---------f---------g
                |         |         |
                |         |         |
            x---h---------i---------j
"""
COMB_WAYS = dict.fromkeys(["ab", "bc", "cd", "de", "ef", "fg", "eh", "fi", "gj", "ih", "ji", "hx"], ONE_WAY)
LONG_BAN = Ban("no_right_turn", "ab", ["bc", "cd", "de", "ef"], "fi")


@pytest.mark.parametrize(
    ("bans", "from_a", "from_b", "from_d"),
    [
        ([], "abcdehx", "bcdehx", "dehx"),
        ([Ban("no_right_turn", "de", "e", "eh")], "abcdefihx", "bcdefihx", "defihx"),
        ([LONG_BAN, Ban("no_right_turn", "de", "e", "eh")], "abcdefgjihx", "bcdefihx", "defihx"),
        ([LONG_BAN, Ban("no_right_turn", "bc", ["cd", "de"], "eh")], "abcdefgjihx", "bcdefihx", "dehx"),
        ([LONG_BAN, Ban("only_straight_on", "ab", ["bc", "cd", "de"], "ef")], "abcdefgjihx", "bcdehx", "dehx"),
    ],
)
def test_restrictions_via_many_ways_in_each_other(
    drawn, bans: list[Ban], from_a: str, from_b: str, from_d: str
) -> None:
    found = drawn(COMB, COMB_WAYS, restrictions=bans)
    assert [found.route(begin, "x") for begin in "abd"] == [from_a, from_b, from_d]


def test_only_restrictions_via_ways_that_overlap(drawn) -> None:
    #  a   f   j
    #  b-d-e-i-k-m      a: only on to i after b-d-e; from d-e: only on to m after e-i-k
    #  c   g   l
    picture = "a---f---j\nb-d-e-i-k-m\nc---g---l"
    ways = dict.fromkeys(["ab", "cb", "bd", "de", "ef", "eg", "ei", "ik", "kj", "kl", "km"], ONE_WAY)
    bans = [Ban("only_straight_on", "ab", ["bd", "de"], "ei"), Ban("only_straight_on", "de", ["ei", "ik"], "km")]
    found = drawn(picture, ways, restrictions=bans)
    reached = {begin: "".join(end for end in "fgjlm" if found.route(begin, end)) for begin in "aci"}
    assert reached == {"a": "m", "c": "fgm", "i": "jlm"}


# --- two roads over the same points ----------------------------------------------------------------------------

SLOW, FAST = {"highway": "residential"}, {"highway": "primary"}


@pytest.mark.parametrize(
    ("one", "other", "there", "back"),
    [
        (SLOW, FAST, "other", "other"),
        (FAST, SLOW, "one", "one"),
        ({**FAST, "oneway": "yes"}, SLOW, "one", "other"),
        ({**FAST, "maxspeed:forward": "20"}, SLOW, "other", "one"),
        ({**SLOW, "name": "b"}, {**SLOW, "name": "a"}, "other", "other"),
        (SLOW, {**SLOW, "name": "a"}, "other", "other"),
        ({**SLOW, "name": "b"}, {**SLOW, "name": "a", "oneway": "yes"}, "one", "other"),
        (SLOW, SLOW, "one", "one"),
        ({**SLOW, "name": "b"}, {**SLOW, "name": "a", "access": "destination"}, "other", "other"),
    ],
)
def test_the_fastest_of_two_roads_stays(drawn, one: Tags, other: Tags, there: str, back: str) -> None:
    #  a--b--c--d     b-c is drawn twice, along and against
    found = drawn("a--b--c--d", {"ab": {}, "bc": one, "cb": other, "cd": {}})
    network, kept = found.network, {}
    way_of_edge = {edge: name for name, way in (("one", "bc"), ("other", "cb")) for edge in found.edges(way)}
    for name, begin, end in (("there", "b", "c"), ("back", "c", "b")):
        tail, at = network.tail(), (found.junction(begin), found.junction(end))
        (arc,) = np.flatnonzero((tail == at[0]) & (network.head == at[1])).tolist()
        kept[name] = way_of_edge[int(network.edge_of_arc[arc])]
    assert kept == {"there": there, "back": back}
    assert (found.route("a", "d"), found.route("d", "a")) == ("abcd", "dcba")


def test_roads_of_other_points_between_the_same_ends_stay(drawn) -> None:
    found = drawn("a--b\n|  |\nc--d", {"ab": {}, "acdb": {}})
    assert len(found.edges("ab")) == len(found.edges("acdb")) == 1
    assert found.network.arc_count == 4


# --- destination-only ------------------------------------------------------------------------------------------

#  a     e       b-c-d is for its residents; round over x and y it is longer
#   b-c-d
#  x     y
AROUND = "a-----e\n-b-c-d-\nx-----y"


@pytest.mark.parametrize("middle", [{"bcd": {}}, {"bc": {}, "cd": {}}])
@pytest.mark.parametrize(
    "private", [{"access": "destination"}, {"motor_vehicle": "private"}, {"hov": "designated"}, {"access": "unknown"}]
)
def test_destination_only_streets(drawn, middle: dict[str, Tags], private: Tags) -> None:
    ways = {"ab": {}, "de": {}, "ax": {}, "xy": {}, "ye": {}, **dict.fromkeys(middle, private)}
    found = drawn(AROUND, ways)
    assert found.route("a", "e") == "axye"
    assert found.route("e", "a") == "eyxa"
    through = "abcd" if len(middle) == 2 else "abd"
    assert found.route("a", "d") == through
    assert found.route("d", "b") == through[:0:-1]


def test_inside_a_destination_only_area(drawn) -> None:
    private = {"access": "destination"}
    ways = {"ab": private, "bc": private, "cd": private, "de": private, "axye": {}}
    found = drawn("a---c---e\n-b-----d\nx-------y", ways)
    assert found.route("b", "d") == "bcd"
    assert found.route("a", "e") == "abcde", "who starts at its edge may start inside"


def test_a_destination_only_street_between_two_parts_can_be_passed(drawn) -> None:
    #  a--b==c--d   nothing else leads to c-d, so it lies behind b-c
    found = drawn("a--e--b--c--d", {"aeb": {}, "eb": {}, "bc": {"access": "private"}, "cd": {}})
    assert found.route("a", "d") is not None
    assert found.route("d", "a") is not None


# --- ferries, bridges ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "seconds"),
    [
        ({"route": "ferry"}, 100 / 20 * 3.6),
        ({"route": "ferry", "duration": "00:01"}, 60),
        ({"route": "ferry", "duration": "0:01:30"}, 90),
        ({"route": "ferry", "duration": "PT1M"}, 60),
        ({"route": "ferry", "duration": "soon"}, 100 / 20 * 3.6),
        ({"route": "shuttle_train"}, 100 / 10 * 3.6),
        ({"route": "shuttle_train", "duration": "00:15"}, 900),
        ({"highway": "primary", "bridge": "movable"}, 100 / 5 * 3.6),
        ({"highway": "primary", "bridge": "movable", "duration": "00:10:00"}, 600),
        ({"highway": "primary", "duration": "00:10:00"}, 100 / 65 * 3.6),
    ],
)
def test_crossings_take_their_time(drawn, tags: Tags, seconds: float) -> None:
    found = drawn("a----b----c----d", {"ab": {}, "bc": tags, "cd": {}})
    assert found.seconds("b", "c") == pytest.approx(seconds, abs=0.01)
    assert found.route("a", "d") == "abcd"


def test_boarding_costs_an_angle_and_no_journey_begins_at_sea(drawn) -> None:
    #  a--b
    #     :        route a-b by road, b-c by ferry
    #     c
    found = drawn("a--b\n   |\n   c", {"ab": {}, "bc": {"route": "ferry"}})
    assert found.seconds("a", "c") == pytest.approx(60 / 25 * 3.6 + 60 / 20 * 3.6 + angle_s(90), abs=0.01)
    lon, lat = lon_lat(60.0, -50.0)
    (edge,) = SnapIndex.build(found.network).snap([lon], [lat]).edge.tolist()
    assert edge in found.edges("ab")


# --- all parts -------------------------------------------------------------------------------------------------


def test_parts_that_do_not_meet_stay(drawn) -> None:
    found = drawn("a--b  c--d\n\ne--f", {"ab": {}, "cd": ONE_WAY, "ef": {"access": "private"}})
    assert found.letters == set("abcdef")
    assert found.report.dropped_edges == found.report.cut_off_edges == 0
    assert (found.route("a", "b"), found.route("c", "d"), found.route("e", "f")) == ("ab", "cd", "ef")
    assert found.route("d", "c") is None
    assert found.route("a", "c") is None
    private = found.network.destination_only_of_edge
    assert [int(private[edge]) for way in ("ab", "cd", "ef") for edge in found.edges(way)] == [0, 0, 1]


def test_what_a_restriction_cuts_off_stays(drawn) -> None:
    bans = [Ban("no_right_turn", "ab", "b", "bd"), Ban("no_left_turn", "bc", "b", "bd")]
    found = drawn("a--b--c\n   |\n   d", {"ab": {}, "bc": {}, "bd": {}}, restrictions=bans)
    assert found.route("a", "d") is None
    assert found.route("d", "a") == "dba"


def test_the_largest_part_alone_is_the_rule(tmp_path: Path) -> None:
    found = import_drawn(tmp_path, "a--b--e  c--d", {"abe": {}, "be": {}, "cd": {}})
    assert found.letters == set("abe")
    assert np.isin(found.network.osm_way_of_edge, [1000, 1001]).all()
