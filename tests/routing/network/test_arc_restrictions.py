import numpy as np

from routing.network.arc_restrictions import sequence_tree


def test_the_tree_stops_exactly_the_banned_sequences() -> None:
    """Against looking for every sequence at the end of everything driven; nested and overlapping ones included."""
    for seed in range(300):
        rng = np.random.default_rng(seed)
        banned = {tuple(rng.integers(0, 3, rng.integers(3, 7)).tolist()) for _ in range(rng.integers(1, 8))}
        tree = sequence_tree(banned)
        node, driven = 0, ()
        for arc in rng.integers(0, 3, 200).tolist():
            following = tree.step(node, arc)
            complete = any((*driven, arc)[-len(path) :] == path for path in banned)
            assert tree.banned[following] == complete, f"seed {seed}: {banned} after {driven} and {arc}"
            if complete:
                continue  # the car must not go there: it takes another way
            node, driven = following, (*driven, arc)
