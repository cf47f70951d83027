"""What can go wrong with a road network, each with the data and the limit it broke.

    NetworkError
    ├── MapFileMissing           no such file
    ├── MapFileUnreadable        truncated, corrupt, empty, or of an unknown kind
    ├── MapWithoutRoads          a sound file in which the profile can drive nowhere
    ├── StoreMissing             no such stored folder
    ├── StoreDamaged             a stored folder lacks files or holds other bytes than its manifest says
    ├── StoreOfOtherVersion      a stored folder written in another format
    ├── PointOutsideNetwork      a point beyond the radius of every road
    ├── InvalidCoordinate        a longitude or latitude that is no number in range
    ├── InvalidArea              rings that are no polygon
    └── MapDownloadFailed        a place's map could not be fetched

Messages fit on one line and need no traceback beside them. All survive pickling, so that a worker can hand them over.
"""

from pathlib import Path


class NetworkError(Exception):
    """Anything a caller of `routing.network` may have to tell its user."""


class MapFileMissing(NetworkError):
    """There is no such map file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: no such map file"


class MapFileUnreadable(NetworkError):
    """The map file is truncated, corrupt, empty or of an unknown kind."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: not a readable OpenStreetMap file: {self.reason}"


class MapWithoutRoads(NetworkError):
    """The map file is sound, and the profile can drive nowhere in it."""

    def __init__(self, path: Path, way_count: int) -> None:
        super().__init__(path, way_count)
        self.path = path
        self.way_count = way_count
        """Ways in the file with a highway or ferry tag, none of which can be driven."""

    def __str__(self) -> str:
        return f"{self.path}: no road that a car may drive ({self.way_count} ways looked at)"


class StoreMissing(NetworkError):
    """There is no such stored folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"{self.folder}: nothing is stored there"


class StoreDamaged(NetworkError):
    """A stored folder lacks files, or holds other bytes than its manifest says."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(folder, reason)
        self.folder = folder
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.folder}: damaged: {self.reason}; importing the map again mends it"


class StoreOfOtherVersion(NetworkError):
    """A stored folder was written in a format that this version does not read."""

    def __init__(self, folder: Path, version: object, expected: int) -> None:
        super().__init__(folder, version, expected)
        self.folder = folder
        self.version = version
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.folder}: stored in format {self.version}, this version reads {self.expected}; import again"


class PointOutsideNetwork(NetworkError):
    """A point lies farther from every road than the radius allows."""

    def __init__(self, index: int, distance_m: float, radius_m: float) -> None:
        super().__init__(index, distance_m, radius_m)
        self.index = index
        """Which of the asked points, counted from 0."""
        self.distance_m = distance_m
        """Distance to the nearest road; infinity where no road was near enough to be measured."""
        self.radius_m = radius_m

    def __str__(self) -> str:
        return f"point {self.index}: {self.distance_m:.0f} m from the nearest road, radius_m is {self.radius_m:.0f}"


class InvalidCoordinate(NetworkError):
    """A longitude or latitude is not a number, not finite or out of range."""

    def __init__(self, index: int, field: str, value: float, limit: float) -> None:
        super().__init__(index, field, value, limit)
        self.index = index
        """Which of the asked points, counted from 0."""
        self.field = field
        """"lon" or "lat"."""
        self.value = value
        self.limit = limit
        """Degrees that the value's size may reach."""

    def __str__(self) -> str:
        return (
            f"point {self.index}: {self.field}={self.value} must be a number between -{self.limit:g} and {self.limit:g}"
        )


class InvalidArea(NetworkError):
    """Rings that are no polygon: too few corners, or borders that cross."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"not a valid area: {self.reason}"


class MapDownloadFailed(NetworkError):
    """The map of a place could not be fetched."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.place}: the map cannot be downloaded: {self.reason}"
