import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.polyline import decode_polyline, encode_polyline, simplify_line
from tests.helpers.company_copies import decode_polyline as plain_decode


def test_the_formats_own_example():
    """From Google's description of the format: latitude first, precision 5."""
    lon, lat = np.array([-120.2, -120.95, -126.453]), np.array([38.5, 40.7, 43.252])
    assert encode_polyline(lon, lat, precision=5) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


@pytest.mark.parametrize("seed", range(20))
def test_what_is_encoded_decodes_to_the_same_points(seed):
    random = np.random.default_rng(seed)
    lon = random.uniform(-180, 180) + random.normal(0, 0.01, 30).cumsum()
    lat = random.uniform(-80, 80) + random.normal(0, 0.01, 30).cumsum()
    points = np.array(plain_decode(encode_polyline(lon, lat)))
    assert np.abs(points - np.column_stack([lon, lat])).max() < 1e-6, seed


@pytest.mark.parametrize("tolerance_m", [0.0, 10.0, 100.0])
def test_a_simpler_line_stays_within_its_tolerance(tolerance_m):
    random = np.random.default_rng(1)
    lon = 10 + random.normal(0, 3e-4, 200).cumsum()
    lat = 60 + random.normal(0, 2e-4, 200).cumsum()
    few_lon, few_lat = simplify_line(lon, lat, tolerance_m)
    assert (few_lon[0], few_lat[0]) == pytest.approx((lon[0], lat[0]))
    assert (few_lon[-1], few_lat[-1]) == pytest.approx((lon[-1], lat[-1]))
    scale = np.array([np.cos(np.radians(lat.mean())), 1.0]) * 111_195
    line = np.column_stack([few_lon, few_lat]) * scale
    for point in np.column_stack([lon, lat]) * scale:
        along = np.diff(line, axis=0)
        share = np.clip(((point - line[:-1]) * along).sum(1) / np.maximum((along**2).sum(1), 1e-12), 0, 1)
        off = np.hypot(*(point - line[:-1] - share[:, None] * along).T).min()
        assert off <= tolerance_m + 0.01
    assert len(few_lon) < len(lon) or tolerance_m == 0


@pytest.mark.parametrize("seed", range(20))
def test_decoding_undoes_encoding(seed):
    random = np.random.default_rng(seed)
    precision, count = int(random.choice([5, 6])), int(random.integers(1, 200))
    lon, lat = np.round(random.uniform(-180, 180, count), 5), np.round(random.uniform(-90, 90, count), 5)
    letters = encode_polyline(lon, lat, precision)
    found = decode_polyline(letters, precision)
    assert np.abs(np.array(found) - [lon, lat]).max() < 1e-9, f"seed {seed}: {letters}"
    cut = decode_polyline(letters[:-1], precision)
    assert np.array_equal(cut, np.array(found)[:, :-1]), f"seed {seed}: what is cut off is left out"


@given(st.text(st.characters(min_codepoint=63, max_codepoint=126), max_size=150))
@settings(max_examples=300, deadline=None)
def test_any_letters_decode_to_numbers(letters):
    lon, lat = decode_polyline(letters, 5)
    assert lon.size == lat.size
    assert np.isfinite(lon).all()
    assert np.isfinite(lat).all()
    ends = [at for at, letter in enumerate(letters) if ord(letter) - 63 < 32]
    plain = plain_decode(letters[: ends[len(ends) // 2 * 2 - 1] + 1] if len(ends) > 1 else "", 5)
    if all(abs(x) < 1e9 and abs(y) < 1e9 for x, y in plain):
        assert np.column_stack([lon, lat]) == pytest.approx(np.array(plain).reshape(-1, 2), abs=1e-9)
    else:  # beyond, only that they are far off matters
        assert max(np.abs(lon).max(), np.abs(lat).max()) > 1e6


def test_a_number_without_end_is_far_off_and_no_error():
    lon, lat = decode_polyline("~" * 9000 + "@" + "~" * 9000 + "@", 5)
    assert abs(lon[0]) > 1e9
    assert abs(lat[0]) > 1e9


@pytest.mark.parametrize("letters", ["a b", "é", "_ibE>", "abc\x7f"])
def test_letters_that_no_polyline_has(letters):
    with pytest.raises(ValueError, match=r"polyline|ascii"):
        decode_polyline(letters)
