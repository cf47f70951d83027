import threading
import time

import pytest
import sqlalchemy as sa

from app.jobs import JobCancelled, LeaseLost, Worker, WorkerTimes

FAST = WorkerTimes(lease_s=60, poll_s=0.01, beat_s=0.01, grace_s=0.2)


def _worker(queue, handler, **options) -> Worker:
    return Worker({"plan": handler}, queue, options.pop("times", FAST), worker_id="w1", **options)


def _until_stopped(progress, seen=None):
    """Report progress until `progress` raises, as long work does."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        progress(0.5, "busy")
        if seen is not None:
            seen.set()
        time.sleep(0.005)
    raise AssertionError("never stopped")


def test_a_job_is_seen_through(queue, organisation_id):
    job_id = queue.submit(organisation_id, "plan", {"n": 4}).id
    assert _worker(queue, lambda job, progress: {"square": job.input["n"] ** 2}).run_one()
    found = queue.get(organisation_id, job_id)
    assert (found.state, found.result, found.progress) == ("done", {"square": 16}, 1.0)
    assert not _worker(queue, lambda job, progress: {}).run_one()


def test_progress_is_written_never_falls_and_is_throttled(queue, organisation_id, monkeypatch):
    beats = []
    beat = queue.beat
    monkeypatch.setattr(queue, "beat", lambda *args: (beats.append(args[1:]), beat(*args))[1])
    job_id = queue.submit(organisation_id, "plan", {}).id

    def handler(job, progress):
        for step in range(20_000):
            progress(step / 20_000, f"step {step}")
        progress(0.2, "falls")
        progress(7.0, "too much")
        time.sleep(0.1)
        assert queue.get(organisation_id, job_id).progress == 1.0
        return {}

    assert _worker(queue, handler).run_one()
    assert queue.get(organisation_id, job_id).state == "done"
    assert 1 <= len(beats) < 200
    written = [done for _, done, _ in beats]
    assert written == sorted(written)
    assert beats[-1][1:] == (1.0, "too much")


def test_a_cancel_reaches_a_running_handler(queue, organisation_id):
    job_id = queue.submit(organisation_id, "plan", {}).id
    caught = []

    def handler(job, progress):
        queue.request_cancel(organisation_id, job.id)
        try:
            _until_stopped(progress)
        except JobCancelled as stopped:
            caught.append(stopped.job_id)
            raise

    assert _worker(queue, handler).run_one()
    found = queue.get(organisation_id, job_id)
    assert (found.state, found.result, found.problem) == ("cancelled", None, None)
    assert caught == [job_id]


def test_work_that_ended_before_it_saw_the_cancel_is_done(queue, organisation_id):
    job_id = queue.submit(organisation_id, "plan", {}).id

    def handler(job, progress):
        queue.request_cancel(organisation_id, job.id)
        return {"written": True}

    _worker(queue, handler).run_one()
    assert queue.get(organisation_id, job_id).state == "done"


def test_a_handler_that_lost_its_lease_is_stopped_and_writes_nothing(queue, organisation_id, clock):
    job_id = queue.submit(organisation_id, "plan", {}).id
    caught = []

    def handler(job, progress):
        clock.advance(61)
        assert queue.take("w2", 60, ("plan",)) is not None
        try:
            _until_stopped(progress)
        except LeaseLost as lost:
            caught.append(lost.worker_id)
            raise

    assert _worker(queue, handler).run_one()
    found = queue.get(organisation_id, job_id)
    assert (found.state, found.leased_by, found.attempts) == ("running", "w2", 2)
    assert caught == ["w1"]


def test_a_result_that_comes_after_the_lease_was_lost_is_dropped(queue, organisation_id, clock):
    job_id = queue.submit(organisation_id, "plan", {}).id

    def handler(job, progress):
        clock.advance(61)
        queue.take("w2", 60, ("plan",))
        return {"by": "w1"}

    _worker(queue, handler).run_one()
    found = queue.get(organisation_id, job_id)
    assert (found.state, found.leased_by, found.result) == ("running", "w2", None)


def test_the_lease_is_extended_while_a_silent_handler_works(live_queue, organisation_id):
    job_id = live_queue.submit(organisation_id, "plan", {}).id
    taken_by_other = []

    def handler(job, progress):
        for _ in range(15):
            time.sleep(0.1)
            taken_by_other.append(live_queue.take("w2", 1, ("plan",)))
        return {}

    _worker(live_queue, handler, times=WorkerTimes(lease_s=0.6, beat_s=0.05)).run_one()
    assert taken_by_other == [None] * 15
    assert live_queue.get(organisation_id, job_id).attempts == 1


def test_an_error_fails_the_job_and_tells_nothing_of_the_inside(queue, organisation_id):
    job_id = queue.submit(organisation_id, "plan", {}).id

    def handler(job, progress):
        raise RuntimeError("password is hunter2")

    _worker(queue, handler).run_one()
    found = queue.get(organisation_id, job_id)
    assert (found.state, found.problem["code"]) == ("failed", "internal")
    assert "hunter2" not in str(found.problem)


def test_a_known_error_becomes_its_problem(queue, organisation_id):
    job_id = queue.submit(organisation_id, "plan", {}).id

    def handler(job, progress):
        raise KeyError("R1")

    _worker(queue, handler, problem_of=lambda error: {"code": type(error).__name__, "detail": str(error)}).run_one()
    assert queue.get(organisation_id, job_id).problem == {"code": "KeyError", "detail": "'R1'"}


@pytest.mark.parametrize("result", [{"x": object()}, None], ids=["no JSON", "nothing"])
def test_a_result_that_cannot_be_stored_fails_the_job_and_not_the_worker(queue, organisation_id, result):
    job_id = queue.submit(organisation_id, "plan", {}).id
    assert _worker(queue, lambda job, progress: result).run_one()
    assert queue.get(organisation_id, job_id).state == "failed"


def test_stopping_gives_the_job_back(queue, organisation_id):
    job_id = queue.submit(organisation_id, "plan", {}).id
    stop, busy = threading.Event(), threading.Event()
    worker = _worker(queue, lambda job, progress: _until_stopped(progress, busy))
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    thread.start()
    assert busy.wait(5)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    found = queue.get(organisation_id, job_id)
    assert (found.state, found.attempts) == ("queued", 0)
    assert not worker.left_behind


def test_a_handler_that_does_not_hear_is_left_behind_and_cannot_write(queue, organisation_id):
    job_id = queue.submit(organisation_id, "plan", {}).id
    stop, busy, end = threading.Event(), threading.Event(), threading.Event()

    def handler(job, progress):
        busy.set()
        end.wait(10)
        return {"too": "late"}

    worker = _worker(queue, handler)
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    thread.start()
    assert busy.wait(5)
    stop.set()
    thread.join(5)
    assert worker.left_behind
    end.set()
    time.sleep(0.05)
    assert queue.get(organisation_id, job_id).state == "queued"


def test_a_database_that_was_away_is_awaited(queue, organisation_id, monkeypatch):
    job_id = queue.submit(organisation_id, "plan", {}).id
    away = {"take": 2, "finish": 2}
    stop = threading.Event()

    def flaky(name):
        real = getattr(queue, name)

        def call(*args):
            if away[name]:
                away[name] -= 1
                raise sa.exc.OperationalError("SELECT 1", {}, Exception("away"))
            result = real(*args)
            if name == "finish":
                stop.set()
            return result

        monkeypatch.setattr(queue, name, call)

    flaky("take")
    flaky("finish")
    thread = threading.Thread(target=_worker(queue, lambda job, progress: {"ok": 1}).run_forever, args=(stop,))
    thread.start()
    thread.join(10)
    assert away == {"take": 0, "finish": 0}
    assert queue.get(organisation_id, job_id).result == {"ok": 1}
