"""Driving by the hour along the road: Dijkstra's algorithm whose labels are clock times. The slow twin of journeys.

Every arc, and every turn, is a little journey of its own: it drives the share of itself that fits into the period and
the rest at the next one's time, so nobody overtakes anybody on any arc and the first label taken is final (Kaufman and
Smith 1993).
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.network.road_network import CLOSED_MS, RoadNetwork
from routing.network.snaps import Snaps
from routing.traffic.week import Timeline

NEVER_MS = float("inf")


@dataclass(frozen=True)
class DrivenByTheHour:
    """A network with driving times for each period, and when which holds (seconds)."""

    network: RoadNetwork
    arc_ms: list[list[int]]
    """By period, then by arc."""
    turn_ms: list[list[int]]
    begin_ms: list[float]
    period: list[int]

    @staticmethod
    def of(networks: Sequence[RoadNetwork], spans: Timeline) -> "DrivenByTheHour":
        return DrivenByTheHour(
            networks[0],
            [network.duration_ms.tolist() for network in networks],
            [network.turn_ms.tolist() for network in networks],
            [*(1000.0 * spans.begin_s).tolist(), NEVER_MS],
            spans.period.tolist(),
        )

    def arrivals_ms(self, source: Snaps, targets: Snaps, leave_s: int) -> list[float]:
        """When one arrives at each target, milliseconds on the axis of the spans, leaving the one source at leave_s."""
        network, leave_ms = self.network, 1000.0 * leave_s
        origin = _arcs_at(network, source, 0)
        ends = [_arcs_at(network, targets, j) for j in range(len(targets))]
        best = [NEVER_MS] * len(targets)
        for j in range(len(targets)):
            if (source.edge[0], source.fraction[0]) == (targets.edge[j], targets.fraction[j]):
                best[j] = leave_ms
            for arc, along in origin:
                for other, to in ends[j]:
                    if other == arc and to >= along:
                        best[j] = min(best[j], self._drive(leave_ms, self.arc_ms, arc, to - along))
        entered = self._entered([(arc, self._drive(leave_ms, self.arc_ms, arc, 1 - along)) for arc, along in origin])
        copies: dict[int, list[float]] = {}
        for state, at_ms in entered.items():
            copies.setdefault(int(network.arc_of_state[state]), []).append(at_ms)
        for j, arcs in enumerate(ends):
            for arc, along in arcs:
                for at_ms in copies.get(arc, ()):
                    best[j] = min(best[j], self._drive(at_ms, self.arc_ms, arc, along))
        return best

    def _entered(self, left: list[tuple[int, float]]) -> dict[int, float]:
        """When each state is entered, having reached the ends of some arcs."""
        first, head = self.network.turn_first.tolist(), self.network.turn_head.tolist()
        arc_of_state = self.network.arc_of_state.tolist()
        queue: list[tuple[float, int]] = []
        best: dict[int, float] = {}

        def turn(state: int, at_ms: float) -> None:
            for i in range(first[state], first[state + 1]):
                onward = head[i]
                then = self._drive(at_ms, self.turn_ms, i, 1.0)
                if self.arc_ms[0][arc_of_state[onward]] < CLOSED_MS and then < best.get(onward, NEVER_MS):
                    best[onward] = then
                    heapq.heappush(queue, (then, onward))

        for arc, at_ms in left:
            if at_ms < NEVER_MS:
                turn(arc, at_ms)
        done: dict[int, float] = {}
        while queue:
            at_ms, state = heapq.heappop(queue)
            if state not in done:
                done[state] = at_ms
                end_ms = self._drive(at_ms, self.arc_ms, arc_of_state[state], 1.0)
                if end_ms < NEVER_MS:
                    turn(state, end_ms)
        return done

    def _drive(self, at_ms: float, table: list[list[int]], entry: int, share: float) -> float:
        """When a share of an arc or turn is behind one."""
        span = 0
        while self.begin_ms[span + 1] <= at_ms:
            span += 1
        while True:
            whole = table[self.period[span]][entry]
            room = self.begin_ms[span + 1] - at_ms
            if whole < CLOSED_MS:
                if share * whole <= room:
                    return at_ms + share * whole
                share -= room / whole
            elif room == NEVER_MS:
                return NEVER_MS
            at_ms, span = self.begin_ms[span + 1], span + 1


def _arcs_at(network: RoadNetwork, snaps: Snaps, i: int) -> list[tuple[int, float]]:
    """The arcs of a place, with the share of each that lies before it."""
    edge, fraction = int(snaps.edge[i]), float(np.clip(snaps.fraction[i], 0, 1))
    both = [(int(network.forward_arc[edge]), fraction), (int(network.backward_arc[edge]), 1 - fraction)]
    return [(arc, along) for arc, along in both if arc >= 0]
