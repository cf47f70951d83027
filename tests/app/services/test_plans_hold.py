"""Every stored plan holds: checked from what is stored and sent alone, against accounts, shifts and the engine.

Shares nothing with planning: reads the day's document and the planned stops as a phone and a database reader would.
"""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.services.company import open_company
from app.services.design_problem import account_snaps, home_snaps
from app.storage.records import RepFacts
from routing.network.snaps import Snaps
from tests.helpers.company_copies import Api, decode_polyline

MONDAY = date(2026, 11, 16)


def at(text):
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() == timedelta(0), f"{text} is not UTC"
    return moment


def wall_s(moment, day, zone):
    """Seconds after local midnight as the clock on the wall shows them."""
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - datetime.combine(day, datetime.min.time())).total_seconds()


def check_day(api: Api, rep, day):
    """All that must hold of one rep's stored day; its document."""
    document = api.read(f"/v1/reps/{rep.id}/days/{day}")
    stops, zone, totals = document["stops"], rep.time_zone, document["totals"]
    assert (document["date"], document["time_zone"]) == (str(day), zone)
    with api.app.storage.reading(api.organisation_id) as work:
        accounts = work.accounts.by_ids([stop["account_id"] for stop in stops])
        stored = work.days.stops_of_date(day).get(rep.id, ())
        units = work.alignments.units(work.alignments.current().id).rep_of_account()
    assert [(s.account_id, s.arrive_at, s.begin_at, s.leave_at) for s in stored] == [
        (s["account_id"], at(s["arrive_at"]), at(s["begin_at"]), at(s["leave_at"])) for s in stops
    ]
    assert [stop["sequence"] for stop in stops] == list(range(1, len(stops) + 1))
    assert len({stop["account_id"] for stop in stops}) == len(stops), "nobody is visited twice"
    assert not {stop["account_id"] for stop in stops} & {one["account_id"] for one in document["unplanned"]}
    if not stops:
        assert (totals["stops"], totals["drive_s"], document["geometry"]) == (0, 0, "")
        return document
    drive_s, distance_m = legs(api, rep, [accounts[stop["account_id"]] for stop in stops])
    assert [stop["drive_s"] for stop in stops] == drive_s[:-1], "the engine's own times"
    assert [stop["distance_m"] for stop in stops] == distance_m[:-1]
    assert (totals["drive_s"], totals["distance_m"]) == (sum(drive_s), sum(distance_m))
    check_times(document, rep, day, accounts, drive_s)
    for stop in stops:
        account = accounts[stop["account_id"]]
        assert units[account.id] == rep.id, "a rep calls on its own accounts"
        assert set(account.required_skills) <= set(rep.skills)
        assert (stop["name"], stop["lon"], stop["lat"]) == (account.name, account.lon, account.lat)
    check_line(document, rep, [accounts[stop["account_id"]] for stop in stops], sum(distance_m))
    return document


def legs(api, rep, accounts):
    company = open_company(api.app.storage, api.app.maps, api.organisation_id)
    snaps = Snaps(
        np.array([a.snap_edge for a in accounts], np.int32),
        np.array([a.snap_fraction for a in accounts], np.float32),
        np.array([a.snap_distance_m for a in accounts], np.float32),
    )
    tour = Snaps.join([home_snaps([rep]), snaps, home_snaps([rep])])
    found = company.map.engine.matrix(tour, tour)
    return (
        [int(found.duration_s[i, i + 1]) for i in range(len(tour) - 1)],
        [int(found.distance_m[i, i + 1]) for i in range(len(tour) - 1)],
    )


def check_times(document, rep, day, accounts, drive_s):
    """Shift, lunch, driving and opening hours."""
    stops, zone, totals = document["stops"], rep.time_zone, document["totals"]
    depart, back = at(totals["depart_at"]), at(totals["return_at"])
    assert wall_s(depart, day, zone) >= rep.shift_begin_s
    assert wall_s(back, day, zone) <= rep.shift_end_s
    assert wall_s(at(document["shift"]["begin_at"]), day, zone) == rep.shift_begin_s
    assert wall_s(at(document["shift"]["end_at"]), day, zone) == rep.shift_end_s
    if rep.max_drive_s is not None:
        assert sum(drive_s) <= rep.max_drive_s
    lunch = document["lunch"]
    assert (lunch is not None) == (rep.break_s > 0)
    pause = (at(lunch["begin_at"]), at(lunch["end_at"])) if lunch else None
    if pause:
        assert (pause[1] - pause[0]).total_seconds() == rep.break_s
        assert rep.break_begin_s <= wall_s(pause[0], day, zone)
        assert wall_s(pause[1], day, zone) <= rep.break_end_s
    left, service, waited = depart, 0, 0.0
    for stop, drive in zip(stops, drive_s, strict=False):
        account = accounts[stop["account_id"]]
        arrive, begin, leave = (at(stop[name]) for name in ("arrive_at", "begin_at", "leave_at"))
        assert (arrive - left).total_seconds() >= drive, f"{account.name}: no time to get there"
        assert arrive <= begin <= leave
        assert (leave - begin).total_seconds() == stop["service_s"] > 0
        if account.service_s:
            assert stop["service_s"] == account.service_s
        if pause:
            assert leave <= pause[0] or begin >= pause[1], f"{account.name}: lunch in the middle of a visit"
        if account.windows is not None:
            clock = wall_s(begin, day, zone), wall_s(leave, day, zone)
            open_hours = account.windows[day.weekday()]
            assert any(opens <= clock[0] and clock[1] <= closes for opens, closes in open_hours), account.name
            assert len(stop["windows"]) == len(open_hours)
        left, service, waited = leave, service + stop["service_s"], waited + (begin - arrive).total_seconds()
    assert (back - left).total_seconds() >= drive_s[-1]
    assert (totals["stops"], totals["service_s"]) == (len(stops), service)


def check_line(document, rep, accounts, distance_m):
    """The line decodes, begins and ends at home, passes everybody and is as long as the way, within its tolerance."""
    line = decode_polyline(document["geometry"])
    squeeze = np.cos(np.radians(rep.home_lat))

    def metres(a, b):
        return float(np.hypot((a[0] - b[0]) * squeeze, a[1] - b[1]) * 111_195)

    def off_line(point):
        ends = pairwise(line)
        return min(_distance_to_segment(point, a, b, squeeze) for a, b in ends)

    home = (rep.home_lon, rep.home_lat)
    assert metres(line[0], home) <= rep.home_snap_distance_m + 1
    assert metres(line[-1], home) <= rep.home_snap_distance_m + 1
    for account in accounts:
        assert off_line((account.lon, account.lat)) <= account.snap_distance_m + 12, account.name
    length = sum(metres(a, b) for a, b in pairwise(line))
    assert length == pytest.approx(distance_m, rel=0.06)


def _distance_to_segment(point, a, b, squeeze):
    scale = np.array([squeeze, 1.0]) * 111_195
    p, a, b = (np.array(one) * scale for one in (point, a, b))
    along = b - a
    share = 0.0 if not along.any() else float(np.clip((p - a) @ along / (along @ along), 0, 1))
    return float(np.hypot(*(p - a - share * along)))


def reps_of(api):
    with api.app.storage.reading(api.organisation_id) as work:
        return work.reps.all()


def plan(api, day, **asked):
    job = api.job(api.post(f"/v1/days/{day}/plan", {"solutions": 30} | asked))
    assert job["state"] == "done", job["problem"]


def test_the_prepared_day_holds(quiet_api):
    for rep in reps_of(quiet_api):
        assert check_day(quiet_api, rep, MONDAY)["stops"]


def test_a_week_of_days_holds_and_weekends_are_free(api):
    for ahead in range(1, 7):
        day = MONDAY + timedelta(days=ahead)
        plan(api, day)
        stops = [len(check_day(api, rep, day)["stops"]) for rep in reps_of(api)]
        assert all(stops) if ahead < 5 else not any(stops), day


SHIFTS = {
    "Europe/Berlin": (date(2026, 10, 26), "the day after summer time ended", 1),
    "America/New_York": (date(2027, 3, 15), "the day after summer time began", -4),
}


@pytest.mark.parametrize("zone", SHIFTS)
def test_instants_are_the_reps_own_wall_clock_before_and_after_clocks_change(api, zone):
    """The same clock times on both sides of a change are an hour apart in UTC."""
    after, _, offset_h = SHIFTS[zone]
    change_reps(api, time_zone=zone, workdays=tuple(range(7)), max_drive_s=9_000)
    departures = {}
    api.clock.now = datetime.combine(after - timedelta(days=2), datetime.min.time(), UTC)  # the past is not planned
    for day in (after - timedelta(days=2), after - timedelta(days=1), after):
        plan(api, day)
        for rep in reps_of(api):
            document = check_day(api, rep, day)
            begin = at(document["shift"]["begin_at"])
            departures[day] = begin.hour * 60 + begin.minute
            assert day == begin.date(), "a morning in these zones is the same date in UTC"
    saturday, sunday, monday = departures.values()
    assert monday == sunday == 8 * 60 + 30 - offset_h * 60
    assert abs(saturday - sunday) == 60


def change_reps(api, **changes):
    """As an import would."""
    with api.app.storage.writing(api.organisation_id) as work:
        plain = [{item.name: getattr(rep, item.name) for item in fields(RepFacts)} for rep in reps_of(api)]
        work.reps.add_many([RepFacts(**one | changes) for one in plain])
        work.commit()


def test_what_is_closed_or_does_not_fit_is_named_with_a_reason(api):
    """Every account that is due is either planned or listed with a reason; closed ones are never planned."""
    known = {
        "no_shift", "skills", "pinned_rep", "pinned_shift", "unreachable", "time_window", "load", "too_long",
        "no_capacity", "closed",
    }  # fmt: skip
    change_reps(api, shift_end_s=36_000, break_s=0, break_begin_s=None, break_end_s=None)
    plan(api, MONDAY)
    found = 0
    for rep in reps_of(api):
        document = check_day(api, rep, MONDAY)
        assert {one["reason"] for one in document["unplanned"]} <= known
        assert all(one["detail"] for one in document["unplanned"])
        found += len(document["unplanned"])
    assert found, "a day's visits do not fit into an hour and a half"


def test_every_account_is_on_the_road_network(quiet_api):
    with quiet_api.app.storage.reading(quiet_api.organisation_id) as work:
        assert len(account_snaps(work.accounts.all_for_design())) == work.accounts.count()
