"""Long work: look at it, cancel it."""

from uuid import UUID

from app.access import Action
from app.api.endpoint import Api, Call
from app.schemas.jobs import JobList, JobQuery, JobView, job_view
from app.services.errors import NotFound, at_most
from app.storage.records import Job

api = Api("jobs")


@api.operation("GET", "/v1/jobs", action=Action.READ_JOBS, query=JobQuery, answer=JobList, summary="List jobs")
def get_jobs(call: Call[None, JobQuery]) -> JobList:
    """Newest first; `before` is the id that the last page ended with."""
    asked = call.query
    at_most("limit", asked.limit, call.app.settings.max_page_size, "BEATPLAN_MAX_PAGE_SIZE")
    found = call.app.queue.page(call.organisation_id, asked.limit, asked.before, asked.kind, asked.state)
    return JobList([job_view(job) for job in found])


@api.operation("GET", "/v1/jobs/<uuid:job_id>", action=Action.READ_JOBS, answer=JobView, summary="One job")
def get_job(call: Call[None, None], job_id: UUID) -> JobView:
    """State, progress, and the result or the problem once it has ended."""
    return job_view(_there(call.app.queue.get(call.organisation_id, job_id), job_id))


@api.operation(
    "POST", "/v1/jobs/<uuid:job_id>/cancel", action=Action.CANCEL_JOBS, answer=JobView, summary="Cancel a job"
)
def post_cancel(call: Call[None, None], job_id: UUID) -> JobView:
    """A queued job ends at once, a running one soon; a finished one stays as it is."""
    return job_view(_there(call.app.queue.request_cancel(call.organisation_id, job_id), job_id))


def _there(found: Job | None, job_id: UUID) -> Job:
    if found is None:
        raise NotFound(f"job {job_id} is not there")
    return found
