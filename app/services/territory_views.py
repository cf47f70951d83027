"""Territories as managers see them: measures, outlines, and two alignments side by side."""

from datetime import datetime
from typing import Any

import msgspec


class TerritoryView(msgspec.Struct, frozen=True):
    """One rep's territory with its measures; hours and money as plain sums, balance relative to the target share."""

    rep_id: int
    rep_code: str
    rep_name: str
    home_lon: float
    home_lat: float
    accounts: int
    workload_s: int
    """Per period: visits times service plus estimated windshield time."""
    drive_s: int
    """The windshield part of `workload_s`."""
    potential: float
    workload_balance: float
    """workload_s / target - 1; 0.07 is 7 % above."""
    potential_balance: float
    mean_home_drive_s: float
    """Mean driving time from the rep's home to the accounts, weighted by visits."""
    parts: int
    """Connected parts over the road network; 1 is contiguous."""
    quota: float | None
    outline: dict[str, Any]
    """GeoJSON MultiPolygon."""


class AlignmentMeasuresView(msgspec.Struct, frozen=True):
    """The whole alignment in figures."""

    accounts: int
    territories: int
    largest_workload_deviation: float
    largest_potential_deviation: float
    mean_home_drive_s: float
    drive_s: int
    cut_off_accounts: int
    moved_accounts: int
    moved_workload_share: float
    violations: list[str]


class AlignmentView(msgspec.Struct, frozen=True):
    """One version of the territories."""

    version: int
    state: str
    """draft, current or retired."""
    based_on_version: int | None
    note: str
    created_at: datetime
    measures: AlignmentMeasuresView
    territories: list[TerritoryView]


class AlignmentSummary(msgspec.Struct, frozen=True):
    """A line of the history."""

    version: int
    state: str
    based_on_version: int | None
    note: str
    created_at: datetime
    measures: AlignmentMeasuresView


class UnitColumns(msgspec.Struct, frozen=True):
    """Accounts of an alignment as columns, short enough to send all at once to a map."""

    account_id: list[int]
    name: list[str]
    lon: list[float]
    lat: list[float]
    rep_id: list[int]
    account_class: list[str]
    service_s: list[int]
    """Time at the account in a period."""
    potential: list[float]


class MovedAccount(msgspec.Struct, frozen=True):
    """An account that changes hands between two alignments."""

    account_id: int
    name: str
    lon: float
    lat: float
    from_rep_id: int | None
    to_rep_id: int | None


class AlignmentComparison(msgspec.Struct, frozen=True):
    """Two alignments side by side, and what changes hands: the first what-if."""

    left: AlignmentView
    right: AlignmentView
    moved: list[MovedAccount]
