"""Where changes come in one after the other and name an arc again: the newest of them counts, a closure always does."""

import numpy as np

from routing.arrays import BoolArray
from routing.traffic.speed_change import SpeedChange


def newest_counts(changes: SpeedChange) -> SpeedChange:
    """At most one row for each arc: its closure, or else its last factor or speed. Rows come by arc.

    Sources of traffic send the same road again and again; were every factor to count, two messages of 0.5 would make
    0.25 of it. And a message on the speed of a closed street does not open it.
    """
    last = _last_mention(changes)
    closed_arc = changes.arc[changes.closed]
    shut = np.isin(changes.arc, closed_arc) if closed_arc.size else np.zeros(len(changes), np.bool_)
    kept = np.flatnonzero(last)
    kept = kept[np.argsort(changes.arc[kept])]
    return SpeedChange(
        changes.arc[kept],
        np.where(shut[kept], np.nan, changes.factor[kept]),
        np.where(shut[kept], np.nan, changes.speed_kmh[kept]),
        shut[kept],
    )


def _last_mention(changes: SpeedChange) -> BoolArray:
    """(k) whether no later row names the arc."""
    last = np.zeros(len(changes), np.bool_)
    _, from_the_end = np.unique(changes.arc[::-1], return_index=True)
    last[len(changes) - 1 - from_the_end] = True
    return last
