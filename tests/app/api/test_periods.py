"""Travel times by time of day over HTTP: periods, departures, uploaded speeds, live speeds on top, plans."""

import io
import shutil
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from app.compose import compose
from app.services.company import open_company
from app.services.day_travel import DayTravel
from app.services.design_problem import account_snaps, home_snaps
from app.services.local_time import instant
from app.settings import InvalidSetting, Settings
from routing.engine.hierarchy_engine import HierarchyEngine
from routing.network.snaps import Snaps
from tests.app.api.test_requests import problem
from tests.app.services.test_plans_hold import MONDAY, at, check_line, check_times, plan, reps_of
from tests.helpers.company_copies import Api

FIRST_TEN = np.arange(10, dtype=np.int32)
PERIODS, IMPORTS = "/v1/network/periods", "/v1/network/speed-table/imports"
PROFILE = """
name = "test"
source = "made up"
[periods]
all = {peak = "08:00", rest = "10:00"}
[factors.workday.peak]
default = 0.5
turn_time = 2.0
"""


@pytest.fixture
def by_hour(copies, tmp_path):
    """On workdays from 8 to 10 everything takes twice as long."""
    path = tmp_path / "speeds.toml"
    path.write_text(PROFILE)
    with copies.copy(tmp_path / "data", speed_periods=str(path)) as made:
        yield made


class Places:
    """Accounts of the company as points."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.company = open_company(api.app.storage, api.app.maps, api.organisation_id)
        with api.app.storage.reading(self.company.id) as work:
            columns = work.accounts.all_for_design()
        self.points = [[float(columns.lon[i]), float(columns.lat[i])] for i in range(0, 40, 5)]
        self.snaps = account_snaps(columns)

    def matrix(self, depart_at=None):
        body = {"sources": self.points} | ({} if depart_at is None else {"depart_at": depart_at})
        answer = self.api.post("/v1/matrices", body)
        assert answer.status_code == 200, answer.text
        return np.array(answer.get_json()["durations_s"])

    def way(self):
        """A way that the drive from the first account to the last passes, with two nodes of it in driving direction."""
        network = self.company.map.stored.network
        ends = self.snaps.take(np.array([0, 35], np.int32))
        (path,) = self.company.map.engine.paths_through(ends)
        arc = int(path.arcs[len(path.arcs) // 2])
        edge = int(network.edge_of_arc[arc])
        points = network.shape_node[network.shape_first[edge] : network.shape_first[edge + 1]].tolist()
        along = points if network.forward_arc[edge] == arc else points[::-1]
        return int(network.osm_way_of_edge[edge]), along[:2]


def send(api, text, mode="all_or_nothing", who="manager"):
    form = {"file": (io.BytesIO(text.encode()), "speeds.csv"), "mode": mode}
    job = api.job(api.post(IMPORTS, data=form, who=who))
    assert job["state"] == "done", job["problem"]
    return job["result"]


def test_the_periods_are_told_with_their_hours_and_factors(by_hour):
    found = by_hour.read(PERIODS, "rep")
    assert (found["name"], found["source"], found["speed_table"]) == ("test", "made up", None)
    assert found["weekdays"]["saturday"] == ["saturday"]
    peak, rest = found["periods"][:2]
    assert (peak["weekdays"], peak["name"], peak["hours"]) == ("workday", "peak", [["08:00", "10:00"]])
    assert rest["hours"] == [["00:00", "08:00"], ["10:00", "24:00"]]
    assert (peak["factors"]["residential"], peak["factors"]["ferry"], peak["turn_time"]) == (0.5, 1.0, 2.0)


def test_without_a_profile_there_are_no_periods_and_no_departures(quiet_api):
    assert quiet_api.read(PERIODS)["periods"] == []
    body = {"sources": Places(quiet_api).points[:2], "depart_at": "2026-11-16T08:00:00"}
    found = problem(quiet_api.post("/v1/matrices", body), 409)
    assert found["code"] == "no_speed_periods" and "BEATPLAN_SPEED_PERIODS" in found["detail"]


def test_departures_follow_the_hour_the_weekday_and_the_zone(by_hour):
    places = Places(by_hour)
    plain = places.matrix()
    assert places.matrix("2026-11-16T12:00:00").tolist() == plain.tolist(), "a monday at noon"
    peak = places.matrix("2026-11-16T08:00:00")
    assert np.abs(peak - 2 * plain).max() <= 2, "all within the two hours, and half a second of rounding each"
    assert places.matrix("2026-11-16T08:00:00Z").tolist() == peak.tolist(), "Lisbon is at UTC in winter"
    assert places.matrix("2026-11-16T09:00:00+01:00").tolist() == peak.tolist()
    assert places.matrix("2026-11-21T08:00:00").tolist() == plain.tolist(), "a saturday"
    before = places.matrix("2026-11-16T07:58:00")
    assert ((plain <= before) & (before <= peak)).all() and (before[plain > 240] > plain[plain > 240]).all()


@pytest.mark.parametrize(
    ("depart_at", "status"), [("0001-01-01T00:00:00Z", 400), ("9999-12-31T23:59:59Z", 400), ("soon", 400)]
)
def test_moments_that_nobody_can_mean_are_refused(by_hour, depart_at, status):
    body = {"sources": Places(by_hour).points[:2], "depart_at": depart_at}
    assert problem(by_hour.post("/v1/matrices", body), status)["field"] == "depart_at"


def test_uploaded_speeds_change_their_roads_in_their_periods_until_they_are_taken_back(by_hour):
    places = Places(by_hour)
    way, (a, b) = places.way()
    at_noon, at_night = places.matrix("2026-11-16T12:00:00"), places.matrix("2026-11-21T03:00:00")
    text = f"osm_way,speed_kmh,period,weekdays,from_osm_node,to_osm_node\n{way},1,rest,workday,,\n,0.5,,,{a},{b}\n"
    dry = send(by_hour, text, "dry_run")
    assert (dry["good"], dry["imported"], dry["problems"]) == (2, 0, []) and dry["arcs"] > 0
    assert by_hour.read(PERIODS)["speed_table"] is None
    assert send(by_hour, text)["imported"] == 2
    table = by_hour.read(PERIODS)["speed_table"]
    assert (table["filename"], table["rows"], table["arcs"]) == ("speeds.csv", 2, dry["arcs"])
    noon, night = places.matrix("2026-11-16T12:00:00"), places.matrix("2026-11-21T03:00:00")
    assert noon[0, -1] > at_noon[0, -1] and (noon >= at_noon).all(), "the way at walking pace"
    assert at_night[0, -1] < night[0, -1] <= noon[0, -1], "on a saturday one segment only"
    assert by_hour.ask("DELETE", "/v1/network/speed-table").status_code == 204
    assert places.matrix("2026-11-16T12:00:00").tolist() == at_noon.tolist()
    assert by_hour.ask("DELETE", "/v1/network/speed-table").status_code == 404


def test_rows_of_all_periods_change_answers_of_no_time_of_day(by_hour):
    places = Places(by_hour)
    way, (a, b) = places.way()
    plain = places.matrix()
    assert send(by_hour, f"osm_way,speed_kmh,period\n{way},1,peak\n")["imported"] == 1
    assert places.matrix().tolist() == plain.tolist(), "at peak only"
    assert send(by_hour, f"from_osm_node,to_osm_node,factor\n{a},{b},0.1\n")["imported"] == 1
    slow = places.matrix()
    assert slow[0, -1] > plain[0, -1] and (slow >= plain).all()
    network = open_company(by_hour.app.storage, by_hour.app.maps, by_hour.organisation_id).map.network
    assert np.flatnonzero(network.duration_ms != places.company.map.network.duration_ms).size > 0
    engine = HierarchyEngine.build(network)
    points = places.snaps.take(np.arange(0, 40, 5, dtype=np.int32))
    assert slow.tolist() == engine.matrix(points, points).duration_s.tolist(), "an engine made from scratch agrees"
    noon = places.matrix("2026-11-16T12:00:00")
    assert noon.tolist() == slow.tolist(), "the profile's factor is 1 at noon"
    uploaded = open_company(by_hour.app.storage, by_hour.app.maps, by_hour.organisation_id).map.speeds.engine
    box = {"bbox": [-180, -90, 180, 90], "factor": 0.5}
    assert by_hour.ask("PATCH", "/v1/network/speeds", json={"changes": [box]}).status_code == 200
    assert np.abs(places.matrix() - 2 * slow).max() <= 60, "live speeds are on top: turns take as long as before"
    assert by_hour.ask("DELETE", "/v1/network/speeds").status_code == 204
    assert places.matrix().tolist() == slow.tolist()
    left = open_company(by_hour.app.storage, by_hour.app.maps, by_hour.organisation_id).map.speeds.engine
    assert left is uploaded, "not customised again"
    assert by_hour.ask("DELETE", "/v1/network/speed-table").status_code == 204
    assert places.matrix().tolist() == plain.tolist()


def test_an_upload_by_another_process_is_in_effect_here(by_hour):
    places = Places(by_hour)
    way, _ = places.way()
    before, plain = places.matrix("2026-11-16T12:00:00"), places.matrix()
    other = compose(by_hour.app.settings, by_hour.clock)
    try:
        data = f"osm_way,speed_kmh\n{way},1\n".encode()
        other.import_speeds(by_hour.organisation_id, "x.csv", data, "all_or_nothing", "test", lambda done, what: None)
    finally:
        other.storage.database.close()
    assert places.matrix("2026-11-16T12:00:00")[0, -1] > before[0, -1]
    assert places.matrix()[0, -1] > plain[0, -1]


def test_a_process_that_starts_does_not_read_an_uploaded_file_again(by_hour, monkeypatch):
    way, _ = Places(by_hour).way()
    assert send(by_hour, f"osm_way,speed_kmh\n{way},1\n")["imported"] == 1

    def times_of_a_new_process():
        other = compose(by_hour.app.settings, by_hour.clock)
        try:
            return open_company(other.storage, other.maps, by_hour.organisation_id).map.network.duration_ms
        finally:
            other.storage.database.close()

    def read_again(*_args, **_kwargs):
        raise AssertionError("rows were read again")

    here = open_company(by_hour.app.storage, by_hour.app.maps, by_hour.organisation_id).map
    assert (here.network.duration_ms != here.stored.network.duration_ms).any()
    with monkeypatch.context() as patched:
        patched.setattr("app.services.uploaded_speeds.read_speed_table", read_again)
        assert times_of_a_new_process().tolist() == here.network.duration_ms.tolist()
    shutil.rmtree(by_hour.app.settings.data_dir / "uploaded_speeds")
    assert times_of_a_new_process().tolist() == here.network.duration_ms.tolist(), "the database has the file"


def test_osrm_files_bad_rows_and_roads_of_elsewhere(by_hour):
    _, (a, b) = Places(by_hour).way()
    text = f"{a},{b},5\n{a},{b},1000\n1,2,30\n"
    report = send(by_hour, text)
    assert (report["rows"], report["good"], report["imported"]) == (3, 1, 0)
    (found,) = report["problems"]
    assert (found["line"], found["field"], found["value"]) == (2, "speed_kmh", "1000") and "300" in found["limit"]
    assert report["warnings"] == ["1 rows are about no road of this map: line 3"]
    assert send(by_hour, text, "good_rows")["imported"] == 1
    assert by_hour.read(PERIODS)["speed_table"]["rows"] == 1


def test_files_over_the_limit_or_of_no_use_are_refused(copies, tmp_path):
    with copies.copy(tmp_path / "data", speed_periods="default", max_speed_rows=2) as api:
        for text, words in (("1,2,3\n" * 3, "BEATPLAN_MAX_SPEED_ROWS"), ("a,b\n", "column")):
            job = api.job(api.post(IMPORTS, data={"file": (io.BytesIO(text.encode()), "x.csv"), "mode": "dry_run"}))
            assert job["state"] == "failed" and words in job["problem"]["detail"]
        form = {"file": (io.BytesIO(b"1,2,3\n"), "x.csv"), "mode": "good_rows"}
        assert api.post(IMPORTS, data=form, who="rep").status_code == 403


def test_live_speeds_come_on_top_of_the_periods(by_hour):
    places = Places(by_hour)
    peak, noon = places.matrix("2026-11-16T08:00:00"), places.matrix("2026-11-16T12:00:00")
    body = {"changes": [{"bbox": [-180, -90, 180, 90], "factor": 0.5}]}
    assert by_hour.ask("PATCH", "/v1/network/speeds", json=body).status_code == 200
    for depart_at, before in (("2026-11-16T08:00:00", peak), ("2026-11-16T12:00:00", noon)):
        live = places.matrix(depart_at)
        driven = before > 60
        assert (live[driven] > 1.5 * before[driven]).all() and (live[driven] <= 2 * before[driven] + 1).all()
    assert by_hour.ask("DELETE", "/v1/network/speeds").status_code == 204
    assert places.matrix("2026-11-16T08:00:00").tolist() == peak.tolist()


def test_a_live_speed_that_ends_before_the_departure_is_not_driven(by_hour):
    places = Places(by_hour)
    tomorrow = (by_hour.clock.now + timedelta(days=1)).replace(tzinfo=None, hour=12).isoformat()
    before = places.matrix(tomorrow)
    body = {"changes": [{"bbox": [-180, -90, 180, 90], "factor": 0.5, "for_s": 3600}]}
    assert by_hour.ask("PATCH", "/v1/network/speeds", json=body).status_code == 200
    assert places.matrix(tomorrow).tolist() == before.tolist()
    now = places.matrix(by_hour.clock.now.isoformat())
    assert (now[before > 60] > 2.5 * before[before > 60]).all(), "in the peak, and live on top"


def test_plans_drive_by_the_hour_and_hold(by_hour):
    """Every leg takes what a departure at its minute takes; windows, shift and lunch hold with these times."""
    company = open_company(by_hour.app.storage, by_hour.app.maps, by_hour.organisation_id)
    engine = by_hour.app.times_of_day.engine(company)
    plan(by_hour, MONDAY)
    in_the_peak = 0
    for rep in reps_of(by_hour):
        document = by_hour.read(f"/v1/reps/{rep.id}/days/{MONDAY}")
        stops = document["stops"]
        assert stops
        with by_hour.app.storage.reading(by_hour.organisation_id) as work:
            accounts = work.accounts.by_ids([stop["account_id"] for stop in stops])
        drive_s = legs_by_the_hour(company, engine, rep, document, accounts)
        for stop, wanted_s in zip(stops, drive_s, strict=False):
            if wanted_s is not None:
                assert stop["drive_s"] == wanted_s
                in_the_peak += wanted_s > 60 and at(stop["arrive_at"]).hour < 10
        known = [stop["drive_s"] for stop in stops] + [document["totals"]["drive_s"] - sum(s["drive_s"] for s in stops)]
        check_times(document, rep, MONDAY, accounts, known)
        check_line(document, rep, [accounts[stop["account_id"]] for stop in stops], document["totals"]["distance_m"])
    assert in_the_peak


def legs_by_the_hour(company, engine, rep, document, accounts):
    """Seconds of each leg to a stop when leaving at its minute; None where lunch interrupts it."""
    stops, lunch = document["stops"], document["lunch"]
    rows = [accounts[stop["account_id"]] for stop in stops]
    snaps = Snaps(
        np.array([a.snap_edge for a in rows], np.int32),
        np.array([a.snap_fraction for a in rows], np.float32),
        np.array([a.snap_distance_m for a in rows], np.float32),
    )
    tour = Snaps.join([home_snaps([rep]), snaps])
    midnight = datetime.combine(MONDAY, datetime.min.time(), at(document["totals"]["depart_at"]).tzinfo)
    left = [document["totals"]["depart_at"], *(stop["leave_at"] for stop in stops)]
    found = []
    for i, stop in enumerate(stops):
        leave, arrive = at(left[i]), at(stop["arrive_at"])
        if lunch and leave <= at(lunch["begin_at"]) < arrive:
            found.append(None)
            continue
        ends = tour.take(np.array([i, i + 1], np.int32))
        leave_s = round((leave - midnight) / timedelta(seconds=1)) + date.weekday(MONDAY) * 86_400
        found.append(int(engine.matrix_at(ends, ends, leave_s).duration_s[0, 1]))
    return found


def test_leaving_later_never_arrives_earlier_where_live_speeds_end_on_the_way(by_hour):
    places, now = Places(by_hour), by_hour.clock.now
    changes = [
        {"bbox": [-180, -90, 180, 90], "factor": 0.1, "for_s": 3600},
        {"ways": [places.way()[0]], "closed": True, "for_s": 3000},
    ]
    assert by_hour.ask("PATCH", "/v1/network/speeds", json={"changes": changes}).status_code == 200
    leave_s = range(1800, 4000, 120)
    found = [places.matrix((now + timedelta(seconds=s)).isoformat()) for s in leave_s]
    arrive_s = np.array([s + one for s, one in zip(leave_s, found, strict=True)])
    assert (np.diff(arrive_s, axis=0) >= 0).all()
    assert (found[0] > found[-1]).any()


def test_a_day_is_planned_by_what_is_left_once_a_live_speed_ends(by_hour):
    """A jam that ends in the morning slows down what is driven until then, and nothing after it."""
    until = (by_hour.clock.now.replace(hour=0, minute=0) + timedelta(days=1, hours=11)).isoformat()
    day, paces = date.fromisoformat(until[:10]), []
    for changes in ([], [{"bbox": [-180, -90, 180, 90], "factor": 0.2, "until": until}]):
        body = {"changes": changes, "replace": True}
        assert by_hour.ask("PATCH", "/v1/network/speeds", json=body).status_code == 200
        company = open_company(
            by_hour.app.storage, by_hour.app.maps, by_hour.organisation_id, lambda own: instant(day, 0, own.time_zone)
        )
        travel, snaps = DayTravel.of(company, by_hour.app.times_of_day, day), Places(by_hour).snaps.take(FIRST_TEN)
        timed = travel.between(snaps, 8 * 3600, 18 * 3600)
        paces.append([timed.at(hour * 3600).duration_s for hour in (9, 12)])
    driven = paces[0][1] > 60
    assert (paces[1][0][driven] > 1.5 * paces[0][0][driven]).all(), "in the jam"
    assert (paces[1][1] == paces[0][1]).all(), "after it"


def test_departures_before_and_after_the_end_of_a_live_speed_make_each_engine_once(by_hour, monkeypatch):
    made = []
    real = HierarchyEngine.reweighted
    monkeypatch.setattr(HierarchyEngine, "reweighted", lambda own, network: made.append(network) or real(own, network))
    body = {"changes": [{"bbox": [-180, -90, 180, 90], "factor": 0.5, "for_s": 12 * 3600}]}
    assert by_hour.ask("PATCH", "/v1/network/speeds", json=body).status_code == 200
    places, now = Places(by_hour), by_hour.clock.now
    moments = [(now + timedelta(hours=hours)).isoformat() for hours in (1, 25)]
    first = [places.matrix(moment).tolist() for moment in moments]
    count = len(made)
    assert count <= 3, "the live one, and a period of each"
    for _ in range(2):
        assert [places.matrix(moment).tolist() for moment in moments] == first
    assert len(made) == count


@pytest.mark.parametrize("content", ["periods = 3", None])
def test_a_profile_that_cannot_be_used_stops_the_start(tmp_path, content):
    path = tmp_path / "speeds.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InvalidSetting, match="BEATPLAN_SPEED_PERIODS"):
        compose(Settings(data_dir=tmp_path, speed_periods=str(path)))
