"""Small drawn maps, each for one rule."""

from pathlib import Path

import numpy as np
import pytest

from routing.network.car_profile import CarProfile
from routing.network.errors import MapWithoutRoads
from tests.helpers.drawn_network import import_drawn
from tests.helpers.osm_drawing import Ban

#  the way round a block, so that one-ways and bans leave a detour
BLOCK = """
    a--b--c--d
       |  |
       e--f
       |
       g
"""
BLOCK_WAYS = {"abcd": {}, "be": {}, "ef": {}, "cf": {}, "eg": {}}


def test_junctions_shapes_and_names(tmp_path: Path) -> None:
    found = import_drawn(tmp_path, BLOCK, {**BLOCK_WAYS, "abcd": {"name": "Rua Ça"}, "cf": {"ref": "N1;A2"}})
    network = found.network
    assert found.letters == set("abcdefg")
    assert (network.junction_count, network.edge_count, network.arc_count) == (7, 7, 14)
    assert {network.name(edge) for edge in found.edges("abcd")} == {"Rua Ça"}
    assert [(network.name(edge), network.ref(edge)) for edge in found.edges("cf")] == [("", "N1; A2")]
    assert [network.name(edge) for edge in found.edges("be")] == [""]
    assert found.report.road_km == pytest.approx(0.42, abs=0.05)
    np.testing.assert_allclose(network.length_dm, 600, atol=1)


def test_nodes_between_junctions_become_shape(tmp_path: Path) -> None:
    found = import_drawn(tmp_path, "a--b--c--d", {"abcd": {}})
    assert found.letters == {"a", "d"}
    assert found.network.shape_first.tolist() == [0, 4]
    assert found.network.length_dm.tolist() == [1800, 1800]
    assert found.seconds("a", "d") == pytest.approx(180 / 25 * 3.6, abs=0.002)


def test_a_way_meeting_itself(tmp_path: Path) -> None:
    #  a--b--c      the loop b c e d b is one edge from b to b
    #     |  |
    #     d--e
    found = import_drawn(tmp_path, "a--b--c\n   |  |\n   d--e", {"abcedb": {}})
    assert found.letters == {"a", "b"}
    assert found.route("a", "a") == "abba", "round the loop and back; no U-turn at b"


@pytest.mark.parametrize(("value", "there", "back"), [("yes", "bc", "befc"[::-1]), ("-1", "befc", "cb")])
def test_one_way(tmp_path: Path, value: str, there: str, back: str) -> None:
    found = import_drawn(tmp_path, BLOCK, {"ab": {}, "bc": {"oneway": value}, "cd": {}, "be": {}, "efc": {}, "eg": {}})
    assert found.route("b", "c") == there.replace("f", "")
    assert found.route("c", "b") == back.replace("f", "")


def test_roundabout_is_one_way(tmp_path: Path) -> None:
    #     a          counter-clockwise: b d e c b
    #     |
    #  c--b
    #  |  |
    #  e--d--f
    picture = "   a\n   |\nc--b\n|  |\ne--d--f"
    found = import_drawn(tmp_path, picture, {"ab": {}, "bcedb": {"junction": "roundabout"}, "df": {}})
    assert found.route("a", "f") == "abdf"
    assert found.route("f", "a") == "fdba"
    assert found.seconds("a", "f") > found.seconds("f", "a")


def test_access_hierarchy(tmp_path: Path) -> None:
    closed = {"access": "yes", "motor_vehicle": "no"}
    found = import_drawn(tmp_path, BLOCK, {"ab": {}, "bc": closed, "cd": {}, "be": {}, "efc": {}, "eg": {}})
    assert found.route("a", "d") == "abecd"
    opened = {"access": "no", "motor_vehicle": "yes"}
    found = import_drawn(tmp_path, BLOCK, {"ab": {}, "bc": opened, "cd": {}, "be": {}, "efc": {}, "eg": {}})
    assert found.route("a", "d") == "abcd"


def test_ferry_takes_its_time(tmp_path: Path) -> None:
    found = import_drawn(tmp_path, "a--b--c--d", {"ab": {}, "bc": {"route": "ferry", "duration": "00:10"}, "cd": {}})
    assert found.seconds("b", "c") == pytest.approx(600, abs=0.01)
    slow = import_drawn(tmp_path, "a--b--c--d", {"ab": {}, "bc": {"route": "ferry"}, "cd": {}})
    assert slow.seconds("b", "c") == pytest.approx(60 / 20 * 3.6, abs=0.01)


def test_blocking_barrier_cuts_the_road(tmp_path: Path) -> None:
    ways = {"axb": {}, "bc": {}, "cd": {}, "da": {}}
    picture = "a--x--b\n|     |\nd-----c"
    assert import_drawn(tmp_path, picture, ways).route("a", "b") == "ab"
    found = import_drawn(tmp_path, picture, ways, nodes={"x": {"barrier": "bollard"}})
    assert found.route("a", "b") == "adcb"
    nodes = found.network.osm_node.tolist()
    assert nodes.count(found.drawn.node_of_letter["x"]) == 2, "an end of its own on each side"
    assert import_drawn(tmp_path, picture, ways, nodes={"x": {"barrier": "cattle_grid"}}).route("a", "b") == "ab"


def test_barrier_on_a_crossing_cuts_every_road(tmp_path: Path) -> None:
    picture = "a--x--b\n|  |  |\nd--e--c"
    ways = {"axb": {}, "xe": {}, "bc": {}, "dec": {}, "da": {}}
    found = import_drawn(tmp_path, picture, ways, nodes={"x": {"barrier": "block"}})
    assert found.network.osm_node.tolist().count(found.drawn.node_of_letter["x"]) == 3
    assert found.route("a", "b") == "adecb"


def test_u_turn_only_where_the_road_ends(tmp_path: Path) -> None:
    found = import_drawn(tmp_path, "a--b--c\n   |\n   d", {"abc": {}, "bd": {}})
    assert found.route("a", "a") in {"abcba", "abdba"}
    plain = import_drawn(tmp_path, "a--b", {"ab": {}})
    u_turn_s = 20 + 7.5 / (1 + np.exp(-(13 / 1.075 - 6.5 * 1.075)))
    assert plain.seconds("a", "a") == pytest.approx(2 * 60 / 25 * 3.6 + u_turn_s, abs=0.01)


@pytest.mark.parametrize(("left_hand", "dearer"), [(None, "d"), (False, "d"), (True, "e")])
def test_turning_across_the_traffic_costs_more(tmp_path: Path, left_hand: bool | None, dearer: str) -> None:
    #     d
    #     |
    #  a--b--c
    #     |
    #     e
    picture = "   d\n   |\na--b--c\n   |\n   e"
    found = import_drawn(
        tmp_path, picture, {"abc": {}, "bd": {}, "be": {}}, profile=CarProfile(left_hand_driving=left_hand)
    )
    straight = 120 / 25 * 3.6
    side = 120 / 25 * 3.6
    costs = {"d": found.seconds("a", "d") - side, "e": found.seconds("a", "e") - side}
    assert found.seconds("a", "c") - straight == pytest.approx(0, abs=0.02)
    assert max(costs, key=lambda letter: costs[letter]) == dearer
    assert sorted(costs.values()) == pytest.approx([2.1, 5.4 + 2 / (1 + np.exp(-3.25))], abs=0.1)


def test_bends_cost_nothing_where_two_roads_meet(tmp_path: Path) -> None:
    found = import_drawn(tmp_path, "a--b\n   |\n   c", {"ab": {}, "bc": {}})
    assert found.seconds("a", "c") == pytest.approx(120 / 25 * 3.6, abs=0.01)


def test_signals_cost_at_junctions_and_between(tmp_path: Path) -> None:
    lit = {"highway": "traffic_signals"}
    assert import_drawn(tmp_path, "a--b--c", {"abc": {}}, {"b": lit}).seconds("a", "c") == pytest.approx(
        19.28, abs=0.01
    )
    joined = import_drawn(tmp_path, "a--b--c", {"ab": {}, "bc": {}}, {"b": lit})
    assert joined.seconds("a", "c") == pytest.approx(19.28, abs=0.01)


def test_restriction_via_node(tmp_path: Path) -> None:
    picture = "a--b--c--d\n   |  |\n   e  |\n   |  |\n   g--f"
    ways = {"ab": {}, "bc": {}, "cd": {}, "be": {}, "eg": {}, "gf": {}, "cf": {}}
    free = import_drawn(tmp_path, picture, ways)
    assert free.route("a", "e") == "abe"
    banned = import_drawn(tmp_path, picture, ways, restrictions=[Ban("no_right_turn", "ab", "b", "be")])
    assert banned.route("a", "e") == "abcfge"
    assert banned.route("c", "e") == "cbe", "only from a"
    assert banned.report.restrictions_used == 1
    only = import_drawn(tmp_path, picture, ways, restrictions=[Ban("only_right_turn", "ab", "b", "be")])
    assert only.route("a", "d") == "abegfcd"
    assert only.route("e", "d") == "ebcd"


@pytest.mark.parametrize(
    ("tags", "used", "reason"),
    [
        ({"restriction": "no_right_turn", "except": "psv"}, True, ""),
        ({"restriction": "no_right_turn", "except": "psv;motorcar"}, False, "excepted"),
        ({"restriction:motorcar": "no_right_turn"}, True, ""),
        ({"restriction:motor_vehicle": "no_right_turn"}, True, ""),
        ({"restriction:hgv": "no_right_turn"}, False, "other vehicles"),
        ({"restriction": "no_right_turn", "restriction:motorcar": "none"}, False, "unknown kind"),
        ({"restriction": "no_parking"}, False, "unknown kind"),
    ],
)
def test_which_restrictions_count(tmp_path: Path, tags: dict[str, str], used: bool, reason: str) -> None:
    ways = {"ab": {}, "bc": {}, "cd": {}, "be": {}, "ef": {}, "cf": {}, "eg": {}}
    found = import_drawn(tmp_path, BLOCK, ways, restrictions=[Ban("", "ab", "b", "be", tags)])
    assert found.route("a", "g") == ("abcfeg" if used else "abeg")
    assert found.report.restrictions_used == int(used)
    assert found.report.restrictions_ignored == ({} if used else {reason: 1})


def test_ambiguous_restriction_is_counted_not_guessed(tmp_path: Path) -> None:
    found = import_drawn(tmp_path, BLOCK, BLOCK_WAYS, restrictions=[Ban("no_right_turn", "abcd", "b", "be")])
    assert found.report.restrictions_ignored == {"ambiguous": 1}
    one_way = {**BLOCK_WAYS, "abcd": {"oneway": "yes"}, "dh": {}, "ha": {}}
    picture = "h--------\na--b--c--d\n   |  |\n   e--f\n   |\n   g"
    found = import_drawn(tmp_path, picture, one_way, restrictions=[Ban("no_right_turn", "abcd", "b", "be")])
    assert found.report.restrictions_used == 1
    assert found.route("a", "g") == "abcfeg"


#  two one-way carriageways and the links between them
#    a-->b-->c-->d
#        |   |
#    h<--g<--f<--e      and d-e, h-a join them at the ends
DUAL = "a--b--c--d\n   |  |\nh--g--f--e"
DUAL_WAYS = {
    "ab": {"oneway": "yes"},
    "bc": {"oneway": "yes"},
    "cd": {"oneway": "yes"},
    "de": {},
    "ef": {"oneway": "yes"},
    "fg": {"oneway": "yes"},
    "gh": {"oneway": "yes"},
    "ha": {"oneway": "yes"},
    "bg": {},
    "cf": {},
}


def test_restriction_via_way(tmp_path: Path) -> None:
    free = import_drawn(tmp_path, DUAL, DUAL_WAYS)
    assert free.route("a", "h") == "abgh"
    banned = import_drawn(tmp_path, DUAL, DUAL_WAYS, restrictions=[Ban("no_u_turn", "ab", ["bg"], "gh")])
    assert banned.route("a", "h") == "abcfgh"
    assert banned.network.state_count == banned.network.arc_count + 1
    assert banned.route("b", "h") == "bgh", "who starts at b was not on ab"
    both = import_drawn(
        tmp_path,
        DUAL,
        DUAL_WAYS,
        restrictions=[Ban("no_u_turn", "ab", ["bg"], "gh"), Ban("no_u_turn", "bc", ["cf"], "fg")],
    )
    assert both.route("a", "h") == "abcdefgh"


def test_restriction_via_two_ways(tmp_path: Path) -> None:
    ways = {**DUAL_WAYS, "bxg": {}}
    del ways["bg"]
    ways = {**{way: tags for way, tags in ways.items() if way != "bxg"}, "bx": {}, "xg": {}}
    picture = "a--b--c--d\n   x  |\nh--g--f--e"
    found = import_drawn(tmp_path, picture, ways, restrictions=[Ban("no_u_turn", "ab", ["bx", "xg"], "gh")])
    assert found.route("a", "h") == "abcfgh"
    assert found.route("b", "h") == "bxgh"
    assert found.network.state_count == found.network.arc_count + 2


def test_only_restriction_via_way(tmp_path: Path) -> None:
    #  from a over b-c only on to d: not to e
    picture = "a--b--c--d\n   |  |  |\n   f--e--g"
    ways = {"ab": {}, "bc": {}, "cd": {}, "bf": {}, "ce": {}, "fe": {}, "eg": {}, "dg": {}}
    found = import_drawn(tmp_path, picture, ways, restrictions=[Ban("only_straight_on", "ab", ["bc"], "cd")])
    assert found.route("a", "e") == "abfe"
    assert found.route("b", "e") in {"bce", "bfe"}
    assert found.route("a", "d") == "abcd"


def test_destination_only_is_no_short_cut(tmp_path: Path) -> None:
    #  a--b--c--d    b-c is private: not through, but to and from
    #     |  |
    #     e--f
    ways = {"ab": {}, "bc": {"access": "private"}, "cd": {}, "be": {}, "efc": {}}
    found = import_drawn(tmp_path, "a--b--c--d\n   |  |\n   e--f", ways)
    assert found.route("a", "d") == "abecd"
    assert found.route("a", "c") == "abc", "to the end of bc itself"
    assert found.route("b", "d") == "bcd", "from bc itself"
    (private,) = found.edges("bc")
    assert found.network.destination_only_of_edge[private] == 1
    assert found.network.state_count == found.network.arc_count + 2


def test_behind_a_private_road_everything_is_private(tmp_path: Path) -> None:
    ways = {"fa": {}, "ab": {}, "bc": {"access": "private"}, "cd": {}}
    found = import_drawn(tmp_path, "f--a--b--c--d", ways)
    assert found.report.destination_only_edges == 2
    assert found.report.reached_only_through_destination == 1
    assert found.route("f", "d") == "fabcd"
    assert found.route("d", "f") == "dcbaf"


def test_via_way_restriction_inside_a_destination_area(tmp_path: Path) -> None:
    #  a--b==c==d     b-c, c-d, c-e, b-f, f-e private: c-d is reached, but not a > b > c > e
    #     |  |
    #     f==e
    private = {"access": "private"}
    ways = {"ga": {}, "ab": {}, "bc": private, "cd": private, "ce": private, "bf": private, "fe": private}
    found = import_drawn(tmp_path, "g--a--b--c--d\n      |  |\n      f--e", ways)
    assert found.route("a", "e") in {"abce", "abfe"}
    banned = import_drawn(
        tmp_path, "g--a--b--c--d\n      |  |\n      f--e", ways, restrictions=[Ban("no_right_turn", "ab", ["bc"], "ce")]
    )
    assert banned.route("a", "e") == "abfe"
    assert banned.route("a", "d") == "abcd"
    assert banned.route("d", "g") == "dcbag"


def test_largest_part_stays_and_the_rest_is_reported(tmp_path: Path) -> None:
    #  a--b--c   d--e       d-e is another part; c>f one-way leads nowhere back
    #        |
    #        f
    picture = "a--b--c   d--e\n      |\n      f"
    found = import_drawn(tmp_path, picture, {"ab": {}, "bc": {}, "de": {}, "cf": {"oneway": "yes"}})
    assert found.letters == {"a", "b", "c"}
    assert (found.report.dropped_edges, found.report.dropped_junctions) == (2, 3)
    assert found.report.dropped_km == pytest.approx(0.1)


def test_what_turn_bans_cut_off_is_dropped(tmp_path: Path) -> None:
    #  a--b--c      the only way into b-d is banned from both sides
    #     |
    #     d
    bans = [Ban("no_right_turn", "ab", "b", "bd"), Ban("no_left_turn", "bc", "b", "bd")]
    found = import_drawn(tmp_path, "a--b--c\n   |\n   d", {"ab": {}, "bc": {}, "bd": {}}, restrictions=bans)
    assert found.report.cut_off_edges == 1
    assert found.letters == {"a", "b", "c"}


def test_no_road_left(tmp_path: Path) -> None:
    with pytest.raises(MapWithoutRoads, match="2 ways"):
        import_drawn(tmp_path, "a--b--c", {"ab": {"highway": "footway"}, "bc": {"highway": "path"}})
    with pytest.raises(MapWithoutRoads):
        import_drawn(tmp_path, "a--b", {"ab": {"oneway": "yes"}})


def test_all_private_is_still_a_network(tmp_path: Path) -> None:
    found = import_drawn(tmp_path, "a--b--c", {"ab": {"access": "private"}, "bc": {"access": "private"}})
    assert found.route("a", "c") == "abc"
