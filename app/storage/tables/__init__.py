"""All tables; importing this module completes `metadata`."""

from app.storage.tables.base import metadata
from app.storage.tables.company import accounts, organisations, reps
from app.storage.tables.days import day_plans, planned_stops, unplanned_visits, visit_outcomes
from app.storage.tables.service import api_keys, idempotency_keys, jobs
from app.storage.tables.speed_tables import speed_tables
from app.storage.tables.speeds import speed_changes
from app.storage.tables.territories import alignment_units, alignments, quotas

__all__ = [
    "accounts",
    "alignment_units",
    "alignments",
    "api_keys",
    "day_plans",
    "idempotency_keys",
    "jobs",
    "metadata",
    "organisations",
    "planned_stops",
    "quotas",
    "reps",
    "speed_changes",
    "speed_tables",
    "unplanned_visits",
    "visit_outcomes",
]
