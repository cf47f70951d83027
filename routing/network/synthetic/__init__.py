"""A seeded synthetic metropolitan region, written as an ordinary .osm.pbf."""

from routing.network.synthetic.homes import Home, read_homes
from routing.network.synthetic.region import RegionReport, write_region

__all__ = ["Home", "RegionReport", "read_homes", "write_region"]
