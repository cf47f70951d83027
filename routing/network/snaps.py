"""Places on the road network."""

from dataclasses import dataclass, field

import numpy as np

from routing.arrays import Float32Array, Int32Array, UInt8Array, frozen

FORWARD, BACKWARD = 1, 2
"""Bits of the ways in which an edge may be driven: along its shape, against it."""
BOTH_WAYS = FORWARD | BACKWARD


def _not_given() -> UInt8Array:
    return np.empty(0, np.uint8)


@dataclass(frozen=True, slots=True)
class Snaps:
    """Points on edges, as columns; read-only.

    A place may be driven to and from in either way that its edge allows and that is in its `ways`.
    """

    edge: Int32Array
    """(n) edge of the road network."""
    fraction: Float32Array
    """(n) float32 in [0, 1], position along the edge's shape by length."""
    distance_m: Float32Array
    """(n) float32 straight-line distance from the asked point to the road."""
    ways: UInt8Array = field(default_factory=_not_given)
    """(n) uint8 bits of the ways in which the place may be left and reached; BOTH_WAYS where not given."""

    def __post_init__(self) -> None:
        if not self.ways.size:
            object.__setattr__(self, "ways", np.full(self.edge.size, BOTH_WAYS, np.uint8))
        for name in self.__slots__:
            object.__setattr__(self, name, frozen(getattr(self, name)))
        if not self.edge.shape == self.fraction.shape == self.distance_m.shape == self.ways.shape == (self.edge.size,):
            raise ValueError("edge, fraction, distance_m and ways must be one-dimensional and of one length")

    @staticmethod
    def one(edge: int, fraction: float, distance_m: float, ways: int) -> "Snaps":
        """A single place."""
        return Snaps(
            np.array([edge], np.int32),
            np.array([fraction], np.float32),
            np.array([distance_m], np.float32),
            np.array([ways], np.uint8),
        )

    def __len__(self) -> int:
        return int(self.edge.size)

    def take(self, index: Int32Array) -> "Snaps":
        """The snaps at `index`, in that order."""
        return Snaps(self.edge[index], self.fraction[index], self.distance_m[index], self.ways[index])

    @staticmethod
    def join(parts: "list[Snaps]") -> "Snaps":
        """All snaps of `parts`, one after the other."""
        return Snaps(
            np.concatenate([part.edge for part in parts]),
            np.concatenate([part.fraction for part in parts]),
            np.concatenate([part.distance_m for part in parts]),
            np.concatenate([part.ways for part in parts]),
        )
