import sqlite3
from pathlib import Path

import pytest

from app.settings import InvalidSetting, Settings, unknown_variables


def test_an_empty_environment_gives_the_defaults():
    settings = Settings.from_environment({"PATH": "/bin", "BEATPLAN_PORT": "  "})
    assert settings.port == 8000
    assert settings.web_workers == 2
    assert settings.organisation == "default"
    assert settings.data_dir == Path(__file__).parents[2] / ".beatplan"
    assert settings.database_url == f"sqlite:///{settings.data_dir}/beatplan.sqlite3"


def test_every_setting_can_be_set_by_its_variable(tmp_path):
    given = {"DATA_DIR": str(tmp_path), "GEOCODER": "nominatim", "TIME_ZONE": "Europe/Lisbon", "LOG_LEVEL": "debug"}
    given |= {"OSRM_ACCESS": "key", "MAP_PARTS": "all", "RESTRICTIONS_AT": "2026-11-24T08:30"}
    given["DATABASE_URL"] = f"sqlite:///{tmp_path}/x.db"
    for line in Settings.describe():
        name = line.variable.removeprefix("BEATPLAN_")
        if name not in given:
            given[name] = str(float(line.default) + 0.5) if "a number" in line.limit else "abc"
            if "whole" in line.limit:
                given[name] = str(int(line.default) + 1)
    settings = Settings.from_environment({f"BEATPLAN_{name}": text for name, text in given.items()})
    defaults = Settings()
    unchanged = {name for name in given if getattr(settings, name.lower()) == getattr(defaults, name.lower())}
    assert unchanged == set()
    assert settings.log_level == "DEBUG"


@pytest.mark.parametrize(
    ("name", "text", "limit"),
    [
        ("RESTRICTIONS_AT", "08:30", "a local time such as 2026-11-24T08:30"),
        ("RESTRICTIONS_AT", "2026-11-24T08:30+01:00", "a local time such as 2026-11-24T08:30"),
        ("PORT", "http", "a whole number from 0 to 65,535"),
        ("PORT", "80.5", "a whole number from 0 to 65,535"),
        ("PORT", "65536", "a whole number from 0 to 65,535"),
        ("WEB_WORKERS", "0", "a whole number from 1 to 256"),
        ("PLAN_SECONDS", "nan", "a number from 0.1 to 86,400"),
        ("PLAN_SECONDS", "inf", "a number from 0.1 to 86,400"),
        ("GEOCODER", "google", "one of offline, nominatim"),
        ("TIME_ZONE", "Mars/Olympus", "IANA"),
        ("TIME_ZONE", "../etc/passwd", "IANA"),
        ("DATABASE_URL", "mysql://localhost/x", "postgresql://"),
        ("DATABASE_URL", "sqlite://", "sqlite:///FILE"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///FILE"),
    ],
)
def test_an_unusable_value_names_its_variable_and_limit(name, text, limit):
    with pytest.raises(InvalidSetting) as caught:
        Settings.from_environment({f"BEATPLAN_{name}": text})
    assert caught.value.variable == f"BEATPLAN_{name}"
    assert limit in str(caught.value)
    assert f"BEATPLAN_{name}" in str(caught.value)


def test_settings_made_in_code_are_checked_too():
    with pytest.raises(InvalidSetting, match="BEATPLAN_MAX_PAGE_SIZE=0"):
        Settings(max_page_size=0)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_through_psycopg_3(scheme):
    settings = Settings(database_url=f"{scheme}://me:secret@db/beatplan")
    assert settings.database_url == "postgresql+psycopg://me:secret@db/beatplan"


def test_a_password_is_neither_shown_nor_complained_about():
    assert "secret" not in repr(Settings(database_url="postgresql://me:secret@db/beatplan"))
    with pytest.raises(InvalidSetting) as caught:
        Settings(database_url="mysql://me:secret@db/beatplan")
    assert "secret" not in str(caught.value)


def test_a_data_folder_with_odd_letters_still_holds_the_database(tmp_path):
    from app.storage.database import Database

    settings = Settings(data_dir=tmp_path / "a b%20c?d#e")
    database = Database.open(settings.database_url)
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x INTEGER)")
        connection.commit()
    database.close()
    with sqlite3.connect(settings.data_dir / "beatplan.sqlite3") as file:
        assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("t",)]


def test_misspelt_variables_are_found():
    environ = {"BEATPLAN_PROT": "1", "BEATPLAN_PORT": "1", "BEATPLAN_SHARED": "x", "BEATPLAN_TEST_POSTGRES_URL": "x"}
    assert unknown_variables(environ) == ["BEATPLAN_PROT"]


def test_the_readme_lists_every_setting():
    """After a change of the settings, put the table that this test shows into app/README.md."""
    rows = [f"| `{at.variable}` | {at.default or 'empty'} | {at.limit} | {at.meaning} |" for at in Settings.describe()]
    table = "\n".join(["| variable | default | limit | meaning |", "|---|---|---|---|", *rows])
    readme = (Path(__file__).parents[2] / "app" / "README.md").read_text(encoding="utf-8")
    assert table in readme, f"app/README.md lacks this table:\n{table}"
