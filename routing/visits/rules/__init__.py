"""One business rule a file; the order is the order in which a reason is looked for.

A rule says for a visit *alone* on an otherwise empty shift whether the rule lets it in. The first rule after which no
shift is left gives the reason code of a visit that cannot be planned.
"""

from collections.abc import Callable
from typing import NamedTuple

from routing.visits.model import Problem
from routing.visits.rules import length, load, pinned_rep, pinned_shift, reach, skill, window


class Rule(NamedTuple):
    """`excess_s(problem, visit, shift)`: 0 = let in, None = forbidden, else by how many seconds the limit is missed."""

    code: str
    excess_s: Callable[[Problem, int, int], int | None]


RULES = (
    Rule("skills", skill.excess_s),
    Rule("pinned_rep", pinned_rep.excess_s),
    Rule("pinned_shift", pinned_shift.excess_s),
    Rule("load", load.excess_s),
    Rule("unreachable", reach.excess_s),
    Rule("time_window", window.excess_s),
    Rule("too_long", length.excess_s),
)

TIMELESS_RULES = RULES[:4]
"""The rules that hold whatever else is in the shift; solvers ask them once for every pair."""
