"""What a driver is told on the way from junction to junction."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path as File

import numpy as np

from routing.engine.path import Path, path_over
from routing.guidance.guide import Guide
from routing.guidance.kinds import KINDS, MODIFIERS
from routing.guidance.steps import Step, guide_leg
from routing.network.car_profile import CarProfile
from routing.network.road_network import RoadNetwork
from tests.helpers.drawn_network import import_drawn
from tests.helpers.osm_drawing import Tags


def path_by(network: RoadNetwork, junctions: Sequence[int]) -> Path:
    """The path over these junctions, whatever would be faster."""
    tail, arcs = network.tail(), []
    for begin, end in pairwise(junctions):
        arcs.append(int(np.flatnonzero((tail == begin) & (network.head == end))[0]))
    first, last = (float(network.forward_arc[network.edge_of_arc[arc]] == arc) for arc in (arcs[0], arcs[-1]))
    return path_over(network, np.array(arcs, np.int32), 1.0 - first, last)


def said(step: Step) -> str:
    """Such as "turn right High Street" or "roundabout right High Street 2"."""
    road = step.name or step.ref
    number = str(step.exit_number or "")
    return " ".join(part for part in (KINDS[step.kind], MODIFIERS[step.modifier], road, number) if part)


def told(network: RoadNetwork, junctions: Sequence[int]) -> list[str]:
    """What is said between departure and arrival."""
    return [said(step) for step in guide_leg(Guide.of(network), path_by(network, junctions)).steps[1:-1]]


def told_on(
    folder: File, picture: str, ways: dict[str, Tags], letters: str, profile: CarProfile | None = None, scale: float = 1
) -> list[str]:
    """What is said on the way over `letters` of a drawn map; a way without a name is called by its letters."""
    named = {way: {"name": way, **tags} for way, tags in ways.items()}
    found = import_drawn(folder, picture, named, profile=profile, scale=scale)
    return told(found.network, [found.junction(letter) for letter in letters if letter in found.letters])
