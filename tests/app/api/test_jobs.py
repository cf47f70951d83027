"""Long work through a real worker: 202, progress, result, cancel, failure, races, and a worker that is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from routing.visits.checker import check
from tests.helpers.clocks import monday_ahead
from tests.helpers.company_copies import Api

ROOT = Path(__file__).parents[3]
DAY = "2026-11-17"


def follow(api: Api, job_id: str, wanted, within_s: float = 30.0):
    """The job once it is as `wanted`, and all its states on the way."""
    end, seen = time.monotonic() + within_s, []
    while True:
        job = api.read(f"/v1/jobs/{job_id}")
        seen.append((job["state"], job["progress"], job["message"]))
        if wanted(job):
            return job, seen
        assert time.monotonic() < end, seen[-1]
        time.sleep(0.02)


def ended(job):
    return job["state"] in ("done", "failed", "cancelled")


@contextmanager
def worker_thread(api: Api):
    stop = threading.Event()
    thread = threading.Thread(target=api.app.worker().run_forever, args=(stop,), daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def test_a_redraw_is_a_job_whose_result_is_the_draft(api):
    asked = api.post("/v1/territories/redraw", {"moves_per_unit": 500, "note": "what if"})
    assert asked.status_code == 202
    queued = asked.get_json()
    assert asked.headers["Location"] == f"/v1/jobs/{queued['id']}"
    assert (queued["state"], queued["kind"], queued["attempts"]) == ("queued", "redraw", 0)
    with worker_thread(api):
        job, _ = follow(api, queued["id"], ended)
    assert (job["state"], job["progress"], job["attempts"]) == ("done", 1.0, 1), job
    draft = api.read("/v1/territories/draft")
    assert draft["version"] == job["result"]["version"] == 2
    assert (draft["note"], draft["based_on_version"], draft["state"]) == ("what if", 1, "draft")
    assert draft["measures"]["moved_accounts"] == job["result"]["moved_accounts"]
    compared = api.read("/v1/territories/compare?left=1&right=2")
    assert len(compared["moved"]) == job["result"]["moved_accounts"]
    assert api.read("/v1/territories/current")["version"] == 1, "a draft is not in force"
    published = api.post("/v1/territories/2/publish")
    assert (published.status_code, published.get_json()["state"]) == (200, "current")
    assert api.get("/v1/territories/draft").status_code == 404
    history = api.read("/v1/territories/history")["items"]
    assert [(one["version"], one["state"]) for one in history] == [(2, "current"), (1, "retired")]
    assert api.post("/v1/territories/1/publish").status_code == 409, "only the draft can be published"


def test_a_draft_can_be_discarded_and_stays_in_the_history(api):
    assert api.job(api.post("/v1/territories/redraw", {"moves_per_unit": 0}))["state"] == "done"
    assert api.ask("DELETE", "/v1/territories/1").status_code == 409, "the version in force is no draft"
    gone = api.ask("DELETE", "/v1/territories/2")
    assert (gone.status_code, gone.data) == (204, b"")
    assert api.get("/v1/territories/draft").status_code == 404
    assert [one["version"] for one in api.read("/v1/territories/history")["items"]] == [2, 1]


def test_progress_is_seen_and_the_plan_is_stored(api):
    asked = api.post(f"/v1/days/{DAY}/plan", {})
    with worker_thread(api):
        job, seen = follow(api, asked.get_json()["id"], ended)
    assert job["state"] == "done", job
    running = [one for one in seen if one[0] == "running" and one[2]]
    assert running, seen
    assert [one[1] for one in seen] == sorted(one[1] for one in seen), "progress never falls"
    assert job["result"]["date"] == DAY
    assert job["result"]["reps"] == len(api.rep_ids)
    overview = api.read(f"/v1/days/{DAY}")
    assert sum(line["stops"] for line in overview["days"]) == job["result"]["planned"]
    assert overview["unplanned"] == job["result"]["unplanned"]


def test_planning_again_counts_the_version_up_and_leaves_other_reps_alone(api):
    first, second = api.rep_ids[:2]
    before = {rep: api.get(f"/v1/reps/{rep}/days/2026-11-16") for rep in (first, second)}
    job = api.job(api.post("/v1/days/2026-11-16/plan", {"rep_ids": [first], "solutions": 5, "seed": 2}, "dispatcher"))
    assert (job["state"], job["result"]["reps"]) == ("done", 1)
    after = {rep: api.get(f"/v1/reps/{rep}/days/2026-11-16") for rep in (first, second)}
    assert after[first].get_json()["version"] == before[first].get_json()["version"] + 1
    assert after[second].data == before[second].data


def test_the_same_seed_and_work_give_the_same_day(api):
    stops = []
    for _ in range(2):
        assert api.job(api.post(f"/v1/days/{DAY}/plan", {"solutions": 20, "seed": 3}))["state"] == "done"
        stops.append([api.read(f"/v1/reps/{rep}/days/{DAY}")["stops"] for rep in api.rep_ids])
    assert stops[0] == stops[1]


def test_a_queued_job_is_cancelled_at_once(api):
    job = api.post(f"/v1/days/{DAY}/plan", {}).get_json()
    cancelled = api.post(f"/v1/jobs/{job['id']}/cancel", None, "dispatcher")
    assert (cancelled.status_code, cancelled.get_json()["state"]) == (200, "cancelled")
    api.work_off()
    assert api.read(f"/v1/jobs/{job['id']}")["attempts"] == 0
    again = api.post(f"/v1/jobs/{job['id']}/cancel").get_json()
    assert again == api.read(f"/v1/jobs/{job['id']}"), "a finished job stays as it is"


def test_a_running_job_is_cancelled_soon_and_stores_nothing(api, monkeypatch):
    """The work waits for the cancel, and then takes a second for each rep: two beats of the worker."""
    asked = threading.Event()

    def slow_check(problem, plan):
        asked.wait(20)
        time.sleep(1)
        return check(problem, plan)

    monkeypatch.setattr("app.services.plan_days.check", slow_check)
    job = api.post(f"/v1/days/{DAY}/plan", {"solutions": 1}).get_json()
    with worker_thread(api):
        follow(api, job["id"], lambda now: now["state"] == "running")
        assert api.post(f"/v1/jobs/{job['id']}/cancel").get_json()["cancel_requested"]
        asked.set()
        found, _ = follow(api, job["id"], ended)
    assert found["state"] == "cancelled"
    assert api.read(f"/v1/days/{DAY}")["days"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "field"),
    [
        ("POST", f"/v1/days/{DAY}/plan", {"rep_ids": [999_999]}, "invalid_input", "rep_ids"),
        ("POST", "/v1/territories/redraw", {"rep_ids": [999_999]}, "invalid_input", "rep_ids"),
        (
            "POST",
            "/v1/accounts/imports",
            {"filename": "a.xlsx", "content_base64": "UEsDBCBub3QgcmVhbGx5"},
            "file_unreadable",
            "file",
        ),
    ],
)
def test_a_failed_job_carries_a_problem(api, method, path, body, code, field):
    job = api.job(api.ask(method, path, json=body))
    assert (job["state"], job["result"]) == ("failed", None)
    problem = job["problem"]
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert (problem["code"], problem.get("field")) == (code, field), problem


def test_a_plan_without_territories_says_what_is_missing(api):
    job = api.job(api.post(f"/v1/days/{DAY}/plan", {}, "stranger"), "stranger")
    assert (job["state"], job["problem"]["code"]) == ("failed", "no_territories")


def test_our_own_bug_in_a_job_tells_nothing_of_the_inside(api, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("app.services.plan_days.check", broken)
    job = api.job(api.post(f"/v1/days/{DAY}/plan", {"solutions": 1}))
    assert job["problem"]["code"] == "internal"
    assert "secret" not in str(job)


def test_a_plan_that_its_checker_refuses_is_not_stored(api, monkeypatch):
    from routing.visits.plan import Violation

    monkeypatch.setattr("app.services.plan_days.check", lambda *_: [Violation("window", 0, 60)])
    job = api.job(api.post(f"/v1/days/{DAY}/plan", {"solutions": 1}))
    assert job["state"] == "failed"
    assert api.read(f"/v1/days/{DAY}")["days"] == []


def test_of_two_redraws_that_race_one_is_told_of_the_other(api, monkeypatch):
    """The second one is worked off while the first is measuring."""
    from app.services import redraw_territories

    first = api.post("/v1/territories/redraw", {"moves_per_unit": 0, "note": "a"}).get_json()["id"]
    api.clock.advance(1)
    second = api.post("/v1/territories/redraw", {"moves_per_unit": 0, "note": "b"}).get_json()["id"]
    true_measure, nested = redraw_territories.measure, []

    def measure_while_the_other_overtakes(*arguments):
        if not nested:
            nested.append(True)
            assert api.app.worker().run_one()
        return true_measure(*arguments)

    monkeypatch.setattr(redraw_territories, "measure", measure_while_the_other_overtakes)
    api.work_off()
    states = {job: api.read(f"/v1/jobs/{job}") for job in (first, second)}
    assert (states[first]["state"], states[second]["state"]) == ("failed", "done"), states
    assert states[first]["problem"]["code"] == "version_conflict"
    assert states[first]["problem"]["status"] == 409
    assert api.read("/v1/territories/draft")["note"] == "b"


def test_jobs_are_listed_newest_first_page_by_page(api):
    made = []
    for seed in range(5):
        made.append(api.post(f"/v1/days/{DAY}/plan", {"seed": seed}).get_json()["id"])
        api.clock.advance(1)
    listed, address = [], "/v1/jobs?limit=2"
    while items := api.read(address)["items"]:
        listed += [one["id"] for one in items]
        address = f"/v1/jobs?limit=2&before={items[-1]['id']}"
    assert listed == made[::-1]
    api.post(f"/v1/jobs/{made[0]}/cancel")
    assert [one["id"] for one in api.read("/v1/jobs?state=cancelled")["items"]] == [made[0]]
    assert api.read("/v1/jobs?kind=redraw")["items"] == []


def start_worker(api: Api, **variables: str) -> subprocess.Popen:
    settings = api.app.settings
    environment = {
        **os.environ,
        "BEATPLAN_DATA_DIR": str(settings.data_dir),
        "BEATPLAN_DATABASE_URL": settings.database_url,
        "BEATPLAN_JOB_LEASE_S": "1",
        "BEATPLAN_JOB_POLL_S": "0.05",
        "BEATPLAN_LOG_LEVEL": "WARNING",
        **variables,
    }
    return subprocess.Popen([sys.executable, "-m", "app.commands.work"], cwd=ROOT, env=environment)


def test_a_killed_workers_job_is_taken_up_by_another_and_done_once(api):
    day = monday_ahead()  # the workers go by the real clock
    job = api.post(f"/v1/days/{day}/plan", {}).get_json()["id"]
    first = start_worker(api, BEATPLAN_PLAN_SECONDS="12")  # 4 s a rep
    second = None
    try:
        follow(api, job, lambda now: now["state"] == "running" and now["message"], 60)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        assert api.read(f"/v1/jobs/{job}")["state"] == "running", "nobody noticed yet"
        second = start_worker(api, BEATPLAN_PLAN_SECONDS="1")
        done, _ = follow(api, job, ended, 60)
        assert (done["state"], done["attempts"]) == ("done", 2), done
        versions = {line["version"] for line in api.read(f"/v1/days/{day}")["days"]}
        assert versions == {1}, "each day was written once"
        second.terminate()
        assert second.wait(10) == 0
    finally:
        for process in (first, second):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
