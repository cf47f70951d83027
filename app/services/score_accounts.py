"""Score every account by the organisation's rules, and derive its class and visits from the score."""

from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np

from app.services.company import read_organisation
from app.services.local_time import local_date
from app.services.sales_settings import SalesSettings, sales_settings
from app.storage.records import AccountColumns, AccountScore
from app.storage.unit_of_work import Storage, UnitOfWork
from routing.arrays import Int32Array
from territories.sales.call_frequency import VisitDemand, visit_demand
from territories.sales.score import Attributes, reasons, score_accounts, thresholds_for_shares

FIRST_SHARES = (0.10, 0.25, 0.40)
"""Of the accounts scored first, about so many become A, B and C; the thresholds stay as numbers from then on."""


@dataclass(frozen=True, slots=True)
class ScoringDone:
    """How many accounts fell into each class."""

    accounts: int
    of_class: dict[str, int]


def score_all(storage: Storage, organisation_id: int, settings: SalesSettings | None = None) -> ScoringDone:
    """Score with `settings`, which stay in force, else with those in force; the first time classes are fitted."""
    with storage.writing(organisation_id) as work:
        organisation = read_organisation(work)
        today = local_date(work.now, organisation.time_zone)
        columns = work.accounts.all_for_design()
        attributes = score_attributes(columns, today)
        used = settings or sales_settings(organisation)
        if settings is None and "sales" not in organisation.settings and len(columns):
            used = _fitted(used, attributes)
        model = used.score_model()
        used.frequencies()
        scores = score_accounts(model, attributes)
        names = [model.classes.names[index] for index in scores.class_index]
        work.accounts.update_scores(
            [
                AccountScore(
                    account_id=int(account),
                    score=round(float(scores.score[i]), 2),
                    account_class=names[i],
                    reasons=[msgspec.to_builtins(reason) for reason in reasons(model, attributes, scores, i)],
                )
                for i, account in enumerate(columns.id)
            ]
        )
        merged = {**organisation.settings, "sales": msgspec.to_builtins(used)}
        work.organisations.set_settings(organisation_id, merged)
        work.commit()
    return ScoringDone(len(columns), {name: names.count(name) for name in model.classes.names})


def _fitted(settings: SalesSettings, attributes: Attributes) -> SalesSettings:
    scores = score_accounts(settings.score_model(), attributes).score
    names = tuple(one.name for one in settings.classes)
    if len(names) != len(FIRST_SHARES) + 1:
        return settings
    lowest = (*thresholds_for_shares(scores, names, FIRST_SHARES).lowest_score, 0.0)
    fitted = [
        msgspec.structs.replace(one, lowest_score=score) for one, score in zip(settings.classes, lowest, strict=True)
    ]
    return msgspec.structs.replace(settings, classes=fitted)


def score_attributes(columns: AccountColumns, today: date) -> Attributes:
    """What is known of the accounts, in the words of the score rules."""
    visited = [np.nan if day is None else float((today - day).days) for day in columns.last_visit_on]
    open_hours = [
        np.nan if week is None else sum(end - begin for day in week for begin, end in day) / 3600.0
        for week in columns.windows
    ]
    potential = np.where(columns.potential > 0, columns.potential, np.nan)
    numbers = {"potential": potential, "days_since_visit": np.array(visited), "open_hours_week": np.array(open_hours)}
    categories = tuple(category or None for category in columns.category)
    return Attributes(len(columns), numbers, {"category": categories})


def demand_of(columns: AccountColumns, settings: SalesSettings) -> VisitDemand:
    """Visits and service time of every account: its own where given, else its class's (unscored: the last class)."""
    service = np.where(columns.service_s > 0, columns.service_s, np.nan).astype(np.float64)
    classes = class_index(columns, settings)
    return visit_demand(settings.frequencies(), classes, np.asarray(columns.visits_per_period), service)


def class_index(columns: AccountColumns, settings: SalesSettings) -> Int32Array:
    """(n) index of each account's class; the last one where it has none yet."""
    index_of = {one.name: index for index, one in enumerate(settings.classes)}
    last = len(settings.classes) - 1
    return np.array([index_of.get(name or "", last) for name in columns.account_class], dtype=np.int32)


def read_demand(work: UnitOfWork, columns: AccountColumns) -> VisitDemand:
    """`demand_of` with the settings in force."""
    return demand_of(columns, sales_settings(read_organisation(work)))
