"""Import speeds of single roads by time of day from a CSV file, as `routing.traffic.speed_table` describes it."""

import gzip

import msgspec

from app.services.change_speeds import write_speeds
from app.services.company import open_company
from app.services.company_map import Maps
from app.services.errors import InvalidInput, NotFound
from app.services.import_tables import ImportMode
from app.services.times_of_day import TimesOfDay
from app.services.uploaded_speeds import UploadedSpeeds
from app.storage.records import SpeedTableFacts
from app.storage.unit_of_work import Storage, UnitOfWork
from routing.progress import Progress
from routing.traffic.errors import SpeedTableUnreadable
from routing.traffic.row_matching import match_rows
from routing.traffic.speed_table import SpeedProblem, read_speed_table

_LINES_NAMED = 10


class SpeedImportReport(msgspec.Struct, frozen=True):
    """What a file of speeds holds and whether it was taken."""

    mode: str
    rows: int
    good: int
    imported: int
    arcs: int
    """Arcs of the map that get speeds of their own."""
    problems: list[SpeedProblem]
    problems_left_off: int
    warnings: list[str]


class ImportSpeeds:
    """Takes a file in place of the one there was."""

    def __init__(
        self,
        storage: Storage,
        maps: Maps,
        times: TimesOfDay,
        uploaded: UploadedSpeeds,
        most_rows: int,
        most_problems: int,
    ) -> None:
        self._storage, self._maps, self._times, self._uploaded = storage, maps, times, uploaded
        self._most_rows, self._most_problems = most_rows, most_problems

    def __call__(
        self, organisation_id: int, filename: str, data: bytes, mode: ImportMode, by: str, progress: Progress
    ) -> SpeedImportReport:
        """Check, and unless it is a dry run take, a file. Raises InvalidInput if it cannot be read, NotReady."""
        company = open_company(self._storage, self._maps, organisation_id)
        week = self._times.required().week
        try:
            read = read_speed_table(data, week, self._most_rows)
        except SpeedTableUnreadable as error:
            setting = " (setting BEATPLAN_MAX_SPEED_ROWS)" if error.too_long else ""
            code = "too_large" if error.too_long else "file_unreadable"
            raise InvalidInput(f"{filename}: {error}{setting}", field="file", code=code) from None
        progress(0.5, "finding roads")
        matched = match_rows(company.map.stored.network, read.rows)
        elsewhere = read.rows.line[matched.elsewhere].tolist()
        warnings = [f"{len(elsewhere)} rows are about no road of this map: {_lines(elsewhere)}"] if elsewhere else []
        good = len(read.rows) - len(elsewhere)
        takes = good > 0 and (mode == "good_rows" or (mode == "all_or_nothing" and not read.problems))
        if takes:
            facts = SpeedTableFacts(filename=filename, content=gzip.compress(data), row_count=good, created_by=by)
            self._uploaded.keep(facts.content, company.map.stored, matched.speeds)
            progress(0.7, "bringing speeds into effect")
            write_speeds(self._storage, self._maps, company.organisation, lambda work: work.speed_tables.put(facts))
        shown = list(read.problems[: self._most_problems])
        return SpeedImportReport(
            mode=mode,
            rows=read.row_count,
            good=good,
            imported=good if takes else 0,
            arcs=int(matched.speeds.arcs.size),
            problems=shown,
            problems_left_off=len(read.problems) - len(shown),
            warnings=warnings,
        )

    def remove(self, organisation_id: int) -> None:
        """Speeds of single roads hold no longer. Raises NotFound where there are none."""

        def write(work: UnitOfWork) -> None:
            if not work.speed_tables.remove():
                raise NotFound("no speeds of single roads have been imported")

        company = open_company(self._storage, self._maps, organisation_id)
        write_speeds(self._storage, self._maps, company.organisation, write)


def _lines(lines: list[int]) -> str:
    named = ", ".join(str(line) for line in lines[:_LINES_NAMED])
    return f"line{'s' if len(lines) > 1 else ''} {named}{' …' if len(lines) > _LINES_NAMED else ''}"
