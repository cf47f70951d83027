"""Compile the kernels of timed travel ahead; `routing.warm` calls this."""

from routing.engine.dijkstra import DijkstraEngine
from routing.network.road_network import RoadNetwork
from routing.network.snaps import Snaps
from routing.traffic.period_speeds import PeriodSpeeds
from routing.traffic.profile_file import DEFAULT_PROFILE, read_profile
from routing.traffic.time_of_day_engine import TimeOfDayEngine
from routing.traffic.week import DAY_S


def warm_traffic(network: RoadNetwork, snaps: Snaps) -> None:
    """Leave once by a timed matrix."""
    speeds = PeriodSpeeds.of(network, read_profile(DEFAULT_PROFILE))
    engine = TimeOfDayEngine(speeds, lambda period: DijkstraEngine(period, threads=1))
    engine.timed_matrix(snaps, snaps, 0, DAY_S).at(0)
