"""Plain Dijkstra over the states of a RoadNetwork: the obvious reading of its docstring."""

import heapq
from dataclasses import dataclass

from routing.network.road_network import RoadNetwork


@dataclass(frozen=True)
class Drive:
    """Times in ms and the way back from every state reached from some states."""

    network: RoadNetwork
    reached_ms: dict[int, int]
    before: dict[int, int]

    def ms_of_arcs(self) -> dict[int, int]:
        """Until the end of every arc reached, in any of its states."""
        found: dict[int, int] = {}
        for state, ms in self.reached_ms.items():
            arc = int(self.network.arc_of_state[state])
            found[arc] = min(ms, found.get(arc, ms))
        return found

    def arcs_to(self, state: int) -> list[int]:
        found = [state]
        while found[-1] in self.before:
            found.append(self.before[found[-1]])
        return [int(self.network.arc_of_state[state]) for state in reversed(found)]


def drive_from(network: RoadNetwork, arcs: list[int]) -> Drive:
    """Drive off at the beginning of any of `arcs`."""
    times = {arc: int(network.duration_ms[arc]) for arc in arcs}
    before: dict[int, int] = {}
    queue = [(ms, state) for state, ms in times.items()]
    heapq.heapify(queue)
    done = set()
    while queue:
        ms, state = heapq.heappop(queue)
        if state in done:
            continue
        done.add(state)
        for turn in range(int(network.turn_first[state]), int(network.turn_first[state + 1])):
            onward = int(network.turn_head[turn])
            new = ms + int(network.turn_ms[turn]) + int(network.duration_ms[network.arc_of_state[onward]])
            if new < times.get(onward, 2**60):
                times[onward] = new
                before[onward] = state
                heapq.heappush(queue, (new, onward))
    return Drive(network, times, before)


def drive_between(network: RoadNetwork, source: int, target: int) -> tuple[int, list[int]] | None:
    """Fastest time in ms from junction to junction and the junctions passed; None where there is no way."""
    tail = network.tail()
    starts = [arc for arc in range(network.arc_count) if tail[arc] == source]
    drive = drive_from(network, starts)
    ends = [(ms, s) for s, ms in drive.reached_ms.items() if network.head[network.arc_of_state[s]] == target]
    if not ends:
        return None
    ms, state = min(ends)
    arcs = drive.arcs_to(state)
    return ms, [int(tail[arcs[0]]), *(int(network.head[arc]) for arc in arcs)]
