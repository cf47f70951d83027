"""How accounts are scored and how often they are called on."""

from app.access import Action
from app.api.endpoint import Api, Call
from app.services.company import read_organisation
from app.services.sales_settings import SalesSettings, sales_settings
from app.services.score_accounts import ScoringDone, score_all

api = Api("scoring")


@api.operation(
    "GET", "/v1/scoring", action=Action.READ_ACCOUNTS, answer=SalesSettings, summary="Score rules and call frequencies"
)
def get_scoring(call: Call[None, None]) -> SalesSettings:
    """What is in force."""
    with call.app.storage.reading(call.organisation_id) as work:
        return sales_settings(read_organisation(work))


@api.operation(
    "PUT",
    "/v1/scoring",
    action=Action.WRITE_ACCOUNTS,
    body=SalesSettings,
    answer=ScoringDone,
    summary="Set score rules and call frequencies, and score all accounts",
)
def put_scoring(call: Call[SalesSettings, None]) -> ScoringDone:
    """Every account's score, class and reasons are made anew in one transaction."""
    return score_all(call.app.storage, call.organisation_id, call.body)
