"""Restrictions that hold at times: left out of the turns, kept with their conditions."""

from datetime import datetime
from pathlib import Path

import pytest

from routing.network.bans_at_times import banned_at, bans_of
from tests.helpers.drawn_network import DrawnNetwork, import_drawn
from tests.helpers.osm_drawing import Ban

#  a--b--c--d
#     |  |
#     e--f
PICTURE = "a--b--c--d\n   |  |\n   e--f"
WAYS = {"ab": {}, "bc": {}, "cd": {}, "be": {}, "ef": {}, "cf": {}}
MONDAY_8, MONDAY_12, SUNDAY_8 = (datetime(2026, 11, day, hour) for day, hour in ((23, 8), (23, 12), (22, 8)))  # noqa: DTZ001


def drawn(tmp_path: Path, *bans: Ban) -> DrawnNetwork:
    return import_drawn(tmp_path, PICTURE, WAYS, restrictions=bans)


def at_times(value: str, from_way: str, via: str | list[str], to_way: str) -> Ban:
    return Ban("", from_way, via, to_way, {"restriction:conditional": value})


def letters(found: DrawnNetwork, paths: set[tuple[int, ...]]) -> set[str]:
    """Junctions of each sequence of arcs, "abe" for the turn from a-b into b-e."""
    network, tail = found.network, found.network.tail()
    named = found.drawn.letter
    return {
        named(int(network.osm_node[tail[arcs[0]]]))
        + "".join(named(int(network.osm_node[network.head[a]])) for a in arcs)
        for arcs in paths
    }


def test_the_turn_stays_and_the_ban_is_kept(tmp_path: Path) -> None:
    found = drawn(tmp_path, at_times("no_right_turn @ (Mo-Fr 07:00-09:00)", "ab", "b", "be"))
    assert found.route("a", "e") == "abe"
    assert (found.report.restrictions_used, found.report.restrictions_at_times) == (0, 1)
    assert found.report.restrictions_ignored == {}
    assert letters(found, banned_at(found.network, MONDAY_8)) == {"abe"}
    assert banned_at(found.network, MONDAY_12) == banned_at(found.network, SUNDAY_8) == set()


def test_only_restrictions_ban_every_other_way_on(tmp_path: Path) -> None:
    found = drawn(tmp_path, at_times("only_straight_on @ (Mo-Fr 07:00-09:00)", "ab", "b", "bc"))
    assert letters(found, banned_at(found.network, MONDAY_8)) == {"abe", "aba"}


def test_via_ways_and_several_conditions(tmp_path: Path) -> None:
    found = drawn(
        tmp_path,
        at_times("no_u_turn @ (Mo-Su)", "ab", ["bc"], "cf"),
        at_times("no_right_turn @ (Mo 07:00-09:00); no_right_turn @ (Su 07:00-09:00)", "ab", "b", "be"),
        at_times("no_left_turn @ (weight > 7.5)", "be", "b", "ab"),
    )
    assert {ban.condition for ban in bans_of(found.network)} == {
        "Mo-Su", "Mo 07:00-09:00", "Su 07:00-09:00", "weight > 7.5"
    }  # fmt: skip
    assert letters(found, banned_at(found.network, MONDAY_8)) == {"abcf", "abe"}
    assert letters(found, banned_at(found.network, SUNDAY_8)) == {"abcf", "abe"}
    assert letters(found, banned_at(found.network, MONDAY_12)) == {"abcf"}
    assert found.report.restrictions_at_times == 4


@pytest.mark.parametrize(
    ("ban", "reason"),
    [
        (at_times("no_right_turn @ (Mo)", "abcd", "b", "be"), "ambiguous"),
        (at_times("no_right_turn @ (Mo)", "abcd", "e", "be"), "impossible anyway"),
    ],
)
def test_what_cannot_be_placed_is_counted(tmp_path: Path, ban: Ban, reason: str) -> None:
    ways = {"abcd": {}, "be": {}, "ef": {}, "cf": {}}
    found = import_drawn(tmp_path, PICTURE, ways, restrictions=[ban])
    assert found.report.restrictions_ignored == {reason: 1}
    assert list(bans_of(found.network)) == []
