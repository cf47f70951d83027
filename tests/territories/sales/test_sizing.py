import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.sales.sizing import CapacityAssumptions, SizingInputInvalid, reps_needed


def test_hand_made_case():
    plain = CapacityAssumptions(absence_share=0, office_share=0, shift_h=8, break_h=0.5)
    assert plain.capacity_s == 20 * 7.5 * 3600
    result = reps_needed(301 * 3600, plain)
    assert (result.reps, result.exact_reps) == (3, pytest.approx(301 / 150))
    assert reps_needed(300 * 3600, plain).reps == 2
    assert "8 h a day, of them 0.5 h break" in result.assumptions
    assert reps_needed(0).reps == 0


@given(st.floats(0, 1e9), st.floats(0, 0.9), st.floats(0, 0.9))
def test_reps_carry_the_workload_and_one_fewer_would_not(workload_s, absence, office):
    result = reps_needed(workload_s, CapacityAssumptions(absence_share=absence, office_share=office))
    assert result.reps * result.capacity_s >= workload_s * (1 - 1e-6) - 1e-3
    assert result.reps == 0 or (result.reps - 1) * result.capacity_s < workload_s


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: reps_needed(-1), "workload_s is -1"),
        (lambda: reps_needed(float("inf")), "workload_s is inf"),
        (lambda: CapacityAssumptions(absence_share=1), "absence_share is 1, but must be from 0 to below 1"),
        (lambda: CapacityAssumptions(shift_h=0), "shift_h is 0"),
        (lambda: CapacityAssumptions(shift_h=8, break_h=8), r"below shift_h \(8\)"),
    ],
)
def test_what_no_number_follows_from_is_named(make, words):
    with pytest.raises(SizingInputInvalid, match=words):
        make()
