"""Customisation: from a `Hierarchy` and driving times to a `Metric`, in a fraction of a second.

Basic: every arc gets the weight of its lightest path through lower nodes, from the triangles below it. Perfect: an arc
is left out of searches if there is a faster path between its ends by way of higher nodes. Weights are keys (time and
length in one, see keys.py), so times and distances are customised together.

Sources: Dibbelt, Strasser, Wagner, "Customizable contraction hierarchies" (2016); triangles in the order of Buchhold,
Sanders, Wagner, "Real-time traffic assignment using engineered customizable contraction hierarchies" (2019).
"""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Int32Array, Int64Array, frozen
from routing.engine.hierarchy.customisation_kernels import Fill, customise, kept, lay_turns, needed_arcs, transposed
from routing.engine.hierarchy.hierarchy import Hierarchy
from routing.engine.hierarchy.place_kernels import NONE
from routing.engine.hierarchy.star_kernels import Star
from routing.engine.key_kernels import DISTANCE_BITS, NO_KEY


@dataclass(frozen=True, slots=True)
class BasicWeights:
    """What all arcs of a hierarchy weigh under one set of driving times; arrays read-only."""

    up_key: Int64Array
    """(p) keys; NO_KEY where no path goes."""
    down_key: Int64Array
    """(q)"""
    up_via: Int32Array
    """(p) the node below both ends that the lightest path leads through; NONE where that is a turn of the network."""
    down_via: Int32Array
    """(q)"""


@dataclass(frozen=True, slots=True)
class Metric:
    """A hierarchy under one set of driving times, as searches and paths read it; arrays read-only."""

    up_via: Int32Array
    """As in `BasicWeights`."""
    down_via: Int32Array
    up: Star
    """The arcs upward that searches need, weights in keys; `up_ms` the same in milliseconds."""
    down: Star
    up_ms: Star
    down_ms: Star


def fill_of(hierarchy: Hierarchy) -> Fill:
    """The hierarchy's arcs as customisation reads them."""
    h = hierarchy
    out, into = transposed(h.down_first, h.down_tail), transposed(h.up_first, h.up_head)
    return Fill(h.up_first, h.up_head, h.down_first, h.down_tail, *map(frozen, out), *map(frozen, into))


def customise_hierarchy(hierarchy: Hierarchy, fill: Fill, turn_key: Int64Array) -> Metric:
    """The metric for `turn_key` ((t) key of leaving the state before each turn and turning; NO_KEY where closed)."""
    return perfect_metric(hierarchy, fill, basic_weights(hierarchy, fill, turn_key))


def basic_weights(hierarchy: Hierarchy, fill: Fill, turn_key: Int64Array) -> BasicWeights:
    """Basic customisation, from the weights of turns as in `customise_hierarchy`."""
    up, down = np.full(hierarchy.up_head.size, NO_KEY), np.full(hierarchy.down_tail.size, NO_KEY)
    lay_turns(hierarchy.slot_of_turn, turn_key, up, down)
    up_via, down_via = np.full(up.size, NONE, np.int32), np.full(down.size, NONE, np.int32)
    customise(fill, up, down, up_via, down_via)
    return BasicWeights(frozen(up), frozen(down), frozen(up_via), frozen(down_via))


def perfect_metric(hierarchy: Hierarchy, fill: Fill, basic: BasicWeights) -> Metric:
    """Perfect customisation: of the arcs, those that searches need."""
    up, down = basic.up_key, basic.down_key
    up_needed, down_needed = needed_arcs(fill, hierarchy.parent, hierarchy.depth, up, down)
    up_star = _frozen(Star(*kept(fill.up_first, fill.up_head, up, up_needed)))
    down_star = _frozen(Star(*kept(fill.down_first, fill.down_tail, down, down_needed)))
    return Metric(basic.up_via, basic.down_via, up_star, down_star, _in_ms(up_star), _in_ms(down_star))


def _frozen(star: Star) -> Star:
    return Star(frozen(star.first), frozen(star.node), frozen(star.weight))


def _in_ms(star: Star) -> Star:
    """Fits int32: needed arcs have keys below NO_KEY, hence less than 2^31 ms."""
    return Star(frozen(star.first), frozen(star.node), frozen((star.weight >> DISTANCE_BITS).astype(np.int32)))
