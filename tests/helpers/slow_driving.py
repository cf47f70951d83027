"""The slow, obvious twin of the importer: drives a `Town` segment by segment and looks back at the whole way it came.

No edges, arcs, states or copies: a car stands at the end of a segment with its history, and every rule is asked of that
history. It shares no code with `routing.network`; speeds and access are the town's own.
"""

import heapq
import math
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from tests.helpers.random_roads import Restriction, Town

Move = tuple[int, int, int]
"""way, from node, to node (neighbours on the way)"""


@dataclass
class SlowCar:
    town: Town
    kept: set[Move]
    """The moves that the network under test kept."""
    memory: int = 8
    """Moves of history that tell states apart; longer than any restriction."""
    public: set[Move] = field(default_factory=set)
    tied: bool = False
    """Two parts are equally large: which of them counts is not laid down."""

    def __post_init__(self) -> None:
        self.public = self._public()

    @cached_property
    def all_moves(self) -> list[Move]:
        """From one node to the next on the fastest way, of equals the first."""
        found: dict[tuple[int, int], list[Move]] = {}
        for number, way in self.town.ways.items():
            for a, b in pairwise(way.nodes):
                found.setdefault((a, b), []).extend([(number, a, b)] * way.forward)
                found.setdefault((b, a), []).extend([(number, b, a)] * way.backward)
        return [min(moves, key=self.seconds) for moves in found.values() if moves]

    @cached_property
    def outs_at(self) -> dict[int, list[Move]]:
        """Kept moves by the node they leave."""
        found: dict[int, list[Move]] = {}
        for move in sorted(self.kept):
            found.setdefault(move[1], []).append(move)
        return found

    @cached_property
    def roads_at(self) -> dict[int, int]:
        """Road ends at each node; at a barrier each stands alone."""
        found: dict[int, int] = {}
        for _, a, b in {(way, min(a, b), max(a, b)) for way, a, b in self.all_moves}:
            found[a] = found.get(a, 0) + 1
            found[b] = found.get(b, 0) + 1
        return found | dict.fromkeys(self.town.barriers, 1)

    @cached_property
    def bans_after(self) -> dict[int, list[Restriction]]:
        """Restrictions, in their order, by the way that has to be driven just before; most are elsewhere."""
        found: dict[int, list[Restriction]] = {}
        for ban in self.town.restrictions:
            found.setdefault(ban.via[-1] if ban.via else ban.from_way, []).append(ban)
        return found

    @cached_property
    def reached_one_way(self) -> set[int]:
        """Nodes that one kept move alone leads to."""
        ends = [move[2] for move in self.kept]
        return {node for node in ends if ends.count(node) == 1}

    def seconds(self, move: Move) -> float:
        (ax, ay), (bx, by) = self.town.at_m[move[1]], self.town.at_m[move[2]]
        return math.hypot(bx - ax, by - ay) * 3.6 / self.town.ways[move[0]].kmh

    def onward(self, history: tuple[Move, ...], left_public: bool) -> list[tuple[Move, bool, float]]:
        """Legal next moves, whether the car has entered a private area for good, and the seconds until their end."""
        last = history[-1]
        node = last[2]
        outs = self.outs_at.get(node, [])
        if node in self.town.barriers:
            outs = [move for move in outs if move == (last[0], node, last[1])]
        ahead = [move for move in outs if move[2] != last[1]]
        if not self._may_turn_back(last, ahead):
            outs = ahead
        found = []
        for move in outs:
            if left_public and move in self.public:
                continue  # in through a private street and out again
            if self._banned((*history, move), outs):
                continue
            entered = left_public or (last in self.public and move not in self.public)
            found.append((move, entered, self._turn_seconds(last, move) + self.seconds(move)))
        return found

    def _may_turn_back(self, last: Move, ahead: list[Move]) -> bool:
        """At turning circles, where nothing else leads here, and where nothing that is open to all leads on."""
        node = last[2]
        if node in self.town.turning_circles or node in self.reached_one_way:
            return True
        return not any(
            (last not in self.public or move in self.public) and not self._banned((last, move), ahead) for move in ahead
        )

    def times_from(self, begin: tuple[Move, ...]) -> dict[Move, float]:
        """Seconds after having driven `begin` (not counted) to the end of every move reached."""
        best: dict[tuple[tuple[Move, ...], bool], float] = {(begin, False): 0.0}
        queue = [(0.0, begin, False)]
        times: dict[Move, float] = {}
        while queue:
            seconds, history, entered = heapq.heappop(queue)
            if seconds > best[history, entered]:
                continue
            times.setdefault(history[-1], seconds)
            for move, inside, cost in self.onward(history, entered):
                state = ((*history, move)[-self.memory :], inside)
                if seconds + cost < best.get(state, math.inf):
                    best[state] = seconds + cost
                    heapq.heappush(queue, (seconds + cost, *state))
        return times

    def _banned(self, history: tuple[Move, ...], outs: list[Move]) -> bool:
        must: dict[int, set[Move]] = {}
        for ban in self.bans_after.get(history[-2][0], ()):
            start = self._start(ban, history)
            if start is None:
                continue
            follows = history[-1][0] == ban.to_way and (ban.from_way != ban.to_way or history[-1] == _back(history[-2]))
            if not ban.only and follows:
                return True
            if ban.only:
                # several only_* after one and the same way allow each other's targets
                targets = {
                    move
                    for move in self.kept
                    if move[0] == ban.to_way
                    and move[1] == history[-2][2]
                    and move != _back(history[-2])
                    and history[-2][2] not in self.town.barriers
                }
                must.setdefault((start, ban.via), set()).update(targets)
        return any(allowed and history[-1] not in allowed for allowed in must.values())

    def _start(self, ban: Restriction, history: tuple[Move, ...]) -> int | None:
        """How far back the from way was left when all via ways were driven just before the last move; else None."""
        if not ban.via:
            return 1 if len(history) >= 2 and history[-2][0] == ban.from_way and history[-2][2] == ban.node else None
        driven: list[Move] = []
        node = ban.node
        for way in ban.via:
            nodes = self.town.ways[way].nodes
            nodes = nodes if nodes[0] == node else nodes[::-1]
            driven += [(way, a, b) for a, b in pairwise(nodes)]
            node = nodes[-1]
        length = len(driven)
        if len(history) < length + 2 or list(history[-1 - length : -1]) != driven:
            return None
        before = history[-2 - length]
        return length if before[0] == ban.from_way and before[2] == ban.node else None

    def _turn_seconds(self, last: Move, move: Move) -> float:
        node = last[2]
        seconds = self._wait_seconds(last)
        back = move[2] == last[1]
        if self.roads_at[node] > 2 or back:
            into, out = self._heading(last), self._heading(move)
            right = (out - into + 180) % 360 - 180
            if back:
                right = 180.0
            if right >= 0:
                seconds += 7.5 / (1 + math.exp(-(13 / 1.075 * right / 180 - 6.5 * 1.075)))
            else:
                seconds += 7.5 / (1 + math.exp(-(13 * 1.075 * -right / 180 - 6.5 / 1.075)))
                if not (self.town.ways[last[0]].ring or self.town.ways[move[0]].ring):
                    seconds += 2 / (1 + math.exp(-(13 * -right / 180 - 3.25)))
        return seconds + (20.0 if back else 0.0)

    def _wait_seconds(self, last: Move) -> float:
        wait = self.town.waits.get(last[2])
        if wait is None:
            return 0.0
        nodes = self.town.ways[last[0]].nodes
        return wait.along if nodes.index(last[1]) < nodes.index(last[2]) else wait.against

    def _heading(self, move: Move) -> float:
        (ax, ay), (bx, by) = self.town.at_m[move[1]], self.town.at_m[move[2]]
        return math.degrees(math.atan2(bx - ax, by - ay))

    def _public(self) -> set[Move]:
        """Kept moves open to all that hang together without private streets; the rest counts as private."""
        open_moves = {move for move in self.kept if not self.town.ways[move[0]].private}
        groups = largest_groups(open_moves, self.town)
        self.tied |= len(groups) > 1
        largest = groups[0] if groups else set()
        return {m for m in open_moves if place(m, 1, self.town) in largest and place(m, 2, self.town) in largest}


def _back(move: Move) -> Move:
    return move[0], move[2], move[1]


def place(move: Move, end: int, town: Town) -> tuple[int, ...]:
    """A node; at a barrier the node as seen from this street only."""
    node = move[end]
    return (node, move[0], move[3 - end]) if node in town.barriers else (node,)


def largest_groups(moves: set[Move], town: Town) -> list[set[tuple[int, ...]]]:
    """The groups that hold most junctions: where ways end or meet, cars wait or turn back, or a barrier stands."""
    uses = [node for way in town.ways.values() for node in (*way.nodes, way.nodes[0], way.nodes[-1])]
    junctions = {node for node in uses if uses.count(node) > 1} | town.barriers
    junctions |= set(town.waits) | town.turning_circles
    groups = together(moves, town.barriers)
    sizes = [sum(at[0] in junctions for at in group) for group in groups]
    return [group for group, size in zip(groups, sizes, strict=True) if size == max(sizes)]


def together(moves: set[Move], barriers: set[int]) -> list[set[tuple[int, ...]]]:
    """Groups of places from each of which every other can be reached, by searching from every place."""
    out: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
    for way, a, b in moves:
        tail = (a, way, b) if a in barriers else (a,)
        head = (b, way, a) if b in barriers else (b,)
        out.setdefault(tail, set()).add(head)
        out.setdefault(head, set())
    reach = {}
    for source in out:
        seen, waiting = {source}, [source]
        while waiting:
            for following in out[waiting.pop()] - seen:
                seen.add(following)
                waiting.append(following)
        reach[source] = seen
    groups = []
    for source in sorted(out):
        group = {other for other in reach[source] if source in reach[other]}
        if group not in groups:
            groups.append(group)
    return groups
