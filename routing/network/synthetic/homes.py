"""Where the reps of the embedded default live: nodes tagged `beatplan:home=Rep 01` in the synthetic file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium

from routing.arrays import BoolArray, Int64Array
from routing.network.synthetic.addresses import Plots
from routing.network.synthetic.plan import Plan

HOME_TAG = "beatplan:home"


@dataclass(frozen=True, slots=True)
class Home:
    """A rep's home; degrees."""

    name: str
    lon: float
    lat: float
    address: str


def read_homes(osm_path: Path) -> list[Home]:
    """Homes in an OSM file, by name; empty where the file has none."""
    homes = []
    for node in osmium.FileProcessor(str(osm_path), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter(HOME_TAG)):
        if not isinstance(node, osmium.osm.Node):
            continue
        tag = {key: node.tags.get(f"addr:{key}", "") for key in ("street", "housenumber", "postcode", "city")}
        address = f"{tag['street']} {tag['housenumber']}, {tag['postcode']} {tag['city']}"
        homes.append(Home(node.tags[HOME_TAG], node.location.lon, node.location.lat, address))
    return sorted(homes, key=lambda home: home.name)


def choose_homes(plan: Plan, plots: Plots, residential: BoolArray, count: int) -> Int64Array:
    """`count` residential plots spread over the region: each the farthest of a random handful from those before."""
    rng = plan.rng("homes")
    choice = np.flatnonzero(residential)
    if count > len(choice):
        raise ValueError(
            f"homes is {count}; a region of {plan.junctions} junctions has {len(choice)} residential plots"
        )
    picked: list[int] = []
    for _ in range(count):
        few = np.setdiff1d(rng.choice(choice, size=min(12, len(choice)), replace=False), picked)
        if not len(few):
            few = np.setdiff1d(choice, picked)
        if picked:
            gap = np.hypot(*(plots.xy[few][:, None] - plots.xy[picked][None]).transpose(2, 0, 1)).min(axis=1)
            picked.append(int(few[gap.argmax()]))
        else:
            picked.append(int(few[0]))
    return np.array(picked, dtype=np.int64)
