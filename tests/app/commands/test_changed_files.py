"""Files of accounts and reps that are edited between two runs, and keys of reps who come and go."""

import json
import re
import sqlite3

import pytest

from app.access import verify_key
from app.commands.local_keys import keys_file, local_keys
from app.services.company import open_company
from tests.helpers.clocks import monday_ahead
from tests.helpers.spreadsheets import csv_bytes

DAY = ("--date", monday_ahead())


@pytest.fixture
def places(prepared_company):
    with prepared_company.app.storage.reading(prepared_company.organisation_id) as work:
        return [(one.lon, one.lat) for one in work.accounts.page(0, 40)]


def write_accounts(path, places, potential=1000):
    rows = [[f"C{n}", f"Customer {n}", *at, potential] for n, at in enumerate(places)]
    path.write_bytes(csv_bytes(("id", "name", "lon", "lat", "potential"), *rows))


def write_reps(path, places, numbers):
    rows = [[f"R{n}", f"Person {n}", *places[n]] for n in numbers]
    path.write_bytes(csv_bytes(("id", "name", "lon", "lat"), *rows))


def all_line(text):
    return [part.strip() for part in next(line for line in text.splitlines() if line.startswith("│ all")).split("│")]


def test_an_edited_file_is_taken_as_it_is_now(run_here, small_osm, places, tmp_path):
    accounts, reps = tmp_path / "mine.csv", tmp_path / "reps.csv"
    write_accounts(accounts, places)
    write_reps(reps, places, (0, 1, 2))
    data = tmp_path / "data"
    arguments = ("--osm", small_osm, "--accounts", accounts, "--rep-file", reps, "--once", "--data-dir", data, *DAY)
    first = run_here(*arguments)
    assert first.returncode == 0, first.stderr
    assert "mine.csv: 40 of 40 rows imported, 0 left out" in first.stderr
    assert re.search(r"left out because .* km, [\d,]+ junctions", first.stderr)
    write_accounts(accounts, places[:30], potential=2000)
    write_reps(reps, places, (1, 2))
    second = run_here(*arguments)
    assert second.returncode == 0, second.stderr
    for words in ("Scoring accounts", "Territories", "Visits of", "10 accounts that it does not name"):
        assert words in second.stderr
    assert all_line(second.stdout)[2] == "30"
    assert "60,000" in all_line(second.stdout)[5]
    assert "Person 1" in second.stdout
    assert "Person 0" not in second.stdout, "neither in the territories nor in the days"
    third = run_here(*arguments)
    assert (third.returncode, third.stdout) == (0, second.stdout)
    assert "Territories" not in third.stderr
    few = run_here(*arguments[:4], "--reps", 31, *arguments[6:])
    assert few.returncode == 2
    assert "31 reps for 30 accounts: give at most as many reps as accounts" in few.stderr
    with sqlite3.connect(data / "beatplan.sqlite3") as file:
        assert file.execute("SELECT count(*) FROM accounts").fetchone() == (40,), "history refers to what was there"


def test_each_active_rep_has_a_key_and_nobody_else(prepared_company, tmp_path):
    mine = prepared_company.copy(tmp_path / "data")
    company = open_company(mine.app.storage, mine.app.maps, mine.organisation_id)
    before = local_keys(mine.app, company)
    assert local_keys(mine.app, company) == before, "made once"
    path = keys_file(mine.app, company)
    assert path.stat().st_mode & 0o777 == 0o600
    named = json.loads(path.read_text())["reps"]
    with mine.app.storage.writing(company.id) as work:
        first, *others = work.reps.all()
        work.reps.set_active([first.id], False)
        work.commit()
    assert named.keys() == {first.name, *(rep.name for rep in others)}
    after = local_keys(mine.app, company)
    assert (after["admin"], after["manager"]) == (before["admin"], before["manager"])
    assert after["rep"] == named[others[0].name]
    assert json.loads(path.read_text())["reps"] == {rep.name: named[rep.name] for rep in others}
    assert verify_key(mine.app.storage, before["rep"]) is None
    mine.close()
