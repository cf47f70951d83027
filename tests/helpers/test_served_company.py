"""The small company that tests of the service share is what it says."""

import json
import urllib.request
from pathlib import Path

import pytest

from tests.helpers.served_company import MONDAY, prepare_company, served


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return prepare_company(tmp_path_factory.mktemp("company"))


def test_it_is_prepared_and_answers(company):
    client = company.client()
    me = client.get("/v1/me", headers=company.headers("rep")).json
    assert (me["role"], me["rep_id"], me["today"]) == ("rep", company.rep_id, MONDAY.isoformat())
    day = client.get(f"/v1/reps/{company.rep_id}/days/{MONDAY}", headers=company.headers("rep")).json
    assert len(day["stops"]) >= 5
    current = client.get("/v1/territories/current", headers=company.headers()).json
    assert sum(one["accounts"] for one in current["territories"]) > 300


def test_a_copy_changes_nothing_of_the_first(company, tmp_path: Path):
    mine = company.copy(tmp_path)
    job = mine.client().post("/v1/territories/redraw", json={}, headers=mine.headers()).json
    mine.work_off()
    assert mine.client().get(f"/v1/jobs/{job['id']}", headers=mine.headers()).json["state"] == "done"
    assert company.client().get("/v1/territories/draft", headers=company.headers()).status_code == 404


def test_served(company, tmp_path: Path):
    with served(company.copy(tmp_path)) as url, urllib.request.urlopen(f"{url}/health") as answer:
        assert json.load(answer)["status"] == "ok"
