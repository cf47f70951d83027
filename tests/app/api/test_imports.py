"""Accounts and reps from files: look first, take all, or take the good rows."""

import base64
import io
import os
import time

import pytest

from app.storage.tables import accounts
from tests.helpers.company_copies import rows
from tests.helpers.spreadsheets import csv_bytes, xlsx_bytes

HEAD = ("id", "name", "lon", "lat", "potential")


@pytest.fixture
def table(api):
    """Good rows: accounts beside one that is there."""
    at = api.read("/v1/accounts?limit=1")["items"][0]

    def make(count):
        return [[f"N{n}", f"New {n}", at["lon"], at["lat"], 1000 + n] for n in range(count)]

    return make


def send(api, data, filename="accounts.csv", mode="dry_run", what="accounts", who="manager"):
    """The import's job, through the form."""
    form = {"file": (io.BytesIO(data), filename), "mode": mode}
    return api.job(api.post(f"/v1/{what}/imports", data=form, who=who))


def report_of(job):
    assert job["state"] == "done", job["problem"]
    return job["result"]


def kept_uploads(api):
    folder = api.app.uploads.folder
    return list(folder.iterdir()) if folder.is_dir() else []


def test_a_dry_run_shows_what_is_wrong_and_imports_nothing(api, table):
    before = rows(api.app, accounts)
    bad = table(6)
    bad[0][4] = "lots"
    bad[1][2] = 10.0
    bad[2][0] = "N3"
    bad[4][0] = ""
    report = report_of(send(api, csv_bytes(HEAD, *bad)))
    assert (report["mode"], report["rows"], report["imported"]) == ("dry_run", 6, 0)
    found = {(one["row"], one["code"]) for one in report["problems"]}
    assert {(2, "bad_number"), (3, "coordinate_outside_network"), (6, "missing_value")} <= found
    assert any(code == "duplicate_id" for _, code in found)
    assert report["good"] < 6
    assert rows(api.app, accounts) == before
    assert kept_uploads(api) == []


def test_all_or_nothing_with_one_bad_row_imports_nothing(api, table):
    before, bad = rows(api.app, accounts), table(5)
    bad[3][4] = "lots"
    report = report_of(send(api, csv_bytes(HEAD, *bad), mode="all_or_nothing"))
    assert (report["good"], report["imported"], len(report["problems"])) == (4, 0, 1)
    assert rows(api.app, accounts) == before


def test_good_rows_are_imported_and_the_others_named(api, table):
    before, bad = rows(api.app, accounts), table(5)
    bad[3][4] = "lots"
    report = report_of(send(api, csv_bytes(HEAD, *bad), mode="good_rows"))
    assert (report["good"], report["imported"]) == (4, 4)
    assert [(one["row"], one["column"], one["value"]) for one in report["problems"]] == [(5, "potential", "lots")]
    assert rows(api.app, accounts) == before + 4
    new = {one["code"]: one for one in api.read("/v1/accounts?search=New ")["items"]}
    assert new["N4"]["potential"] == 1004
    assert new["N4"]["on_network"]
    assert kept_uploads(api) == []


def test_what_a_file_has_no_column_for_stays(api, table):
    rep = api.read("/v1/reps")["items"][0]
    head = (*HEAD, "category", "opening_hours", "notes", "locked_rep", "visits_per_period", "service_minutes")
    full = [*table(1)[0], "bakery", "Mo-Fr 09:00-17:00", "ring twice", rep["code"], 3, 25]
    report_of(send(api, csv_bytes(head, full), mode="all_or_nothing"))
    before = api.read("/v1/accounts?search=New 0")["items"][0]
    assert (before["category"], before["locked_rep_id"], before["service_s"]) == ("bakery", rep["id"], 1500)
    less = [["N0", full[2], full[3], "ring once"]]
    report_of(send(api, csv_bytes(("id", "lon", "lat", "notes"), *less), mode="all_or_nothing"))
    assert api.read("/v1/accounts?search=New 0")["items"][0] == before | {"notes": "ring once"}
    emptied = [["N0", full[2], full[3], ""]]
    report_of(send(api, csv_bytes(("id", "lon", "lat", "category"), *emptied), mode="all_or_nothing"))
    after = api.read("/v1/accounts?search=New 0")["items"][0]
    assert after == before | {"notes": "ring once", "category": ""}, "an empty cell is told, a missing column is not"


def test_a_rep_keeps_what_a_file_has_no_column_for(api):
    rep = api.read("/v1/reps")["items"][0]
    row = [rep["code"], rep["home_lon"], rep["home_lat"]]
    head = ("id", "lon", "lat")
    more = csv_bytes((*head, "skills", "break_minutes"), [*row, "coffee", 45])
    report_of(send(api, more, "reps.csv", "all_or_nothing", "reps"))
    skilled = rep | {"skills": ["coffee"], "break_s": 2700}
    assert api.read(f"/v1/reps/{rep['id']}") == skilled
    report_of(send(api, csv_bytes((*head, "shift_end"), [*row, "19:00"]), "reps.csv", "all_or_nothing", "reps"))
    assert api.read(f"/v1/reps/{rep['id']}") == skilled | {"shift_end_s": 19 * 3600}
    account = csv_bytes(
        (*head, "skills", "locked_rep"), ["X", *row[1:], "coffee", api.read("/v1/reps")["items"][1]["code"]]
    )
    (problem,) = report_of(send(api, account))["problems"]
    assert (problem["column"], problem["code"]) == ("locked_rep", "lacks_skill")
    assert "coffee" in problem["message"]


def test_importing_again_brings_up_to_date_and_keeps_what_phones_reported(api, table):
    report_of(send(api, csv_bytes(HEAD, *table(3)), mode="all_or_nothing"))
    known = {one["code"]: one["id"] for one in api.read("/v1/accounts?search=New ")["items"]}
    changed = table(3)
    changed[1][4] = 7
    report = report_of(send(api, csv_bytes(HEAD, *changed), mode="all_or_nothing"))
    assert report["imported"] == 3
    after = {one["code"]: one for one in api.read("/v1/accounts?search=New ")["items"]}
    assert {code: one["id"] for code, one in after.items()} == known, "the same accounts"
    assert after["N1"]["potential"] == 7


def test_a_workbook_is_read_as_well(api, table):
    report = report_of(send(api, xlsx_bytes(HEAD, *table(3)), "accounts.xlsx", "all_or_nothing"))
    assert (report["rows"], report["imported"], report["problems"]) == (3, 3, [])


def test_json_with_base64_is_the_same_as_a_form(api, table):
    data = csv_bytes(HEAD, *table(2))
    body = {"filename": "a.csv", "content_base64": base64.b64encode(data).decode(), "mode": "good_rows"}
    assert report_of(api.job(api.post("/v1/accounts/imports", body)))["imported"] == 2
    assert kept_uploads(api) == []


def test_addresses_are_looked_up_in_the_maps_own(api):
    found = next(
        one
        for one in api.read("/v1/accounts?limit=400")["items"]
        if one["street"] and one["house_number"] and one["city"]
    )
    head = ("id", "name", "street", "house_number", "postcode", "city")
    address = [found[name] for name in head[2:]]
    data = csv_bytes(head, ["G1", "By address", *address], ["G2", "Nowhere", "Gibtsnicht", "1", "", "Nirgends"])
    report = report_of(send(api, data, mode="good_rows"))
    assert report["imported"] == 1
    assert [(one["row"], one["code"]) for one in report["problems"]] == [(3, "not_geocoded")]
    (made,) = api.read("/v1/accounts?search=By address")["items"]
    assert abs(made["lon"] - found["lon"]) < 0.01
    assert abs(made["lat"] - found["lat"]) < 0.01
    assert made["attributes"]["geocoded"] in ("exact", "interpolated", "street")


def test_reps_are_imported_the_same_way(api):
    home = api.read("/v1/reps")["items"][0]
    head = ("id", "name", "lon", "lat", "shift_begin", "shift_end", "time_zone", "skills")
    good = ["X1", "Xenia", home["home_lon"], home["home_lat"], "07:30", "16:00", "Europe/Berlin", "coffee"]
    bad = ["X2", "Yuri", home["home_lon"], home["home_lat"], "16:00", "07:30", "Mars/Olympus", ""]
    dry = report_of(send(api, csv_bytes(head, good, bad), "reps.csv", what="reps"))
    assert (dry["rows"], dry["good"], dry["imported"]) == (2, 1, 0)
    assert {one["row"] for one in dry["problems"]} == {3}
    assert report_of(send(api, csv_bytes(head, good, bad), "reps.csv", "good_rows", "reps"))["imported"] == 1
    (made,) = [one for one in api.read("/v1/reps")["items"] if one["code"] == "X1"]
    assert (made["shift_begin_s"], made["time_zone"], made["skills"]) == (27_000, "Europe/Berlin", ["coffee"])


def test_rows_may_only_name_skills_and_reps_that_are_there(api, table):
    head = (*HEAD, "skills", "locked_rep")
    rep = api.read("/v1/reps")["items"][0]
    one, two, three = table(3)
    data = csv_bytes(head, [*one, "juggling", ""], [*two, "", "nobody"], [*three, "", rep["code"]])
    report = report_of(send(api, data, mode="good_rows"))
    assert {(p["row"], p["code"]) for p in report["problems"]} == {(2, "unknown_skill"), (3, "unknown_rep")}
    (made,) = api.read("/v1/accounts?search=New ")["items"]
    assert made["locked_rep_id"] == rep["id"]


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"%PDF-1.7", "a.pdf", "file_unreadable"),
        (b"PK\x03\x04 not really", "a.xlsx", "file_unreadable"),
    ],
)
def test_a_file_that_is_none_fails_the_job_and_is_thrown_away(api, data, filename, code):
    job = send(api, data, filename)
    assert (job["state"], job["problem"]["code"], job["problem"]["field"]) == ("failed", code, "file")
    assert kept_uploads(api) == []


@pytest.mark.parametrize("data", [b"", b"\n\n", b"id,name,lon,lat\n", b"\x00\x01\x02" * 100])
def test_an_empty_file_imports_nothing_and_says_why(api, data):
    job = send(api, data, mode="good_rows")
    assert job["state"] == "failed" or job["result"]["imported"] == 0
    assert kept_uploads(api) == []


def test_text_that_postgresql_cannot_keep_does_not_break_the_import(api, table):
    odd = table(2)
    odd[0][1] = "New a\x00b"
    job = send(api, csv_bytes(HEAD, *odd), mode="good_rows")
    assert job["state"] == "done" or job["problem"]["code"] != "internal", job
    assert kept_uploads(api) == []


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"mode": "dry_run"}, "file"),
        ({"file": "a.csv", "mode": "perhaps"}, "mode"),
        ({"file": "a.csv", "modus": "dry_run"}, "modus"),
        ({"file": "a.csv", "other": "b.csv"}, "file"),
    ],
)
def test_a_form_that_is_wrong_is_refused(quiet_api, form, field):
    form = {name: (io.BytesIO(b"x"), text) if text.endswith(".csv") else text for name, text in form.items()}
    answer = quiet_api.post("/v1/accounts/imports", data=form, content_type="multipart/form-data")
    assert answer.status_code == 400, answer.text
    assert answer.get_json()["field"] == field


def test_an_upload_may_be_larger_than_another_body(copies, tmp_path):
    big = b"id,name,lon,lat\n" + b"x" * 100_000
    encoded = base64.b64encode(big).decode()
    with copies.copy(tmp_path / "data", max_body_bytes=20_000, max_upload_bytes=150_000) as api:
        form = {"file": (io.BytesIO(big), "a.csv")}
        assert api.post("/v1/accounts/imports", data=form).status_code == 202
        body = {"filename": "a.csv", "content_base64": encoded}
        assert api.post("/v1/reps/imports", body).status_code == 202
        assert api.post("/v1/accounts", {"notes": encoded}).status_code == 413
        form = {"file": (io.BytesIO(b"x" * 150_001), "a.csv")}
        answer = api.post("/v1/accounts/imports", data=form)
        assert (answer.status_code, answer.get_json()["code"]) == (413, "limit_exceeded")
        assert "BEATPLAN_MAX_UPLOAD_BYTES" in answer.get_json()["detail"]
        assert len(kept_uploads(api)) == 2, "what was refused is not kept"


def test_a_report_lists_only_so_many_problems(copies, tmp_path):
    with copies.copy(tmp_path / "data", max_import_problems=3) as api:
        data = csv_bytes(HEAD, *[[f"N{n}", "New", 10.0, 10.0, 1] for n in range(10)])
        report = report_of(send(api, data))
        assert (len(report["problems"]), report["problems_left_off"]) == (3, 7)


def test_too_many_rows_are_a_problem_of_the_file(copies, tmp_path, table):
    with copies.copy(tmp_path / "more", max_import_rows=3) as api:
        report = report_of(send(api, csv_bytes(HEAD, *table(5)), mode="all_or_nothing"))
        assert report["imported"] == 0
        assert "too_many_rows" in {one["code"] for one in report["problems"]}


def test_a_cancelled_imports_upload_is_thrown_away_in_time(api, table):
    form = {"file": (io.BytesIO(csv_bytes(HEAD, *table(1))), "a.csv")}
    job = api.post("/v1/accounts/imports", data=form).get_json()["id"]
    api.post(f"/v1/jobs/{job}/cancel")
    (kept,) = kept_uploads(api)
    assert api.app.keep_house().uploads == 0, "it may be waiting still"
    old = time.time() - 25 * 3600
    os.utime(kept, (old, old))
    assert api.app.keep_house().uploads == 1
    assert kept_uploads(api) == []
