"""Long work that outlives a request and a killed process."""

from app.jobs.errors import JobCancelled, JobStopped, LeaseLost, WorkerStopping
from app.jobs.queue import JobQueue, Lease
from app.jobs.worker import Handler, Worker, WorkerTimes, serve

__all__ = [
    "Handler",
    "JobCancelled",
    "JobQueue",
    "JobStopped",
    "Lease",
    "LeaseLost",
    "Worker",
    "WorkerStopping",
    "WorkerTimes",
    "serve",
]
