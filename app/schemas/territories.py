"""Territories on the wire, beside the views that the services make."""

from typing import Annotated

import msgspec

from app.schemas.pages import Limit, RowId, Version
from app.services.territory_views import AlignmentSummary


class RedrawRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a redraw may be asked for; all optional."""

    workload_tolerance: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.10
    potential_tolerance: Annotated[float, msgspec.Meta(gt=0, le=10)] = 0.20
    disruption_weight: Annotated[float, msgspec.Meta(ge=0, le=100)] = 1.0
    moves_per_unit: Annotated[int, msgspec.Meta(ge=0)] | None = None
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 1
    rep_ids: Annotated[list[RowId], msgspec.Meta(min_length=1)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class PlanRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a day's plan may be asked for; all optional."""

    solutions: Annotated[int, msgspec.Meta(ge=1)] | None = None
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 1
    rep_ids: Annotated[list[RowId], msgspec.Meta(min_length=1)] | None = None
    most_candidates: Annotated[int, msgspec.Meta(ge=1)] | None = None


class AlignmentHistory(msgspec.Struct, frozen=True):
    """Versions, newest first."""

    items: list[AlignmentSummary]


class HistoryQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many versions to list."""

    limit: Limit = 20


class CompareQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two versions."""

    left: Version
    right: Version


class QuotaGoal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A goal in whole units, to be split; `potential_weight` against selling capacity."""

    goal: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    period: Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
    potential_weight: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.6
