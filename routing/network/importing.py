"""From a map file to a road network."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from routing.network.car_profile import CarProfile
from routing.network.errors import MapWithoutRoads
from routing.network.import_report import ImportReport
from routing.network.map_reading import read_map
from routing.network.network_building import build_network
from routing.network.road_network import RoadNetwork
from routing.progress import Progress, part, silent

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class ImportedNetwork:
    """A network and what became of the file."""

    network: RoadNetwork
    report: ImportReport


def no_clock() -> float:
    """Time stands still: the phases of the report are not timed."""
    return 0.0


def import_osm(
    path: Path, profile: CarProfile | None = None, progress: Progress = silent, clock: Clock = no_clock
) -> ImportedNetwork:
    """Read `path` (.osm.pbf, .osm, .osm.gz, .osm.bz2) and build the network that `profile` drives (a car by default).

    `clock` (such as `time.perf_counter`) times the phases for the report. Raises MapFileMissing, MapFileUnreadable or
    MapWithoutRoads.
    """
    profile = profile or CarProfile()
    begin = clock()
    extract = read_map(path, profile, part(progress, 0.0, 0.7))
    read = clock()
    built = build_network(extract, profile, part(progress, 0.7, 1.0))
    if built is None:
        raise MapWithoutRoads(path, extract.way_count_read)
    network, report = built
    phase_s = {"read": round(read - begin, 3), "build": round(clock() - read, 3)}
    progress(1.0, "imported")
    return ImportedNetwork(network, ImportReport(path.name, extract.way_count_read, report, phase_s))
