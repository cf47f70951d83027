"""The summary of a matrix run: for each question and system its times, and its ratios to ours.

Ratios are of pairs: each round asks every system once, one after the other on the same processor, and a system's ratio
in a round is its time by ours in that round. `x median` and `x least` are of those; `x CPU` is the median ratio of
processor time, which says most while others use the machine.
"""

import os
import statistics
from typing import Any

from scripts.bench.report import OURS, Report

HEADER = (
    "case", "n", "system", "median ms", "least ms", "CPU ms", "x median", "x least", "x CPU", "x CPU of call",
    "diff median %", "95 % within %", "MB", "sound",
)  # fmt: skip


def print_comparison(report: Report) -> None:
    """Print the table in Markdown, the peers that are missing, and the load."""
    lines = [HEADER, *comparison_lines(report)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    for index, line in enumerate(lines):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")
        if index == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    loads = [row["load_before"] for row in report.rows]
    print()
    if loads:
        print(f"load average while running: {min(loads)} to {max(loads)} on {os.cpu_count()} processors")
    print("x: times by ours, above 1 is slower; of call: without turning the peer's answer into arrays")
    print("diff: the peer's durations by ours, of drives over a minute; profiles differ, so these are no errors")


def comparison_lines(report: Report) -> list[tuple[str, ...]]:
    """Cells as text, in the order in which the questions came; a missing peer keeps its line with the reason."""
    lines = []
    compared = [row for row in report.rows if "round" in row]
    keys = list(dict.fromkeys((row["case"], row["n"]) for row in compared))
    for case, n in keys:
        same = [row for row in compared if (row["case"], row["n"]) == (case, n)]
        ours = [row for row in same if row["system"] == OURS]
        for system in dict.fromkeys(row["system"] for row in same):
            lines.append(_line([row for row in same if row["system"] == system], ours))
    for case, system, reason in report.absent:
        lines.append((case, "", system, "missing", *[""] * 9, reason))
    return lines


def _line(rows: list[dict[str, Any]], ours: list[dict[str, Any]]) -> tuple[str, ...]:
    first = rows[0]
    scale = first["n"] / first["rows"] if first.get("rows") else 1.0
    walls, cpus = ([row[name] * scale * 1000 for row in rows] for name in ("wall_s", "cpu_s"))
    about = "about " if scale != 1 else ""
    return (
        first["case"], str(first["n"]), first["system"],
        about + _text(statistics.median(walls)), about + _text(min(walls)), about + _text(statistics.median(cpus)),
        *_ratios(rows, ours, scale),
        *(_text(first.get(name)) for name in ("diff_median_pct", "diff_p95_pct", "memory_mb")),
        "yes" if all(row["feasible"] for row in rows) else "NO",
    )  # fmt: skip


def _ratios(rows: list[dict[str, Any]], ours: list[dict[str, Any]], scale: float) -> tuple[str, ...]:
    """Median and least ratio of wall times, median ratios of processor times with and without converting."""
    by_round = {row["round"]: row for row in ours}
    pairs = [(row, by_round[row["round"]]) for row in rows if row["round"] in by_round]
    if not pairs:
        return "", "", "", ""
    wall = [scale * row["wall_s"] / own["wall_s"] for row, own in pairs]
    seen = [(row, own) for row, own in pairs if own["cpu_s"] > 0]
    cpu = [scale * row["cpu_s"] / own["cpu_s"] for row, own in seen]
    call = [scale * (row["cpu_s"] - row["convert_cpu_s"]) / own["cpu_s"] for row, own in seen if "convert_cpu_s" in row]
    medians = (_text(statistics.median(some)) if some else "" for some in (cpu, call))
    return _text(statistics.median(wall)), _text(min(wall)), *medians


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
