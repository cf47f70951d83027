"""Days: what a rep is to do on a local date, what found no place, and what became of it."""

import sqlalchemy as sa

from app.storage.column_types import BigId, Json
from app.storage.tables.base import metadata, moment, one_of, organisation_id, row_number, same_organisation

day_plans = sa.Table(
    "day_plans",
    metadata,
    row_number(),
    organisation_id(),
    sa.Column("rep_id", BigId, nullable=False),
    sa.Column("local_date", sa.Date, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),  # the very bytes that the phone gets
    sa.Column("stop_count", sa.Integer, nullable=False),
    sa.Column("drive_s", sa.Integer, nullable=False),
    sa.Column("distance_m", sa.Integer, nullable=False),
    moment("created_at"),
    same_organisation("rep_id", "reps"),
    sa.UniqueConstraint("organisation_id", "rep_id", "local_date"),
    sa.UniqueConstraint("organisation_id", "id"),
    sa.Index("ix_day_plans_organisation_id_local_date", "organisation_id", "local_date"),
)

planned_stops = sa.Table(
    "planned_stops",
    metadata,
    organisation_id(),
    sa.Column("day_plan_id", BigId, primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("account_id", BigId, nullable=False),
    moment("arrive_at"),
    moment("begin_at"),
    moment("leave_at"),
    sa.Column("window", sa.Text, nullable=False),
    same_organisation("day_plan_id", "day_plans"),
    same_organisation("account_id", "accounts"),
    sa.Index("ix_planned_stops_organisation_id_account_id", "organisation_id", "account_id"),
)

unplanned_visits = sa.Table(
    "unplanned_visits",
    metadata,
    row_number(),
    organisation_id(),
    sa.Column("local_date", sa.Date, nullable=False),
    sa.Column("rep_id", BigId),
    sa.Column("account_id", BigId, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", Json, nullable=False),
    same_organisation("rep_id", "reps"),
    same_organisation("account_id", "accounts"),
    sa.Index("ix_unplanned_visits_organisation_id_local_date", "organisation_id", "local_date"),
)

visit_outcomes = sa.Table(
    "visit_outcomes",
    metadata,
    organisation_id(primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),  # made by the phone, so that sending it again is harmless
    sa.Column("rep_id", BigId, nullable=False),
    sa.Column("account_id", BigId, nullable=False),
    sa.Column("local_date", sa.Date, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    moment("happened_at"),
    moment("received_at"),
    one_of("outcome", ("done", "not_met", "skipped")),
    same_organisation("rep_id", "reps"),
    same_organisation("account_id", "accounts"),
    sa.Index("ix_visit_outcomes_organisation_id_rep_id_local_date", "organisation_id", "rep_id", "local_date"),
)
