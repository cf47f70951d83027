"""Areas that can be reached in time."""

from app.access import Action
from app.api.endpoint import Api, Call
from app.schemas.isochrones import IsochroneQuery, RepIsochroneQuery, whereabouts, wish
from app.services.isochrones import Isochrones
from app.services.whereabouts import Whereabouts

api = Api("isochrones")


@api.operation(
    "GET",
    "/v1/isochrones",
    action=Action.COMPUTE_ROUTES,
    query=IsochroneQuery,
    answer=Isochrones,
    summary="Areas within some minutes of a place",
)
def get_isochrones(call: Call[None, IsochroneQuery]) -> Isochrones:
    """GeoJSON: for each number of minutes the area where the nearest street is reached in time, streets cut where time
    is up. `direction` to: from where the place is reached in time.
    """
    return call.app.isochrones(call.organisation_id, whereabouts(call.query), wish(call.query))


@api.operation(
    "GET",
    "/v1/reps/<int:rep_id>/isochrones",
    action=Action.READ_DAYS,
    query=RepIsochroneQuery,
    answer=Isochrones,
    summary="Areas within some minutes of a rep",
)
def get_isochrones_of_rep(call: Call[None, RepIsochroneQuery], rep_id: int) -> Isochrones:
    """Around the rep's home, or around a point."""
    where = Whereabouts(call.query.lon, call.query.lat).or_home_of(rep_id)
    return call.app.isochrones(call.organisation_id, where, wish(call.query))
