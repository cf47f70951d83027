"""The real case: Iceland's own shops, offices, restaurants and clinics, and 20 reps."""

import dataclasses

import numpy as np
import pytest

from routing.engine.cells import unit_cells
from routing.engine.hierarchy.stored import stored_hierarchy
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.network.places import read_places
from routing.network.snapping import SnapIndex
from territories.design.checker import measure
from territories.design.designer import LocationAllocationDesigner
from territories.design.model import Budget, DesignProblem, Territories, Units
from tests.helpers.real_maps import RealMaps, real_map

REYKJAVIK = (-21.93, 64.14)


@pytest.fixture(scope="module")
def iceland(real_maps: RealMaps) -> tuple[DesignProblem, np.ndarray]:
    """Every account its own unit, one rep at the first; and (n, 2) where the accounts are."""
    stored, places = real_maps["iceland"], read_places(real_map("iceland"))
    network = stored.network
    places = places.take(np.flatnonzero(np.isin(places.kind, ("shop", "office", "food", "medical"))))
    snaps = SnapIndex.build(network).try_snap(places.lon, places.lat)
    on_road = np.flatnonzero(snaps.edge >= 0).astype(np.int32)
    snaps, places = snaps.take(on_road), places.take(on_road)
    travel = HierarchyEngine(network, stored_hierarchy(stored)).matrix(snaps, snaps)
    n, rng = len(on_road), np.random.default_rng(1)
    visits = rng.choice([0.5, 1.0, 2.0], n, p=[0.5, 0.3, 0.2])
    units, all_units = np.arange(n), np.zeros(n, np.int64)
    problem = DesignProblem(
        units=Units(visits * 1800, visits, visits * rng.lognormal(0, 0.6, n), all_units, np.full(n, -1, np.int32)),
        territories=Territories(np.ones(1), np.zeros(1, np.int64)),
        unit_travel=travel,
        home_to_unit=travel.select(units[:1], units),
        unit_to_home=travel.select(units, units[:1]),
        neighbours=unit_cells(network, snaps).neighbours,
    )
    return problem, np.stack([places.lon, places.lat], axis=1)


def with_homes_at(problem: DesignProblem, homes: np.ndarray) -> DesignProblem:
    p, units = len(homes), np.arange(len(problem.units))
    return dataclasses.replace(
        problem,
        territories=Territories(np.ones(p), np.zeros(p, np.int64)),
        home_to_unit=problem.unit_travel.select(homes, units),
        unit_to_home=problem.unit_travel.select(units, homes),
    )


@pytest.mark.slow
@pytest.mark.parametrize("homes", ["anywhere", "capital"])
def test_twenty_reps_in_iceland(iceland: tuple[DesignProblem, np.ndarray], homes: str) -> None:
    problem, place = iceland
    rng, n = np.random.default_rng(7), len(problem.units)
    assert n > 2000
    in_capital = np.flatnonzero(np.hypot((place[:, 0] - REYKJAVIK[0]) * 0.44, place[:, 1] - REYKJAVIK[1]) < 0.05)
    problem = with_homes_at(problem, rng.choice(n if homes == "anywhere" else in_capital, 20, replace=False))
    found = measure(problem, LocationAllocationDesigner().design(problem, Budget(2000, 3), 1))
    broken = {violation.rule for violation in found.violations}
    assert broken <= {"potential"}, found.violations
    assert (found.parts == 1).all()
