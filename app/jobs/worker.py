"""The worker: takes one job after the other and keeps its lease while a handler works on it.

The handler runs in a thread of its own; the calling thread beats: it writes progress, extends the lease, looks for a
cancel and for the order to stop. So a handler's `progress` costs no database, and a worker that must stop need not wait
for a solver that answers only at the end.
"""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

import sqlalchemy as sa

from app.jobs.errors import JobCancelled, JobStopped, LeaseLost, WorkerStopping
from app.jobs.queue import JobQueue, Lease
from app.storage.records import Job, JsonObject
from routing.progress import Progress

Handler = Callable[[Job, Progress], JsonObject]
"""Does the work and returns the job's result. Lets every JobStopped through that `progress` raises."""
ProblemOf = Callable[[Exception], JsonObject]
"""What the caller of a failed job is told: `code` and `detail` at least."""

_LOG = logging.getLogger(__name__)
_AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError)


def internal_problem(_error: Exception) -> JsonObject:
    """Tell nothing of an unforeseen error; the log has it."""
    return {"code": "internal", "detail": "The job failed for a reason of ours; the server's log has the details."}


def new_worker_id() -> str:
    """A name that no other worker has, and that tells a person where to look."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTimes:
    """How long a worker waits for what, in seconds."""

    lease_s: float = 60.0
    poll_s: float = 0.5
    beat_s: float = 0.5
    """Between two looks at the handler: progress is written and a cancel noticed this often."""
    grace_s: float = 5.0
    """A handler told to stop may take so long to notice before its job is given back without it."""

    def __post_init__(self) -> None:
        if min(self.lease_s, self.poll_s, self.beat_s) <= 0 or self.grace_s < 0:
            raise ValueError("a worker's times must be above 0")
        if self.beat_s > self.lease_s / 3:
            object.__setattr__(self, "beat_s", self.lease_s / 3)  # two beats may fail before the lease is gone


@dataclass(slots=True)
class _Run:
    """One handler at work, shared by its thread and the beating one."""

    lease: Lease
    done: float = 0.0
    what: str = ""
    stop: JobStopped | None = None
    result: JsonObject | None = None
    error: Exception | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: float, what: str) -> None:
        if self.stop is not None:
            raise self.stop
        self.done, self.what = max(self.done, min(done, 1.0)), what

    def work(self, handler: Handler) -> None:
        try:
            self.result = handler(self.lease.job, self.progress)
        except Exception as error:
            self.error = error
        finally:
            self.ended.set()


class _Beat:
    """Writes progress, extends the lease, looks for a cancel."""

    def __init__(self, queue: JobQueue, times: WorkerTimes, run: _Run) -> None:
        self._queue, self._times, self._run = queue, times, run
        self._written: tuple[float, str] = (0.0, "")
        self._extended = time.monotonic()

    def __call__(self) -> None:
        run, now = self._run, time.monotonic()
        state, due = (run.done, run.what), now - self._extended > self._times.lease_s / 3
        try:
            if state != self._written or due:
                asked = self._queue.beat(run.lease, self._times.lease_s, *state)
                self._written, self._extended = state, now
            else:
                asked = self._queue.cancel_requested(run.lease)
            if asked:
                run.stop = run.stop or JobCancelled(run.lease.job.id)
        except LeaseLost as lost:
            run.stop = lost
        except sa.exc.DBAPIError:  # the lease outlives a short absence of the database; a long one costs it
            _LOG.warning("job %s: the database does not answer", run.lease.job.id, exc_info=True)


class Worker:
    """Works on jobs of the kinds that `handlers` knows, one at a time."""

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        queue: JobQueue,
        times: WorkerTimes = WorkerTimes(),
        problem_of: ProblemOf = internal_problem,
        worker_id: str | None = None,
    ) -> None:
        self._handlers, self._queue, self._times, self._problem_of = dict(handlers), queue, times, problem_of
        self.worker_id = worker_id or new_worker_id()
        self.left_behind = False
        """Whether a handler that did not stop in time still runs: end the process, do not take another job."""

    def run_forever(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then the present job goes back to the queue. A database that is away is awaited."""
        _LOG.info("worker %s waits for %s", self.worker_id, ", ".join(sorted(self._handlers)))
        while not stop.is_set() and not self.left_behind:
            try:
                worked = self.run_one(stop)
            except _AWAY:
                _LOG.exception("the database does not answer; worker %s tries again", self.worker_id)
                worked = False
            if not worked:
                stop.wait(self._times.poll_s)

    def run_one(self, stop: threading.Event | None = None) -> bool:
        """Take one job and see it through; false where there was none."""
        lease = self._queue.take(self.worker_id, self._times.lease_s, self._handlers.keys())
        if lease is None:
            return False
        job = lease.job
        _LOG.info("job %s (%s): begun, attempt %d", job.id, job.kind, job.attempts)
        run = _Run(lease)
        handler = self._handlers[job.kind]
        threading.Thread(target=run.work, args=(handler,), name=f"job-{job.id}", daemon=True).start()
        self._accompany(run, stop or threading.Event())
        self._settle(run)
        return True

    def _accompany(self, run: _Run, stop: threading.Event) -> None:
        """Beat until the handler ended, or did not notice within its grace that the worker stops."""
        stopped_at: float | None = None
        beat = _Beat(self._queue, self._times, run)
        while not run.ended.wait(self._times.beat_s if stopped_at is None else min(self._times.beat_s, 0.05)):
            if stop.is_set() and stopped_at is None:
                stopped_at = time.monotonic()
                run.stop = run.stop or WorkerStopping(run.lease.job.id)
            if stopped_at is not None and time.monotonic() - stopped_at > self._times.grace_s:
                self.left_behind = True
                return
            beat()

    def _settle(self, run: _Run) -> None:
        """Write what became of the job, trying for as long as the lease lasts."""
        ends = time.monotonic() + self._times.lease_s
        while True:
            try:
                return self._write_end(run)
            except LeaseLost:
                return _LOG.warning("job %s: another worker has it now, nothing written", run.lease.job.id)
            except _AWAY:
                if time.monotonic() > ends:
                    raise
                _LOG.warning("job %s: the database does not answer", run.lease.job.id, exc_info=True)
                time.sleep(self._times.poll_s)
            except Exception as error:
                if run.result is None:
                    raise
                # The result is nothing that the database can hold; another attempt would bring the same.
                run.result, run.error = None, error

    def _write_end(self, run: _Run) -> None:
        job = run.lease.job
        if run.result is not None:
            self._queue.finish(run.lease, run.result)
            _LOG.info("job %s (%s): done", job.id, job.kind)
            return
        reason = run.stop if self.left_behind else run.error
        if isinstance(reason, JobCancelled):
            self._queue.cancel(run.lease)
            _LOG.info("job %s (%s): cancelled", job.id, job.kind)
        elif isinstance(reason, WorkerStopping):
            self._queue.release(run.lease)
            _LOG.info("job %s (%s): back in the queue", job.id, job.kind)
        elif isinstance(reason, LeaseLost):
            raise reason
        else:
            error = reason or TypeError(f"the handler of {job.kind} returned no result")
            _LOG.error("job %s (%s): failed", job.id, job.kind, exc_info=error)
            self._queue.fail(run.lease, self._problem_of(error))


def serve(worker: Worker) -> None:
    """Run `worker` in this process until SIGTERM or SIGINT; call it from the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker.run_forever(stop)
    if worker.left_behind:
        # A handler still computes in native code; taking the interpreter down under it could crash.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)
