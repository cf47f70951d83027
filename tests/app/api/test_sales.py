"""Scoring, quotas, sizing, accounts and reps by hand, keys, matrices and routes."""

import pytest

from tests.helpers.company_copies import decode_polyline


def test_scoring_can_be_read_and_put_back_unchanged(api):
    settings = api.read("/v1/scoring")
    before = {one["id"]: (one["score"], one["account_class"]) for one in all_accounts(api)}
    answer = api.ask("PUT", "/v1/scoring", json=settings)
    assert answer.status_code == 200, answer.text
    assert sum(answer.get_json()["of_class"].values()) == answer.get_json()["accounts"] == len(before)
    assert api.read("/v1/scoring") == settings, "class thresholds stay as numbers"
    assert {one["id"]: (one["score"], one["account_class"]) for one in all_accounts(api)} == before


def test_other_weights_give_other_scores_with_their_reasons(api):
    settings = api.read("/v1/scoring")
    rule = {"kind": "linear", "attribute": "potential", "weight": 1.0, "low": 0.0, "high": 100_000.0}
    assert api.ask("PUT", "/v1/scoring", json=settings | {"rules": [rule]}).status_code == 200
    assert api.read("/v1/scoring")["classes"] == settings["classes"]
    for one in all_accounts(api)[:50]:
        assert one["score"] == pytest.approx(min(one["potential"], 100_000) / 1000, abs=0.01)
        assert one["score_reasons"], one
        assert "potential" in one["score_reasons"][0]


BAD_SCORING = [
    (lambda s: s["rules"][0].update(weight=-1), "rules", "weight"),
    (lambda s: s["rules"][0].update(weight="nan"), "rules", ""),
    (lambda s: s["rules"][0].update(weight="inf"), "rules", ""),
    (lambda s: s["rules"][0].update(kind="magic"), "rules", "magic"),
    (lambda s: s["rules"][0].update(colour="red"), "rules[0].colour", "unknown"),
    (lambda s: s.update(rules=[]), "rules", ""),
    (lambda s: s["classes"][0].update(visits_per_period=-1), "classes", "visits_per_period"),
    (lambda s: s["classes"][0].update(lowest_score=-5), "rules", ""),
    (lambda s: s.update(classes=[]), None, ""),
    (lambda s: s.update(period_weeks=0), "classes", "period_weeks"),
    (lambda s: s.pop("rules"), "rules", "missing"),
]


@pytest.mark.parametrize(("spoil", "field", "limit"), BAD_SCORING)
def test_bad_scoring_is_refused_and_changes_nothing(quiet_api, spoil, field, limit):
    good = quiet_api.read("/v1/scoring")
    bad = quiet_api.read("/v1/scoring")
    spoil(bad)
    answer = quiet_api.ask("PUT", "/v1/scoring", json=bad)
    assert answer.status_code == 400, answer.text
    assert field is None or answer.get_json().get("field") == field, answer.get_json()
    assert limit in answer.get_json()["detail"]
    assert quiet_api.read("/v1/scoring") == good


def all_accounts(api):
    return api.read("/v1/accounts?limit=1000")["items"]


@pytest.mark.parametrize(("goal", "weight"), [(0, 0.6), (1, 0.6), (999_999, 0.0), (1_000_003, 1.0), (2**53, 0.5)])
def test_quotas_add_up_exactly_to_the_goal(api, goal, weight):
    body = {"goal": goal, "period": "Q1", "potential_weight": weight}
    answer = api.post("/v1/quotas", body)
    assert answer.status_code == 201, answer.text
    found = answer.get_json()
    assert sum(int(one["amount"]) for one in found["quotas"]) == goal
    assert {one["rep_id"] for one in found["quotas"]} == set(api.rep_ids)
    assert all(one["explanation"] for one in found["quotas"])
    assert sum(one["share"] for one in found["quotas"]) == pytest.approx(1)
    assert api.read("/v1/quotas/current") == found
    shown = {one["rep_id"]: one["quota"] for one in api.read("/v1/territories/current")["territories"]}
    assert shown == {one["rep_id"]: one["amount"] for one in found["quotas"]}


def test_quotas_without_territories_say_what_is_missing(quiet_api):
    answer = quiet_api.post("/v1/quotas", {"goal": 1, "period": "Q1"}, "stranger")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "no_territories")


def test_sizing_rests_on_the_workload_in_force(quiet_api):
    sizing = quiet_api.read("/v1/sizing")
    territories = quiet_api.read("/v1/territories/current")["territories"]
    assert sizing["workload_s"] == pytest.approx(sum(one["workload_s"] for one in territories))
    assert sizing["reps_now"] == len(quiet_api.rep_ids)
    needed, capacity = sizing["reps_needed"], sizing["capacity_s_per_rep"]
    assert (needed - 1) * capacity < sizing["workload_s"] <= needed * capacity
    assert sizing["assumptions"]


def test_the_columns_of_a_version_are_its_territories(quiet_api):
    units = quiet_api.read("/v1/territories/1/units")
    territories = quiet_api.read("/v1/territories/1")["territories"]
    assert len({len(column) for column in units.values()}) == 1
    for one in territories:
        rows = [i for i, rep in enumerate(units["rep_id"]) if rep == one["rep_id"]]
        assert len(rows) == one["accounts"]
        assert sum(units["potential"][i] for i in rows) == pytest.approx(one["potential"], abs=0.1)
        assert one["outline"]["type"] == "MultiPolygon"
        assert one["parts"] >= 1
        assert 0 < one["drive_s"] < one["workload_s"]
    assert sum(one["accounts"] for one in territories) == len(units["account_id"])


def test_accounts_are_listed_page_by_page_and_filtered(quiet_api):
    everything = all_accounts(quiet_api)
    listed, address = [], "/v1/accounts?limit=150"
    while True:
        page = quiet_api.read(address)
        listed += page["items"]
        if page["next"] is None:
            break
        address = f"/v1/accounts?limit=150&after={page['next']}"
    assert listed == everything
    rep = quiet_api.rep_ids[0]
    served = {one["id"] for one in quiet_api.read(f"/v1/accounts?limit=1000&rep_id={rep}")["items"]}
    units = quiet_api.read("/v1/territories/1/units")
    assert served == {a for a, r in zip(units["account_id"], units["rep_id"], strict=True) if r == rep}
    of_class = quiet_api.read("/v1/accounts?limit=1000&account_class=A")["items"]
    assert of_class
    assert {one["id"] for one in of_class} == {one["id"] for one in everything if one["account_class"] == "A"}
    assert quiet_api.read("/v1/accounts?search=%25")["items"] == [], "a percent sign is a letter like any other"


def test_an_account_is_added_changed_and_locked(api):
    place, unskilled = all_accounts(api)[0], api.rep_ids[1]
    barista = {"code": "B", "name": "Bia", "home_lon": place["lon"], "home_lat": place["lat"], "skills": ["coffee"]}
    rep = api.post("/v1/reps", barista).get_json()["id"]
    body = {
        "code": "Ü/1", "name": "Kiosk Özil", "lon": place["lon"], "lat": place["lat"], "category": "kiosk",
        "potential": 1234.5, "service_minutes": 20, "visits_per_period": 2, "skills": ["coffee"],
        "opening_hours": "Mo-Fr 09:00-12:00,14:00-18:00", "last_visit_on": "2026-11-02", "notes": "Bell is broken",
    }  # fmt: skip
    made = api.post("/v1/accounts", body)
    assert made.status_code == 201, made.text
    view = made.get_json()
    assert {name: view[name] for name in body if name != "service_minutes"} == {
        name: value for name, value in body.items() if name != "service_minutes"
    }
    assert (view["service_s"], view["on_network"], view["score"]) == (1200, True, None)
    address = made.headers["Location"]
    changed = api.ask("PATCH", address, json={"locked_rep_id": rep, "notes": "Bell works"}).get_json()
    assert (changed["locked_rep_id"], changed["notes"], changed["name"]) == (rep, "Bell works", body["name"])
    assert api.ask("PATCH", address, json={}).get_json() == changed
    lacking = api.ask("PATCH", address, json={"locked_rep_id": unskilled})
    assert (lacking.status_code, lacking.get_json()["field"]) == (400, "locked_rep_id")
    assert "coffee" in lacking.get_json()["detail"]
    freed = api.ask("PATCH", address, json={"locked_rep_id": None}).get_json()
    assert freed["locked_rep_id"] is None
    assert api.ask("PATCH", address, json={"name": None}).status_code == 400
    assert api.ask("PATCH", address, json={"code": "other"}).status_code == 400
    assert api.ask("PATCH", address, json={"active": False}).get_json()["active"] is False


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        ({"code": " \t"}, "code"),
        ({"name": " "}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"service_minutes": 0}, "service_minutes"),
        ({"skills": ["juggling"]}, "skills"),
        ({"last_visit_on": "2026-11-17"}, "last_visit_on"),
        ({"opening_hours": "whenever"}, "opening_hours"),
        ({"opening_hours": "off"}, "opening_hours"),
        ({"locked_rep_id": 999_999}, "locked_rep_id"),
    ],
)
def test_an_account_by_hand_is_checked_as_a_row_of_a_file_is(quiet_api, spoil, field):
    place = all_accounts(quiet_api)[0]
    plain = {"code": "New", "name": "New", "lon": place["lon"], "lat": place["lat"]}
    answer = quiet_api.post("/v1/accounts", plain | spoil)
    assert (answer.status_code, answer.get_json()["field"]) == (400, field), answer.text
    if field == "name":
        assert quiet_api.ask("PATCH", f"/v1/accounts/{place['id']}", json=spoil).status_code == 400


def test_a_locked_account_is_its_reps_after_a_redraw(api):
    units = api.read("/v1/territories/1/units")
    account, rep = units["account_id"][0], units["rep_id"][0]
    other = next(one for one in api.rep_ids if one != rep)
    api.ask("PATCH", f"/v1/accounts/{account}", json={"locked_rep_id": other})
    job = api.job(api.post("/v1/territories/redraw", {"moves_per_unit": 200}))
    drawn = api.read(f"/v1/territories/{job['result']['version']}/units")
    assert dict(zip(drawn["account_id"], drawn["rep_id"], strict=True))[account] == other


def test_a_redraw_for_fewer_reps_leaves_no_account_behind(api):
    chosen = api.rep_ids[:2]
    job = api.job(api.post("/v1/territories/redraw", {"rep_ids": chosen, "moves_per_unit": 50}))
    drawn = api.read(f"/v1/territories/{job['result']['version']}")
    assert {one["rep_id"] for one in drawn["territories"]} == set(chosen)
    assert sum(one["accounts"] for one in drawn["territories"]) == len(all_accounts(api))
    before, after = (
        dict(zip(units["account_id"], units["rep_id"], strict=True))
        for units in (api.read(f"/v1/territories/{version}/units") for version in (1, job["result"]["version"]))
    )
    moved = [account for account in before if before[account] != after[account]]
    assert {account for account, rep in before.items() if rep not in chosen} <= set(moved)
    assert job["result"]["moved_accounts"] == len(moved)
    share = job["result"]["moved_workload_share"]
    assert share == pytest.approx(len(moved) / len(before), abs=0.15), "accounts are about alike"
    assert drawn["measures"]["moved_workload_share"] == share


def test_a_redraw_has_a_moved_share_exactly_where_it_moves_accounts(api):
    job = api.job(api.post("/v1/territories/redraw", {"moves_per_unit": 50, "disruption_weight": 0}))
    with api.app.storage.reading(api.organisation_id) as work:
        units = work.alignments.units(work.alignments.current().id).rep_of_account()
        drawn = work.alignments.units(work.alignments.by_version(job["result"]["version"]).id).rep_of_account()
    moved = sum(units[account] != rep for account, rep in drawn.items())
    assert (job["result"]["moved_workload_share"] > 0) == (moved > 0)


def test_a_redraw_without_a_rep_whom_accounts_are_locked_to_says_how_many(api):
    left_out = api.rep_ids[2]
    for one in all_accounts(api)[:3]:
        assert api.ask("PATCH", f"/v1/accounts/{one['id']}", json={"locked_rep_id": left_out}).status_code == 200
    job = api.job(api.post("/v1/territories/redraw", {"rep_ids": api.rep_ids[:2], "moves_per_unit": 50}))
    assert job["state"] == "failed"
    assert job["problem"]["field"] == "rep_ids"
    assert "3 accounts" in job["problem"]["detail"]


def test_keys_are_made_used_listed_and_revoked(api):
    rep = api.rep_ids[2]
    answer = api.post("/v1/keys", {"role": "rep", "rep_id": rep, "label": "phone"}, "admin")
    assert answer.status_code == 201
    made = answer.get_json()
    api.keys["new"] = made["key"]
    assert made["record"]["last_used_at"] is None
    assert api.get(f"/v1/reps/{rep}/days/2026-11-16", "new").status_code == 200

    def listed():
        return next(one for one in api.read("/v1/keys", "admin")["items"] if one["id"] == made["record"]["id"])

    assert listed()["last_used_at"] == "2026-11-16T08:00:00Z"
    assert made["key"] not in api.get("/v1/keys", "admin").text
    api.clock.advance(1800)
    api.read("/v1/me", "new")
    assert listed()["last_used_at"] == "2026-11-16T08:00:00Z", "within the hour nothing is written"
    api.clock.advance(1801)
    api.read("/v1/me", "new")
    assert listed()["last_used_at"] == "2026-11-16T09:00:01Z"
    gone = api.ask("DELETE", f"/v1/keys/{made['record']['id']}", "admin")
    assert (gone.status_code, gone.data) == (204, b"")
    assert api.get("/v1/me", "new").status_code == 401
    assert listed()["revoked_at"] is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "rep"}, "rep_id"),
        ({"role": "manager", "rep_id": 1}, "rep_id"),
        ({"role": "rep", "rep_id": 999_999}, "rep_id"),
        ({"role": "king"}, "role"),
        ({"role": "admin", "label": "x" * 201}, "label"),
    ],
)
def test_a_key_that_cannot_be_is_refused(quiet_api, body, field):
    answer = quiet_api.post("/v1/keys", body, "admin")
    assert (answer.status_code, answer.get_json()["field"]) == (400, field), answer.text


def test_a_rep_of_another_organisation_gets_no_key_here(quiet_api):
    theirs = quiet_api.read("/v1/reps", "stranger")["items"][0]["id"]
    assert theirs not in quiet_api.rep_ids
    assert quiet_api.post("/v1/keys", {"role": "rep", "rep_id": theirs}, "admin").status_code == 400
    place = all_accounts(quiet_api)[0]["id"]
    lock = quiet_api.ask("PATCH", f"/v1/accounts/{place}", json={"locked_rep_id": theirs})
    assert (lock.status_code, lock.get_json()["field"]) == (400, "locked_rep_id")


def test_a_matrix_and_its_routes_agree(quiet_api):
    points = [[one["lon"], one["lat"]] for one in all_accounts(quiet_api)[:6]]
    square = quiet_api.post("/v1/matrices", {"sources": points}, "dispatcher").get_json()
    part = quiet_api.post("/v1/matrices", {"sources": points[:2], "targets": points[2:]}).get_json()
    assert [row[2:] for row in square["durations_s"][:2]] == part["durations_s"]
    assert [square["durations_s"][i][i] for i in range(6)] == [0] * 6
    route = quiet_api.post("/v1/route", {"points": points}).get_json()
    for i, leg in enumerate(route["legs"]):
        assert leg["duration_s"] == square["durations_s"][i][i + 1]
        assert leg["distance_m"] == square["distances_m"][i][i + 1]
        line = decode_polyline(leg["geometry"])
        for (lon, lat), (on_lon, on_lat) in zip((points[i], points[i + 1]), (line[0], line[-1]), strict=True):
            assert abs(lon - on_lon) < 0.01
            assert abs(lat - on_lat) < 0.01
    assert route["duration_s"] == sum(leg["duration_s"] for leg in route["legs"])
    assert route["distance_m"] == sum(leg["distance_m"] for leg in route["legs"])
    assert max(square["source_snap_distances_m"]) < 500
