"""The two truths that everything is compared with share little with each other either."""

import numpy as np
import pytest

from tests.helpers.driving_truth import (
    driven_one_way,
    driving_truth,
    driving_truth_of_large,
    random_places,
    random_town,
)


@pytest.mark.parametrize("seed", range(30))
def test_scipy_finds_what_networkx_finds(seed):
    network, rng = random_town(seed), np.random.default_rng(seed)
    sources, targets = (driven_one_way(random_places(network, count, rng), rng) for count in (6, 9))
    ms, dm = driving_truth_of_large(network, sources, targets)
    found = [[None if ms[i, j] < 0 else (ms[i, j], dm[i, j]) for j in range(9)] for i in range(6)]
    assert found == driving_truth(network, sources, targets)
