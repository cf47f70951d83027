"""Each process has series of its own."""

import os

from app import metrics


def test_every_series_names_the_process_that_counts(monkeypatch):
    for pid in (111, 222):
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        for _ in range(pid // 111):
            metrics.observe_request("GET", "/v1/of_this_test", 200, 0.01)
    text = metrics.exposition({"queued": 3}).decode()
    series = [line for line in text.splitlines() if line.startswith("beatplan_")]
    assert series
    assert all('pid="' in line for line in series)
    counts = {line.split(" ")[0]: float(line.split(" ")[1]) for line in series}
    for pid, count in ((111, 1), (222, 2)):
        name = f'beatplan_requests_total{{method="GET",pid="{pid}",route="/v1/of_this_test",status="200"}}'
        assert counts[name] == count
