"""An engine for every period: made when first asked for, the least recently used ones forgotten."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from routing.arrays import Int64Array
from routing.engine.travel_matrix import UNREACHABLE_S, MatrixEngine, TravelMatrix
from routing.made_once import MadeOnce
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from routing.progress import Progress, part, silent
from routing.traffic.period_speeds import PeriodSpeeds
from routing.traffic.timed_kernels import HALF, SHARE_BITS, WHOLE
from routing.traffic.timed_matrix import TimedMatrix
from routing.traffic.week import WEEK_S, Week

Engine = TypeVar("Engine", bound=MatrixEngine)


class Span(NamedTuple):
    """From `begin_s` until the next one's: one period in one state, 0 before anything of `Later` holds."""

    begin_s: int
    state: int
    period: int


class TimeOfDayEngine(Generic[Engine]):
    """Travel times by time of day over any engine.

    `make_engine` makes the engine of a network whose times, and only times, are other than those of its sister networks
    (DijkstraEngine anew, a hierarchy customised again); at most `keep` of them are held. Periods with equal times share
    one. May be used by several threads.
    """

    def __init__(self, speeds: PeriodSpeeds, make_engine: Callable[[RoadNetwork], Engine], keep: int = 6) -> None:
        self.speeds = speeds
        self._make_engine = make_engine
        self._metric_of_period = MadeOnce[int, bytes]()
        self._engines = MadeOnce[bytes, Engine](keep)

    @property
    def week(self) -> Week:
        return self.speeds.profile.week

    def engine(self, period: int) -> Engine:
        """The engine of a period; only who asks for one that is being made waits."""
        metric = self._metric_of_period.of(period, lambda: _metric(self.speeds.at(period)))
        return self._engines.of(metric, lambda: self._make_engine(self.speeds.at(period)))

    def spans(self, begin_s: int, end_s: int, later: "Later[Engine]" = ()) -> list[Span]:
        """The spans between two times: every begin of a period or of a state is one's."""
        spans = self.week.unrolled(begin_s, end_s)
        changes_s = [from_s for from_s, _ in later if from_s <= end_s]
        begins = sorted({*spans.begin_s.tolist(), *(s for s in changes_s if s > spans.begin_s[0])})
        begins = begins[max(0, bisect_right(begins, begin_s) - 1) :]
        return [Span(s, bisect_right(changes_s, s), int(spans.period[spans.at(s)])) for s in begins]

    def in_state(self, state: int, later: "Later[Engine]") -> "TimeOfDayEngine[Engine]":
        """The engine of a state: this one, or that of `later[state - 1]`."""
        return later[state - 1][1]() if state else self

    def timed_matrix(
        self,
        sources: Snaps,
        targets: Snaps,
        begin_s: int,
        end_s: int,
        progress: Progress = silent,
        later: "Later[Engine]" = (),
    ) -> TimedMatrix:
        """One layer for each period between two times, seconds after a monday 0:00, which is the axis of the matrix.

        `later` as in `matrix_at`. Times before `begin_s` and after `end_s` count with the first and the last period.
        Raises MatrixTooLarge.
        """
        spans = self.spans(begin_s, end_s, later)
        kinds = sorted({(span.state, span.period) for span in spans})
        layers = []
        for i, (state, period) in enumerate(kinds):
            progress_of_layer = part(progress, i / len(kinds), (i + 1) / len(kinds))
            engine = self.in_state(state, later).engine(period)
            layers.append(engine.matrix(sources, targets, progress_of_layer))
        duration_s, distance_m = np.stack([m.duration_s for m in layers]), np.stack([m.distance_m for m in layers])
        begins = np.array([span.begin_s for span in spans], np.int64)
        layer = np.array([kinds.index((span.state, span.period)) for span in spans], np.int32)
        return TimedMatrix(begins, layer, duration_s, distance_m)

    def matrix_at(
        self,
        sources: Snaps,
        targets: Snaps,
        leave_s: int,
        progress: Progress = silent,
        later: "Later[Engine]" = (),
    ) -> TravelMatrix:
        """Journeys that leave `leave_s` seconds after a monday 0:00; only periods that journeys reach are computed.

        An engine of `later` is asked for when the first journey gets there. As `TimedMatrix.at` over endless weeks.
        Nobody knows beforehand how many periods that will be, so the part of each in `progress` is half of what is
        left. Raises MatrixTooLarge.
        """
        layers: dict[tuple[int, int], TravelMatrix] = {}
        journeys = _Journeys(leave_s, (len(sources), len(targets)))
        spans = self.spans(leave_s, leave_s + 2 * WEEK_S, later)
        for i, (_, state, period) in enumerate(spans):
            until = spans[i + 1].begin_s if i + 1 < len(spans) else None
            engine = self.in_state(state, later)
            if (state, period) not in layers:
                begin, end = 1 - 0.5 ** len(layers), 1 - 0.5 ** (len(layers) + 1)
                matrix = engine.engine(period).matrix(sources, targets, part(progress, begin, end))
                layers[state, period] = matrix
            journeys.drive(layers[state, period], until)
            opens = state < spans[-1].state and bool(engine.speeds.live.closed.any())
            same_ways = self.speeds.own.same_closures and not opens
            if journeys.arrived(same_ways or until is None or until >= leave_s + WEEK_S):
                break
        progress(1.0, "travel times")
        return journeys.matrix()


Later = Sequence[tuple[int, Callable[[], TimeOfDayEngine[Engine]]]]
"""Ascending: from which second on journeys are driven by which other engine of the same roads and week."""


class _Journeys:
    """All pairs under way at once: the share of each that is left, and what it has come to."""

    def __init__(self, leave_s: int, shape: tuple[int, int]) -> None:
        self._leave_s, self._now = leave_s, leave_s
        self._left: Int64Array = np.full(shape, WHOLE, np.int64)
        self._weighted: Int64Array = np.zeros(shape, np.int64)
        self._arrive_s: Int64Array = np.full(shape, -1, np.int64)

    def drive(self, layer: TravelMatrix, until: int | None) -> None:
        """Drive on at a layer's times until a second, or for ever."""
        whole_s, metres = layer.duration_s.astype(np.int64), layer.distance_m.astype(np.int64)
        way = (self._arrive_s < 0) & (whole_s < UNREACHABLE_S)
        need_s = (self._left * np.where(way, whole_s, 0) + HALF) >> SHARE_BITS
        span_s = int(need_s.max(initial=0)) if until is None else until - self._now
        ends = way & (need_s <= span_s)
        self._arrive_s[ends] = self._now + need_s[ends]
        goes_on = way & ~ends
        used = np.where(ends, self._left, 0)
        used[goes_on] = (span_s << SHARE_BITS) // whole_s[goes_on]
        self._left -= used
        self._weighted += used * np.where(way, metres, 0)
        self._now += span_s

    def arrived(self, every_way_seen: bool) -> bool:
        """Nobody is under way; who could not even leave by any way that ever opens never will."""
        under_way = self._arrive_s < 0
        return not (under_way & ((self._left < WHOLE) | (not every_way_seen))).any()

    def matrix(self) -> TravelMatrix:
        there = self._arrive_s >= 0
        return TravelMatrix(
            np.where(there, self._arrive_s - self._leave_s, UNREACHABLE_S).astype(np.int32),
            np.where(there, (self._weighted + HALF) >> SHARE_BITS, UNREACHABLE_S).astype(np.int32),
        )


def _metric(network: RoadNetwork) -> bytes:
    digest = hashlib.sha256(network.duration_ms.data)
    digest.update(network.turn_ms.data)
    return digest.digest()
