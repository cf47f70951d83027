import pytest

from routing.network.car_profile import CarProfile
from routing.network.map_extract import RawRestriction
from routing.network.restriction_relations import Member, parse_restriction

CAR = CarProfile()
NODE: list[Member] = [("n", "via", 5)]


def parse(kind: str, members: list[Member]) -> RawRestriction | str:
    found = parse_restriction(7, {"type": "restriction", "restriction": kind}, members, CAR)
    if isinstance(found, str):
        return found
    (only,) = found
    return only


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
        ("no_fun", [("w", "from", 1), ("w", "to", 2), *NODE], ((1,), (2,))),
        ("only_weird_zigzags", [("w", "from", 1), ("w", "to", 2), *NODE], ((1,), (2,))),
        ("no_right_turn_on_red", [("w", "from", 1), ("w", "to", 2), *NODE], "unknown kind"),
        ("yield", [("w", "from", 1), ("w", "to", 2), *NODE], "unknown kind"),
    ],
)
def test_members(kind: str, members: list[Member], expected: object) -> None:
    found = parse(kind, members)
    assert (found if isinstance(found, str) else (found.from_ways, found.to_ways)) == expected


ENDS: list[Member] = [("w", "from", 1), ("w", "to", 2), *NODE]


def kinds(tags: dict[str, str]) -> list[tuple[str, str]] | str:
    """Kinds with their conditions, or why none."""
    found = parse_restriction(7, {"type": "restriction", **tags}, ENDS, CAR)
    return found if isinstance(found, str) else [(part.kind, part.condition) for part in found]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"restriction": "no_left_turn"}, [("no_left_turn", "")]),
        ({"restriction": "no_left_turn", "except": "bus; bicycle"}, [("no_left_turn", "")]),
        ({"restriction": "no_left_turn", "except": "bus; motorcar"}, "excepted"),
        ({"restriction:hgv": "no_left_turn"}, "other vehicles"),
        ({"restriction:hgv:conditional": "no_left_turn @ (Mo)"}, "other vehicles"),
        ({"restriction": "no_left_turn", "restriction:motorcar": "no_u_turn"}, [("no_u_turn", "")]),
        ({"restriction:vehicle": "no_left_turn", "restriction:motor_vehicle": "none"}, "unknown kind"),
        (
            {"restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"},
            [("no_left_turn", "Mo-Fr 07:00-09:00")],
        ),
        (
            {"restriction:conditional": "no_left_turn @ ( Mo 07:00-09:00;  Tu 10:00-11:00 ) ; no_u_turn@(Sa)"},
            [("no_left_turn", "Mo 07:00-09:00; Tu 10:00-11:00"), ("no_u_turn", "Sa")],
        ),
        ({"restriction:conditional": "no_left_turn @ 07:00-09:00"}, [("no_left_turn", "07:00-09:00")]),
        ({"restriction:motorcar:conditional": "no_left_turn @ (Mo)"}, [("no_left_turn", "Mo")]),
        (
            {"restriction": "no_u_turn", "restriction:conditional": "only_straight_on @ (Mo)"},
            [("no_u_turn", ""), ("only_straight_on", "Mo")],
        ),
        ({"restriction:conditional": "no_left_turn"}, "unknown kind"),
        ({"restriction:conditional": "only_right_turn @ (Mo-Su 07:00-14:00)", "except": "motorcar"}, "excepted"),
    ],
)
def test_what_holds_always_and_what_at_times(tags: dict[str, str], expected: object) -> None:
    assert kinds(tags) == expected
