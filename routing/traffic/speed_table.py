"""Speeds of single roads from a CSV file.

Without a header a file is OSRM's (`from_osm_node,to_osm_node,speed_kmh[,rate[,…]]`, all periods; what follows the rate
is not read). With a header, columns come in any order:

    from_osm_node, to_osm_node    two nodes that follow each other on a way, in driving direction; or
    osm_way, direction            a whole way: forward, backward or both (default), as its nodes are ordered
    speed_kmh | speed_mph         0 closes; or
    factor                        of the speed that the map and the profile give; or
    closed                        yes
    period, weekdays              names of the profile, several with | between them; empty: all
    rate                          OSRM's; not used, as times decide here

Later rows come after earlier ones: a speed replaces what stood before, a factor multiplies it, closed stays closed.
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int8Array, Int32Array, Int64Array, frozen
from routing.traffic.errors import SpeedTableUnreadable
from routing.traffic.speed_change import FACTOR_RANGE, SPEED_KMH_RANGE
from routing.traffic.week import Week

LARGEST_OSM_ID = 2**62
KMH_PER_MPH = 1.609344
OSRM_COLUMNS = ("from_osm_node", "to_osm_node", "speed_kmh", "rate")
COLUMNS = (*OSRM_COLUMNS, "osm_way", "direction", "speed_mph", "factor", "closed", "period", "weekdays")
_SYNONYMS = {
    "from_osm_id": "from_osm_node",
    "to_osm_id": "to_osm_node",
    "edge_speed_in_km_h": "speed_kmh",
    "speed": "speed_kmh",
    "edge_rate": "rate",
    "way": "osm_way",
}
_DIRECTIONS = {"": 0, "both": 0, "forward": 1, "backward": -1}
_CLOSED = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}


@dataclass(frozen=True, slots=True)
class SpeedRows:
    """r sound rows as columns; read-only."""

    line: Int32Array
    """(r) of the file, counted from 1."""
    from_node: Int64Array
    """(r) OSM nodes; -1 in a row about a way."""
    to_node: Int64Array
    way: Int64Array
    """(r) OSM way; -1 in a row about nodes."""
    direction: Int8Array
    """(r) 1 along the way, -1 against it, 0 both."""
    factor: Float64Array
    """(r) these three as in SpeedChange."""
    speed_kmh: Float64Array
    closed: BoolArray
    when: Int32Array
    """(r) row of `periods`."""
    periods: BoolArray
    """(w, p) bool: the periods of the week that a row may be about."""

    def __post_init__(self) -> None:
        for name, dtype in _DTYPES.items():
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))

    def __len__(self) -> int:
        return int(self.line.size)


_DTYPES = {
    **dict.fromkeys(("line", "when"), np.int32),
    **dict.fromkeys(("from_node", "to_node", "way"), np.int64),
    **dict.fromkeys(("factor", "speed_kmh"), np.float64),
    **dict.fromkeys(("closed", "periods"), np.bool_),
    "direction": np.int8,
}


@dataclass(frozen=True, slots=True)
class SpeedProblem:
    """A row that cannot be taken: `field` had `value`, which breaks `limit`."""

    line: int
    field: str
    value: str
    limit: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field} is {self.value!r}, must be {self.limit}"


@dataclass(frozen=True, slots=True)
class ReadSpeeds:
    """What a file holds."""

    rows: SpeedRows
    problems: tuple[SpeedProblem, ...]
    row_count: int


def read_speed_table(data: bytes, week: Week, most_rows: int) -> ReadSpeeds:
    """Read a file and check every row by itself. Raises SpeedTableUnreadable, naming the limit where it is too long."""
    text = _decoded(data)
    lines = _cells(text)
    first_line, first = next(lines, (1, []))
    if not first:
        raise SpeedTableUnreadable(1, "the file is empty")
    named = not _is_id(first[0])
    columns = _header(first_line, first) if named else OSRM_COLUMNS
    reader = _RowReader(week, named)
    rows = 0
    for line, cells in lines if named else _chain((first_line, first), lines):
        rows += 1
        if rows > most_rows:
            raise SpeedTableUnreadable(line, f"more than {most_rows:,} rows", too_long=True)
        if named and len(cells) != len(columns):
            reader.problem(line, "the row", f"{len(cells)} cells", f"{len(columns)} cells, as in the header")
        else:
            reader.read(line, dict(zip(columns, cells, strict=False)))
    return ReadSpeeds(reader.columns(), tuple(reader.problems), rows)


@dataclass(slots=True)
class _RowReader:
    """Takes rows one by one and keeps the sound ones."""

    week: Week
    named: bool
    taken: list[tuple[int, int, int, int, int, float, float, bool, int]] = field(default_factory=list)
    problems: list[SpeedProblem] = field(default_factory=list)
    masks: dict[tuple[str, str], int] = field(default_factory=dict)
    periods: list[list[bool]] = field(default_factory=list)

    def problem(self, line: int, name: str, value: str, limit: str) -> None:
        self.problems.append(SpeedProblem(line, name, value[:100], limit))

    def read(self, line: int, cells: Mapping[str, str]) -> None:
        """Keep the row, or note what is wrong with it first."""
        try:
            road = _road(cells)
            change = _change(cells)
            when = self._when(cells.get("period", ""), cells.get("weekdays", ""))
        except _BadCell as bad:
            self.problem(line, *bad.args)
            return
        self.taken.append((line, *road, *change, when))

    def _when(self, period: str, weekdays: str) -> int:
        key = (period, weekdays)
        if key not in self.masks:
            wanted = _names("period", period, {p.name for p in self.week.periods})
            days = _names("weekdays", weekdays, {p.weekdays for p in self.week.periods})
            mask = [p.name in wanted and p.weekdays in days for p in self.week.periods]
            if not any(mask):
                raise _BadCell("period", period, f"one that {weekdays} has")
            self.masks[key] = len(self.periods)
            self.periods.append(mask)
        return self.masks[key]

    def columns(self) -> SpeedRows:
        """The rows kept."""
        columns = [np.array(column) for column in zip(*self.taken, strict=True)] or [np.zeros(0)] * 9
        line, from_node, to_node, way, direction, factor, speed_kmh, closed, when = columns
        periods = np.array(self.periods, np.bool_).reshape(-1, len(self.week.periods))
        return SpeedRows(line, from_node, to_node, way, direction, factor, speed_kmh, closed, when, periods)


class _BadCell(Exception):
    """Field, value and limit."""


def _road(cells: Mapping[str, str]) -> tuple[int, int, int, int]:
    """From node, to node, way, direction."""
    nodes = cells.get("from_osm_node", ""), cells.get("to_osm_node", "")
    way = cells.get("osm_way", "")
    if bool(way) == any(nodes):
        raise _BadCell("osm_way", way, "given, or from_osm_node and to_osm_node, and not both")
    if way:
        text = cells.get("direction", "").lower()
        if text not in _DIRECTIONS:
            raise _BadCell("direction", text, "forward, backward or both")
        return -1, -1, _id("osm_way", way), _DIRECTIONS[text]
    return _id("from_osm_node", nodes[0]), _id("to_osm_node", nodes[1]), -1, 1


def _change(cells: Mapping[str, str]) -> tuple[float, float, bool]:
    """Factor, speed in km/h, closed."""
    given = [name for name in ("speed_kmh", "speed_mph", "factor") if cells.get(name)]
    closed_text = cells.get("closed", "").lower()
    if closed_text not in _CLOSED:
        raise _BadCell("closed", closed_text, "yes, no or empty")
    if len(given) + _CLOSED[closed_text] != 1:
        found = ", ".join([*given, *(["closed"] if _CLOSED[closed_text] else [])])
        raise _BadCell("the row", found or "without a speed", "one of speed_kmh, speed_mph, factor and closed")
    if not given:
        return math.nan, math.nan, True
    name, text = given[0], cells[given[0]]
    unit = KMH_PER_MPH if name == "speed_mph" else 1.0
    low, high = FACTOR_RANGE if name == "factor" else (SPEED_KMH_RANGE[0] / unit, SPEED_KMH_RANGE[1] / unit)
    value = _number(text)
    if name != "factor" and value == 0:
        return math.nan, math.nan, True
    if not low <= value <= high:
        zero = "" if name == "factor" else ", or 0 for closed"
        raise _BadCell(name, text, f"a number from {low:.4g} to {high:.4g}{zero}")
    return (value, math.nan, False) if name == "factor" else (math.nan, value * unit, False)


def _names(column: str, text: str, known: set[str]) -> set[str]:
    if text.lower() in ("", "all"):
        return known
    found = {name.strip() for name in text.split("|")}
    if found - known:
        raise _BadCell(column, ", ".join(sorted(found - known)), f"of {', '.join(sorted(known))}")
    return found


def _id(name: str, text: str) -> int:
    if not _is_id(text) or not 0 < int(text) < LARGEST_OSM_ID:
        raise _BadCell(name, text, f"a whole number from 1 to {LARGEST_OSM_ID - 1}")
    return int(text)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20


def _number(text: str) -> float:
    """NaN, which is in no range, where it is none."""
    try:
        return float(text) if "_" not in text else math.nan
    except ValueError:
        return math.nan


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpeedTableUnreadable(line, "not UTF-8") from None


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and trimmed cells; empty lines are passed over."""
    head = text[: text.find("\n") + 1 or None]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SpeedTableUnreadable(reader.line_num, str(error)) from None
        if any(cells):
            yield reader.line_num, [cell.strip() for cell in cells]


def _header(line: int, cells: Sequence[str]) -> list[str]:
    names = [_SYNONYMS.get(name, name) for name in (cell.lower().replace(" ", "_") for cell in cells)]
    for name in names:
        if name not in COLUMNS:
            raise SpeedTableUnreadable(line, f"column {name[:50]!r} is none of {', '.join(COLUMNS)}")
        if names.count(name) > 1:
            raise SpeedTableUnreadable(line, f"column {name!r} is there {names.count(name)} times")
    return names


def _chain(first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest
