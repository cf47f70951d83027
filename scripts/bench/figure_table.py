"""One line for each step and system: its figure, ratios to ours, what came out, whether it keeps all rules.

Rows of the report take part that carry `figure`, `unit`, `result` and `cpu` (CPU time of the same work, None where
unknown), whose ratio says more than that of the figures while others use the machine. Markdown, to be quoted as it is.
"""

import os
import statistics
from typing import Any

from scripts.bench.report import OURS, Report

HEADER = ("step", "system", "figure", f"x {OURS}", "CPU x", "what came out", "sound")


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
    print("seconds and CPU: above 1 is slower than ours; requests/s: below 1 is slower")


def figure_lines(report: Report) -> list[tuple[str, ...]]:
    """Cells as text, in the order in which the cases came; a missing peer keeps its line with the reason."""
    shown = [row for row in report.rows if "figure" in row]
    lines = []
    for case in dict.fromkeys([row["case"] for row in shown] + [case for case, _, _ in report.absent]):
        of_case = [row for row in shown if row["case"] == case]
        ours = [row for row in of_case if row["system"] == OURS]
        for system in dict.fromkeys(row["system"] for row in of_case):
            lines.append(_line(case, system, [row for row in of_case if row["system"] == system], ours))
        lines += [(case, peer, "-", "-", "-", reason, "-") for at, peer, reason in report.absent if at == case]
    return lines


def _line(case: str, system: str, rows: list[dict[str, Any]], ours: list[dict[str, Any]]) -> tuple[str, ...]:
    figure = statistics.median(row["figure"] for row in rows)
    about = "about " if any(row.get("scaled") for row in rows) else ""
    sound = "yes" if all(row["feasible"] for row in rows) else "NO"
    text = f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"
    ratios = _ratio("figure", rows, ours), _ratio("cpu", rows, ours)
    return case, system, f"{about}{text} {rows[-1]['unit']}", *ratios, str(rows[-1]["result"]), sound


def _ratio(name: str, rows: list[dict[str, Any]], ours: list[dict[str, Any]]) -> str:
    """Ratio of medians; below a thousandth it is only said to be that small."""
    sides = [[row[name] for row in side if row[name]] for side in (rows, ours)]
    if not all(sides):
        return "-"
    ratio = statistics.median(sides[0]) / statistics.median(sides[1])
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}" if ratio >= 0.001 else "<0.001"


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
