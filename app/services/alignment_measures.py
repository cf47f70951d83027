"""What is stored of an alignment's measures: figures and outlines, so that showing it needs no engine."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from app.services.design_problem import DesignCase
from app.services.territory_views import AlignmentMeasuresView
from routing.arrays import Float64Array
from territories.design.checker import AlignmentMeasures, Violation
from territories.design.model import Alignment
from territories.design.outline import draw_outlines

WORDS = {
    "coverage": "in no territory",
    "lock": "not with the rep that a lock names",
    "skills": "with a rep who lacks a needed skill",
    "contiguity": "apart from the rest of their territory",
    "enclave": "apart from their territory because of locks or skills",
    "unreachable": "out of reach from the rep's home and back",
}
"""Rules about accounts; the others are measures with a band."""
NAMES = 3
"""Reps that a line names."""


def measures_document(
    case: DesignCase, alignment: Alignment, measured: AlignmentMeasures, rep_of_account: Mapping[int, int]
) -> dict[str, Any]:
    """`summary` (an AlignmentMeasuresView) and `territories` (of each TerritoryView what does not change later)."""
    names = [balanced.name for balanced in case.problem.measures]
    workload_off = measured.deviation[names.index("workload")]
    potential_off = measured.deviation[names.index("potential")]
    outlines = draw_outlines(case.accounts.lon, case.accounts.lat, alignment.territory_of_unit, len(case.reps))
    territories = [
        {
            "rep_id": rep.id,
            "home_lon": rep.home_lon,
            "home_lat": rep.home_lat,
            "accounts": int(measured.count[t]),
            "workload_s": round(float(measured.workload_s[t])),
            "drive_s": round(float(measured.drive_s[t])),
            "potential": round(float(measured.potential[t]), 2),
            "workload_balance": round(float(workload_off[t]), 4),
            "potential_balance": round(float(potential_off[t]), 4),
            "mean_home_drive_s": round(float(measured.home_mean_s[t]), 1),
            "parts": int(measured.parts[t]),
            "outline": {"type": "MultiPolygon", "coordinates": outlines[t]},
        }
        for t, rep in enumerate(case.reps)
    ]
    summary = _summary(case, measured, workload_off, potential_off, _moved(case, alignment, rep_of_account))
    return {"summary": msgspec.to_builtins(summary), "territories": territories}


def _summary(
    case: DesignCase,
    measured: AlignmentMeasures,
    workload_off: Float64Array,
    potential_off: Float64Array,
    moved_accounts: int,
) -> AlignmentMeasuresView:
    visits = float(measured.visits.sum())
    return AlignmentMeasuresView(
        accounts=len(case.accounts),
        territories=len(case.reps),
        largest_workload_deviation=round(float(np.abs(workload_off).max()), 4),
        largest_potential_deviation=round(float(np.abs(potential_off).max()), 4),
        mean_home_drive_s=round(measured.routed_s / visits, 1) if visits else 0.0,
        drive_s=round(float(measured.drive_s.sum())),
        cut_off_accounts=int(measured.cut_off.sum()),
        moved_accounts=moved_accounts,
        moved_workload_share=round(measured.changed_share, 4),
        violations=violation_texts(case, measured),
    )


def _moved(case: DesignCase, alignment: Alignment, rep_of_account: Mapping[int, int]) -> int:
    owners = alignment.territory_of_unit.tolist()
    accounts = case.accounts.id.tolist()
    before = [rep_of_account.get(account) for account in accounts]
    return sum(1 for was, t in zip(before, owners, strict=True) if was is not None and was != case.reps[t].id)


def violation_texts(case: DesignCase, measured: AlignmentMeasures) -> list[str]:
    """A line for each rule that is broken, the worst rep named; no more lines than there are rules."""
    of_rule: dict[str, list[Violation]] = {}
    for violation in measured.violations:
        of_rule.setdefault(violation.rule, []).append(violation)
    return [_text(case, measured, rule, broken) for rule, broken in of_rule.items()]


def _text(case: DesignCase, measured: AlignmentMeasures, rule: str, broken: list[Violation]) -> str:
    if rule not in WORDS:
        row = next(i for i, balanced in enumerate(case.problem.measures) if balanced.name == rule)
        tolerance = case.problem.measures[row].tolerance
        worst = max(broken, key=lambda one: one.excess).territory
        off = float(measured.deviation[row, worst])
        territories = "1 territory" if len(broken) == 1 else f"{len(broken)} territories"
        rep = case.reps[worst].name
        return f"{rule}: {territories} outside ±{tolerance:.0%}, the worst {rep} with {off:+.0%}"
    count = round(sum(one.excess for one in broken))
    noun, verb = ("account", "is") if count == 1 else ("accounts", "are")
    held = list(dict.fromkeys(case.reps[one.territory].name for one in broken if one.territory >= 0))
    whose = f" ({', '.join(held[:NAMES])}{', …' if len(held) > NAMES else ''})" if held else ""
    return f"{rule}: {count} {noun} {verb} {WORDS[rule]}{whose}"
