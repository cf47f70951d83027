"""Clusters of points become one point each: what a car that stands or crawls sends is mostly noise."""

import math

import numpy as np

from routing.arrays import Int32Array, frozen
from routing.matching.match_kernels import straight_m
from routing.matching.trace import Trace

REACH = 4.0
"""A point joins the cluster before it while it is nearer to the cluster's middle than this many accuracies."""
BEST = 3.0
"""A cluster is at most this many times as accurate as its points: their errors are not independent, and roads bend."""

LONGEST_S = 20.0
"""A cluster lasts no longer, so that standing for minutes is no gap in the trace."""


def tidied(trace: Trace) -> tuple[Trace, Int32Array, Int32Array]:
    """The trace with every cluster of points replaced by its mean, the point that stands for each cluster, and for each
    of the (n) points the one that stands for it.

    The first and the last point stay as they are, so that the drive loses nothing at its ends.
    """
    clusters = _clusters(trace)
    size = np.array([end - begin for begin, end in clusters])
    first = np.array([begin for begin, _ in clusters], np.int64)
    columns = [np.add.reduceat(column, first) / size for column in (trace.lon, trace.lat, trace.accuracy_m)]
    time_s = None if trace.time_s is None else frozen(np.add.reduceat(trace.time_s, first) / size)
    accuracy_m = columns[2] / np.minimum(np.sqrt(size), BEST)
    middle = (first + size // 2).astype(np.int32)
    return Trace(columns[0], columns[1], time_s, accuracy_m), middle, np.repeat(middle, size)


def _clusters(trace: Trace) -> list[tuple[int, int]]:
    """(first, last + 1) of every cluster, in order."""
    lon, lat, reach_m = trace.lon.tolist(), trace.lat.tolist(), (REACH * trace.accuracy_m).tolist()
    time_s = [0.0] * len(trace) if trace.time_s is None else trace.time_s.tolist()
    clusters, begin, sum_lon, sum_lat = [], 0, math.nan, math.nan
    for i in range(len(trace)):
        count = i - begin
        joins = 1 < i < len(trace) - 1 and time_s[i] - time_s[begin] <= LONGEST_S
        joins = joins and straight_m(sum_lon / count, sum_lat / count, lon[i], lat[i]) <= reach_m[i]
        if joins:
            sum_lon, sum_lat = sum_lon + lon[i], sum_lat + lat[i]
            continue
        if i:
            clusters.append((begin, i))
        begin, sum_lon, sum_lat = i, lon[i], lat[i]
    clusters.append((begin, len(trace)))
    return clusters
