import numpy as np
import pytest

from routing.engine.dijkstra import DijkstraEngine
from routing.engine.hierarchy import many_to_many
from routing.engine.hierarchy_engine import HierarchyEngine
from tests.helpers.driving_truth import random_places
from tests.helpers.small_networks import random_network
from tests.routing.engine.test_dijkstra import network_of
from tests.routing.engine.test_hierarchy_engine import assert_same


@pytest.mark.parametrize("seed", range(24))
def test_answers_are_the_same_whatever_is_in_the_core(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """0, 1: every node above an end; huge: no node, so that all pairs meet below the core."""
    network = random_network(seed, junctions=90, edges=160) if seed % 4 == 0 else network_of(seed)
    rng = np.random.default_rng(seed)
    sources, targets = random_places(network, 20, rng), random_places(network, 33, rng)
    fast, slow = HierarchyEngine.build(network, threads=1), DijkstraEngine(network, threads=1)
    for shared_hooks in (0, 1, 4, 1 << 30):
        monkeypatch.setattr(many_to_many, "SHARED_HOOKS", shared_hooks)
        assert_same(fast, slow, sources, targets, f"seed {seed}, at least {shared_hooks} hooks")
        assert_same(fast, slow, targets, sources, f"seed {seed}, at least {shared_hooks} hooks, back")


@pytest.mark.parametrize("seed", range(10))
def test_answers_are_the_same_on_any_number_of_threads(seed: int) -> None:
    network = network_of(seed)
    rng = np.random.default_rng(seed)
    places = random_places(network, 75, rng)
    slow = DijkstraEngine(network, threads=1)
    for threads in (2, 3, 8):
        fast = HierarchyEngine.build(network, threads=threads)
        assert_same(fast, slow, places, places, f"seed {seed}, {threads} threads")
        blocks = np.concatenate([rows for _, rows in fast.duration_blocks(places, places, max_bytes=9_000)])
        assert (blocks == fast.durations_ms(places, places)).all(), (seed, threads)
