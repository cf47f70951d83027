"""One line for each step and system: its figure, the ratio to ours, what came out, whether it keeps all rules.

Rows of the report take part that carry `figure`, `unit` and `result`. Markdown, so that it can be quoted as it is.
"""

import os
import statistics
from typing import Any

from scripts.bench.report import OURS, Report

HEADER = ("step", "system", "figure", f"x {OURS}", "what came out", "sound")


def print_figures(report: Report) -> None:
    """Medians over repeats; the last run's words. Then the load: ratios count, absolute figures are this machine's."""
    lines = [HEADER, *figure_lines(report)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    print(_row(lines[0], widths))
    print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for line in lines[1:]:
        print(_row(line, widths))
    loads = [row["load_before"] for row in report.rows]
    print(f"\nload average while running: {min(loads)} to {max(loads)} on {os.cpu_count()} processors; ", end="")
    print("seconds: above 1 is slower than ours; requests/s: below 1 is slower")


def figure_lines(report: Report) -> list[tuple[str, ...]]:
    """Cells as text, in the order in which the cases came; a missing peer keeps its line with the reason."""
    shown = [row for row in report.rows if "figure" in row]
    lines = []
    for case in dict.fromkeys([row["case"] for row in shown] + [case for case, _, _ in report.absent]):
        of_case = [row for row in shown if row["case"] == case]
        ours = _median(of_case, OURS)
        for system in dict.fromkeys(row["system"] for row in of_case):
            lines.append(_line(case, system, [row for row in of_case if row["system"] == system], ours))
        lines += [(case, peer, "-", "-", reason, "-") for at, peer, reason in report.absent if at == case]
    return lines


def _line(case: str, system: str, rows: list[dict[str, Any]], ours: float | None) -> tuple[str, ...]:
    figure = statistics.median(row["figure"] for row in rows)
    about = "about " if any(row.get("scaled") for row in rows) else ""
    sound = "yes" if all(row["feasible"] for row in rows) else "NO"
    ratio = f"{figure / ours:.3g}" if ours else "-"
    text = f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
    return case, system, f"{about}{text} {rows[-1]['unit']}", ratio, str(rows[-1]["result"]), sound


def _median(rows: list[dict[str, Any]], system: str) -> float | None:
    figures = [row["figure"] for row in rows if row["system"] == system]
    return statistics.median(figures) if figures else None


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
