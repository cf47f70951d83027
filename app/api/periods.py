"""Travel times by time of day: the periods, and the speeds of single roads in them."""

from app.access import Action
from app.api.accounts import submit_import
from app.api.endpoint import Api, Call, Upload
from app.schemas.accounts import ImportForm, ImportRequest
from app.schemas.jobs import JobView
from app.services.read_periods import PeriodsView, read_periods

api = Api("periods")


@api.operation(
    "GET", "/v1/network/periods", action=Action.READ_NETWORK, answer=PeriodsView, summary="Speeds by time of day"
)
def get_periods(call: Call[None, None]) -> PeriodsView:
    """Classes of weekdays, their periods, the factors of the road classes, and what was uploaded."""
    app = call.app
    return read_periods(app.storage, app.maps, app.times_of_day, call.organisation_id)


@api.operation(
    "POST",
    "/v1/network/speed-table/imports",
    action=Action.WRITE_SPEEDS,
    body=ImportRequest,
    form=ImportForm,
    answer=JobView,
    status=202,
    creates=True,
    location="/v1/jobs/{id}",
    summary="Import speeds of single roads by time of day",
)
def post_speed_table_import(call: Call[ImportRequest | Upload, None]) -> JobView:
    """A CSV file, in place of the one before; a job whose result is the report.

    Columns: from_osm_node and to_osm_node, or osm_way (and direction: forward, backward, both); speed_kmh or speed_mph
    (0 closes), factor, or closed; period and weekdays (names of the profile, several with |, empty: all). Files of
    segment speeds as OSRM has them, without a header, are read as they are. Rows that hold in all periods also change
    answers of no time of day (/table, /route, matrices without depart_at), in every process once the job is done.
    """
    return submit_import(call, "import_speeds")


@api.operation(
    "DELETE",
    "/v1/network/speed-table",
    action=Action.WRITE_SPEEDS,
    status=204,
    summary="Forget the speeds of single roads",
)
def delete_speed_table(call: Call[None, None]) -> None:
    """The factors of the road classes hold for all roads again, and no file in answers of no time of day."""
    call.app.import_speeds.remove(call.organisation_id)
