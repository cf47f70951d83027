import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.sales.quotas import QuotaInputInvalid, QuotaWeights, split_goal

amounts = st.just(0.0) | st.floats(1e-6, 1e9)  # below, the twin's own floats underflow
weights = st.just(0.0) | st.floats(1e-6, 1)
territories = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=25)


def plain_shares(pairs, w_potential, w_capacity):
    total_p, total_c = sum(p for p, _ in pairs), sum(c for _, c in pairs)
    w_potential = w_potential if total_p else 0
    w_capacity = w_capacity if total_c else 0
    if not w_potential + w_capacity:
        return [1 / len(pairs)] * len(pairs)
    return [
        ((w_potential * p / total_p if w_potential else 0) + (w_capacity * c / total_c if w_capacity else 0))
        / (w_potential + w_capacity)
        for p, c in pairs
    ]


@given(st.integers(0, 10**15), territories, weights, weights)
def test_quotas_add_up_and_follow_the_shares(goal, pairs, w_potential, w_capacity):
    if w_potential + w_capacity == 0:
        return
    result = split_goal(goal, [p for p, _ in pairs], [c for _, c in pairs], QuotaWeights(w_potential, w_capacity))
    assert sum(result.quota.tolist()) == goal
    expected = plain_shares(pairs, w_potential, w_capacity)
    for quota, share, plain in zip(result.quota.tolist(), result.share.tolist(), expected, strict=True):
        assert share == pytest.approx(plain, rel=1e-9, abs=1e-12)
        assert abs(quota - goal * plain) < 1 + goal * 1e-12
        assert quota >= 0
    assert all(text.endswith(f": {quota}") for text, quota in zip(result.explanation, result.quota, strict=True))


def test_hand_made_case():
    # 60 % by potential (1/2, 1/4, 1/4), 40 % by capacity (1/4, 1/4, 1/2): shares 0.4, 0.25, 0.35
    result = split_goal(1001, [200, 100, 100], [20, 20, 40])
    assert result.quota.tolist() == [401, 250, 350]  # exact 400.4, 250.25, 350.35: the largest remainder gets the one
    assert result.explanation[0] == (
        "50.0% of the potential and 25.0% of the selling capacity make 40.0% of the goal of 1001: 401"
    )


@pytest.mark.parametrize(
    ("potential", "capacity", "quota"),
    [
        ([0, 0, 0], [1, 1, 2], [25, 25, 50]),
        ([3, 1, 0], [0, 0, 0], [75, 25, 0]),
        ([0, 0, 0], [0, 0, 0], [34, 33, 33]),
    ],
    ids=["no potential", "no capacity", "neither: equal, the odd one to the first"],
)
def test_a_measure_that_is_nowhere_is_left_out(potential, capacity, quota):
    assert split_goal(100, potential, capacity).quota.tolist() == quota


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((-1, [1], [1]), "goal is -1"),
        ((1, [1, float("nan")], [1, 1]), "potential of territory 1"),
        ((1, [1], [-2.0]), "capacity of territory 0 is -2.0"),
        ((1, [], []), "at least 1"),
        ((1, [1], [1, 2]), r"as many as capacity \(2\)"),
    ],
)
def test_what_cannot_be_split_is_named(arguments, words):
    with pytest.raises(QuotaInputInvalid, match=words):
        split_goal(*arguments)


def test_weights_need_a_sum():
    with pytest.raises(QuotaInputInvalid, match="above 0"):
        QuotaWeights(0, 0)
    with pytest.raises(QuotaInputInvalid, match="weight of capacity is -1"):
        QuotaWeights(1, -1)
