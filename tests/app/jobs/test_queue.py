import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from app.jobs import JobQueue, LeaseLost
from app.storage.database import Database

KINDS = ("plan",)


def test_a_job_waits_is_taken_and_done(queue, organisation_id, clock):
    job = queue.submit(organisation_id, "plan", {"date": "2026-11-16"}, created_by="key 1")
    assert (job.state, job.progress, job.attempts, job.input) == ("queued", 0.0, 0, {"date": "2026-11-16"})
    assert queue.waiting() == {"queued": 1, "running": 0}
    lease = queue.take("w1", 60, KINDS)
    assert lease.job.id == job.id
    assert (lease.job.state, lease.job.attempts, lease.job.leased_by) == ("running", 1, "w1")
    assert lease.job.lease_until == clock.now + timedelta(seconds=60)
    assert queue.take("w2", 60, KINDS) is None
    assert queue.beat(lease, 60, 0.5, "half") is False
    assert queue.get(organisation_id, job.id).progress == 0.5
    done = queue.finish(lease, {"stops": 12})
    assert (done.state, done.progress, done.result, done.leased_by) == ("done", 1.0, {"stops": 12}, None)
    assert queue.take("w2", 60, KINDS) is None


def test_the_oldest_job_of_a_known_kind_comes_first(queue, organisation_id, clock):
    ids = []
    for kind in ("redraw", "plan", "plan"):
        ids.append(queue.submit(organisation_id, kind, {}).id)
        clock.advance(1)
    assert [queue.take("w", 60, KINDS).job.id for _ in range(2)] == ids[1:]
    assert queue.take("w", 60, KINDS) is None
    assert queue.take("w", 60, ("redraw",)).job.id == ids[0]


def test_a_lost_workers_job_is_taken_up_and_the_lost_worker_cannot_write(queue, organisation_id, clock):
    job = queue.submit(organisation_id, "plan", {})
    lost = queue.take("w1", 60, KINDS)
    clock.advance(61)
    held = queue.take("w2", 60, KINDS)
    assert (held.job.id, held.job.attempts) == (job.id, 2)
    for write in (
        lambda: queue.beat(lost, 60, 0.9, "late"),
        lambda: queue.cancel_requested(lost),
        lambda: queue.finish(lost, {"from": "w1"}),
        lambda: queue.fail(lost, {"code": "x"}),
        lambda: queue.cancel(lost),
        lambda: queue.release(lost),
    ):
        with pytest.raises(LeaseLost):
            write()
    queue.finish(held, {"from": "w2"})
    assert queue.get(organisation_id, job.id).result == {"from": "w2"}
    with pytest.raises(LeaseLost):
        queue.finish(held, {"from": "w2 again"})


def test_the_same_worker_that_lost_a_job_and_has_it_again_holds_only_the_new_lease(queue, organisation_id, clock):
    queue.submit(organisation_id, "plan", {})
    first = queue.take("w1", 60, KINDS)
    clock.advance(61)
    second = queue.take("w1", 60, KINDS)
    with pytest.raises(LeaseLost):
        queue.finish(first, {})
    queue.finish(second, {})


def test_a_lease_that_ran_out_but_that_nobody_took_still_counts(queue, organisation_id, clock):
    queue.submit(organisation_id, "plan", {})
    lease = queue.take("w1", 60, KINDS)
    clock.advance(61)
    queue.beat(lease, 60, 0.5, "back")
    assert queue.take("w2", 60, KINDS) is None


def test_a_job_that_kills_its_workers_is_given_up_with_a_reason(queue, organisation_id, clock):
    job = queue.submit(organisation_id, "plan", {})
    for attempt in (1, 2, 3):
        assert queue.take("w", 60, KINDS).job.attempts == attempt
        clock.advance(61)
    assert queue.take("w", 60, ("other",)) is None  # any worker closes it
    found = queue.get(organisation_id, job.id)
    assert (found.state, found.problem["code"]) == ("failed", "worker_lost")
    assert "3 times" in found.problem["detail"]
    assert found.finished_at == clock.now


def test_released_jobs_do_not_wear_out(queue, organisation_id):
    queue.submit(organisation_id, "plan", {})
    for _ in range(5):
        lease = queue.take("w", 60, KINDS)
        assert lease.job.attempts == 1
        assert queue.release(lease).state == "queued"


def test_cancelling(queue, organisation_id, clock):
    waiting, running, done, lost = (queue.submit(organisation_id, "plan", {"n": n}).id for n in range(4))
    leases = {lease.job.id: lease for lease in (queue.take("w", 60, KINDS) for _ in range(4))}
    queue.release(leases[waiting])
    queue.finish(leases[done], {})
    cancelled = queue.request_cancel(organisation_id, waiting)
    assert (cancelled.state, cancelled.finished_at) == ("cancelled", clock.now)
    asked = queue.request_cancel(organisation_id, running)
    assert (asked.state, asked.cancel_requested) == ("running", True)
    assert queue.cancel_requested(leases[running])
    assert queue.beat(leases[running], 60, 0.1, "")
    assert queue.cancel(leases[running]).state == "cancelled"
    assert queue.request_cancel(organisation_id, done).state == "done"
    queue.request_cancel(organisation_id, lost)
    clock.advance(61)
    assert queue.take("w", 60, KINDS) is None, "a lost job whose cancelling was asked for is not begun again"
    assert queue.get(organisation_id, lost).state == "cancelled"
    assert queue.request_cancel(organisation_id, uuid4()) is None


def test_one_organisation_does_not_see_anothers_jobs(queue, storage, organisation_id):
    job = queue.submit(organisation_id, "plan", {})
    other = storage.ensure_organisation("other", "Other", "UTC").id
    assert queue.get(other, job.id) is None
    assert queue.page(other, 10) == []
    assert queue.request_cancel(other, job.id) is None
    assert queue.get(organisation_id, job.id).state == "queued"


def test_pages_go_back_in_time(queue, organisation_id, clock):
    ids = []
    for number in range(5):
        ids.append(queue.submit(organisation_id, "plan" if number % 2 else "redraw", {}).id)
        clock.advance(number % 2)  # some at the same moment
    seen, before = [], None
    while page := queue.page(organisation_id, 2, before):
        seen += [job.id for job in page]
        before = seen[-1]
    assert sorted(seen) == sorted(ids)
    assert seen[0] == ids[-1]
    assert {job.id for job in queue.page(organisation_id, 9, kind="plan")} == {ids[1], ids[3]}
    assert queue.page(organisation_id, 9, state="done") == []


def test_finished_jobs_are_cleared_away(queue, organisation_id, clock):
    old, open_ = queue.submit(organisation_id, "plan", {}), queue.submit(organisation_id, "redraw", {})
    queue.finish(queue.take("w", 60, KINDS), {})
    clock.advance(3600)
    assert queue.forget_finished(clock.now - timedelta(hours=2)) == 0
    assert queue.forget_finished(clock.now) == 1
    assert queue.get(organisation_id, old.id) is None
    assert queue.get(organisation_id, open_.id) is not None


def test_two_workers_racing_take_each_job_once(database_url, live_queue, organisation_id, clock):
    expected = {live_queue.submit(organisation_id, "plan", {"n": n}).id for n in range(50)}
    start = threading.Barrier(2)

    def worker(name: str) -> list:
        own = Database.open(database_url)
        queue = JobQueue(own, clock, max_attempts=3)
        taken = []
        start.wait()
        while lease := queue.take(name, 60, KINDS):
            taken.append(lease.job.id)
            queue.finish(lease, {"by": name})
        own.close()
        return taken

    with ThreadPoolExecutor(2) as pool:
        taken = [job for part in pool.map(worker, ("w1", "w2")) for job in part]
    assert Counter(taken) == dict.fromkeys(expected, 1)
    assert all(live_queue.get(organisation_id, job).attempts == 1 for job in expected)
