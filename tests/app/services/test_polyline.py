import numpy as np
import pytest

from app.services.polyline import encode_polyline, simplify_line
from tests.helpers.company_copies import decode_polyline


def test_the_formats_own_example():
    """From Google's description of the format: latitude first, precision 5."""
    lon, lat = np.array([-120.2, -120.95, -126.453]), np.array([38.5, 40.7, 43.252])
    assert encode_polyline(lon, lat, precision=5) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


@pytest.mark.parametrize("seed", range(20))
def test_what_is_encoded_decodes_to_the_same_points(seed):
    random = np.random.default_rng(seed)
    lon = random.uniform(-180, 180) + random.normal(0, 0.01, 30).cumsum()
    lat = random.uniform(-80, 80) + random.normal(0, 0.01, 30).cumsum()
    points = np.array(decode_polyline(encode_polyline(lon, lat)))
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
