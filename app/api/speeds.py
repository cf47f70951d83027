"""Live speeds and closures: in effect in every process when the request that says them is answered."""

from app.access import Action
from app.api.endpoint import Api, Call
from app.schemas.speeds import RoadQuery, SpeedsRequest
from app.services.change_speeds import SpeedsView
from app.services.company import open_company
from app.services.road_at import RoadView, road_at
from app.services.speed_shapes import SpeedShapes, speed_shapes

api = Api("speeds")
READ, WRITE = Action.READ_NETWORK, Action.WRITE_SPEEDS


@api.operation("GET", "/v1/network/speeds", action=READ, answer=SpeedsView, summary="Live speeds in effect")
def get_speeds(call: Call[None, None]) -> SpeedsView:
    """Closures, factors and speeds beside what the map says, oldest first."""
    return call.app.speeds.read(call.organisation_id)


@api.operation(
    "PATCH",
    "/v1/network/speeds",
    action=WRITE,
    body=SpeedsRequest,
    answer=SpeedsView,
    creates=True,
    summary="Change speeds, close roads",
)
def patch_speeds(call: Call[SpeedsRequest, None]) -> SpeedsView:
    """All of the changes or, where one cannot be, none. When this is answered they are in effect everywhere: travel
    times, routes and plans asked for from then on follow them. What is stored, plans too, stays as it is."""
    by = f"key {call.principal.key_id}"
    return call.app.speeds.add(call.organisation_id, call.body.changes, call.body.replace, by)


@api.operation(
    "GET", "/v1/network/speeds/shapes", action=READ, answer=SpeedShapes, summary="Live speeds as shapes for a map"
)
def get_shapes(call: Call[None, None]) -> SpeedShapes:
    """GeoJSON: areas as they were drawn, streets along their lines."""
    return speed_shapes(call.app.storage, call.app.maps, call.organisation_id)


@api.operation("DELETE", "/v1/network/speeds", action=WRITE, status=204, summary="End all live speeds")
def delete_speeds(call: Call[None, None]) -> None:
    """The map's own speeds, and uploaded ones, hold again."""
    call.app.speeds.clear(call.organisation_id)


@api.operation("DELETE", "/v1/network/speeds/<int:change_id>", action=WRITE, status=204, summary="End a live speed")
def delete_speed(call: Call[None, None], change_id: int) -> None:
    """The others stay in effect."""
    call.app.speeds.remove(call.organisation_id, change_id)


@api.operation("GET", "/v1/network/road", action=READ, query=RoadQuery, answer=RoadView, summary="The road at a point")
def get_road(call: Call[None, RoadQuery]) -> RoadView:
    """Way and arcs, by which its speed can be changed, and the speeds that are driven on it."""
    app = call.app
    company = open_company(app.storage, app.maps, call.organisation_id)
    return road_at(company.map, call.query.lon, call.query.lat, app.settings.snap_radius_m)
