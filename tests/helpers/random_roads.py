"""Small random towns as OSM elements: every rule of the importer at once, in odd combinations."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.helpers.osm_drawing import node_xml, relation_xml, way_xml, write_osm


@dataclass(frozen=True)
class Way:
    nodes: tuple[int, ...]
    kmh: float
    forward: bool
    backward: bool
    private: bool
    ring: bool = False


@dataclass(frozen=True)
class Restriction:
    only: bool
    from_way: int
    via: tuple[int, ...]
    """Ways; empty for a restriction via `node`."""
    node: int
    to_way: int


@dataclass(frozen=True)
class Wait:
    """Seconds lost at a node by who drives along the way and against it."""

    along: float
    against: float
    tags: dict[str, str]


WAITS = (
    Wait(2, 2, {"highway": "traffic_signals"}),
    Wait(0, 2, {"highway": "traffic_signals", "traffic_signals:direction": "backward"}),
    Wait(1, 0, {"highway": "give_way", "direction": "forward"}),
    Wait(2, 2, {"highway": "stop", "direction": "both"}),
    Wait(60, 60, {"barrier": "gate"}),
)


@dataclass
class Town:
    seed: int
    at_m: dict[int, tuple[float, float]] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)
    barriers: set[int] = field(default_factory=set)
    waits: dict[int, Wait] = field(default_factory=dict)
    turning_circles: set[int] = field(default_factory=set)
    restrictions: list[Restriction] = field(default_factory=list)

    def ends(self, way: int) -> tuple[int, int]:
        return self.ways[way].nodes[0], self.ways[way].nodes[-1]

    def describe(self) -> str:
        lines = [f"seed {self.seed} barriers {self.barriers} turning {self.turning_circles} {self.waits}"]
        lines += [f"way {number}: {way}" for number, way in self.ways.items()]
        return "\n".join(lines + [str(restriction) for restriction in self.restrictions])

    def write(self, path: Path) -> None:
        lines = []
        for node, (x, y) in self.at_m.items():
            barrier = {"barrier": "bollard"} if node in self.barriers else {}
            turning = {"highway": "turning_circle"} if node in self.turning_circles else {}
            waits = self.waits[node].tags if node in self.waits else {}
            lines.append(node_xml(node, x, y, {**barrier, **turning, **waits}))
        for number, way in self.ways.items():
            oneway = "no" if way.forward and way.backward else "yes" if way.forward else "-1"
            tags = {"highway": "residential", "maxspeed": str(way.kmh / 0.8), "oneway": oneway}
            if way.ring:
                tags["junction"] = "circular"
            lines.append(way_xml(number, way.nodes, {**tags, **({"access": "private"} if way.private else {})}))
        for index, ban in enumerate(self.restrictions):
            via = [("way", "via", way) for way in ban.via] or [("node", "via", ban.node)]
            members = [("way", "from", ban.from_way), *via, ("way", "to", ban.to_way)]
            kind = "only_straight_on" if ban.only else "no_u_turn" if ban.from_way == ban.to_way else "no_left_turn"
            lines.append(relation_xml(9000 + index, members, {"type": "restriction", "restriction": kind}))
        write_osm(path, lines)


def random_town(seed: int, side: int = 4) -> Town:
    """A jittered grid of `side` × `side` crossings with streets left out, some of several segments or with a bend."""
    rng = np.random.default_rng(seed)
    town = Town(seed)
    for x in range(side):
        for y in range(side):
            town.at_m[x * side + y] = (x * 120 + rng.uniform(-30, 30), y * 120 + rng.uniform(-30, 30))
    pairs = [(n, n + side) for n in range(side * side - side)]
    pairs += [(n, n + 1) for n in range(side * side) if n % side != side - 1]
    free = {tuple(pair) for pair in rng.permutation(pairs)[: int(len(pairs) * rng.uniform(0.65, 1.0))].tolist()}
    while free:
        nodes = list(free.pop())
        if rng.random() < 0.3:  # a second segment
            onward = sorted(pair for pair in free if nodes[-1] in pair and nodes[0] not in pair)
            if onward:
                free.remove(onward[0])
                nodes.append(onward[0][0] if onward[0][1] == nodes[-1] else onward[0][1])
        elif rng.random() < 0.3:  # a bend
            bend = 100 + len(town.at_m)
            middle = (np.array(town.at_m[nodes[0]]) + town.at_m[nodes[1]]) / 2 + rng.uniform(-25, 25, 2)
            town.at_m[bend] = (float(middle[0]), float(middle[1]))
            nodes.insert(1, bend)
        one_way = rng.random() < 0.3
        forward = not one_way or rng.random() < 0.5
        kmh = float(rng.choice([16, 24, 40, 64]))
        town.ways[1000 + len(town.ways)] = Way(
            tuple(nodes), kmh, forward, not one_way or not forward, rng.random() < 0.2, bool(rng.random() < 0.15)
        )
    _draw_some_twice(town, np.random.default_rng((seed, 1)))
    nodes = sorted(town.at_m)
    town.barriers = {int(node) for node in rng.choice(nodes, rng.integers(0, 3), replace=False)}
    free_nodes = sorted(set(nodes) - town.barriers)
    town.waits = {int(node): WAITS[rng.integers(len(WAITS))] for node in rng.choice(free_nodes, 4, replace=False)}
    town.turning_circles = {int(rng.choice(sorted(set(free_nodes) - set(town.waits))))}
    for _ in range(12):
        _add_restriction(town, rng)
    return town


def _draw_some_twice(town: Town, rng: np.random.Generator) -> None:
    """In every third town, up to three segments once more, as ways of their own."""
    ways = sorted(town.ways)
    for _ in range(int(rng.integers(1, 4)) if town.seed % 3 == 0 else 0):
        nodes = town.ways[int(rng.choice(ways))].nodes
        at = int(rng.integers(len(nodes) - 1))
        one_way, along = rng.random() < 0.4, rng.random() < 0.5
        pair = nodes[at : at + 2] if along else nodes[at : at + 2][::-1]
        kmh, private = float(rng.choice([16, 24, 40, 64])), bool(rng.random() < 0.2)
        town.ways[1000 + len(town.ways)] = Way(pair, kmh, True, not one_way, private)


def _add_restriction(town: Town, rng: np.random.Generator) -> None:
    """From a random way over 0 to 3 via ways, joined end to end, to another."""
    chain = [int(rng.choice(sorted(town.ways)))]
    node = town.ends(chain[0])[int(rng.integers(2))]
    first = node
    for _ in range(int(rng.integers(0, 4)) + 1):
        others = [way for way in town.ways if node in town.ends(way) and way not in chain]
        if not others:
            return
        chain.append(int(rng.choice(others)))
        node = town.ends(chain[-1])[0] if town.ends(chain[-1])[1] == node else town.ends(chain[-1])[1]
    only = bool(rng.random() < 0.25)
    if len(chain) == 2 and not only and rng.random() < 0.1:
        chain[1] = chain[0]
    town.restrictions.append(Restriction(only, chain[0], tuple(chain[1:-1]), first, chain[-1]))
