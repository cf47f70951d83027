"""Travel times between accounts and homes, computed once for as long as neither map, speeds nor places change.

A redraw and every day's plan ask for the same 1,500 x 1,500 times: the answer is kept in a folder named by what it
depends on. Old answers go when there are more than a set number.
"""

import hashlib
from pathlib import Path

import numpy as np

from app.services.company_map import CompanyMap
from app.services.kept_arrays import KeptArrays
from routing.engine.travel_matrix import TravelMatrix
from routing.network.array_folder import AnyArray
from routing.network.snaps import Snaps
from routing.progress import Progress, silent


class TravelTimes:
    """Square matrices between places, kept on disk."""

    def __init__(self, folder: Path, keep: int = 4) -> None:
        self._kept = KeptArrays(folder, "travel times", keep)

    def between(self, company_map: CompanyMap, places: Snaps, progress: Progress = silent) -> TravelMatrix:
        """All to all. Raises MatrixTooLarge."""

        def make() -> dict[str, AnyArray]:
            matrix = company_map.engine.matrix(places, places, progress)
            return {"duration_s": matrix.duration_s, "distance_m": matrix.distance_m}

        arrays = self._kept.of(_fingerprint(company_map, places), make)
        return TravelMatrix(arrays["duration_s"], arrays["distance_m"])


def _fingerprint(company_map: CompanyMap, places: Snaps) -> str:
    digest = hashlib.sha256((company_map.id + company_map.speeds.fingerprint).encode())
    for array in (places.edge, places.fraction, places.ways):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:24]
