import numpy as np
import pytest

from routing.matching.errors import BadTrace
from routing.matching.tidy import tidied
from routing.matching.trace import MatchOptions, Trace

GOOD = {"lon": [10.0, 10.1], "lat": [50.0, 50.0], "time_s": [0.0, 5.0], "accuracy_m": [5.0, 5.0]}


@pytest.mark.parametrize(
    ("change", "field", "index"),
    [
        ({"lon": [10.0, 181.0]}, "lon", 1),
        ({"lat": [np.nan, 50.0]}, "lat", 0),
        ({"accuracy_m": [5.0, 0.0]}, "accuracy_m", 1),
        ({"accuracy_m": [np.inf, 5.0]}, "accuracy_m", 0),
        ({"time_s": [5.0, 4.0]}, "time_s", 1),
        ({"time_s": [0.0, np.nan]}, "time_s", 1),
    ],
)
def test_a_value_that_cannot_be_is_named(change, field, index):
    with pytest.raises(BadTrace) as caught:
        Trace(**GOOD | change)
    assert (caught.value.field, caught.value.index) == (field, index)
    assert f"{field}[{index}]" in str(caught.value)


def test_columns_of_different_length_are_our_bug():
    with pytest.raises(ValueError, match="one length"):
        Trace(**GOOD | {"lat": [50.0]})


@pytest.mark.parametrize("change", [{"beta_m": 0.0}, {"gap_s": -1.0}, {"most_edges": 0}, {"gap_m": np.nan}])
def test_options_that_cannot_be_are_refused(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        MatchOptions(**change)


def test_clusters_become_their_means_and_the_ends_stay():
    metre = 1e-5
    lat = np.array([0, 1, 2, 3, 100, 101, 102, 200.0]) * metre
    tidy, stands_for, stand_in = tidied(Trace(np.zeros(8), lat, np.arange(8.0), np.full(8, 4.0)))
    assert tidy.lat == pytest.approx(np.array([0, 2, 101, 200]) * metre)
    assert tidy.time_s == pytest.approx([0, 2, 5, 7])
    assert tidy.accuracy_m == pytest.approx([4, 4 / 3**0.5, 4 / 3**0.5, 4])
    assert stands_for.tolist() == [0, 2, 5, 7]
    assert stand_in.tolist() == [0, 2, 2, 2, 5, 5, 5, 7]
