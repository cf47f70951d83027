"""The track of a GPX file, with the line that each point stands on.

Read with expat itself: it tells the line of a mistake, and documents with entities of their own (which can blow up to
any size) are refused. gpxpy (Apache 2.0) was looked at: its last release is of 2023, its errors name no line.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.parsers import expat

from app.services.errors import InvalidInput, LimitExceeded

METRES_PER_HDOP = 5.0
"""How accurate a position is for each unit of its horizontal dilution of precision: usual for phones and loggers."""
_LONGEST_TEXT = 100
_TEXTS = ("time", "hdop")


@dataclass(frozen=True, slots=True)
class TracePoint:
    """One position; `where` is how a message names it."""

    lon: float
    lat: float
    time: datetime | None
    accuracy_m: float | None
    where: str


class _Reader:
    """Handlers that gather the track points of all segments, in the order of the file."""

    def __init__(self, most_points: int) -> None:
        self.points: list[TracePoint] = []
        self._most = most_points
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._open: dict[str, str] | None = None
        self._line = 0
        self._within = ""

    def read(self, data: bytes) -> list[TracePoint]:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise InvalidInput(f"line {error.lineno}: the file is no XML: {reason}", field="file") from None
        except (ValueError, LookupError):
            raise InvalidInput("line 1: the file is no XML: its encoding cannot be read", field="file") from None
        return self.points

    def _doctype(self, *_: object) -> None:
        raise InvalidInput(f"line {self._parser.CurrentLineNumber}: a document type is not allowed", field="file")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "trkpt":
            if len(self.points) >= self._most:
                what = "points of the trace"
                raise LimitExceeded("file", self._most + 1, self._most, "BEATPLAN_MAX_TRACE_POINTS", what)
            self._open, self._line = dict(attributes), self._parser.CurrentLineNumber
        elif self._open is not None and local in _TEXTS:
            self._within, self._open[local] = local, ""

    def _text(self, text: str) -> None:
        if self._within and self._open is not None and len(self._open[self._within]) < _LONGEST_TEXT:
            self._open[self._within] += text

    def _end(self, name: str) -> None:
        self._within = ""
        if self._open is None or name.rpartition(" ")[2] != "trkpt":
            return
        given, where = self._open, f"line {self._line}"
        self._open = None
        lat, lon = (_number(given, name, where, least, -least) for name, least in (("lat", -90.0), ("lon", -180.0)))
        accuracy_m = _number(given, "hdop", where, 0.0, 1000.0) * METRES_PER_HDOP if given.get("hdop") else None
        self.points.append(TracePoint(lon, lat, _time(given.get("time", ""), where), accuracy_m or None, where))


def read_gpx(data: bytes, most_points: int) -> list[TracePoint]:
    """All track points. Raises InvalidInput that names line and field, LimitExceeded."""
    points = _Reader(most_points).read(data)
    if not points:
        raise InvalidInput("the file has no track points (trkpt)", field="file")
    return points


def _number(given: dict[str, str], name: str, where: str, least: float, most: float) -> float:
    text = given.get(name, "").strip()
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        shown = repr(text[:20]) if text else "missing"
        raise InvalidInput(f"{where}: {name} is {shown}, but must be from {least:g} to {most:g}", field="file")
    return value


def _time(text: str, where: str) -> datetime | None:
    """GPX counts in UTC."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        shown = repr(text.strip()[:40])
        raise InvalidInput(f"{where}: time is {shown}, but must be as 2026-11-23T08:00:00Z", field="file") from None
