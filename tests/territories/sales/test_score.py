import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.sales.score import (
    Attributes,
    ClassThresholds,
    ScoreModel,
    default_score_model,
    reasons,
    score_accounts,
    thresholds_for_shares,
)
from territories.sales.score_rules import CategoryRule, LinearRule, RecencyRule, ScoreRuleInvalid

NAN = float("nan")


def attributes(**columns):
    numbers = {k: np.array(v, dtype=float) for k, v in columns.items() if not any(isinstance(x, str) for x in v)}
    categories = {k: tuple(v) for k, v in columns.items() if any(isinstance(x, str) for x in v)}
    return Attributes(len(next(iter(columns.values()))), numbers, categories)


def plain_score(rules, row, all_rows):
    """The same score by plain Python for rules with both ends set; None is unknown."""
    used = [r for r in rules if any(other.get(r.attribute) is not None for other in all_rows)]
    total = sum(r.weight for r in used)
    if total == 0:
        return 50.0
    points = 0.0
    for rule in used:
        value = row.get(rule.attribute)
        if value is None:
            share = rule.missing_share
        elif isinstance(rule, CategoryRule):
            share = rule.share_of_value.get(value, rule.other)
        else:
            low, high = (rule.low, rule.high) if isinstance(rule, LinearRule) else (rule.fresh_days, rule.due_days)
            share = min(1, max(0, (value - low) / (high - low)))
        points += share * rule.weight / total * 100
    return points


maybe_number = st.none() | st.floats(-1e6, 1e6)
rows = st.lists(
    st.fixed_dictionaries(
        {"potential": maybe_number, "days": maybe_number, "kind": st.none() | st.sampled_from(["shop", "bar", "x"])}
    ),
    min_size=1,
    max_size=8,
)


@given(
    rows,
    st.tuples(*[st.just(0.0) | st.floats(1e-6, 100)] * 3).filter(lambda w: sum(w) > 0.01),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_score_equals_plain_python(table, weights, share, missing):
    rules = (
        LinearRule("potential", weights[0], low=-10, high=500, missing_share=missing),
        RecencyRule("days", weights[1], 10, 60),
        CategoryRule("kind", weights[2], {"shop": share, "bar": 1.0}, other=0.1),
    )
    columns = Attributes(
        len(table),
        {name: np.array([NAN if r[name] is None else r[name] for r in table]) for name in ("potential", "days")},
        {"kind": tuple(r["kind"] for r in table)},
    )
    model = ScoreModel(rules)
    scores = score_accounts(model, columns)
    expected = [plain_score(rules, row, table) for row in table]
    assert scores.score == pytest.approx(expected, abs=1e-6), table
    for account, score in enumerate(scores.score):
        name = next(
            (n for n, low in zip("ABC", (70, 50, 30), strict=True) if score >= low), "D"
        )  # the class by plain Python
        assert model.classes.names[scores.class_index[account]] == name
        assert 0 <= score <= 100
        parts = reasons(model, columns, scores, account)
        points = [reason.points for reason in parts]
        assert points == sorted(points, reverse=True)
        if scores.weights.sum() > 0:
            assert sum(points) == pytest.approx(score)


def test_reasons_read_like_sentences():
    model = ScoreModel(
        (
            LinearRule("potential", 40, high=200_000),
            CategoryRule("category", 30, {"shop": 0.5}),
            RecencyRule("days_since_visit", 20, 0, 100),
            LinearRule("open_hours_week", 10, high=60),
        )
    )
    known = attributes(potential=[120_000, NAN], category=["shop", "zoo"], days_since_visit=[25, 10])
    scores = score_accounts(model, known)
    texts = [reason.text for reason in reasons(model, known, scores, 0)]
    assert texts == [
        "potential 120000 of 200000: +26.7 of 44.4",
        "category shop: +16.7 of 33.3",
        "last visit 25 days ago of 100: +5.56 of 22.2",
        "open_hours_week: unknown for all accounts, left out",
    ]
    texts = [reason.text for reason in reasons(model, known, scores, 1)]
    assert "potential unknown, counted as 50%: +22.2 of 44.4" in texts
    assert "category zoo (not listed): +10 of 33.3" in texts


def test_marks_are_out_of_the_weights_that_were_set():
    model = ScoreModel((LinearRule("potential", 40, high=200_000), LinearRule("open_hours_week", 60, high=60)))
    known = attributes(potential=[120_000], open_hours_week=[60])
    assert reasons(model, known, score_accounts(model, known), 0)[1].text == "potential 120000 of 200000: +24 of 40"


@pytest.mark.parametrize(
    "columns",
    [
        {"category": ["supermarket", "kiosk", "zoo"]},
        {"potential": [1e6, 10.0, NAN]},
        {"open_hours_week": [60.0, 10.0, NAN]},
        {"days_since_visit": [365.0, 1.0, NAN]},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_defaults_tell_accounts_apart_by_one_attribute_alone(columns):
    scores = score_accounts(default_score_model(), attributes(**columns))
    best, worst, between = scores.score
    assert best == pytest.approx(100)
    assert worst < between < best
    assert scores.class_index[0] == 0


def test_nothing_known_is_neutral():
    scores = score_accounts(default_score_model(), Attributes(3, {}, {}))
    assert scores.score.tolist() == [50, 50, 50]
    assert not scores.contributions.any()


def test_no_accounts():
    scores = score_accounts(default_score_model(), Attributes(0, {}, {}))
    assert scores.score.shape == (0,) and scores.contributions.shape == (0, 4)


def test_one_giant_does_not_press_the_others_to_zero():
    potential = [100.0] * 50 + [90.0] * 49 + [1e9]
    scores = score_accounts(ScoreModel((LinearRule("potential", 1),)), attributes(potential=potential))
    assert scores.score[50] == pytest.approx(90)


def test_categories_are_known_in_any_spelling():
    rule = CategoryRule("category", 1, {"Department store": 0.9}, other=0.1)
    assert rule.shares(("department_store", "DEPARTMENT-STORE", " Department  Store", "store", None))[:4].tolist() == [
        0.9,
        0.9,
        0.9,
        0.1,
    ]
    assert rule.describe("Department-Store") == "category Department-Store"


def test_falling_rule_rewards_small_values():
    rule = LinearRule("distance_km", 1, low=100, high=0)
    assert rule.shares(np.array([0.0, 25.0, 100.0, 200.0])).tolist() == [1, 0.75, 0, 0]


few_scores = st.lists(st.floats(0, 99) | st.sampled_from([20.0, 50.0, 80.0]), min_size=1, max_size=40)


@given(few_scores, st.floats(0.05, 0.3), st.floats(0.1, 0.3))
def test_thresholds_for_shares_come_as_close_as_ties_allow(values, first, second):
    """Twin: try every way to cut the list between two different scores, or above all of them."""
    score = np.round(np.array(values), 3)
    thresholds = thresholds_for_shares(score, ("A", "B", "C"), (first, second))
    classes = thresholds.class_of(score)
    possible = [0.0] + [(score >= value).mean() for value in set(score.tolist()) if value > score.min()]
    for index, share in enumerate((first, first + second)):
        reached = (classes <= index).mean()
        best = min(abs(other - share) for other in possible)
        assert abs(reached - share) == pytest.approx(best, abs=1e-12), (values, thresholds)


def test_many_equal_scores_do_not_all_become_the_better_class():
    """16 of 120 are better, 100 alike: cut at 10 %, 35 % and 75 %, the hundred are C and nobody is B."""
    score = np.array([60.0] * 16 + [40.0] * 100 + [20.0] * 4)
    thresholds = thresholds_for_shares(score, ("A", "B", "C", "D"), (0.10, 0.25, 0.40))
    assert np.bincount(thresholds.class_of(score), minlength=4).tolist() == [16, 0, 100, 4]
    assert thresholds.lowest_score == (50.0, 50.0, 30.0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: LinearRule("potential", -1), ["'potential'", "weight", "-1", "0 to 1000000"]),
        (lambda: LinearRule("potential", NAN), ["weight", "nan"]),
        (lambda: LinearRule("potential", 1, low=5, high=5), ["high", "other than low (5)"]),
        (lambda: LinearRule("potential", 1, missing_share=2), ["missing_share", "0 to 1"]),
        (lambda: LinearRule("", 1), ["attribute", "name"]),
        (lambda: RecencyRule("days", 1, 30, 20), ["due_days", "more than fresh_days (30"]),
        (lambda: CategoryRule("kind", 1, {"shop": 1.5}), ["'kind'", "'shop'", "1.5"]),
        (lambda: ScoreModel((LinearRule("a", 0),)), ["sum of weights", "above 0"]),
        (lambda: ScoreModel((LinearRule("a", 1), LinearRule("a", 2))), ["'a'", "one rule only"]),
        (lambda: ClassThresholds(("A", "B"), (50, 20)), ["lowest_score", "fewer than names (2)"]),
        (lambda: ClassThresholds(("A", "B", "C"), (20, 50)), ["never rising"]),
        (lambda: ClassThresholds(("A", "A"), (20,)), ["names"]),
        (lambda: thresholds_for_shares(np.zeros(3), ("A", "B"), (1.0,)), ["shares", "below 1"]),
    ],
)
def test_settings_that_cannot_work_are_named(make, words):
    with pytest.raises(ScoreRuleInvalid) as caught:
        make()
    for word in words:
        assert word in str(caught.value)


def test_columns_of_the_wrong_length_are_our_own_bug():
    with pytest.raises(ValueError, match="'potential' has 2 values for 3"):
        Attributes(3, {"potential": np.zeros(2)}, {})
