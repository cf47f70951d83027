"""What the service asks of an engine, so that one can take another's place."""

from typing import Protocol

from routing.engine.path import Path
from routing.engine.travel_matrix import ExactMatrix, MatrixEngine, Route
from routing.network.snaps import Snaps


class RoutingEngine(MatrixEngine, Protocol):
    """Fastest driving between places: times of many, the way itself of few."""

    def exact_matrix(self, sources: Snaps, targets: Snaps) -> ExactMatrix:
        """As `matrix`, but not rounded. Raises MatrixTooLarge."""
        ...

    def paths_through(self, stops: Snaps) -> list[Path]:
        """Fastest path from each stop to the next, arc by arc. Raises NoRoute."""
        ...

    def route_through(self, stops: Snaps) -> list[Route]:
        """The same as lines. Raises NoRoute."""
        ...
