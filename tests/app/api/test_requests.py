"""What is wrong with a request is said as an RFC 9457 problem that names the field and the limit."""

import pytest

DAY = "2026-11-16"
GOOD = {"code": "N1", "name": "New", "lon": -30.0, "lat": 45.0}


def problem(answer, status, code=None, field=None):
    """The answer's problem, its form checked."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    found = answer.get_json()
    assert {"type", "title", "status", "detail", "code"} <= found.keys()
    assert found["status"] == status
    assert found["detail"]
    assert code is None or found["code"] == code, found
    assert field is None or found.get("field") == field, found
    return found


BAD_BODIES = [
    ("/v1/accounts", {**GOOD, "lon": 190}, "lon", "180"),
    ("/v1/accounts", {**GOOD, "lon": "nan"}, "lon", "180"),
    ("/v1/accounts", {**GOOD, "potential": -1}, "potential", "0"),
    ("/v1/accounts", {**GOOD, "name": ""}, "name", "1"),
    ("/v1/accounts", {**GOOD, "colour": "red"}, "colour", "unknown"),
    ("/v1/accounts", {"code": "N1"}, "name", "missing"),
    ("/v1/accounts", {**GOOD, "skills": ["a", 7]}, "skills[1]", "str"),
    ("/v1/accounts", {**GOOD, "last_visit_on": "yesterday"}, "last_visit_on", ""),
    ("/v1/accounts", {**GOOD, "opening_hours": "now and then"}, "opening_hours", "now and then"),
    ("/v1/accounts", {**GOOD, "locked_rep_id": 999_999}, "locked_rep_id", "999999"),
    ("/v1/accounts", {**GOOD, "locked_rep_id": 2**70}, "locked_rep_id", ""),
    ("/v1/reps", {"code": "N", "name": "N", "lon": 1}, "lon", "unknown"),
    ("/v1/territories/redraw", {"workload_tolerance": 0}, "workload_tolerance", "0"),
    ("/v1/territories/redraw", {"rep_ids": []}, "rep_ids", "1"),
    (f"/v1/days/{DAY}/plan", {"most_candidates": 0}, "most_candidates", "1"),
    ("/v1/quotas", {"goal": -1, "period": "Q1"}, "goal", "0"),
    ("/v1/quotas", {"goal": 1.5, "period": "Q1"}, "goal", "int"),
    ("/v1/quotas", {"goal": 1, "period": "Q1", "potential_weight": 1.1}, "potential_weight", "1"),
    ("/v1/matrices", {"sources": []}, "sources", "1"),
    ("/v1/matrices", {"sources": [[0, 91]]}, "sources[0][1]", "90"),
    ("/v1/route", {"points": [[0, 0]]}, "points", "2"),
    ("/v1/accounts/imports", {"filename": "a.csv", "content_base64": "é"}, "content_base64", "base64"),
    ("/v1/accounts/imports", {"filename": "a.csv", "content_base64": "", "mode": "perhaps"}, "mode", "perhaps"),
]


@pytest.mark.parametrize(("path", "body", "field", "limit"), BAD_BODIES)
def test_a_bad_body_is_refused_with_field_and_limit(quiet_api, path, body, field, limit):
    found = problem(quiet_api.post(path, body), 400, field=field)
    assert field in found["detail"], found
    assert limit in found["detail"], found


NEW_REP = {"code": "N", "name": "New", "home_lon": 0, "home_lat": 0}
BAD_REPS = [
    ({"shift_begin_s": 40_000, "shift_end_s": 40_000}, "shift_end_s", "shift_begin_s"),
    ({"break_begin_s": None}, "break_begin_s", "break_end_s"),
    ({"break_s": 7_201}, "break_s", "7200"),
    ({"workdays": []}, "workdays", "one day"),
    ({"workdays": [1, 1]}, "workdays", "once"),
    ({"workdays": [7]}, "workdays[0]", "6"),
    ({"time_zone": "Mars/Olympus"}, "time_zone", "Mars/Olympus"),
    ({"time_zone": "../etc/passwd"}, "time_zone", "IANA"),
]


@pytest.mark.parametrize(("change", "field", "limit"), BAD_REPS)
def test_a_rep_whose_day_cannot_be_is_refused(quiet_api, change, field, limit):
    found = problem(quiet_api.post("/v1/reps", NEW_REP | change), 400, field=field)
    assert limit in found["detail"], found


BAD_QUERIES = [
    ("/v1/accounts?limit=0", "limit"),
    ("/v1/accounts?limit=many", "limit"),
    ("/v1/accounts?after=-1", "after"),
    (f"/v1/accounts?rep_id={2**70}", "rep_id"),
    ("/v1/accounts?serach=x", "serach"),
    ("/v1/accounts?search=%00", "search"),
    ("/v1/jobs?state=asleep", "state"),
    ("/v1/jobs?before=7", "before"),
    ("/v1/territories/compare?left=1", "right"),
    ("/v1/territories/history?limit=0", "limit"),
    (f"/v1/days/{DAY[:-1]}", "date"),
    ("/v1/days/20261116", "date"),
    ("/v1/days/0001-01-01", "date"),
    ("/v1/days/9999-12-31", "date"),
]


@pytest.mark.parametrize(("address", "field"), BAD_QUERIES)
def test_a_bad_query_is_refused_with_its_field(quiet_api, address, field):
    problem(quiet_api.get(address), 400, field=field)


@pytest.mark.parametrize("query", ["from=0001-01-01", "to=9999-12-31", "from=2026-11-20&to=2026-11-16"])
def test_a_span_of_days_that_cannot_be_is_refused(quiet_api, query):
    problem(quiet_api.get(f"/v1/reps/{quiet_api.rep_ids[0]}/days?{query}"), 400)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "nothing"),
        (b"{", "cut off"),
        (b"{'code': 1}", "not JSON's quotes"),
        (b'{"code": "N1", "name": "N", "lon": NaN, "lat": 0}', "NaN"),
        (b'{"code": "N1", "name": "N", "lon": 0, "lat": Infinity}', "Infinity"),
        (b"[" * 100_000, "nested deeply"),
        (b'{"code": ' + b'{"a":' * 100_000, "nested deeply, objects"),
        (b'{"code": "N1", "name": "\xff", "lon": 0, "lat": 0}', "not UTF-8"),
        (b'{"code": "N1", "name": "a\\u0000b", "lon": 0, "lat": 0}', "U+0000, which PostgreSQL cannot keep"),
        (b'{"code": "N1", "name": "\\ud800", "lon": 0, "lat": 0}', "half a surrogate pair"),
    ],
)
def test_what_is_no_json_is_refused(quiet_api, data, why):
    answer = quiet_api.post("/v1/accounts", data=data, content_type="application/json")
    assert answer.status_code == 400, (why, answer.text)
    problem(answer, 400)


def test_a_whole_number_may_be_written_with_a_point_as_json_schema_allows(quiet_api):
    body = {"points": [[0.0, 0.0], [0.0, 0.0]]}
    problem(quiet_api.post("/v1/route", body), 422, "outside_network", "points[0]")
    problem(quiet_api.post(f"/v1/days/{DAY}/plan", {"seed": 1.0, "rep_ids": [0.0]}), 400, field="rep_ids[0]")


def test_an_escaped_backslash_before_u0000_is_no_nul(api):
    lon, lat = spot(api)
    name = r"C:\u0000"
    made = api.post("/v1/accounts", {"code": "N1", "name": name, "lon": lon, "lat": lat})
    assert made.status_code == 201, made.text
    assert made.get_json()["name"] == name


def spot(api):
    """Coordinates that have a road."""
    found = api.read("/v1/accounts?limit=1")["items"][0]
    return found["lon"], found["lat"]


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("PUT", "/v1/accounts", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("DELETE", "/v1/reps", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("POST", "/health", {"GET", "HEAD", "OPTIONS"}),
        ("PURGE", "/v1/me", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_answered_405_with_allow(quiet_api, method, address, allowed):
    answer = quiet_api.ask(method, address)
    problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed
    if method == "PURGE":
        assert "PURGE" not in quiet_api.get("/metrics").text, "a client must not make metrics of its own"


@pytest.mark.parametrize("address", ["/v1/nothing", "/v1/accounts/x", "/v1/jobs/7", f"/v1/accounts/{2**64}"])
def test_what_is_not_there_is_a_problem_too(quiet_api, address):
    problem(quiet_api.get(address), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/accounts/{}"),
        ("GET", "/v1/reps/{}"),
        ("GET", "/v1/territories/{}"),
        ("POST", "/v1/territories/{}/publish"),
        ("GET", f"/v1/reps/{{}}/days/{DAY}"),
    ],
)
@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**30])
def test_no_row_number_is_too_large_to_be_answered(quiet_api, method, path, number):
    problem(quiet_api.ask(method, path.format(number)), 404)


def test_a_known_code_is_a_conflict(quiet_api):
    known = quiet_api.read("/v1/accounts?limit=1")["items"][0]
    body = {name: known[name] for name in ("code", "name", "lon", "lat")}
    problem(quiet_api.post("/v1/accounts", body), 409, "conflict", "code")
    rep = quiet_api.read("/v1/reps")["items"][0]
    body = {name: rep[name] for name in ("code", "name", "home_lon", "home_lat")}
    problem(quiet_api.post("/v1/reps", body), 409, "conflict", "code")


def test_a_place_without_a_road_is_refused_with_distance_and_radius(quiet_api):
    found = problem(quiet_api.post("/v1/accounts", {**GOOD, "lon": 10, "lat": 10}), 422, "outside_network", "lon")
    assert "BEATPLAN_SNAP_RADIUS_M" in found["detail"]
    problem(quiet_api.post("/v1/reps", NEW_REP), 422, "outside_network", "home_lon")
    lon, lat = spot(quiet_api)
    found = problem(
        quiet_api.post("/v1/matrices", {"sources": [[lon, lat], [lon, lat], [1, 1]]}), 422, field="sources[2]"
    )
    assert "500" in found["detail"]


LIMITS = [
    ({"max_page_size": 2}, "GET", "/v1/accounts?limit=3", None, "limit is 3, the limit is 2"),
    ({"max_page_size": 2}, "GET", "/v1/jobs?limit=3", None, "BEATPLAN_MAX_PAGE_SIZE"),
    ({"max_page_size": 2}, "GET", "/v1/territories/history?limit=3", None, "BEATPLAN_MAX_PAGE_SIZE"),
    ({"max_matrix_places": 1}, "POST", "/v1/matrices", {"sources": [[0, 0]] * 2}, "BEATPLAN_MAX_MATRIX_PLACES"),
    ({"max_matrix_places": 1}, "POST", "/v1/route", {"points": [[0, 0]] * 2}, "BEATPLAN_MAX_MATRIX_PLACES"),
    ({"max_matrix_cells": 3}, "POST", "/v1/matrices", {"sources": [[0, 0]] * 2}, "BEATPLAN_MAX_MATRIX_CELLS"),
    ({"max_plan_candidates": 5}, "POST", f"/v1/days/{DAY}/plan", {"most_candidates": 6}, "most_candidates is 6"),
    ({"max_plan_solutions": 5}, "POST", f"/v1/days/{DAY}/plan", {"solutions": 6}, "BEATPLAN_MAX_PLAN_SOLUTIONS"),
    (
        {"max_redraw_moves_per_unit": 5},
        "POST",
        "/v1/territories/redraw",
        {"moves_per_unit": 6},
        "BEATPLAN_MAX_REDRAW_MOVES_PER_UNIT",
    ),
    ({"max_note_chars": 3}, "POST", "/v1/accounts", {**GOOD, "notes": "long"}, "BEATPLAN_MAX_NOTE_CHARS"),
    ({"max_note_chars": 3}, "PATCH", "/v1/accounts/1", {"notes": "long"}, "BEATPLAN_MAX_NOTE_CHARS"),
    ({"max_body_bytes": 1000}, "POST", "/v1/accounts", {**GOOD, "notes": "x" * 2000}, "BEATPLAN_MAX_BODY_BYTES"),
    (
        {"max_upload_bytes": 1000},
        "POST",
        "/v1/accounts/imports",
        {"filename": "a.csv", "content_base64": "AAAA" * 334},
        "BEATPLAN_MAX_UPLOAD_BYTES",
    ),
    (
        {"max_upload_bytes": 1000, "max_body_bytes": 1000},
        "POST",
        "/v1/accounts/imports",
        {"filename": "a.csv", "content_base64": "AAAA" * 900},
        "BEATPLAN_MAX_UPLOAD_BYTES",
    ),
]


@pytest.mark.parametrize(("settings", "method", "path", "body", "text"), LIMITS)
def test_every_limit_is_a_setting_and_named(sqlite_copies, tmp_path, settings, method, path, body, text):
    with sqlite_copies.copy(tmp_path / "data", **settings) as api:
        found = problem(api.ask(method, path, json=body), 413, "limit_exceeded")
        assert text in found["detail"], found


def test_more_days_than_the_limit_are_refused(sqlite_copies, tmp_path):
    with sqlite_copies.copy(tmp_path / "data", max_days_span=3) as api:
        address = f"/v1/reps/{api.rep_ids[0]}/days?from={DAY}&to=2026-11-"
        assert api.get(f"{address}19").status_code == 200
        assert "BEATPLAN_MAX_DAYS_SPAN" in problem(api.get(f"{address}20"), 413)["detail"]


def test_a_request_id_comes_back_where_it_is_harmless(quiet_api):
    assert quiet_api.get("/health", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    for odd in ("x" * 65, "<script>", "a b"):
        assert quiet_api.get("/health", headers={"X-Request-Id": odd}).headers["X-Request-Id"] != odd


def test_our_own_bugs_tell_nothing_but_the_request_id(sqlite_copies, tmp_path, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("app.api.accounts.read_account", broken)
    with sqlite_copies.copy(tmp_path / "data") as api:
        found = problem(api.get("/v1/accounts/1", headers={"X-Request-Id": "find-me"}), 500, "internal")
    assert "secret" not in str(found)
    assert found["request_id"] == "find-me"
    assert "secret inside" in caplog.text
    assert "find-me" in caplog.text


def test_health_says_when_the_database_is_away(sqlite_copies, tmp_path):
    with sqlite_copies.copy(tmp_path / "data") as api:
        api.app.storage.database.close()
        (tmp_path / "data" / "beatplan.sqlite3").write_bytes(b"no database" * 1000)
        answer = api.get("/health", None)
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "database does not answer"
