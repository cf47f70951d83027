"""What a redraw could not meet, in few words."""

from types import SimpleNamespace

import numpy as np

from app.services.alignment_measures import WORDS, violation_texts
from territories.design.checker import Violation
from territories.design.model import Measure


def texts(*violations, deviation=((0.0,) * 4,) * 3):
    measures = (Measure("workload", 0.1, 1.0), Measure("potential", 0.2, 0.05), Measure("count", 0.5, 0.0))
    reps = [SimpleNamespace(name=f"Rep {number:02d}") for number in range(1, 5)]
    case = SimpleNamespace(problem=SimpleNamespace(measures=measures), reps=reps)
    return violation_texts(case, SimpleNamespace(violations=violations, deviation=np.array(deviation)))


def test_a_band_names_its_worst_territory_only():
    off = ((0.12, -0.22, 0.0, 0.05), (0.3, 0.0, 0.0, 0.0), (0.0,) * 4)
    broken = Violation("workload", 0, -1, 0.02), Violation("workload", 1, -1, 0.12), Violation("potential", 0, -1, 0.1)
    assert texts(*broken, deviation=off) == [
        "workload: 2 territories outside ±10%, the worst Rep 02 with -22%",
        "potential: 1 territory outside ±20%, the worst Rep 01 with +30%",
    ]


def test_accounts_are_counted_not_listed():
    enclaves = [Violation("enclave", n % 4, n, 2.0) for n in range(300)]
    said = "enclave: 600 accounts are apart from their territory because of locks or skills (Rep 01, Rep 02, Rep 03, …)"
    assert texts(*enclaves) == [said]
    assert texts(Violation("lock", 2, 7, 1.0)) == ["lock: 1 account is not with the rep that a lock names (Rep 03)"]
    assert texts(Violation("coverage", -1, 7, 1.0)) == ["coverage: 1 account is in no territory"]


def test_whatever_is_broken_there_are_at_most_ten_lines():
    rules = [*WORDS, "workload", "potential", "count"]
    broken = [Violation(rule, t, n, 1.0) for rule in rules for t in range(4) for n in range(50)]
    assert len(texts(*broken)) == len(rules) <= 10
    assert texts() == []
