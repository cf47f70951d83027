"""Real processes, killed and stopped in the middle of a job."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.storage.records import Job

ROOT = Path(__file__).parents[3]


@pytest.fixture
def start(database_url):
    running = []

    def begin(mode: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.app.jobs.killable_worker", database_url, mode]
        running.append(subprocess.Popen(command, cwd=ROOT))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


def _until(look: Callable[[], Job], wanted: Callable[[Job], bool], within_s: float = 20.0) -> Job:
    end = time.monotonic() + within_s
    while not wanted(job := look()):
        assert time.monotonic() < end, job
        time.sleep(0.02)
    return job


def test_a_killed_workers_job_is_taken_up_and_its_result_written_once(start, live_queue, organisation_id):
    job_id = live_queue.submit(organisation_id, "plan", {}).id

    def look() -> Job:
        return live_queue.get(organisation_id, job_id)

    first = start("steps")
    begun = _until(look, lambda job: job.progress > 0)
    first.send_signal(signal.SIGKILL)
    first.wait(5)
    assert look().state == "running"
    start("quick")
    done = _until(look, lambda job: job.state != "running" or (job.attempts == 2 and job.state == "done"))
    assert (done.state, done.attempts, done.result) == ("done", 2, {"by": "quick"})
    assert done.finished_at >= begun.lease_until, "not before the lease ran out"


@pytest.mark.parametrize(("mode", "within_s"), [("steps", 0.4), ("stuck", 1.0)])
def test_a_worker_told_to_stop_gives_its_job_back_promptly(start, live_queue, organisation_id, mode, within_s):
    job_id = live_queue.submit(organisation_id, "plan", {}).id

    def look() -> Job:
        return live_queue.get(organisation_id, job_id)

    worker = start(mode)
    _until(look, lambda job: job.progress > 0)
    told = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    back = _until(look, lambda job: job.state == "queued")
    assert time.monotonic() - told < within_s + 1.0  # slack for a busy machine; the lease itself is longer
    assert (back.attempts, back.leased_by) == (0, None)
    assert worker.wait(5) == 0
