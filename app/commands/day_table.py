"""The day's result as tables on a terminal."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from app.services.company import Company
from app.services.read_days import days_of_date
from app.services.read_territories import current_alignment
from app.storage.unit_of_work import Storage

TERRITORY_COLUMNS = ("Territory", "Accounts", "Workload h", "Drive h", "Potential", "Load ±%", "Potential ±%", "Parts")
NOT_MET_LINES = 10
DAY_COLUMNS = ("Rep", "Stops", "Drive h", "Distance km", "First", "Last")


def print_day(console: Console, storage: Storage, company: Company, day: date) -> None:
    """One table of territories, one of the reps' days."""
    alignment = current_alignment(storage, company.id)
    measures = alignment.measures
    title = f"{company.organisation.name}: territories, version {alignment.version} (per period)"
    table = _table(title, TERRITORY_COLUMNS)
    for one in alignment.territories:
        balance = (f"{one.workload_balance * 100:+.1f}", f"{one.potential_balance * 100:+.1f}")
        hours = (f"{one.workload_s / 3600:.1f}", f"{one.drive_s / 3600:.1f}")
        table.add_row(one.rep_name, str(one.accounts), *hours, f"{one.potential:,.0f}", *balance, str(one.parts))
    workload_h = sum(one.workload_s for one in alignment.territories) / 3600
    potential = sum(one.potential for one in alignment.territories)
    table.add_section()
    worst = f"≤{measures.largest_workload_deviation * 100:.1f}", f"≤{measures.largest_potential_deviation * 100:.1f}"
    whole = (str(measures.accounts), f"{workload_h:.1f}", f"{measures.drive_s / 3600:.1f}", f"{potential:,.0f}")
    table.add_row("all", *whole, *worst, "")
    console.print(table)
    not_met = measures.violations
    if len(not_met) > NOT_MET_LINES:  # stored by an earlier version
        not_met = [*not_met[: NOT_MET_LINES - 1], f"and {len(not_met) - NOT_MET_LINES + 1} more"]
    for text in not_met:
        console.print(f"not met: {text}", style="yellow", highlight=False)
    _print_days(console, storage, company, day)


def _print_days(console: Console, storage: Storage, company: Company, day: date) -> None:
    found = days_of_date(storage, company.id, day)
    days = [one for one in found.days if found.reps[one.rep_id].active]  # those out of use may have had plans
    with storage.reading(company.id) as work:
        active = {None, *(rep.id for rep in work.reps.all())}
        unplanned = sum(one.rep_id in active for one in work.days.unplanned_of_date(day))
    table = _table(f"Visits on {day:%A} {day}", DAY_COLUMNS)
    for one in days:
        rep, stops = found.reps[one.rep_id], found.stops.get(one.rep_id, ())
        times = (_clock(stops[0].begin_at, rep.time_zone), _clock(stops[-1].leave_at, rep.time_zone)) if stops else ()
        figures = (str(one.stop_count), f"{one.drive_s / 3600:.1f}", f"{one.distance_m / 1000:.1f}")
        table.add_row(rep.name, *figures, *(times or ("–", "–")))
    table.add_section()
    drive_h = sum(one.drive_s for one in days) / 3600
    distance_km = sum(one.distance_m for one in days) / 1000
    stops_all = sum(one.stop_count for one in days)
    table.add_row("all", str(stops_all), f"{drive_h:.1f}", f"{distance_km:.1f}", "", "")
    console.print(table)
    console.print(f"{unplanned} visits were due and did not fit; each day's document says why.", highlight=False)


def _table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", no_wrap=True)
    return table


def _clock(moment: datetime, time_zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(time_zone)):%H:%M}"
