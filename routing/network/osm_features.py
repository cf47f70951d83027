"""Tagged things of an OpenStreetMap file, one after the other, with where they are.

Reads .osm.pbf, .osm, .osm.gz and .osm.bz2. What goes wrong while reading comes out as MapFileMissing or
MapFileUnreadable.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import osmium

from routing.network.errors import MapFileMissing, MapFileUnreadable
from routing.progress import Progress

_REPORT_EVERY = 5_000


@contextmanager
def clear_reading_errors(path: Path) -> Iterator[None]:
    """Translate what pyosmium raises on `path` into our errors."""
    if not path.is_file():
        raise MapFileMissing(path)
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        text = " ".join(str(error).split())
        raise MapFileUnreadable(path, text or type(error).__name__) from error


def tagged(
    path: Path, keys: tuple[str, ...], progress: Progress, what: str, areas: tuple[tuple[str, str], ...] = ()
) -> Iterator[Any]:
    """Yield nodes, then ways (their nodes with locations), that carry one of `keys`.

    Closed ways and multipolygons with one of the tags `areas` come as areas too, at the cost of a second pass.

    An object is valid only until the next one is asked for. How many are still to come is not known before the end, so
    the share done is a guess from the file's size (about 3 features in a kilobyte, as in Iceland).
    """
    if not path.is_file():
        raise MapFileMissing(path)
    expected = max(1.0, path.stat().st_size / 1000 * 3)
    progress(0.0, what)
    with clear_reading_errors(path):
        kinds = osmium.osm.ALL if areas else osmium.osm.NODE | osmium.osm.WAY
        source = osmium.FileProcessor(str(path), kinds).with_locations()
        if areas:
            source = source.with_areas(osmium.filter.TagFilter(*areas))
        features = iter(source.with_filter(osmium.filter.KeyFilter(*keys)))
    count = 0
    while True:
        with clear_reading_errors(path):
            feature = next(features, None)
        if feature is None:
            break
        yield feature
        count += 1
        if count % _REPORT_EVERY == 0:
            progress(min(0.99, count / (count + expected)), what)
    progress(1.0, what)


def position(feature: Any) -> tuple[float, float] | None:
    """Longitude and latitude of a node, or the mean of a way's different nodes; None where the file lacks them all."""
    if feature.is_node():
        location = feature.location
        return (location.lon, location.lat) if location.valid() else None
    nodes = feature.nodes
    count = len(nodes) - 1 if len(nodes) > 1 and nodes[0].ref == nodes[-1].ref else len(nodes)
    points = [(nodes[i].location.lon, nodes[i].location.lat) for i in range(count) if nodes[i].location.valid()]
    if not points:
        return None
    return sum(lon for lon, _ in points) / len(points), sum(lat for _, lat in points) / len(points)
