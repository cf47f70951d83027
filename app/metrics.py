"""Counters for Prometheus; each server process keeps its own, told apart by its process id."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
_REQUESTS = Counter("beatplan_requests", "Requests answered", ("method", "route", "status"), registry=REGISTRY)
_SECONDS = Histogram(
    "beatplan_request_seconds",
    "Time to answer",
    ("method", "route"),
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_JOBS = Gauge("beatplan_jobs", "Jobs that are not finished", ("state",), registry=REGISTRY)
_PROCESS = Gauge("beatplan_process", "The server process that answered", ("pid",), registry=REGISTRY)


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request; `route` is the rule, not the address, so that ids make no new series."""
    _REQUESTS.labels(method, route, str(status)).inc()
    _SECONDS.labels(method, route).observe(seconds)


def exposition(waiting: dict[str, int]) -> bytes:
    """All metrics in Prometheus' text format; `waiting` are the jobs by state."""
    for state, count in waiting.items():
        _JOBS.labels(state).set(count)
    _PROCESS.labels(str(os.getpid())).set(1)
    return generate_latest(REGISTRY)
