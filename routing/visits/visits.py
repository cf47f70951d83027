"""Visits: needs to be at an account, as columns."""

from dataclasses import dataclass, field

import numpy as np

from routing.arrays import BoolArray, Int32Array, Int64Array, frozen

ANY = -1
"""In `pinned_rep` and `pinned_shift`: no restriction."""


def _no_load() -> Int32Array:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Visits:
    """n visits; every array read-only.

    place: (n,) int32, row and column of the travel matrix.
    service_s: (n,) int32, time at the account.
    window_first: (n + 1,) int32, visit v owns windows window_first[v] to window_first[v + 1] - 1; none = any time.
    window_begin_s, window_end_s: (windows,) int64, first and last second at which service may begin (inclusive),
        ascending and disjoint within a visit, on the same axis as the shifts (seconds since the first local midnight).
    priority: (n,) int32, weight of getting the visit planned, at least 1 (a visit worth nothing is left out by the
        caller: driving there could only be a loss).
    mandatory: (n,) bool, comes before every sum of priorities.
    skills: (n,) int64, bits that the shift must all have.
    pinned_rep, pinned_shift: (n,) int32, the only rep or shift that may come, ANY where free.
    allowed_shifts: (n, shifts) bool or None where every shift may come.
    load: (n,) int32, what the visit takes out of the rep's car (samples, parts); none by default.
    """

    place: Int32Array
    service_s: Int32Array
    window_first: Int32Array
    window_begin_s: Int64Array
    window_end_s: Int64Array
    priority: Int32Array
    mandatory: BoolArray
    skills: Int64Array
    pinned_rep: Int32Array
    pinned_shift: Int32Array
    allowed_shifts: BoolArray | None = None
    load: Int32Array = field(default_factory=_no_load)

    def __post_init__(self) -> None:
        if len(self.load) == 0:
            object.__setattr__(self, "load", np.zeros(len(self.place), np.int32))
        for name in ("place", "service_s", "window_first", "priority", "pinned_rep", "pinned_shift", "load"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.int32))
        for name in ("window_begin_s", "window_end_s", "skills"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.int64))
        object.__setattr__(self, "mandatory", frozen(self.mandatory, np.bool_))
        if self.allowed_shifts is not None:
            object.__setattr__(self, "allowed_shifts", frozen(self.allowed_shifts, np.bool_))
        self._validate_columns()
        self._validate_windows()

    def _validate_columns(self) -> None:
        n = len(self.place)
        for name in ("service_s", "priority", "mandatory", "skills", "pinned_rep", "pinned_shift", "load"):
            if getattr(self, name).shape != (n,):
                raise ValueError(
                    f"{name} must have shape ({n},), one entry a visit; it has {getattr(self, name).shape}"
                )
        floors = {"place": 0, "service_s": 0, "priority": 1, "pinned_rep": ANY, "pinned_shift": ANY, "load": 0}
        for name, least in floors.items():
            column = getattr(self, name)
            if n and column.min() < least:
                raise ValueError(f"{name}[{int(column.argmin())}] is {column.min()}, below {least}")
        if self.allowed_shifts is not None and (self.allowed_shifts.ndim != 2 or len(self.allowed_shifts) != n):
            raise ValueError(
                f"allowed_shifts must have {n} rows, one a visit; its shape is {self.allowed_shifts.shape}"
            )

    def _validate_windows(self) -> None:
        n, first = len(self.place), self.window_first
        windows = len(self.window_begin_s)
        if first.shape != (n + 1,) or first[0] != 0 or first[-1] != windows or (np.diff(first) < 0).any():
            raise ValueError(f"window_first must rise from 0 to {windows} in {n + 1} entries")
        if self.window_end_s.shape != (windows,):
            raise ValueError("window_begin_s and window_end_s must be of one length")
        if (self.window_end_s < self.window_begin_s).any():
            bad = int((self.window_end_s < self.window_begin_s).argmax())
            raise ValueError(f"window {bad} ends at {self.window_end_s[bad]} s, before it begins")
        same_visit = np.ones(max(windows - 1, 0), dtype=np.bool_)
        borders = first[1:-1]
        same_visit[borders[(borders > 0) & (borders < windows)] - 1] = False
        overlap = same_visit & (self.window_begin_s[1:] <= self.window_end_s[:-1])
        if overlap.any():
            raise ValueError(f"windows {int(overlap.argmax())} and the next are of one visit and not ascending")

    def __len__(self) -> int:
        return len(self.place)

    def windows_s(self, visit: int) -> list[tuple[int, int]]:
        """The windows of one visit, (first, last) second at which service may begin; empty = any time."""
        owned = slice(int(self.window_first[visit]), int(self.window_first[visit + 1]))
        return list(zip(self.window_begin_s[owned].tolist(), self.window_end_s[owned].tolist(), strict=True))
