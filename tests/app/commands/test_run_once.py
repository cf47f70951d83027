"""`--once`: an OSM file in, the day's result out as tables; and what is wrong with the input in one line."""

import gzip
import re
import signal
import sqlite3
import time

import pytest

from tests.helpers.clocks import monday_ahead
from tests.helpers.map_servers import map_server
from tests.helpers.spreadsheets import csv_bytes

DAY = ("--date", monday_ahead())


def one_line(done, *words):
    """Exit code 2, nothing on standard output, and one line that says all `words`."""
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("beatplan: ")]
    assert len(said) == 1, done.stderr
    for word in words:
        assert word in said[0], said[0]
    return said[0]


def test_help_names_every_option(run_here):
    done = run_here("--help")
    assert done.returncode == 0
    for option in ("--osm", "--place", "--accounts", "--reps", "--once", "--date", "--seed", "--port", "--data-dir"):
        assert option in done.stdout


def test_end_to_end_and_the_second_run_says_the_same(run, run_here, small_osm, tmp_path):
    arguments = ("--osm", small_osm, "--reps", 3, "--once", "--data-dir", tmp_path / "data", *DAY)
    first = run(*arguments)
    assert first.returncode == 0, first.stderr
    for words in ("Territory", "Workload h", "Drive h", "Potential", "Rep", "Stops", "Distance km", "First", "Last"):
        assert words in first.stdout
    assert len(re.findall(r"│ Rep 0\d", first.stdout)) == 6, "three reps in two tables"
    assert "Road network" in first.stderr
    second = run_here(*arguments)
    assert (second.returncode, second.stdout) == (0, first.stdout)
    for step in ("Accounts from", "Territories", "Visits of"):
        assert step in first.stderr
        assert step not in second.stderr, "what is there already is not made again"


def test_the_same_seed_gives_the_same_tables_in_a_fresh_folder(run_here, small_osm, tmp_path):
    tables = [
        run_here("--osm", small_osm, "--reps", 3, "--seed", 7, "--once", "--data-dir", tmp_path / name, *DAY).stdout
        for name in ("one", "two")
    ]
    assert tables[0] == tables[1]
    assert "Rep 01" in tables[0]


BAD_MAPS = [
    ("truncated.osm.pbf", lambda good: good[: len(good) // 2], "truncated.osm.pbf"),
    ("empty.osm.pbf", lambda good: b"", "empty.osm.pbf"),
    ("text.osm.pbf", lambda good: b"this is a letter\n" * 100, "text.osm.pbf"),
    ("roadless.osm", lambda good: b'<osm version="0.6"><node id="1" lon="1" lat="1"/></osm>', "road"),
    ("torn.osm", lambda good: b'<?xml version="1.0"?><osm version="0.6"><node id="1"', "torn.osm"),
    ("torn.osm.gz", lambda good: gzip.compress(b"<osm>" * 1000)[:-20], "torn.osm.gz"),
    ("map.zip", lambda good: good, ".osm.pbf"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spoil", "word"), BAD_MAPS, ids=[name for name, *_ in BAD_MAPS])
def test_a_map_that_is_none_is_said_in_one_line(run_here, small_osm, tmp_path, name, spoil, word):
    path = tmp_path / name
    path.write_bytes(spoil(small_osm.read_bytes()))
    one_line(run_here("--osm", path, "--once", "--data-dir", tmp_path / "data"), word)
    assert not list((tmp_path / "data" / "networks").glob("*")), "nothing half is left"


def test_a_file_that_is_not_there_is_said_in_one_line(run_here, tmp_path):
    one_line(run_here("--osm", tmp_path / "no.osm.pbf", "--once", "--data-dir", tmp_path / "data"), "no.osm.pbf")


def test_an_account_file_with_bad_rows_shows_them(run_here, small_osm, tmp_path):
    base = ("--osm", small_osm, "--reps", 2, "--once", "--data-dir", tmp_path / "data", *DAY)
    assert run_here(*base, "--organisation", "maps").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "beatplan.sqlite3") as file:
        places = file.execute("SELECT lon, lat FROM accounts LIMIT 40").fetchall()
    rows = [[f"C{n}", f"Customer {n}", lon, lat, 1000] for n, (lon, lat) in enumerate(places)]
    rows[4][4], rows[7][2] = "lots", 10.0
    path = tmp_path / "mine.csv"
    path.write_bytes(csv_bytes(("id", "name", "lon", "lat", "potential"), *rows))
    done = run_here(*base, "--accounts", path)
    said = one_line(done, "mine.csv", "38 of 40")
    assert "nothing was imported" in said
    assert "row 6, potential" in done.stderr
    assert "row 9" in done.stderr
    assert "--take-good-rows" in done.stderr
    taken = run_here(*base, "--accounts", path, "--take-good-rows")
    assert taken.returncode == 0, taken.stderr
    assert "mine.csv: 38 of 40 rows imported, 2 left out" in taken.stderr
    assert "row 6, potential" in taken.stderr
    assert "row 9" in taken.stderr
    total = next(line for line in taken.stdout.splitlines() if line.startswith("│ all"))
    assert total.split("│")[2].strip() == "38"
    one_line(run_here(*base, "--accounts", tmp_path / "none.csv"), "none.csv")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--date", "2026-13-01"), "2026-13-01"),
        (("--date", "0001-01-01"), "0001-01-01"),
        (("--reps", "none"), "none"),
        (("--reps", "0"), "at least 1"),
        (("--osm", "a", "--place", "b"), "not allowed"),
        (("--portt", "1"), "--portt"),
    ],
)
def test_a_wrong_option_is_explained(run_here, arguments, word):
    done = run_here("--once", *arguments)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert "_" not in done.stderr.splitlines()[-1], "no name of our own in a message for people"


def test_a_place_without_a_connection_is_said_in_one_line(run_here, tmp_path):
    closed = {"BEATPLAN_OVERPASS_URL": "http://127.0.0.1:9/api", "BEATPLAN_NOMINATIM_URL": "http://127.0.0.1:9"}
    begun = time.monotonic()
    one_line(run_here("--place", "Porto, Portugal", "--once", "--data-dir", tmp_path, **closed), "Porto, Portugal")
    assert time.monotonic() - begun < 60


def test_a_place_is_downloaded_and_planned(run_here, tmp_path):
    """The town of the test server has four streets and one shop, so it wants accounts of one's own."""
    accounts = tmp_path / "mine.csv"
    corners = [(10.005, 50.005), (10.015, 50.005), (10.015, 50.015), (10.005, 50.015), (10.01, 50.005)]
    accounts.write_bytes(csv_bytes(("id", "name", "lon", "lat"), *[[i, f"A{i}", *at] for i, at in enumerate(corners)]))
    with map_server() as server:
        urls = {"BEATPLAN_OVERPASS_URL": f"{server.url}/api", "BEATPLAN_NOMINATIM_URL": server.url}
        arguments = ("--place", "Testtown", "--accounts", accounts, "--reps", 1, "--once", "--data-dir", tmp_path)
        done = run_here(*arguments, *DAY, **urls)
        assert done.returncode == 0, done.stderr
        assert server.asked
    assert "Rep 01" in done.stdout


def test_settings_that_are_wrong_are_said_in_one_line(run_here, tmp_path):
    one_line(run_here("--once", BEATPLAN_WEB_WORKERS="many"), "BEATPLAN_WEB_WORKERS", "many")
    one_line(run_here("--once", BEATPLAN_TIME_ZONE="Mars/Olympus"), "BEATPLAN_TIME_ZONE")
    one_line(
        run_here("--once", "--data-dir", tmp_path, BEATPLAN_DATABASE_URL="postgresql://nobody:secret@127.0.0.1:9/none"),
        "the database does not answer",
    )
    (tmp_path / "a file").write_text("")
    one_line(run_here("--once", "--data-dir", tmp_path / "a file" / "data"), "a file")


def test_a_misspelt_variable_is_a_warning(run_here, tmp_path):
    done = run_here("--osm", tmp_path / "no.osm", "--once", "--data-dir", tmp_path / "data", BEATPLAN_PROT="1")
    assert "BEATPLAN_PROT is no setting" in done.stderr


@pytest.mark.parametrize("after_step", ["Compiling kernels", "Accounts from the map"])
def test_ctrl_c_leaves_nothing_half_done(start, run_here, small_osm, tmp_path, after_step):
    """Stopped after (or in the midst of) a step, the next run comes to what an undisturbed one does."""
    arguments = ("--osm", small_osm, "--reps", 3, "--once", *DAY, "--data-dir")
    process = start(*arguments, tmp_path / "data")
    for line in process.stderr:
        if line.startswith(after_step):
            process.send_signal(signal.SIGINT)
            break
    rest = process.communicate(timeout=60)[1]
    assert process.returncode in (130, 0), rest
    assert "Traceback" not in rest
    resumed = run_here(*arguments, tmp_path / "data")
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout == run_here(*arguments, tmp_path / "fresh").stdout
    left = sorted(path.name for path in (tmp_path / "data" / "networks").iterdir())
    assert left == sorted(path.name for path in (tmp_path / "fresh" / "networks").iterdir()), "no half network"
