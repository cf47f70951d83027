"""One rep's day as a visit planning problem: row 0 of the matrix is home, the others are the candidates in order."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.services.day_candidates import Candidates
from app.services.skills import SkillBits
from app.storage.records import AccountColumns, Rep
from routing.arrays import Int32Array
from routing.engine.travel_matrix import TravelMatrix
from routing.traffic.timed_matrix import TimedMatrix
from routing.visits.model import NO_LIMIT_S, Problem, Shift, timed_problem
from routing.visits.visits import ANY, Visits


@dataclass(frozen=True, slots=True)
class DayProblem:
    """`account[v]` is the account row of visit v; `closed` are rows of candidates that are closed all day."""

    problem: Problem
    account: Int32Array
    closed: Int32Array


def day_problem(
    rep: Rep, accounts: AccountColumns, candidates: Candidates, day: date, travel: TravelMatrix | TimedMatrix
) -> DayProblem:
    """Visits with this weekday's windows, and the rep's shift.

    `travel` is square over the rep's home and all candidates in their order.
    """
    windows = [
        _begin_windows(accounts, int(row), int(service), day.weekday())
        for row, service in zip(candidates.account, candidates.service_s, strict=True)
    ]
    is_open = np.array([found is None or len(found) > 0 for found in windows], np.bool_)
    kept = np.flatnonzero(is_open).astype(np.int32)
    open_windows = [windows[i] or [] for i in kept]
    bits = SkillBits([*(s for i in kept for s in accounts.required_skills[candidates.account[i]]), *rep.skills])
    begin_s = np.array([w[0] for found in open_windows for w in found], np.int64)
    end_s = np.array([w[1] for found in open_windows for w in found], np.int64)
    visits = Visits(
        place=np.arange(1, kept.size + 1, dtype=np.int32),
        service_s=candidates.service_s[kept],
        window_first=np.cumsum([0, *map(len, open_windows)]).astype(np.int32),
        window_begin_s=begin_s,
        window_end_s=end_s,
        priority=candidates.priority[kept],
        mandatory=candidates.mandatory[kept],
        skills=np.array([bits.mask(accounts.required_skills[candidates.account[i]]) for i in kept], np.int64),
        pinned_rep=np.full(kept.size, ANY, np.int32),
        pinned_shift=np.full(kept.size, ANY, np.int32),
    )
    rows = np.concatenate([[0], kept + 1]).astype(np.int32)
    shifts, between = (_shift(rep, bits.mask(rep.skills)),), travel.select(rows, rows)
    if isinstance(between, TimedMatrix):
        problem = timed_problem(visits, shifts, between)
    else:
        problem = Problem(visits, shifts, between)
    closed = candidates.account[~is_open]
    return DayProblem(problem, candidates.account[kept], closed)


def _begin_windows(accounts: AccountColumns, row: int, service_s: int, weekday: int) -> list[tuple[int, int]] | None:
    """When service may begin so that it ends before closing; None: any time; []: closed."""
    week = accounts.windows[row]
    if week is None:
        return None
    return [(begin, end - service_s) for begin, end in sorted(week[weekday]) if end - service_s >= begin]


def _shift(rep: Rep, skills: int) -> Shift:
    has_break = rep.break_s > 0 and rep.break_begin_s is not None and rep.break_end_s is not None
    return Shift(
        rep=0,
        begin_s=rep.shift_begin_s,
        end_s=rep.shift_end_s,
        start_place=0,
        end_place=0,
        break_begin_s=(rep.break_begin_s or 0) if has_break else 0,
        break_end_s=(rep.break_end_s or 0) if has_break else 0,
        break_s=rep.break_s if has_break else 0,
        max_drive_s=NO_LIMIT_S if rep.max_drive_s is None else rep.max_drive_s,
        skills=skills,
    )
