"""The sphere that all distances are measured on: osmnx's."""

import math

EARTH_RADIUS_M = 6_371_009.0
METRES_PER_E7 = EARTH_RADIUS_M * math.pi / 180 / 1e7
"""Metres in 1e-7 degree of latitude."""
