import numpy as np
import pytest

from routing.engine.travel_matrix import UNREACHABLE_S, TravelMatrix
from routing.visits.model import Problem, Shift
from routing.visits.reasons import REASONS, explain
from routing.visits.solver_ortools import shifts_that_fit_alone
from tests.helpers.visit_problems import line_travel, random_problem, visits_of

H = 3600
DAY = Shift(0, 8 * H, 16 * H, 0, 0, 12 * H, 13 * H, H // 2, max_drive_s=2 * H, skills=1, capacity=8)
OTHER = Shift(1, 8 * H, 12 * H, 0, 0, skills=2, capacity=8)


@pytest.mark.parametrize(
    ("code", "shift", "excess_s", "visit"),
    [
        ("skills", -1, 0, {"skills": 4}),
        ("pinned_rep", -1, 0, {"pinned_rep": 7}),
        ("pinned_rep", 0, 0, {"pinned_rep": 1, "skills": 1}),  # that rep lacks the skill, rep 0 is the wrong one
        ("pinned_shift", -1, 0, {"allowed_shifts": [[False, False]]}),
        ("load", -1, 0, {"load": 9}),
        ("time_window", 0, 300, {"windows": [[(7 * H, 8 * H + 300)]]}),  # arrives 08:10, closes 08:05
        ("time_window", 0, 2 * H, {"windows": [[(18 * H, 19 * H)]]}),
        ("too_long", 0, 60, {"windows": [[(15 * H, 15 * H)]], "service_s": 3060}),  # back 16:01
        ("no_capacity", -1, 0, {}),
        ("no_capacity", 0, 0, {"skills": 1}),
    ],
)
def test_reason_with_its_evidence(code, shift, excess_s, visit):
    problem = Problem(visits_of([1], **visit), (DAY, OTHER), line_travel([0, 10]))
    (left,) = explain(problem, [0])
    assert (left.reason, left.shift, left.excess_s) == (code, shift, excess_s)
    assert code in REASONS


def test_time_window_evidence_names_the_nearest_shift():
    problem = Problem(visits_of([1], windows=[[(7 * H, 8 * H)]]), (OTHER, DAY), line_travel([0, 10]))
    assert explain(problem, [0])[0].excess_s == 600


def test_driving_limit_and_break_make_a_visit_too_long():
    far = Problem(visits_of([1]), (DAY,), line_travel([0, 61]))
    assert (explain(far, [0])[0].reason, explain(far, [0])[0].excess_s) == ("too_long", 120)
    over_lunch = Problem(visits_of([1], 3 * H, [[(11 * H, 12 * H)]]), (DAY,), line_travel([0, 10]))
    assert (explain(over_lunch, [0])[0].reason, explain(over_lunch, [0])[0].excess_s) == ("too_long", 0)


def test_a_way_there_without_a_way_back_is_unreachable():
    duration_s = np.array([[0, 60], [UNREACHABLE_S, 0]])
    problem = Problem(visits_of([1]), (DAY,), TravelMatrix(duration_s, duration_s))
    assert explain(problem, [0])[0].reason == "unreachable"


def test_without_shifts():
    assert explain(Problem(visits_of([1]), (), line_travel([0, 10])), [0])[0].reason == "no_shift"


@pytest.mark.parametrize("seed", range(20))
def test_no_capacity_means_that_it_fits_alone(seed):
    problem = random_problem(seed, n=30, reps=3)
    fits = shifts_that_fit_alone(problem).any(axis=1)
    for left in explain(problem, range(30)):
        assert (left.reason == "no_capacity") == fits[left.visit], (seed, left)
