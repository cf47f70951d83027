"""How long a solver may work, and the protocol that all solvers share."""

from dataclasses import dataclass
from typing import Protocol

from routing.visits.model import Problem
from routing.visits.plan import Plan


@dataclass(frozen=True, slots=True)
class Budget:
    """Stop after `wall_s` seconds or `solutions` accepted solutions, whichever comes first; at least one is given.

    Only `solutions` alone gives the same plan on every machine and run.
    """

    wall_s: float | None = None
    solutions: int | None = None

    def __post_init__(self) -> None:
        if self.wall_s is None and self.solutions is None:
            raise ValueError("a budget needs wall_s or solutions")
        if self.wall_s is not None and self.wall_s <= 0:
            raise ValueError(f"wall_s is {self.wall_s}, not above 0")
        if self.solutions is not None and self.solutions < 1:
            raise ValueError(f"solutions is {self.solutions}, below 1")


class Solver(Protocol):
    """Anything that places visits on shifts."""

    def solve(self, problem: Problem, stop: Budget, seed: int, start: Plan | None = None) -> Plan:
        """A plan that passes the checker; visits that do not fit come back in `unplanned`. `start`: where to begin."""
        ...
