"""A company's own files: import them, say what was left out, and take exactly whom they name as active."""

import sys
from dataclasses import dataclass
from pathlib import Path

from app.commands.progress_bars import step
from app.compose import Beatplan
from app.services.company import Company
from app.services.errors import InvalidInput
from app.services.import_tables import ImportReport
from app.storage.unit_of_work import UnitOfWork
from app.tabular.columns import ACCOUNT_SYNONYMS, REP_SYNONYMS
from app.tabular.file_rows import open_rows
from app.tabular.problems import RowProblem, TableError
from app.tabular.table import TableLimits

ALL = 10_000_000
SHOWN = 10
"""Problems and warnings of a file that are printed one by one."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of accounts or reps, read whole."""

    path: Path
    what: str
    """accounts or reps."""
    data: bytes

    @classmethod
    def read(cls, path: Path, what: str) -> "TableFile":
        """Raises InvalidInput where it cannot be read."""
        try:
            return cls(path, what, path.read_bytes())
        except OSError as error:
            raise InvalidInput(f"{path.name} cannot be read: {error.strerror}", field=what) from None

    def codes(self, limits: TableLimits) -> set[str]:
        """Every code that the file names, also in rows with mistakes. Raises InvalidInput for what is no table."""
        synonyms = ACCOUNT_SYNONYMS if self.what == "accounts" else REP_SYNONYMS
        try:
            rows = open_rows(self.data, self.path.name, limits, None, synonyms, ())
        except TableError as error:
            raise InvalidInput(str(error), field="file", code=error.code) from None
        return {code for reader in rows.readers if (code := reader.text("id"))}


def import_file(app: Beatplan, company: Company, file: TableFile, good_rows: bool) -> None:
    """Import, and print what was left out. Raises InvalidInput where nothing could be taken."""
    take = app.tables.accounts if file.what == "accounts" else app.tables.reps
    with step(f"{file.what.capitalize()} from {file.path.name}") as progress:
        mode = "good_rows" if good_rows else "all_or_nothing"
        report = take(company.id, file.path.name, file.data, mode, progress)  # type: ignore[arg-type]
    if report.imported == 0:
        raise InvalidInput(problem_text(file.path.name, report), field=file.what)
    say(*imported_lines(file.path.name, report))


def take_as_active(app: Beatplan, company: Company, file: TableFile) -> int:
    """Whom the file names is active, nobody else; how many are no longer. What is there stays: history refers to it."""
    limits = TableLimits(max_rows=app.settings.max_import_rows, max_bytes=app.settings.max_upload_bytes)
    named = file.codes(limits)
    with app.storage.writing(company.id) as work:
        repository = work.accounts if file.what == "accounts" else work.reps
        known = _active_of_code(work, file.what)
        ids = repository.ids_of_codes(list(known))
        gone = [ids[code] for code, active in known.items() if active and code not in named]
        back = [ids[code] for code, active in known.items() if not active and code in named]
        repository.set_active(gone, False)
        repository.set_active(back, True)
        work.commit()
    if gone:
        say(f"{file.path.name}: {len(gone)} {file.what} that it does not name are no longer active")
    return len(gone) + len(back)


def _active_of_code(work: UnitOfWork, what: str) -> dict[str, bool]:
    if what == "accounts":
        return {one.code: one.active for one in work.accounts.page(0, ALL)}
    return {one.code: one.active for one in work.reps.all(active=None)}


def say(*lines: str) -> None:
    """Tell the person at the terminal, beside the progress."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)  # noqa: T201


def imported_lines(name: str, report: ImportReport) -> list[str]:
    """What was imported of a file, its first problems and its warnings."""
    left_out = report.rows - report.imported
    lines = [f"{name}: {report.imported} of {report.rows} rows imported, {left_out} left out"]
    lines += _problem_lines(report)
    lines += [f"  note: {warning}" for warning in report.warnings[:SHOWN]]
    more = len(report.warnings) - SHOWN
    return lines + ([f"  … and {more} more notes"] if more > 0 else [])


def problem_text(name: str, report: ImportReport) -> str:
    """What is wrong with a file, its first rows, and the way out."""
    lines = [f"{name}: {report.good} of {report.rows} rows are good, nothing was imported.", *_problem_lines(report)]
    if report.good:
        lines.append("  --take-good-rows imports the good ones")
    return "\n".join(lines)


def _problem_lines(report: ImportReport) -> list[str]:
    lines = [_line(one) for one in report.problems[:SHOWN]]
    left = len(report.problems) - SHOWN + report.problems_left_off
    return lines + ([f"  … and {left} more"] if left > 0 else [])


def _line(one: RowProblem) -> str:
    where = "the file" if one.row is None else f"row {one.row}"
    return f"  {where}, {one.column or 'all columns'}: {one.message}" + (f" ({one.value})" if one.value else "")
