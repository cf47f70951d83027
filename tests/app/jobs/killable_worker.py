"""A worker process for the tests: `python -m tests.app.jobs.killable_worker URL MODE`.

MODE steps: reports progress until told to stop. MODE stuck: sleeps without ever reporting. MODE quick: answers at once.
"""

import sys
import time
from datetime import UTC, datetime

from app.jobs import JobQueue, Worker, WorkerTimes, serve
from app.storage.database import Database


def steps(job, progress):
    for step in range(600):
        progress(step / 600, f"step {step}")
        time.sleep(0.05)
    return {"by": "steps"}


def stuck(job, progress):
    progress(0.1, "stuck")
    time.sleep(60)
    return {"by": "stuck"}


def quick(job, progress):
    return {"by": "quick"}


if __name__ == "__main__":
    url, mode = sys.argv[1:]
    queue = JobQueue(Database.open(url), lambda: datetime.now(UTC), max_attempts=3)
    times = WorkerTimes(lease_s=1.5, poll_s=0.05, beat_s=0.1, grace_s=0.5)
    serve(Worker({"plan": {"steps": steps, "stuck": stuck, "quick": quick}[mode]}, queue, times))
