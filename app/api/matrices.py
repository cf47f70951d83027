"""Travel times and routes between any points."""

from app.access import Action
from app.api.endpoint import Api, Call
from app.compose import Beatplan
from app.schemas.matrices import MatrixRequest, RouteAnswer, RouteLeg, RouteRequest
from app.services.company import open_company
from app.services.travel import MatrixFound, TravelLimits, matrix, route

api = Api("matrices")


@api.operation(
    "POST",
    "/v1/matrices",
    action=Action.COMPUTE_MATRICES,
    body=MatrixRequest,
    answer=MatrixFound,
    summary="Travel times between points",
)
def post_matrix(call: Call[MatrixRequest, None]) -> MatrixFound:
    """Durations and distances of the same fastest paths; with `depart_at` those of journeys that begin then and run on
    from one period of the day into the next."""
    asked, limits = call.body, _limits(call.app)
    if asked.depart_at is None:
        company = open_company(call.app.storage, call.app.maps, call.organisation_id)
        return matrix(company.map, asked.sources, asked.targets, limits)
    return call.app.departures(call.organisation_id, asked.sources, asked.targets, limits, asked.depart_at)


@api.operation(
    "POST",
    "/v1/route",
    action=Action.COMPUTE_ROUTES,
    body=RouteRequest,
    answer=RouteAnswer,
    summary="The fastest route through points",
)
def post_route(call: Call[RouteRequest, None]) -> RouteAnswer:
    """In the order given, with the line of each leg."""
    company = open_company(call.app.storage, call.app.maps, call.organisation_id)
    legs = [
        RouteLeg(leg.duration_s, leg.distance_m, line)
        for leg, line in route(company.map, call.body.points, _limits(call.app))
    ]
    return RouteAnswer(sum(leg.duration_s for leg in legs), sum(leg.distance_m for leg in legs), legs)


def _limits(app: Beatplan) -> TravelLimits:
    settings = app.settings
    return TravelLimits(settings.max_matrix_places, settings.max_matrix_cells, settings.snap_radius_m)
