"""An Idempotency-Key makes a retry harmless."""

import io
import threading

from app.storage.tables import accounts, jobs
from tests.helpers.company_copies import rows

KEY = {"Idempotency-Key": "once"}


def new_account(api, code="N1", **more):
    place = api.read("/v1/accounts?limit=1")["items"][0]
    return {"code": code, "name": "New", "lon": place["lon"], "lat": place["lat"]} | more


def test_a_retry_gets_the_first_answer_and_creates_nothing(api):
    before, body = rows(api.app, accounts), new_account(api)
    first = api.post("/v1/accounts", body, headers=KEY)
    again = api.post("/v1/accounts", body, headers=KEY)
    assert first.status_code == again.status_code == 201
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"] == f"/v1/accounts/{first.get_json()['id']}"
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert rows(api.app, accounts) == before + 1
    assert api.get(first.headers["Location"]).get_json() == first.get_json()


def test_without_a_key_a_retry_is_a_request_of_its_own(api):
    body = new_account(api)
    assert [api.post("/v1/accounts", body).status_code for _ in range(2)] == [201, 409]


def test_the_key_with_another_body_is_refused(api):
    api.post("/v1/accounts", new_account(api), headers=KEY)
    answer = api.post("/v1/accounts", new_account(api, name="Other"), headers=KEY)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency_mismatch")


def test_the_key_belongs_to_one_endpoint_and_one_organisation(api):
    assert api.post("/v1/accounts", new_account(api), headers=KEY).status_code == 201
    assert api.post("/v1/quotas", {"goal": 1, "period": "Q1"}, headers=KEY).status_code == 201
    assert api.post("/v1/accounts", new_account(api), "stranger", headers=KEY).status_code == 201


def test_a_failure_may_be_tried_again_with_the_same_key(api):
    bad, good = new_account(api, locked_rep_id=999_999), new_account(api)
    assert api.post("/v1/accounts", bad, headers=KEY).status_code == 400
    assert api.post("/v1/accounts", good, headers=KEY).status_code == 201


def test_a_key_is_forgotten_after_its_time(api):
    first = api.post("/v1/quotas", {"goal": 1, "period": "Q1"}, headers=KEY)
    api.clock.advance(24 * 3600 - 60)
    assert "Idempotency-Replayed" in api.post("/v1/quotas", {"goal": 1, "period": "Q1"}, headers=KEY).headers
    api.clock.advance(120)
    later = api.post("/v1/quotas", {"goal": 2, "period": "Q2"}, headers=KEY)
    assert (first.status_code, later.status_code) == (201, 201)


def test_a_key_that_is_too_long_is_refused(quiet_api):
    answer = quiet_api.post("/v1/quotas", {"goal": 1, "period": "Q"}, headers={"Idempotency-Key": "x" * 201})
    assert answer.status_code == 400
    assert answer.get_json()["field"] == "Idempotency-Key"
    assert "200" in answer.get_json()["detail"]


def test_an_import_as_a_form_is_known_again_under_another_boundary(api):
    def send(text):
        form = {"file": (io.BytesIO(text), "a.csv"), "mode": "dry_run"}
        return api.post("/v1/accounts/imports", data=form, headers=KEY)

    first, again = send(b"id,name,lon,lat\n"), send(b"id,name,lon,lat\n")
    assert first.status_code == again.status_code == 202, first.text
    assert first.get_json() == again.get_json()
    assert rows(api.app, jobs) == 1
    assert len(list(api.app.uploads.folder.iterdir())) == 1
    assert send(b"id,name,lon,lat,notes\n").status_code == 422


def test_at_once_it_is_created_once(api):
    """Some of the requests that come while the first is at work are told to wait; none creates a second one."""
    body, begin, answers = {"moves_per_unit": 0}, threading.Barrier(6), []

    def post():
        client = api.client.application.test_client()
        headers = {"Authorization": f"Bearer {api.keys['manager']}", **KEY}
        begin.wait()
        answers.append(client.post("/v1/territories/redraw", json=body, headers=headers))

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [one for one in answers if one.status_code == 202]
    waiting = [one for one in answers if one.status_code == 409]
    assert len(made) + len(waiting) == 6
    assert all(one.get_json()["code"] == "idempotency_in_progress" for one in waiting)
    assert len({one.get_json()["id"] for one in made}) == 1
    assert rows(api.app, jobs) == 1
