import dataclasses

import numpy as np
import pytest

from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from scripts.bench.design_problems import even_problem
from territories.design.checker import measure
from territories.design.designer import LocationAllocationDesigner
from territories.design.errors import DesignInputError
from territories.design.model import Alignment, Budget, Measure, Territories


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"neighbours": np.array([[0, 99]])}, r"neighbours\[1\] must be between 0 and 9, got 99"),
        ({"neighbours": np.zeros((3, 3))}, r"neighbours must be of shape \(q, 2\)"),
        ({"home_weight": 1.5}, "home_weight must be between 0 and 1, got 1.5"),
        ({"disruption_weight": float("nan")}, "disruption_weight must be finite"),
        ({"previous": Alignment(np.zeros(3, np.int32))}, "previous must be of 10 units, got 3"),
        ({"previous": Alignment(np.full(10, 2))}, r"previous\[0\] must be between -1 and 1, got 2"),
        ({"measures": (Measure("count", 1.0), Measure("count", 2.0))}, "measures must be named once each"),
        ({"territories": Territories(np.ones(11), np.zeros(11))}, "territories must be between 1 and the 10 units"),
    ],
)
def test_a_bad_problem_is_named_with_its_limit(change: dict[str, object], message: str) -> None:
    with pytest.raises(DesignInputError, match=message):
        dataclasses.replace(even_problem(10, 2, 0), **change)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("service_s_per_period", -1.0, r"units.service_s_per_period\[3\] must be finite and at least 0, got -1.0"),
        ("visits_per_period", np.nan, r"units.visits_per_period\[3\] must be finite"),
        ("required_skills", -2, r"units.required_skills\[3\] must be at least 0"),
    ],
)
def test_bad_units_are_named_with_their_row(name: str, value: float, message: str) -> None:
    units = even_problem(10, 2, 0).units
    column = getattr(units, name).copy()
    column[3] = value
    with pytest.raises(DesignInputError, match=message):
        dataclasses.replace(units, **{name: column})


@pytest.mark.parametrize(("n", "p"), [(1, 1), (2, 2), (3, 1), (5, 5)])
def test_the_smallest_problems(n: int, p: int) -> None:
    problem = even_problem(n, p, 1)
    found = measure(problem, LocationAllocationDesigner().design(problem, Budget(50, 2), 1))
    assert (found.count >= 1).all() and found.count.sum() == n and (found.parts == 1).all()


def test_units_no_road_reaches_are_assigned_and_named() -> None:
    problem = even_problem(40, 3, 1)
    travels = {}
    for name, axes in {"unit_travel": (0, 1), "home_to_unit": (1,), "unit_to_home": (0,)}.items():
        duration_s = getattr(problem, name).duration_s.copy()
        for axis in axes:
            np.moveaxis(duration_s, axis, 0)[7] = UNREACHABLE_S
        if name == "unit_travel":
            duration_s[7, 7] = 0
        travels[name] = TravelMatrix(duration_s, duration_s)
    problem = dataclasses.replace(problem, **travels)
    found = measure(problem, LocationAllocationDesigner().design(problem, Budget(500, 2), 1))
    assert [(v.rule, v.unit) for v in found.violations] == [("unreachable", 7)]
