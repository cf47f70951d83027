"""A rep's day on the wire: ETag and 304, outcomes in batches, and what they change."""

import threading
from datetime import date
from uuid import UUID, uuid4

import pytest

DAY = "2026-11-16"


@pytest.fixture
def day(api):
    """Address of the first rep's planned day."""
    return f"/v1/reps/{api.rep_ids[0]}/days/{DAY}"


def outcome(account_id, kind="done", **more):
    plain = {"id": str(uuid4()), "account_id": account_id, "date": DAY, "outcome": kind, "note": ""}
    return plain | {"happened_at": "2026-11-16T10:00:00Z"} | more


def send(api, *outcomes, who="rep"):
    answer = api.post(f"/v1/reps/{api.rep_ids[0]}/outcomes", {"outcomes": list(outcomes)}, who)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


@pytest.mark.parametrize(
    ("if_none_match", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"other", {etag}', 304),
        ('W/"a", W/{etag}', 304),
        ("*", 304),
        ('"other"', 200),
        ('W/"other", "another"', 200),
        ("", 200),
        ("{etag}".strip('"') + "x", 200),
    ],
)
def test_304_while_nothing_changed(quiet_api, if_none_match, status):
    day = f"/v1/reps/{quiet_api.rep_ids[0]}/days/{DAY}"
    first = quiet_api.get(day, "rep")
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    again = quiet_api.get(day, "rep", headers={"If-None-Match": if_none_match.format(etag=etag)})
    assert again.status_code == status
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "private, no-cache"
    assert again.data == (b"" if status == 304 else first.data)


def test_a_day_without_a_plan_is_not_found_and_says_so(quiet_api):
    answer = quiet_api.get(f"/v1/reps/{quiet_api.rep_ids[0]}/days/2026-11-18", "rep")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "no_plan")


def test_every_outcome_of_a_batch_is_in_one_list_and_shown_in_the_day(api, day):
    before = api.get(day, "rep")
    stops = before.get_json()["stops"]
    known = outcome(stops[0]["account_id"], note="met the owner")
    assert send(api, known) == {"accepted": [known["id"]], "repeated": [], "refused": []}
    changed, unknown = known | {"note": "met nobody"}, outcome(999_999)
    no_zone = outcome(stops[1]["account_id"], happened_at="2026-11-16T10:00:00")
    wordy = outcome(stops[1]["account_id"], note="x" * 2001)
    ancient = outcome(stops[1]["account_id"], happened_at="0001-01-01T00:00:00+14:00")
    fresh = outcome(stops[1]["account_id"], "not_met")
    answer = send(api, known, unknown, no_zone, wordy, ancient, fresh)
    assert answer["accepted"] == [fresh["id"]]
    assert answer["repeated"] == [known["id"]]
    assert {one["id"]: one["code"] for one in answer["refused"]} == {
        unknown["id"]: "unknown_account",
        no_zone["id"]: "no_time_zone",
        wordy["id"]: "note_too_long",
        ancient["id"]: "impossible_date",
    }
    assert "2000" in next(one["detail"] for one in answer["refused"] if one["id"] == wordy["id"])
    assert [one["code"] for one in send(api, changed)["refused"]] == ["changed"]
    after = api.get(day, "rep", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200, "the document changed, so did its ETag"
    shown = {one["id"]: (one["outcome"], one["note"]) for one in after.get_json()["outcomes"]}
    assert shown == {known["id"]: ("done", "met the owner"), fresh["id"]: ("not_met", "")}
    assert after.get_json() | {"outcomes": []} == before.get_json(), "nothing but the outcomes changed"


def test_a_retry_changes_nothing(api, day):
    batch = [outcome(one["account_id"]) for one in api.read(day, "rep")["stops"][:3]]
    send(api, *batch)
    etag = api.get(day, "rep").headers["ETag"]
    assert send(api, *batch)["repeated"] == [one["id"] for one in batch]
    assert api.get(day, "rep").headers["ETag"] == etag


def test_a_done_visit_is_the_accounts_last_and_the_others_are_not(api, day):
    ids = [one["account_id"] for one in api.read(day, "rep")["stops"][:3]]
    before = {i: api.read(f"/v1/accounts/{i}")["last_visit_on"] for i in ids}
    send(api, outcome(ids[0]), outcome(ids[1], "not_met"), outcome(ids[2], "skipped"))
    after = {i: api.read(f"/v1/accounts/{i}")["last_visit_on"] for i in ids}
    assert after == before | {ids[0]: DAY}
    send(api, outcome(ids[0], date="2026-11-02"))
    assert api.read(f"/v1/accounts/{ids[0]}")["last_visit_on"] == DAY, "an older visit is not the last"


@pytest.mark.parametrize(("date", "state"), [("2026-11-14", "failed"), ("2026-11-15", "done")])
def test_the_past_is_not_planned(sqlite_copies, tmp_path, date, state):
    with sqlite_copies.copy(tmp_path / "data") as api:
        job = api.job(api.post(f"/v1/days/{date}/plan", {"solutions": 3}))
    assert job["state"] == state
    if state == "failed":
        assert job["problem"]["field"] == "date"
        assert "2026-11-15" in job["problem"]["detail"], "the limit is named"


def test_what_is_yet_to_come_cannot_have_happened(api):
    account = api.read(f"/v1/accounts?limit=1&rep_id={api.rep_ids[0]}")["items"][0]
    address = f"/v1/accounts/{account['id']}"
    far = outcome(account["id"], date="2032-01-01")
    soon = outcome(account["id"], date="2026-11-18")
    late = outcome(account["id"], happened_at="2026-11-17T08:00:01Z")
    answer = send(api, far, soon, late)
    assert answer["accepted"] == []
    assert [(one["id"], one["code"]) for one in answer["refused"]] == [
        (o["id"], "future_date") for o in (far, soon, late)
    ]
    assert "2026-11-17" in answer["refused"][1]["detail"], "the limit is named"
    assert api.read(address)["last_visit_on"] == account["last_visit_on"]
    tomorrow = outcome(account["id"], date="2026-11-17", happened_at="2026-11-17T08:00:00Z")
    assert send(api, tomorrow)["accepted"] == [tomorrow["id"]], "east of the server it is tomorrow already"
    assert api.read(address)["last_visit_on"] == "2026-11-17"
    put_right = api.ask("PATCH", address, json={"last_visit_on": "2026-11-03"})
    assert put_right.get_json()["last_visit_on"] == "2026-11-03"
    assert api.ask("PATCH", address, json={"last_visit_on": None}).get_json()["last_visit_on"] is None
    refused = api.ask("PATCH", address, json={"last_visit_on": "2032-01-01"})
    assert (refused.status_code, refused.get_json()["field"]) == (400, "last_visit_on")


def test_a_rep_reports_of_its_own_accounts_only(api, day):
    planned = api.read(day, "rep")["stops"][0]["account_id"]
    theirs = api.read(f"/v1/accounts?limit=1&rep_id={api.rep_ids[1]}")["items"][0]["id"]
    mine, foreign = outcome(planned), outcome(theirs)
    answer = send(api, mine, foreign)
    assert answer["accepted"] == [mine["id"]]
    assert [(one["id"], one["code"]) for one in answer["refused"]] == [(foreign["id"], "not_yours")]
    assert send(api, foreign, who="manager")["accepted"] == [foreign["id"]], "the office may put things right"
    with api.app.storage.writing(api.organisation_id) as work:
        units = work.alignments.units(work.alignments.current().id).rep_of_account()
        moved = units | dict.fromkeys([i for i, rep in units.items() if rep == api.rep_ids[0]], api.rep_ids[1])
        draft = work.alignments.write_draft(moved, expected_version=1, measures={})
        work.alignments.publish(draft.version)
        work.commit()
    still, elsewhere = outcome(planned, "not_met"), outcome(planned, date="2026-11-13")
    answer = send(api, mine, still, elsewhere)
    assert (answer["repeated"], answer["accepted"]) == ([mine["id"]], [still["id"]]), "it stands in the plan of the day"
    assert [(one["id"], one["code"]) for one in answer["refused"]] == [(elsewhere["id"], "not_yours")]


def test_outcomes_of_a_day_without_plan_are_kept(api):
    account = api.read(f"/v1/accounts?limit=1&rep_id={api.rep_ids[0]}")["items"][0]["id"]
    one = outcome(account, date="2026-11-17")
    assert send(api, one)["accepted"] == [one["id"]]
    assert api.job(api.post("/v1/days/2026-11-17/plan", {"solutions": 3}))["state"] == "done"
    shown = api.read(f"/v1/reps/{api.rep_ids[0]}/days/2026-11-17", "rep")["outcomes"]
    assert [o["id"] for o in shown] == [one["id"]], "planning later shows them"


def test_too_large_a_batch_is_refused_whole(sqlite_copies, tmp_path):
    with sqlite_copies.copy(tmp_path / "data", max_outcomes_per_batch=2) as api:
        account = api.read("/v1/accounts?limit=1")["items"][0]["id"]
        batch = {"outcomes": [outcome(account) for _ in range(3)]}
        answer = api.post(f"/v1/reps/{api.rep_ids[0]}/outcomes", batch, "rep")
        assert answer.status_code == 413
        assert "BEATPLAN_MAX_OUTCOMES_PER_BATCH" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "change",
    [{"outcome": "maybe"}, {"id": "7"}, {"account_id": 0}, {"account_id": 2**63}, {"mood": "good"}, {"date": "today"}],
)
def test_a_malformed_outcome_is_refused(quiet_api, change):
    body = {"outcomes": [outcome(1) | change]}
    answer = quiet_api.post(f"/v1/reps/{quiet_api.rep_ids[0]}/outcomes", body, "rep")
    assert answer.status_code == 400
    (name,) = change
    assert name in answer.get_json()["field"]


def test_two_batches_at_once_are_both_in_the_document(api, day):
    """Each reads the document, adds its outcome and writes: without a lock one would be lost."""
    accounts = [one["account_id"] for one in api.read(day, "rep")["stops"]]
    batches = [[outcome(accounts[i % len(accounts)])] for i in range(8)]
    address = f"/v1/reps/{api.rep_ids[0]}/outcomes"
    begin, statuses = threading.Barrier(len(batches)), []

    def post(batch):
        client = api.client.application.test_client()
        begin.wait()
        headers = {"Authorization": f"Bearer {api.keys['rep']}"}
        statuses.append(client.post(address, json={"outcomes": batch}, headers=headers).status_code)

    threads = [threading.Thread(target=post, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * len(batches)
    shown = {UUID(one["id"]) for one in api.read(day, "rep")["outcomes"]}
    assert shown == {UUID(one["id"]) for batch in batches for one in batch}


def test_a_rep_sees_when_its_next_day_is(api):
    me = api.read("/v1/me", "rep")
    assert (me["today"], me["next_planned_day"], me["role"]) == (DAY, DAY, "rep")
    api.clock.advance(86_400)
    assert api.read("/v1/me", "rep")["next_planned_day"] is None
    assert api.read("/v1/me", "manager")["rep_id"] is None


def test_today_is_the_reps_own_date(api):
    """23:30 UTC is already tomorrow in Auckland and still today in New York."""
    lon, lat = (api.read("/v1/reps")["items"][0][name] for name in ("home_lon", "home_lat"))
    api.clock.advance(15.5 * 3600)
    for zone, today in (("Pacific/Auckland", "2026-11-17"), ("America/New_York", "2026-11-16")):
        rep = {"code": zone, "name": zone, "home_lon": lon, "home_lat": lat, "time_zone": zone}
        rep_id = api.post("/v1/reps", rep).get_json()["id"]
        made = api.post("/v1/keys", {"role": "rep", "rep_id": rep_id}, "admin").get_json()
        api.keys[zone] = made["key"]
        me = api.read("/v1/me", zone)
        assert (me["today"], me["time_zone"]) == (today, zone)


def test_the_overview_of_a_date_adds_up_to_the_days(quiet_api):
    overview = quiet_api.read(f"/v1/days/{DAY}", "dispatcher")
    assert {line["rep_id"] for line in overview["days"]} == set(quiet_api.rep_ids)
    unplanned = 0
    for line in overview["days"]:
        document = quiet_api.read(f"/v1/reps/{line['rep_id']}/days/{DAY}")
        assert (line["stops"], line["version"]) == (len(document["stops"]), document["version"])
        assert (line["drive_s"], line["distance_m"]) == (
            document["totals"]["drive_s"],
            document["totals"]["distance_m"],
        )
        assert line["first_at"] == document["stops"][0]["begin_at"]
        assert line["last_at"] == document["stops"][-1]["leave_at"]
        unplanned += len(document["unplanned"])
    assert overview["unplanned"] == unplanned
    refs = quiet_api.read(f"/v1/reps/{quiet_api.rep_ids[0]}/days", "rep")["items"]
    assert [one["date"] for one in refs] == [DAY]
    assert date.fromisoformat(refs[0]["date"]).weekday() == 0
