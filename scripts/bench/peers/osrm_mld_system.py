"""OSRM, multi-level Dijkstra: quicker to prepare and to give other speeds, slower to ask than its hierarchy."""

from pathlib import Path

from scripts.bench.peers import osrm_system
from scripts.bench.peers.worker import Phase, processors, run_phase


class System(osrm_system.System):
    """One open dataset."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "MLD")


def prepare(osm: Path, folder: Path) -> list[Phase]:
    """Extract, partition and customise; a dataset of its own, as partitioning renumbers what contracting made."""
    programs, data, threads = osrm_system.PACKAGE / "bin", folder / "map.osrm", ["-t", str(processors())]
    extracted = osrm_system.extract(osm, folder)
    return [
        extracted,
        *(run_phase(name, [programs / f"osrm-{name}", data, *threads]) for name in ("partition", "customize")),
    ]
