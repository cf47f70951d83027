"""Hours, arcs and plans on a tiny region."""

from pathlib import Path

from tests.scripts.test_bench import rows_of, run


def test_hours_are_checked_and_journeys_and_plans_compared(small_map: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    asked = ("--n", "20", "--hours", "3", "--sources", "5", "--plans", "1", "--store", str(tmp_path / "store"))
    printed = run("time_of_day", "--osm", str(small_map), *asked, "--out", str(out))
    hours, arcs, plans = rows_of(out)
    assert (hours["case"], hours["n"], hours["hours"], hours["feasible"]) == ("small 3 hours", 20, 3, True)
    assert 0 < hours["customising_s"] < hours["wall_s"]
    assert arcs["pairs"] > 0 and 0 <= arcs["median_pct"] <= arcs["p95_pct"] < 30
    assert plans["feasible"] and plans["value"] > 0
    assert "equal to Dijkstra" in printed and "too late" in printed
