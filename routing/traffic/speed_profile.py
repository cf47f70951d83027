"""How fast each class of road is driven in each period of the week, relative to the speeds of the map."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Float64Array, frozen
from routing.network.road_network import ROAD_CLASSES
from routing.traffic.week import Week


@dataclass(frozen=True, slots=True)
class SpeedProfile:
    """p periods with a factor for each class of road; arrays read-only. Made by `profile_file.read_profile`."""

    name: str
    source: str
    """Where the numbers are from, for people."""
    week: Week
    factor: Float64Array
    """(p, len(ROAD_CLASSES)) of the speed: 0.5 doubles the time."""
    turn_time: Float64Array
    """(p) of the time that turns and signals take: 2.0 doubles it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "factor", frozen(self.factor, np.float64))
        object.__setattr__(self, "turn_time", frozen(self.turn_time, np.float64))
        periods = len(self.week.periods)
        if self.factor.shape != (periods, len(ROAD_CLASSES)) or self.turn_time.shape != (periods,):
            raise ValueError(f"factor and turn_time must have a row for each of the {periods} periods")
        if not (self.factor.min() > 0 and self.turn_time.min() >= 0):
            raise ValueError("factor must be above 0, turn_time must not be negative")
