"""Look at accounts, add one, change one."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.services.company import open_company, read_organisation
from app.services.company_map import Maps
from app.services.errors import Conflict, InvalidInput, NotFound
from app.services.import_tables import ImportTables
from app.services.local_time import EARLIEST_DAY, local_date
from app.storage.records import Account, AccountFacts, AccountFilter, Rep, RepFacts
from app.storage.unit_of_work import Storage, UnitOfWork
from app.tabular.opening_hours import weekly_windows
from app.tabular.text import one_line


def list_accounts(
    storage: Storage, organisation_id: int, after: int, limit: int, wanted: AccountFilter
) -> list[Account]:
    """A page of accounts, by row number."""
    with storage.reading(organisation_id) as work:
        return work.accounts.page(after, limit, wanted)


def read_account(storage: Storage, organisation_id: int, account_id: int) -> Account:
    """One account. Raises NotFound."""
    with storage.reading(organisation_id) as work:
        return _there(work.accounts.get(account_id), account_id)


def add_account(
    storage: Storage, maps: Maps, tables: ImportTables, organisation_id: int, facts: AccountFacts
) -> Account:
    """Snap and store a new account, checked as a row of a file is. Raises Conflict for a known code, InvalidInput,
    OutsideNetwork.
    """
    company = open_company(storage, maps, organisation_id)
    facts = replace(facts, code=_filled(facts.code, "code"), name=_filled(facts.name, "name"))
    with storage.reading(organisation_id) as work:
        facts = replace(facts, required_skills=_known_skills(work, facts.required_skills))
        _check_lock(work, facts.locked_rep_id, facts.required_skills)
        _check_last_visit(facts.last_visit_on, local_date(work.now, company.organisation.time_zone))
    if facts.opening_hours and facts.windows is None:
        raise InvalidInput(f"opening_hours {facts.opening_hours!r} cannot be read", field="opening_hours")
    if facts.windows is not None and not any(facts.windows):
        raise InvalidInput("opening_hours: never open in an ordinary week", field="opening_hours")
    tables.check_near_road(company, facts.lon, facts.lat, "lon")
    tables.write_accounts(company, [facts], only_new=True)
    with storage.reading(organisation_id) as work:
        return work.accounts.by_codes([facts.code])[facts.code]


def change_account(storage: Storage, organisation_id: int, account_id: int, changes: Mapping[str, Any]) -> Account:
    """Change some facts. Raises NotFound, InvalidInput."""
    with storage.writing(organisation_id) as work:
        found = _there(work.accounts.get(account_id), account_id)
        _check_lock(work, changes.get("locked_rep_id"), found.required_skills)
        _check_last_visit(changes.get("last_visit_on"), local_date(work.now, read_organisation(work).time_zone))
        if "name" in changes:
            changes = {**changes, "name": _filled(changes["name"], "name")}
        changed = _there(work.accounts.edit(account_id, **changes), account_id)
        work.commit()
        return changed


def windows_of(opening_hours: str) -> tuple[tuple[tuple[int, int], ...], ...] | None:
    """Weekly windows of an opening hours text; None for none, or for a text that cannot be read."""
    return weekly_windows(opening_hours) if opening_hours else None


def list_reps(storage: Storage, organisation_id: int) -> list[Rep]:
    """All active reps."""
    with storage.reading(organisation_id) as work:
        return work.reps.all()


def read_rep(storage: Storage, organisation_id: int, rep_id: int) -> Rep:
    """One rep. Raises NotFound."""
    with storage.reading(organisation_id) as work:
        found = work.reps.get(rep_id)
    if found is None:
        raise NotFound(f"rep {rep_id} is not there")
    return found


def add_rep(storage: Storage, maps: Maps, tables: ImportTables, organisation_id: int, facts: RepFacts) -> Rep:
    """Snap and store a new rep. Raises Conflict for a known code, InvalidInput, OutsideNetwork."""
    _check_rep(facts)
    company = open_company(storage, maps, organisation_id)
    with storage.reading(organisation_id) as work:
        if work.reps.ids_of_codes([facts.code]):
            raise Conflict(f"a rep with the code {facts.code!r} is there already", field="code")
    tables.check_near_road(company, facts.home_lon, facts.home_lat, "home_lon")
    tables.write_reps(company, [facts])
    with storage.reading(organisation_id) as work:
        return work.reps.by_codes([facts.code])[facts.code]


def _filled(text: str, field: str) -> str:
    """`text` on one line. Raises InvalidInput for a blank one."""
    found = one_line(text)
    if not found:
        raise InvalidInput(f"{field} is blank", field=field)
    return found


def _known_skills(work: UnitOfWork, skills: Collection[str]) -> tuple[str, ...]:
    """Each once, as the reps have them. Raises InvalidInput for one that no rep has, once there are reps."""
    reps = work.reps.all()
    wanted = tuple(dict.fromkeys(filter(None, map(one_line, skills))))
    if not reps:
        return wanted
    spelling = {skill.casefold(): skill for rep in reps for skill in rep.skills}
    for skill in wanted:
        if skill.casefold() not in spelling:
            there = ", ".join(sorted(spelling.values())[:10]) or "none"
            raise InvalidInput(f"skill {skill!r} is not known (known: {there})", field="skills")
    return tuple(dict.fromkeys(spelling[skill.casefold()] for skill in wanted))


def _check_lock(work: UnitOfWork, rep_id: int | None, required_skills: Collection[str]) -> None:
    if rep_id is None:
        return
    rep = work.reps.get(rep_id)
    if rep is None:
        raise InvalidInput(f"locked_rep_id: rep {rep_id} is not there", field="locked_rep_id")
    lacking = sorted(set(required_skills) - set(rep.skills))
    if lacking:
        raise InvalidInput(f"locked_rep_id: {rep.name} lacks the skill {', '.join(lacking)}", field="locked_rep_id")


def _check_last_visit(day: date | None, today: date) -> None:
    if day is not None and not EARLIEST_DAY <= day <= today:
        text = f"last_visit_on is {day}, but must lie from {EARLIEST_DAY} to today, {today}"
        raise InvalidInput(text, field="last_visit_on")


def _check_rep(facts: RepFacts) -> None:
    """Raises InvalidInput for a working day that cannot be."""
    begin, end = facts.break_begin_s, facts.break_end_s
    if facts.shift_end_s <= facts.shift_begin_s:
        raise InvalidInput("shift_end_s must be after shift_begin_s", field="shift_end_s")
    if (begin is None) != (end is None):
        raise InvalidInput("break_begin_s and break_end_s come together or not at all", field="break_begin_s")
    if begin is not None and end is not None and facts.break_s > end - begin:
        raise InvalidInput(f"break_s is {facts.break_s}, its window has {end - begin} seconds", field="break_s")
    if not facts.workdays or len(set(facts.workdays)) != len(facts.workdays):
        raise InvalidInput("workdays must name at least one day, each once", field="workdays")
    try:
        ZoneInfo(facts.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        text = f"time_zone {facts.time_zone!r} is no name of the IANA time zone database"
        raise InvalidInput(text, field="time_zone") from None


def _there(found: Account | None, account_id: int) -> Account:
    if found is None:
        raise NotFound(f"account {account_id} is not there")
    return found
