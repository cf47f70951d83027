"""Kilometres driven, from a phone's trace."""

from dataclasses import replace

from app.access import Action
from app.api.endpoint import Api, Call, Upload
from app.schemas.mileage import MileageForm, MileageRequest, trace_points
from app.services.errors import at_most
from app.services.gpx_trace import read_gpx
from app.services.mileage import Mileage, MileageLimits, mileage
from app.settings import Settings

api = Api("mileage")


@api.operation(
    "POST",
    "/v1/reps/<int:rep_id>/mileage",
    action=Action.READ_DAYS,
    body=MileageRequest,
    form=MileageForm,
    upload_setting="max_trace_bytes",
    answer=Mileage,
    summary="Kilometres driven by a GPS trace",
)
def post_mileage(call: Call[MileageRequest | Upload, None], rep_id: int) -> Mileage:  # noqa: ARG001 (it says who may)
    """Points as JSON, or a GPX file as the part `file` of a form. Nothing is stored.

    The roads that were driven as GeoJSON, with their kilometres and how sure they are; gaps in the trace (the phone was
    off, or on a ferry) and pauses are stretches of their own and not counted.
    """
    asked, app = call.body, call.app
    limits = _limits(app.settings)
    if not isinstance(asked, Upload):
        return mileage(app.storage, app.maps, call.organisation_id, trace_points(asked), limits)
    data = asked.file.stream.read()
    most = app.settings.max_trace_bytes
    at_most("file", len(data), most, "BEATPLAN_MAX_TRACE_BYTES", what="bytes of the file")
    limits = replace(limits, accuracy_m=asked.form.accuracy_m or limits.accuracy_m)
    return mileage(app.storage, app.maps, call.organisation_id, read_gpx(data, limits.points), limits)


def _limits(settings: Settings) -> MileageLimits:
    return MileageLimits(
        points=settings.max_trace_points,
        gap_s=settings.trace_gap_s,
        accuracy_m=settings.trace_accuracy_m,
        tolerance_m=settings.geometry_tolerance_m,
    )
