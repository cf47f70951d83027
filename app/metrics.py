"""Counters for Prometheus; each server process keeps its own.

A scrape is answered by one process, so every series carries its `pid`; sum over them. Without it, counters of two
processes would be one series that goes backwards.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
_REQUESTS = Counter("beatplan_requests", "Requests answered", ("pid", "method", "route", "status"), registry=REGISTRY)
_SECONDS = Histogram(
    "beatplan_request_seconds",
    "Time to answer",
    ("pid", "method", "route"),
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_JOBS = Gauge("beatplan_jobs", "Jobs that are not finished", ("pid", "state"), registry=REGISTRY)
_PROCESS = Gauge("beatplan_process", "The server process that answered", ("pid",), registry=REGISTRY)


def _pid() -> str:
    """Asked anew each time: a server may fork after this module is loaded."""
    return str(os.getpid())


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request; `route` is the rule, not the address, so that ids make no new series."""
    _REQUESTS.labels(_pid(), method, route, str(status)).inc()
    _SECONDS.labels(_pid(), method, route).observe(seconds)


def exposition(waiting: dict[str, int]) -> bytes:
    """All metrics in Prometheus' text format; `waiting` are the jobs by state."""
    for state, count in waiting.items():
        _JOBS.labels(_pid(), state).set(count)
    _PROCESS.labels(_pid()).set(1)
    return generate_latest(REGISTRY)
