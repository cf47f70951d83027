"""Long work: look at it, cancel it."""

from uuid import UUID

from app.access import Action
from app.api.endpoint import Api, Call
from app.schemas.jobs import JobList, JobView, job_view
from app.schemas.pages import PageQuery
from app.services.errors import LimitExceeded, NotFound
from app.storage.records import Job

api = Api("jobs")


@api.operation("GET", "/v1/jobs", action=Action.READ_JOBS, query=PageQuery, answer=JobList, summary="List jobs")
def get_jobs(call: Call[None, PageQuery]) -> JobList:
    """Newest first."""
    if call.query.limit > call.app.settings.max_page_size:
        raise LimitExceeded("limit", call.query.limit, call.app.settings.max_page_size, "BEATPLAN_MAX_PAGE_SIZE")
    return JobList([job_view(job) for job in call.app.queue.page(call.organisation_id, call.query.limit)])


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
