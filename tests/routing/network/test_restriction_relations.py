import pytest

from routing.network.car_profile import CarProfile
from routing.network.map_extract import RawRestriction
from routing.network.restriction_relations import Member, parse_restriction

CAR = CarProfile()
NODE: list[Member] = [("n", "via", 5)]


def parse(kind: str, members: list[Member]) -> RawRestriction | str:
    return parse_restriction(7, {"type": "restriction", "restriction": kind}, members, CAR)


def test_via_node_and_via_ways() -> None:
    ends: list[Member] = [("w", "from", 1), ("w", "to", 2)]
    assert parse("no_left_turn", ends + NODE) == RawRestriction(7, "no_left_turn", (1,), (2,), 5)
    ways: list[Member] = [("w", "via", 8), ("w", "via", 9)]
    assert parse("only_straight_on", ends + ways) == RawRestriction(7, "only_straight_on", (1,), (2,), None, (8, 9))


@pytest.mark.parametrize(
    ("kind", "members", "expected"),
    [
        ("no_entry", [("w", "from", 1), ("w", "from", 3), ("w", "to", 2), *NODE], ((1, 3), (2,))),
        ("no_exit", [("w", "from", 1), ("w", "to", 3), ("w", "to", 2), *NODE], ((1,), (3, 2))),
        ("no_left_turn", [("w", "from", 1), ("w", "from", 3), ("w", "to", 2), *NODE], "several from or to"),
        ("no_entry", [("w", "from", 1), ("w", "to", 3), ("w", "to", 2), *NODE], "several from or to"),
        ("no_left_turn", [("w", "from", 1), ("w", "to", 2)], "incomplete members"),
        ("no_left_turn", [("w", "from", 1), ("w", "to", 2), *NODE, ("n", "via", 6)], "incomplete members"),
        ("no_left_turn", [("w", "to", 2), *NODE], "incomplete members"),
        ("no_left_turn", [("w", "from", 1), ("n", "to", 2), *NODE], "incomplete members"),
        ("no_fun", [("w", "from", 1), ("w", "to", 2), *NODE], "unknown kind"),
    ],
)
def test_members(kind: str, members: list[Member], expected: object) -> None:
    found = parse(kind, members)
    assert (found if isinstance(found, str) else (found.from_ways, found.to_ways)) == expected
