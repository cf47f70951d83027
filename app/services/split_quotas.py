"""Split a company goal into quotas over the territories in force."""

from dataclasses import dataclass

import msgspec

from app.services.design_problem import weekly_working_s
from app.services.errors import InvalidInput, NotFound
from app.storage.records import QuotaFacts, QuotaSet
from app.storage.unit_of_work import Storage, UnitOfWork
from territories.sales.quotas import QuotaInputInvalid, QuotaWeights, split_goal


class QuotaView(msgspec.Struct, frozen=True):
    """One rep's quota and how it came about."""

    rep_id: int
    rep_name: str
    amount: float
    share: float
    explanation: str


class QuotaSetView(msgspec.Struct, frozen=True):
    """A goal, split; the amounts add up to it."""

    period: str
    goal: float
    quotas: list[QuotaView]


@dataclass(frozen=True, slots=True)
class QuotaRequest:
    """A goal in whole units of any currency, for a period named by the company."""

    goal: int
    period: str
    potential_weight: float = 0.6


def split_quotas(storage: Storage, organisation_id: int, asked: QuotaRequest) -> QuotaSetView:
    """By the potential of each territory in force and the working time of its rep. Raises InvalidInput, NotFound."""
    with storage.writing(organisation_id) as work:
        current = work.alignments.current()
        if current is None:
            raise NotFound("no territories are in force", code="no_territories")
        territories = current.measures["territories"]
        reps = work.reps.by_ids([one["rep_id"] for one in territories])
        try:
            if not 0 <= asked.potential_weight <= 1:
                raise QuotaInputInvalid("potential_weight", asked.potential_weight, "from 0 to 1")
            quotas = split_goal(
                asked.goal,
                [one["potential"] for one in territories],
                [weekly_working_s(reps[one["rep_id"]]) for one in territories],
                QuotaWeights(asked.potential_weight, 1 - asked.potential_weight),
            )
        except QuotaInputInvalid as error:
            raise InvalidInput(str(error), field=error.field_name) from None
        shares = [
            QuotaFacts(
                rep_id=one["rep_id"],
                amount=float(quotas.quota[i]),
                explanation={"text": quotas.explanation[i], "share": float(quotas.share[i])},
            )
            for i, one in enumerate(territories)
        ]
        stored = work.quotas.add_set(asked.period, float(asked.goal), shares)
        view = _view(work, stored)
        work.commit()
        return view


def latest_quotas(storage: Storage, organisation_id: int) -> QuotaSetView:
    """The newest split. Raises NotFound."""
    with storage.reading(organisation_id) as work:
        found = work.quotas.latest()
        if found is None:
            raise NotFound("no quotas have been set", code="no_quotas")
        return _view(work, found)


def _view(work: UnitOfWork, found: QuotaSet) -> QuotaSetView:
    reps = work.reps.by_ids([share.rep_id for share in found.quotas])
    quotas = [
        QuotaView(s.rep_id, reps[s.rep_id].name, s.amount, s.explanation["share"], s.explanation["text"])
        for s in found.quotas
    ]
    return QuotaSetView(found.period, found.goal, quotas)
