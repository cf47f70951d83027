"""Points placed on the road network."""

from dataclasses import dataclass, fields

import numpy as np

from routing.arrays import Float32Array, Int32Array, frozen


@dataclass(frozen=True, slots=True)
class Snaps:
    """Points on edges, as columns; read-only.

    A place may be driven to and from in either direction that its edge allows.
    """

    edge: Int32Array
    """(n) edge of the road network."""
    fraction: Float32Array
    """(n) float32 in [0, 1], position along the edge's shape by length."""
    distance_m: Float32Array
    """(n) float32 straight-line distance from the asked point to the road."""

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))
        if not self.edge.shape == self.fraction.shape == self.distance_m.shape or self.edge.ndim != 1:
            raise ValueError("edge, fraction and distance_m must be one-dimensional and of one length")

    def __len__(self) -> int:
        return int(self.edge.size)

    def take(self, index: Int32Array) -> "Snaps":
        """The snaps at `index`, in that order."""
        return Snaps(self.edge[index], self.fraction[index], self.distance_m[index])

    @staticmethod
    def join(parts: "list[Snaps]") -> "Snaps":
        """All snaps of `parts`, one after the other."""
        return Snaps(
            np.concatenate([part.edge for part in parts]),
            np.concatenate([part.fraction for part in parts]),
            np.concatenate([part.distance_m for part in parts]),
        )
