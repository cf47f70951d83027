"""Location-allocation with local search: the designer that ships.

starts ──► allocate to medians (min-cost flow) ──► repair contiguity ──► anneal ──┐   the best start goes on
                  ▲                                                               │
                  └────────────── medians of the territories ◄───────────────────┘
deepen: anneal around moving medians, reps change places ──► descend (moves, swaps) ──► best alignment seen

Walks and descents recombine: they melt two neighbouring territories and cut them anew (recombine_kernels.py).
"""

from dataclasses import dataclass, field

from routing.arrays import Int32Array
from routing.progress import Progress, silent
from territories.design.costs import work_out
from territories.design.model import Alignment, Budget, DesignProblem
from territories.design.search import Search, SearchSettings


@dataclass(frozen=True, slots=True)
class LocationAllocationDesigner:
    """Draws territories; its settings are those of the search, not of the problem."""

    settings: SearchSettings = field(default_factory=SearchSettings)

    def design(self, problem: DesignProblem, stop: Budget, seed: int, progress: Progress = silent) -> Alignment:
        """An alignment of every unit, the same for the same problem, budget and seed.

        Locks always hold; skills hold wherever some rep has them. Imbalance and cut-off units that could not be avoided
        stay in the alignment: `checker.measure` names them.
        """
        search = Search(self.settings, work_out(problem), seed)
        whole = stop.moves_per_unit * max(len(problem.units), self.settings.least_units)
        tried: list[tuple[float, Int32Array]] = []
        for i, (owner, heat) in enumerate(search.starts(stop.starts)):
            progress(0.4 * i / (stop.starts + 1), "trying first alignments")
            walked = search.walk(owner, whole // 10, heat, self.settings.first_rounds)
            tried += [(search.value(owner), owner), (search.value(walked), walked)]
        best = min(tried, key=lambda pair: pair[0])
        walked_starts = sorted(tried[1::2], key=lambda pair: pair[0])[: self.settings.deepened]
        for i, (_, start) in enumerate(walked_starts):
            progress(0.4 + 0.6 * i / len(walked_starts), "moving accounts between territories")
            heat = (0.02, 0.1)[i % 2] if problem.previous is not None else (0.5, 15.0)[i % 2]
            owner = search.walk(start, whole // len(walked_starts), heat, self.settings.rounds)
            best = min([best, (search.value(owner), owner)], key=lambda pair: pair[0])
        for heat in self.settings.rescue_heats:
            if search.in_band(best[1]):
                break
            owner = search.walk(best[1], whole // 10, heat, self.settings.first_rounds, first_price=1.0)
            best = min([best, (search.value(owner), owner)], key=lambda pair: pair[0])
        progress(1.0, "territories drawn")
        version = problem.previous.version + 1 if problem.previous is not None else 0
        return Alignment(best[1], version)
