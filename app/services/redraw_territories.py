"""Draw territories anew as a draft, starting from those in force."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
import numpy as np

from app.services.alignment_measures import measures_document
from app.services.company import FOR_GOOD, open_company
from app.services.company_map import Maps
from app.services.design_problem import DesignCase, RedrawOptions, make_case, moved_workload_share, select_reps
from app.services.errors import InvalidInput
from app.services.score_accounts import read_demand
from app.services.travel_times import TravelTimes
from app.storage.unit_of_work import Storage
from routing.progress import Progress, part
from territories.design.checker import measure
from territories.design.designer import LocationAllocationDesigner
from territories.design.errors import DesignInputError
from territories.design.model import Budget


class RedrawDone(msgspec.Struct, frozen=True):
    """The draft that a redraw made."""

    version: int
    moved_accounts: int
    moved_workload_share: float
    largest_workload_deviation: float


class RedrawTerritories:
    """One transaction reads, the design works without one, another writes the draft if no version came in between."""

    def __init__(self, storage: Storage, maps: Maps, travel_times: TravelTimes, moves_per_unit: int) -> None:
        self._storage = storage
        self._maps = maps
        self._travel_times = travel_times
        self._moves_per_unit = moves_per_unit

    def __call__(
        self,
        organisation_id: int,
        options: RedrawOptions,
        progress: Progress,
        created_by: str = "",
        job_id: UUID | None = None,
    ) -> RedrawDone:
        """Live speeds count where they have no end: territories outlive a jam.

        Raises InvalidInput, NotReady, VersionConflict.
        """
        company = open_company(self._storage, self._maps, organisation_id, lambda _: FOR_GOOD)
        with self._storage.reading(organisation_id) as work:
            accounts = work.accounts.all_for_design()
            reps = select_reps(work.reps.all(), options.rep_ids)
            demand = read_demand(work, accounts)
            current = work.alignments.current()
            rep_of_account = work.alignments.units(current.id).rep_of_account() if current else {}
            version = work.alignments.latest_version()
        try:
            case = make_case(
                accounts,
                reps,
                demand,
                rep_of_account,
                options,
                company.map,
                self._travel_times,
                part(progress, 0.0, 0.4),
            )
            moves = self._moves_per_unit if options.moves_per_unit is None else options.moves_per_unit
            alignment = LocationAllocationDesigner().design(
                case.problem, Budget(moves_per_unit=moves), options.seed, part(progress, 0.4, 0.95)
            )
        except DesignInputError as error:
            raise InvalidInput(str(error), field=error.field) from None
        progress(0.95, "measuring")
        measured = measure(case.problem, alignment)
        document = measures_document(case, alignment, measured, rep_of_account)
        share = moved_workload_share(case, alignment, rep_of_account)
        document["summary"]["moved_workload_share"] = round(share, 4)
        assigned = _rep_of_account(case, alignment.territory_of_unit.tolist())
        with self._storage.writing(organisation_id) as work:
            draft = work.alignments.write_draft(
                assigned,
                expected_version=version,
                measures=document,
                note=options.note,
                created_by=created_by,
                job_id=job_id,
            )
            work.commit()
        summary = document["summary"]
        return RedrawDone(
            draft.version,
            summary["moved_accounts"],
            summary["moved_workload_share"],
            summary["largest_workload_deviation"],
        )


def _rep_of_account(case: DesignCase, territory_of_unit: list[int]) -> Mapping[int, int]:
    ids = np.asarray(case.accounts.id).tolist()
    return {account: case.reps[t].id for account, t in zip(ids, territory_of_unit, strict=True)}
