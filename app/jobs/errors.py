"""Why work on a job stops early. A handler lets all of them through.

JobStopped
├── JobCancelled     somebody asked for it
├── LeaseLost        another worker has the job now
└── WorkerStopping   this process is to end; the job goes back to the queue
"""

from uuid import UUID


class JobStopped(Exception):
    """Base of everything that `progress` raises to stop a handler."""


class JobCancelled(JobStopped):
    """Cancelling the job was asked for."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__(f"job {job_id} was cancelled")
        self.job_id = job_id


class LeaseLost(JobStopped):
    """The job is not `worker_id`'s (any more): nothing may be written."""

    def __init__(self, job_id: UUID, worker_id: str) -> None:
        super().__init__(f"job {job_id} is not leased by {worker_id} any more")
        self.job_id, self.worker_id = job_id, worker_id


class WorkerStopping(JobStopped):
    """The worker was told to stop."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__(f"job {job_id} goes back to the queue: its worker stops")
        self.job_id = job_id
