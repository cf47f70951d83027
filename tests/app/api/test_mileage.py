"""Kilometres driven by a trace: drives whose length is known, gaps and pauses told apart, and what is refused."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from tests.app.api.test_requests import problem
from tests.helpers.company_copies import decode_polyline

BEGIN = datetime(2026, 11, 16, 8, tzinfo=UTC)
METRES_PER_DEGREE = 111_195.0


def drive(api, noise_m=4.0, every_s=5.0, seed=1):
    """(distance in metres, points) of a drive over the region's fastest route: at its average speed, with errors."""
    route = api.post("/v1/route", {"points": [[-30.02, 44.98], [-29.97, 45.02]]}).get_json()
    line = np.array(decode_polyline(route["legs"][0]["geometry"]))
    squeeze = np.cos(np.radians(line[:, 1].mean()))
    along = np.concatenate([[0], np.cumsum(np.hypot(np.diff(line[:, 0]) * squeeze, np.diff(line[:, 1])))])
    count = max(20, int(route["duration_s"] / every_s))
    at = np.linspace(0, along[-1], count)
    rng = np.random.default_rng(seed)
    lon = np.interp(at, along, line[:, 0]) + rng.normal(0, noise_m, count) / METRES_PER_DEGREE / squeeze
    lat = np.interp(at, along, line[:, 1]) + rng.normal(0, noise_m, count) / METRES_PER_DEGREE
    times = [BEGIN + timedelta(seconds=i * every_s) for i in range(count)]
    points = [
        {"lon": float(x), "lat": float(y), "time": t.isoformat(), "accuracy_m": max(noise_m, 3.0)}
        for x, y, t in zip(lon, lat, times, strict=True)
    ]
    return route["distance_m"], points


def claimed(api, points, who="rep"):
    answer = api.post(f"/v1/reps/{api.rep_ids[0]}/mileage", {"points": points}, who)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def gpx(points):
    rows = [f'<trkpt lat="{p["lat"]}" lon="{p["lon"]}"><time>{p["time"]}</time></trkpt>' for p in points]
    return "<gpx><trk><trkseg>\n" + "\n".join(rows) + "\n</trkseg></trk></gpx>"


def upload(api, text, who="rep", **form):
    data = {"file": (BytesIO(text.encode()), "drive.gpx"), **form}
    path = f"/v1/reps/{api.rep_ids[0]}/mileage"
    return api.post(path, None, who, data=data, content_type="multipart/form-data")


def test_a_drive_comes_to_its_kilometres_with_its_line_on_the_roads(quiet_api):
    metres, points = drive(quiet_api)
    found = claimed(quiet_api, points)
    (one,) = found["features"]
    assert one["properties"]["kind"] == "driven"
    assert found["distance_m"] == one["properties"]["distance_m"] == pytest.approx(metres, rel=0.02)
    assert found["confidence"] > 0.7
    assert found["points"] == len(points) == sum(found["fates"].values())
    assert found["fates"]["matched"] > 0.95 * len(points)
    line = shape(one["geometry"])
    off = [line.distance(shapely.Point(p["lon"], p["lat"])) * METRES_PER_DEGREE for p in points]
    assert max(off) < 40
    begin, end = (datetime.fromisoformat(found[name]) for name in ("begin_at", "end_at"))
    assert (begin, end) == (BEGIN, datetime.fromisoformat(points[-1]["time"]))


def test_a_gpx_file_says_the_same_as_its_points(quiet_api):
    metres, points = drive(quiet_api)
    answer = upload(quiet_api, gpx(points), accuracy_m="4")
    assert answer.status_code == 200, answer.text
    assert answer.get_json() == claimed(quiet_api, points)
    assert upload(quiet_api, gpx(points)).get_json()["distance_m"] == pytest.approx(metres, rel=0.02)


def test_without_times_it_is_matched_too(quiet_api):
    metres, points = drive(quiet_api)
    found = claimed(quiet_api, [{name: p[name] for name in ("lon", "lat")} for p in points])
    assert found["distance_m"] == pytest.approx(metres, rel=0.03)
    assert found["begin_at"] is found["end_at"] is found["features"][0]["properties"]["begin_at"] is None


def test_a_gap_is_told_apart_and_not_counted(quiet_api):
    metres, points = drive(quiet_api)
    third = len(points) // 3
    later = [p | {"time": (datetime.fromisoformat(p["time"]) + timedelta(minutes=20)).isoformat()} for p in points]
    found = claimed(quiet_api, points[:third] + later[2 * third :])
    assert [one["properties"]["kind"] for one in found["features"]] == ["driven", "gap", "driven"]
    first, gap, last = (one["properties"] for one in found["features"])
    assert found["distance_m"] == pytest.approx(first["distance_m"] + last["distance_m"], abs=2)
    assert found["distance_m"] == pytest.approx(metres * 2 / 3, rel=0.1)
    assert gap["distance_m"] <= gap["road_distance_m"] == pytest.approx(metres / 3, rel=0.15)
    assert gap["confidence"] is None
    assert (gap["begin_at"], gap["end_at"]) == (first["end_at"], last["begin_at"])
    assert len(found["features"][1]["geometry"]["coordinates"]) == 2


def test_a_phone_that_was_off_at_a_customers_is_a_pause(quiet_api):
    metres, points = drive(quiet_api)
    half = len(points) // 2
    later = [p | {"time": (datetime.fromisoformat(p["time"]) + timedelta(minutes=40)).isoformat()} for p in points]
    found = claimed(quiet_api, points[:half] + later[half:])
    assert [one["properties"]["kind"] for one in found["features"]] == ["driven", "pause", "driven"]
    assert found["features"][1]["properties"]["road_distance_m"] is None
    assert found["distance_m"] == pytest.approx(metres, rel=0.04)


def test_standing_for_an_hour_with_the_phone_on_adds_next_to_nothing(quiet_api):
    metres, points = drive(quiet_api)
    half, rng = len(points) // 2, np.random.default_rng(2)
    stand = points[half]
    begin = datetime.fromisoformat(stand["time"])
    wait = [
        stand
        | {
            "lon": stand["lon"] + float(rng.normal(0, 5e-5)),
            "lat": stand["lat"] + float(rng.normal(0, 4e-5)),
            "time": (begin + timedelta(seconds=5 * i)).isoformat(),
        }
        for i in range(720)
    ]
    later = [p | {"time": (datetime.fromisoformat(p["time"]) + timedelta(hours=1)).isoformat()} for p in points[half:]]
    assert claimed(quiet_api, points[:half] + wait + later)["distance_m"] == pytest.approx(metres, rel=0.1)


def test_what_is_far_from_any_road_comes_to_nothing(quiet_api):
    points = [{"lon": 1.0 + i * 1e-4, "lat": 1.0} for i in range(20)]
    found = claimed(quiet_api, points)
    assert (found["features"], found["distance_m"], found["confidence"]) == ([], 0, None)
    assert found["fates"] == {"no_road_near": 20}


SPOT = {"lon": -30.0, "lat": 45.0}
AT = {**SPOT, "time": "2026-11-16T08:00:00Z"}
BAD = [
    ([SPOT], "points", "2"),
    ([SPOT, {**SPOT, "lat": 91}], "points[1].lat", "90"),
    ([SPOT, {**SPOT, "time": "2026-11-16T08:00:00"}], "points[1].time", "timezone"),
    ([AT, SPOT], "time", "points[1]: time is missing"),
    ([SPOT, AT], "time", "points[1]: time is missing, or all points must be without"),
    ([AT, {**AT, "time": "2026-11-16T07:59:59Z"}], "time", "points[1]: time is 2026-11-16T07:59:59+00:00, before"),
    ([AT, {**AT, "accuracy_m": 0}], "points[1].accuracy_m", "0"),
    ([AT, {**AT, "speed": 3}], "points[1].speed", "unknown"),
]


@pytest.mark.parametrize(("points", "field", "text"), BAD)
def test_bad_points_are_refused_by_their_number(quiet_api, points, field, text):
    found = problem(
        quiet_api.post(f"/v1/reps/{quiet_api.rep_ids[0]}/mileage", {"points": points}, "rep"), 400, field=field
    )
    assert text in found["detail"]


def test_a_bad_file_is_refused_by_its_line(quiet_api):
    _, points = drive(quiet_api)
    text = gpx(points).replace(f'lat="{points[4]["lat"]}"', 'lat="north"')
    found = problem(upload(quiet_api, text), 400, field="file")
    assert found["detail"] == "line 6: lat is 'north', but must be from -90 to 90"
    found = problem(upload(quiet_api, gpx([points[1], points[0]])), 400, field="time")
    assert found["detail"].startswith("line 3: time is")
    problem(upload(quiet_api, gpx(points), accuracy_m="0"), 400, field="accuracy_m")


def test_limits_are_settings(copies, tmp_path):
    with copies.copy(tmp_path / "data", max_trace_points=20, max_trace_bytes=4_000, max_body_bytes=5_000) as api:
        _, points = drive(api)
        path = f"/v1/reps/{api.rep_ids[0]}/mileage"
        found = problem(api.post(path, {"points": [SPOT] * 21}, "rep"), 413, "limit_exceeded")
        assert "BEATPLAN_MAX_TRACE_POINTS" in found["detail"]
        short = [{"lon": "1", "lat": "1", "time": ""}] * 21
        problem(upload(api, gpx(short)), 413, field="file")
        found = problem(upload(api, gpx(points)[:4100] + " " * 100), 413, field="file")
        assert "BEATPLAN_MAX_TRACE_BYTES" in found["detail"]
        found = problem(upload(api, gpx(points) * 3), 413, field="bytes of the body")
        assert "BEATPLAN_MAX_TRACE_BYTES" in found["detail"]


def test_a_rep_claims_its_own_and_nothing_is_stored(copies, tmp_path):
    with copies.copy(tmp_path / "data") as api:
        _, points = drive(api)
        other = api.rep_ids[1]
        assert api.post(f"/v1/reps/{other}/mileage", {"points": points}, "rep").status_code == 403
        assert api.post(f"/v1/reps/{other}/mileage", {"points": points}).status_code == 200
        kept = {file for file in (tmp_path / "data").rglob("*") if file.is_file()}
        claimed(api, points)
        assert upload(api, gpx(points)).status_code == 200
        assert {file for file in (tmp_path / "data").rglob("*") if file.is_file()} == kept
