"""Reps: list, look at, add, import."""

from app.access import Action
from app.api.accounts import submit_import
from app.api.endpoint import Api, Call, Upload
from app.schemas.accounts import ImportForm, ImportRequest
from app.schemas.jobs import JobView
from app.schemas.reps import NewRep, RepList, RepView, rep_view
from app.services.edit_accounts import add_rep, list_reps, read_rep
from app.storage.records import RepFacts

api = Api("reps")


@api.operation("GET", "/v1/reps", action=Action.READ_REPS, answer=RepList, summary="List reps")
def get_reps(call: Call[None, None]) -> RepList:
    """All active ones."""
    return RepList([rep_view(rep) for rep in list_reps(call.app.storage, call.organisation_id)])


@api.operation("GET", "/v1/reps/<int:rep_id>", action=Action.READ_REPS, answer=RepView, summary="One rep")
def get_rep(call: Call[None, None], rep_id: int) -> RepView:
    """With shift, break and home."""
    return rep_view(read_rep(call.app.storage, call.organisation_id, rep_id))


@api.operation(
    "POST",
    "/v1/reps",
    action=Action.WRITE_REPS,
    body=NewRep,
    answer=RepView,
    status=201,
    creates=True,
    location="/v1/reps/{id}",
    summary="Add a rep",
)
def post_rep(call: Call[NewRep, None]) -> RepView:
    """The rep gets a territory with the next redraw."""
    new, app = call.body, call.app
    facts = RepFacts(
        code=new.code,
        name=new.name,
        home_lon=new.home_lon,
        home_lat=new.home_lat,
        home_address=new.home_address,
        shift_begin_s=new.shift_begin_s,
        shift_end_s=new.shift_end_s,
        break_begin_s=new.break_begin_s,
        break_end_s=new.break_end_s,
        break_s=new.break_s,
        max_drive_s=new.max_drive_s,
        skills=tuple(new.skills),
        time_zone=new.time_zone or app.settings.time_zone,
        workdays=new.workdays,
    )
    return rep_view(add_rep(app.storage, app.maps, app.tables, call.organisation_id, facts))


@api.operation(
    "POST",
    "/v1/reps/imports",
    action=Action.WRITE_REPS,
    body=ImportRequest,
    form=ImportForm,
    answer=JobView,
    status=202,
    creates=True,
    location="/v1/jobs/{id}",
    summary="Import reps from a CSV or XLSX file",
)
def post_rep_import(call: Call[ImportRequest | Upload, None]) -> JobView:
    """A job whose result is the report."""
    return submit_import(call, "import_reps")
