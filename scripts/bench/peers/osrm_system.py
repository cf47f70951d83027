"""OSRM, contraction hierarchies: the bindings' own calls in process, prepared with the stock car profile.

Set up at its best for tables: `excludable = {}` (classes to exclude cost it a factor of two), no hints, no waypoints in
the answer, nothing limited. The bindings give no arrays; `numpy.fromiter` over the rows is the fastest way that was
found to make them (0.25 us a cell; `list(row)` 0.6, text and a JSON parser 2.5), so its share is told.
"""

import itertools
import math
import re
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import osrm

from scripts.bench.peers.worker import Array, Phase, processors, run_phase

ALGORITHM = "CH"
PACKAGE = Path(osrm.__file__).parent
_EXCLUDABLE = re.compile(r"excludable\s*=\s*Sequence\s*\{.*?\n    \},", re.DOTALL)


class System:
    """One open dataset."""

    def __init__(self, folder: Path, algorithm: str = ALGORITHM) -> None:
        self.version = f"osrm-bindings {version('osrm-bindings')}, {algorithm}, excludable = {{}}"
        self._osrm = osrm.OSRM(
            algorithm=algorithm, storage_config=str(folder / "map.osrm"), use_shared_memory=False, verbosity="ERROR",
            max_locations_distance_table=-1, max_locations_viaroute=-1, max_results_nearest=-1,
        )  # fmt: skip

    def ask(self, lon: Array, lat: Array, first: int, last: int, distances: bool) -> Any:
        question = osrm.TableParameters(
            coordinates=list(zip(lon.tolist(), lat.tolist(), strict=True)),
            sources=[] if last - first == lon.size else list(range(first, last)),
            annotations=["duration", "distance"] if distances else ["duration"],
            generate_hints=False,
        )
        question.skip_waypoints = True
        return self._osrm.Table(question)

    def arrays(self, answer: Any, shape: tuple[int, int], distances: bool) -> list[Array]:
        return [_array(answer[name], shape) for name in ("durations", "distances")[: 1 + distances]]

    def route_with_steps(self, lon: Array, lat: Array) -> float:
        """Steps and full geometry; the answer stays the bindings' object."""
        question = osrm.RouteParameters(
            coordinates=list(zip(lon.tolist(), lat.tolist(), strict=True)),
            steps=True, overview="full", geometries="polyline", generate_hints=False,
        )  # fmt: skip
        return float(self._osrm.Route(question)["routes"][0]["duration"])

    def route(self, lon: Array, lat: Array) -> float:
        """Full geometry, no steps."""
        question = osrm.RouteParameters(
            coordinates=list(zip(lon.tolist(), lat.tolist(), strict=True)),
            overview="full", geometries="polyline", generate_hints=False,
        )  # fmt: skip
        return float(self._osrm.Route(question)["routes"][0]["duration"])

    def driven(self, lon: Array, lat: Array) -> list[float]:
        """Seconds, metres, weight, seconds on ferries of a route, then where both places were put; NaN for no way."""
        question = osrm.RouteParameters(
            coordinates=list(zip(lon.tolist(), lat.tolist(), strict=True)), steps=True, overview="false",
        )  # fmt: skip
        try:
            answer = self._osrm.Route(question)
        except RuntimeError:
            return [math.nan] * 8
        route = answer["routes"][0]
        ferry_s = sum(step["duration"] for step in route["legs"][0]["steps"] if step["mode"] == "ferry")
        places = [degrees for waypoint in answer["waypoints"] for degrees in waypoint["location"]]
        return [route["duration"], route["distance"], route["weight"], ferry_s, *places]

    def nearest(self, lon: Array, lat: Array) -> float:
        question = osrm.NearestParameters(coordinates=[(float(lon), float(lat))], generate_hints=False)
        return float(self._osrm.Nearest(question)["waypoints"][0]["distance"])


def prepare(osm: Path, folder: Path) -> list[Phase]:
    """Extract and contract, on as many threads as there are processors to use."""
    extracted = extract(osm, folder)
    data = folder / "map.osrm"
    return [extracted, run_phase("contract", [PACKAGE / "bin" / "osrm-contract", data, "-t", str(processors())])]


def extract(osm: Path, folder: Path) -> Phase:
    """Make the dataset's first stage of a map file, with the profile that declares no classes to exclude."""
    profiles = folder / "profiles"
    shutil.copytree(PACKAGE / "share" / "profiles", profiles, dirs_exist_ok=True)
    car = profiles / "car.lua"
    patched, count = _EXCLUDABLE.subn("excludable = {},", car.read_text())
    if count != 1:
        raise RuntimeError("the car profile declares its excludable classes in another way than expected")
    car.write_text(patched)
    program = PACKAGE / "bin" / "osrm-extract"
    command: list[str | Path] = [program, osm, "-p", car, "-o", folder / "map.osrm", "-t", str(processors())]
    return run_phase("extract", command)


def _array(rows: Any, shape: tuple[int, int]) -> Array:
    cells = shape[0] * shape[1]
    try:
        flat = np.fromiter(itertools.chain.from_iterable(rows), np.float32, cells)
    except TypeError:  # None where there is no path
        known = (math.nan if cell is None else cell for cell in itertools.chain.from_iterable(rows))
        flat = np.fromiter(known, np.float32, cells)
    return flat.reshape(shape)
