"""Quotas and the number of reps."""

from app.access import Action
from app.api.endpoint import Api, Call
from app.schemas.territories import QuotaGoal
from app.services.size_sales_force import SizingView, size_sales_force
from app.services.split_quotas import QuotaRequest, QuotaSetView, latest_quotas, split_quotas

api = Api("quotas")


@api.operation(
    "POST",
    "/v1/quotas",
    action=Action.WRITE_QUOTAS,
    body=QuotaGoal,
    answer=QuotaSetView,
    status=201,
    creates=True,
    summary="Split a goal into quotas",
)
def post_quotas(call: Call[QuotaGoal, None]) -> QuotaSetView:
    """By the potential of each territory and the working time of its rep; the amounts add up to the goal."""
    asked = QuotaRequest(call.body.goal, call.body.period, call.body.potential_weight)
    return split_quotas(call.app.storage, call.organisation_id, asked)


@api.operation("GET", "/v1/quotas/current", action=Action.READ_QUOTAS, answer=QuotaSetView, summary="The newest quotas")
def get_quotas(call: Call[None, None]) -> QuotaSetView:
    """With how each came about."""
    return latest_quotas(call.app.storage, call.organisation_id)


@api.operation(
    "GET", "/v1/sizing", action=Action.READ_TERRITORIES, answer=SizingView, summary="How many reps are needed"
)
def get_sizing(call: Call[None, None]) -> SizingView:
    """From the workload of the territories in force; the assumptions are listed."""
    return size_sales_force(call.app.storage, call.organisation_id)
