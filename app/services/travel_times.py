"""Travel times between accounts and homes, computed once for as long as neither map, speeds nor places change.

A redraw and every day's plan ask for the same 1,500 x 1,500 times: the answer is kept in a folder named by what it
depends on. Old answers go when there are more than a set number.
"""

import hashlib
import shutil
from pathlib import Path

import numpy as np

from app.services.company_map import CompanyMap
from routing.engine.travel_matrix import TravelMatrix
from routing.network.array_folder import read_folder, write_folder
from routing.network.errors import NetworkError
from routing.network.snaps import Snaps
from routing.progress import Progress, silent


class TravelTimes:
    """Square matrices between places, kept on disk."""

    def __init__(self, folder: Path, keep: int = 4) -> None:
        self._folder = folder
        self._keep = keep

    def between(self, company_map: CompanyMap, places: Snaps, progress: Progress = silent) -> TravelMatrix:
        """All to all. Raises MatrixTooLarge."""
        folder = self._folder / _fingerprint(company_map, places)
        try:
            arrays = read_folder(folder).arrays
            folder.touch()
            return TravelMatrix(arrays["duration_s"], arrays["distance_m"])
        except (NetworkError, KeyError):
            matrix = company_map.engine.matrix(places, places, progress)
            write_folder(
                folder, {"duration_s": matrix.duration_s, "distance_m": matrix.distance_m}, {"holds": "travel times"}
            )
            self._forget_old()
            return matrix

    def _forget_old(self) -> None:
        folders = [path for path in self._folder.iterdir() if path.is_dir()]
        for old in sorted(folders, key=lambda path: path.stat().st_mtime)[: -self._keep]:
            shutil.rmtree(old, ignore_errors=True)


def _fingerprint(company_map: CompanyMap, places: Snaps) -> str:
    digest = hashlib.sha256((company_map.id + company_map.speeds.fingerprint).encode())
    for array in (places.edge, places.fraction, places.ways):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:24]
