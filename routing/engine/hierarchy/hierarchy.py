"""The metric-free half of the engine: which shortcuts there are, whatever driving costs."""

from dataclasses import dataclass, fields

from routing.arrays import Int32Array, frozen


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Arcs between ranks after contraction; int32, read-only. k states, t turns, p arcs up, q arcs from above.

    A node is its rank: 0 is contracted first. Ranks are a post-order of the elimination tree: the subtree of a node is
    the range of ranks that ends with it, and all arcs upward from a node lead to its ancestors.
    """

    rank_of_state: Int32Array
    """(k)"""
    parent: Int32Array
    """(k) in the elimination tree; -1 for roots."""
    depth: Int32Array
    """(k) 0 for roots."""
    lowest: Int32Array
    """(k) the lowest rank in the subtree of each node."""
    up_first: Int32Array
    """(k+1)"""
    up_head: Int32Array
    """(p) arcs v > up_head leave v for higher ranks; ascending within v."""
    down_first: Int32Array
    """(k+1)"""
    down_tail: Int32Array
    """(q) arcs down_tail > v come to v from higher ranks; ascending within v."""
    slot_of_turn: Int32Array
    """(t) where a turn of the network lies: below p in `up_head`, from p on in `down_tail`; -1: it leads to itself."""

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))

    @property
    def node_count(self) -> int:
        return int(self.parent.size)
