"""After `warm` nothing is compiled any more: neither for stored networks nor for questions of any shape."""

import numpy as np

from routing.engine.cells import unit_cells
from routing.engine.dijkstra import DijkstraEngine
from routing.engine.dijkstra_kernels import fastest_path, fastest_rows, labels_from
from routing.warm import warm
from tests.helpers.driving_truth import random_places
from tests.helpers.small_networks import random_network


def signatures():
    return [len(getattr(kernel, "signatures", ())) for kernel in (fastest_path, fastest_rows, labels_from)]


def test_nothing_is_left_to_compile():
    warm()
    before = signatures()
    network = random_network(1)
    places = random_places(network, 9, np.random.default_rng(1))
    few = places.take(np.arange(3))
    for engine in (DijkstraEngine(network), DijkstraEngine(network, threads=1)):
        engine.matrix(places, few)
        engine.matrix(few, places)
        engine.route(few.take(np.array([0])), few.take(np.array([0])))
    unit_cells(network, places)
    assert signatures() == before
