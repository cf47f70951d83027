"""Tables by index into ROAD_CLASSES that guidance judges roads by."""

import numpy as np

from routing.network.road_network import ROAD_CLASSES

LEVEL = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 0, 8], np.uint8)
"""How far down a class is; a ferry stands beside no road that it could be compared with."""
LOW_LEVEL = 7
"""Levels from here on (service roads, tracks) are no rival for a street."""
IS_LINK = np.array([name.endswith("_link") for name in ROAD_CLASSES])
IS_RAMP = np.array([name in {"motorway_link", "trunk_link"} for name in ROAD_CLASSES])
IS_MOTORWAY = np.array([name in {"motorway", "trunk"} for name in ROAD_CLASSES])
"""As in OSRM, trunk roads count as motorways."""
MOTORWAY, FERRY = ROAD_CLASSES.index("motorway"), ROAD_CLASSES.index("ferry")
