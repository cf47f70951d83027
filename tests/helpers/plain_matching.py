"""Map matching by the book, in plain Python: every edge is tried, every way is searched for, every score is kept.

Shares nothing with routing.matching but the numbers of MatchOptions and the words of its docstrings.
"""

import heapq
import math
from dataclasses import dataclass
from itertools import pairwise

from routing.matching.trace import MatchOptions, Trace
from routing.network.road_network import RoadNetwork
from tests.helpers.small_networks import METRES_PER_DEGREE


@dataclass(frozen=True)
class Candidate:
    arc: int
    along: float
    """share of the arc before the place"""
    off_m: float
    edge: int


@dataclass
class Reached:
    """The likeliest way to a candidate."""

    score: float
    driven_dm: int
    """of the legs as they were scored; standing still counts as none"""
    along: list[tuple[float, float]]
    """from where to where the car may have been on the arc, by each point of this drive along it: shares of the arc"""


def metres(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    scale = math.cos(math.radians((lat_a + lat_b) / 2))
    return METRES_PER_DEGREE * math.hypot((lon_b - lon_a) * scale, lat_b - lat_a)


class PlainMatcher:
    """`matchings` gives, for each, (points, score and decimetres of the likeliest way)."""

    def __init__(self, network: RoadNetwork, trace: Trace, options: MatchOptions) -> None:
        self.network, self.trace, self.options = network, trace, options
        self.candidates = [self.near(i) for i in range(len(trace))]

    def radius(self, i: int) -> float:
        return max(self.options.search_factor * float(self.trace.accuracy_m[i]), self.options.least_search_m)

    def near(self, i: int) -> list[Candidate]:
        network, lon, lat = self.network, float(self.trace.lon[i]), float(self.trace.lat[i])
        radius = self.radius(i)
        scale = math.cos(math.radians(lat))
        found = []
        for edge in range(network.edge_count):
            points = range(int(network.shape_first[edge]), int(network.shape_first[edge + 1]))
            xy = [
                (
                    (float(network.shape_lon_e7[p]) * 1e-7 - lon) * METRES_PER_DEGREE * scale,
                    (float(network.shape_lat_e7[p]) * 1e-7 - lat) * METRES_PER_DEGREE,
                )
                for p in points
            ]
            lengths = [
                metres(*(float(v) * 1e-7 for v in (network.shape_lon_e7[p], network.shape_lat_e7[p],
                                                   network.shape_lon_e7[p + 1], network.shape_lat_e7[p + 1])))
                for p in points[:-1]
            ]  # fmt: skip
            best = (math.inf, 0.0)
            for k, ((ax, ay), (bx, by)) in enumerate(pairwise(xy)):
                square = (bx - ax) ** 2 + (by - ay) ** 2
                share = min(1.0, max(0.0, -(ax * (bx - ax) + ay * (by - ay)) / square)) if square else 0.0
                off = math.hypot(ax + share * (bx - ax), ay + share * (by - ay))
                best = min(best, (off, (sum(lengths[:k]) + share * lengths[k]) / max(1e-9, sum(lengths))))
            if best[0] <= radius:
                found.append((best[0], edge, min(1.0, best[1])))
        nearest = sorted(found, key=lambda one: (round(one[0], 6), one[1]))[: self.options.most_edges]
        return [
            Candidate(int(arc), along, off, edge)
            for off, edge, share in nearest
            for arc, along in ((network.forward_arc[edge], share), (network.backward_arc[edge], 1.0 - share))
            if arc >= 0
        ]

    def key(self, candidate: Candidate) -> tuple[int, int]:
        """(ms, dm) from the arc's tail."""
        ms, dm = int(self.network.duration_ms[candidate.arc]), int(self.network.length_dm[candidate.arc])
        return math.floor(ms * candidate.along + 0.5), math.floor(dm * candidate.along + 0.5)

    def ways_from(self, start: Candidate, limit_ms: int) -> dict[int, tuple[int, int]]:
        """(ms, dm) of the fastest way to the beginning of every state within the limit, at least through one turn."""
        network = self.network
        ms, dm = self.key(start)
        begin = (int(network.duration_ms[start.arc]) - ms, int(network.length_dm[start.arc]) - dm)
        queue = [
            (begin[0] + int(network.turn_ms[t]), begin[1], int(network.turn_head[t]))
            for t in range(int(network.turn_first[start.arc]), int(network.turn_first[start.arc + 1]))
        ]
        heapq.heapify(queue)
        reached: dict[int, tuple[int, int]] = {}
        while queue:
            ms, dm, state = heapq.heappop(queue)
            if state in reached or ms > limit_ms:
                continue
            reached[state] = (ms, dm)
            arc = int(network.arc_of_state[state])
            for t in range(int(network.turn_first[state]), int(network.turn_first[state + 1])):
                onward = ms + int(network.duration_ms[arc]) + int(network.turn_ms[t])
                heapq.heappush(queue, (onward, dm + int(network.length_dm[arc]), int(network.turn_head[t])))
        return reached

    def way(
        self, reached: dict[int, tuple[int, int]], start: Candidate, end: Candidate, same_arc: bool
    ) -> tuple[int, int] | None:
        ms, dm = self.key(end)
        states = [s for s in range(self.network.state_count) if self.network.arc_of_state[s] == end.arc]
        ways = [(reached[s][0] + ms, reached[s][1] + dm) for s in states if s in reached]
        begin_ms, begin_dm = self.key(start)
        if same_arc:
            ways.append((ms - begin_ms, dm - begin_dm))
        return min(ways, default=None)

    def step(self, a: int, b: int, before: dict[int, Reached]) -> dict[int, Reached]:
        trace, options = self.trace, self.options
        straight = metres(trace.lon[a], trace.lat[a], trace.lon[b], trace.lat[b])
        noise = 3.0 * float(trace.accuracy_m[a] + trace.accuracy_m[b])
        limit = 1000.0 * (straight + noise + options.most_detour_m) / 3.0
        if trace.time_s is not None:
            lasts = float(trace.time_s[b] - trace.time_s[a])
            if straight - noise > options.fastest_m_s * lasts:
                return {}
            limit = min(limit, 1000.0 * (options.slowest_factor * lasts + 5.0 + noise / 3.0))
        squares = float(trace.accuracy_m[a]) ** 2 + float(trace.accuracy_m[b]) ** 2
        likely_m = math.sqrt(max(0.0, straight**2 - 2.0 * squares))
        after: dict[int, Reached] = {}
        for i, start in enumerate(self.candidates[a]):
            leaving = [before[i]] if i in before else []
            for j, other in enumerate(self.candidates[a]):
                if other.edge == start.edge and other.arc != start.arc and j in before:
                    turned = before[j].score - options.u_turn_cost
                    leaving.append(Reached(turned, before[j].driven_dm, [self.may_be(a, start)]))
            if not leaving:
                continue
            left = max(leaving, key=lambda reached: reached.score)
            reached = self.ways_from(start, int(limit))
            for j, end in enumerate(self.candidates[b]):
                back_dm, here = self.key(start)[1] - self.key(end)[1], self.may_be(b, end)
                same_arc = start.arc == end.arc and all(least <= here[1] for least, _ in left.along)
                stands = same_arc and self.key(end) < self.key(start)
                found = (0, 0) if stands else self.way(reached, start, end, same_arc)
                if found is None or found[0] > int(limit) or found[1] / 10 > likely_m + options.most_detour_m:
                    continue
                signed_m = -back_dm / 10 if stands else found[1] / 10
                score = left.score - abs(signed_m - likely_m) / options.beta_m
                score -= 0.5 * (end.off_m / float(trace.accuracy_m[b])) ** 2
                if j not in after or score > after[j].score:
                    after[j] = Reached(score, left.driven_dm + found[1], [*(left.along if same_arc else []), here])
        return after

    def may_be(self, i: int, candidate: Candidate) -> tuple[float, float]:
        """From where to where a car that point i measured may be: three accuracies either way, but no farther from the
        point than roads are looked for."""
        slack_m = min(3.0 * float(self.trace.accuracy_m[i]), self.radius(i) - candidate.off_m)
        slack = 10.0 * slack_m / max(1, int(self.network.length_dm[candidate.arc]))
        return candidate.along - slack, candidate.along + slack

    def start(self, i: int) -> dict[int, Reached]:
        accuracy = float(self.trace.accuracy_m[i])
        return {
            j: Reached(-0.5 * (candidate.off_m / accuracy) ** 2, 0, [self.may_be(i, candidate)])
            for j, candidate in enumerate(self.candidates[i])
        }

    def matchings(self) -> list[tuple[list[int], Reached]]:
        found = []
        first = 0
        while first < len(self.trace):
            if not self.candidates[first]:
                first += 1
                continue
            points, scores, waiting = [first], self.start(first), []
            for i in range(first + 1, len(self.trace)):
                if not self.candidates[i]:
                    continue
                if self.gap(points[-1], i):
                    waiting.append(i)
                    break
                after = self.step(points[-1], i, scores)
                if after:
                    points, scores, waiting = [*points, i], after, []
                    continue
                waiting.append(i)
                if len(waiting) > self.options.most_dropped:
                    break
            found.append((points, max(scores.values(), key=lambda reached: reached.score)))
            first = waiting[0] if waiting else len(self.trace)
        return found

    def gap(self, a: int, b: int) -> bool:
        trace, options = self.trace, self.options
        if metres(trace.lon[a], trace.lat[a], trace.lon[b], trace.lat[b]) > options.gap_m:
            return True
        if trace.time_s is None:
            return b - a - 1 > options.most_dropped
        return float(trace.time_s[b] - trace.time_s[a]) > options.gap_s
