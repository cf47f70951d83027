"""Traces on the wire, beside the views that the service makes."""

from datetime import datetime
from typing import Annotated

import msgspec

from app.schemas.accounts import Lat, Lon
from app.services.gpx_trace import TracePoint

Accuracy = Annotated[float, msgspec.Meta(gt=0, le=100_000, description="metres, as phones report it")]


class PointOfTrace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A position of a phone; either all points of a trace have a time, or none."""

    lon: Lon
    lat: Lat
    time: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    accuracy_m: Accuracy | None = None


class MileageRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In the order in which they were measured."""

    points: Annotated[list[PointOfTrace], msgspec.Meta(min_length=2)]


class MileageForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand beside the part `file`, a GPX file."""

    accuracy_m: Accuracy | None = None
    """Of points that say nothing of it."""


def trace_points(asked: MileageRequest) -> list[TracePoint]:
    """As the service takes them."""
    return [
        TracePoint(one.lon, one.lat, one.time, one.accuracy_m, f"points[{i}]") for i, one in enumerate(asked.points)
    ]
