"""Valhalla: `sources_to_targets` with costing auto, answered by its CostMatrix algorithm (the answer names it).

Settings as they come, but for the limits: `max_matrix_location_pairs` (2,500) and `max_matrix_distance` (400 km) are
lifted. `check_reverse_connection` stays on: off it was 1.3 times faster on 30 x 30 places of Porto, with worse paths
(upstream's issue 5256). `verbose: false` is the shortest answer it has. No admin and time zone data: nothing of theirs
is needed inside one country.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import orjson
import valhalla

from scripts.bench.peers.worker import Array, Phase, processors, run_phase


class System:
    """One set of tiles."""

    def __init__(self, folder: Path) -> None:
        self.version = f"pyvalhalla {version('pyvalhalla')}, costing auto, CostMatrix, limits lifted"
        config = json.loads((folder / "valhalla.json").read_text())
        config["service_limits"]["auto"] |= {
            "max_matrix_distance": 1e9, "max_matrix_location_pairs": 10**9, "max_locations": 10**6,
        }  # fmt: skip
        config["logging"] = {"type": ""}
        self._actor = valhalla.Actor(config)

    def ask(self, lon: Array, lat: Array, first: int, last: int, _distances: bool) -> str:
        places = _places(lon, lat)
        question = {"sources": places[first:last], "targets": places, "costing": "auto", "verbose": False}
        answer: str = self._actor.matrix(orjson.dumps(question).decode())
        return answer

    def arrays(self, answer: str, shape: tuple[int, int], distances: bool) -> list[Array]:
        found = orjson.loads(answer)
        if found["algorithm"] != "costmatrix":
            raise RuntimeError(f"answered by {found['algorithm']}")
        tables = found["sources_to_targets"]
        arrays = [np.array(tables["durations"], np.float64).reshape(shape)]
        return [*arrays, np.array(tables["distances"], np.float64).reshape(shape) * 1000] if distances else arrays

    def route_with_steps(self, lon: Array, lat: Array) -> float:
        """Its route with maneuvers and shape, as parsed JSON."""
        question = {"locations": _places(lon, lat), "costing": "auto"}
        answer = orjson.loads(self._actor.route(orjson.dumps(question).decode()))
        return float(answer["trip"]["summary"]["time"])


def prepare(osm: Path, folder: Path) -> list[Phase]:
    """Build the tiles."""
    tiles, config = folder / "tiles", folder / "valhalla.json"
    tiles.mkdir()
    config.write_text(json.dumps(valhalla.get_config(tile_extract="", tile_dir=tiles)))
    program = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    return [run_phase("tiles", [program, "-c", config, "-j", str(processors()), osm])]


def _places(lon: Array, lat: Array) -> list[dict[str, float]]:
    return [{"lon": x, "lat": y} for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
