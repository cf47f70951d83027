"""Driving times of a network in each period of the week: profile, then speeds of single roads, then live changes."""

from dataclasses import dataclass, field, replace

import numpy as np

from routing.arrays import Int32Array, frozen
from routing.network.road_network import CLOSED_MS, RoadNetwork
from routing.traffic.own_speeds import OwnSpeeds
from routing.traffic.speed_change import SpeedChange, apply_change, whole_ms
from routing.traffic.speed_profile import SpeedProfile


@dataclass(frozen=True, slots=True)
class PeriodSpeeds:
    """A network by time of day.

    In every period: the map's time divided by the factor of the road's class; on roads with speeds of their own those
    (where they are factors, on top of the class's); then `live`, whatever the period.
    """

    network: RoadNetwork
    profile: SpeedProfile
    own: OwnSpeeds
    live: SpeedChange = field(default_factory=lambda: SpeedChange.join([]))

    @staticmethod
    def of(network: RoadNetwork, profile: SpeedProfile, own: OwnSpeeds | None = None) -> "PeriodSpeeds":
        """The speeds of a profile; `own` must be of the same network and week."""
        own = own or OwnSpeeds.none(len(profile.week.periods))
        if own.periods.shape[1] != len(profile.week.periods):
            raise ValueError(f"own has {own.periods.shape[1]} periods, the profile {len(profile.week.periods)}")
        return PeriodSpeeds(network, profile, own)

    def overlaid(self, live: SpeedChange) -> "PeriodSpeeds":
        """The same with `live` in place of the live changes so far."""
        return replace(self, live=live)

    def duration_ms(self, period: int) -> Int32Array:
        """(m) int32 driving times of all arcs, CLOSED_MS where closed; read-only."""
        network = self.network
        factor = self.profile.factor[period][network.road_class_of_edge[network.edge_of_arc]]
        by_class = np.where(network.duration_ms >= CLOSED_MS, np.inf, network.duration_ms / factor)
        by_class[self.own.arcs] = self.own.arc_ms(period, by_class, network.length_dm)
        return apply_change(whole_ms(by_class), network.length_dm, self.live)

    def turn_ms(self, period: int) -> Int32Array:
        """(t) int32 times of all turns; read-only."""
        scale = float(self.profile.turn_time[period])
        if scale == 1.0:
            return self.network.turn_ms
        return frozen(np.rint(self.network.turn_ms * scale), np.int32)

    def at(self, period: int) -> RoadNetwork:
        """The network as it is driven in `period`."""
        return replace(self.network, duration_ms=self.duration_ms(period), turn_ms=self.turn_ms(period))
