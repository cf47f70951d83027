"""What the tests of the benchmark commands share."""

from pathlib import Path

import pytest

from routing.network.synthetic.region import write_region


@pytest.fixture(scope="session")
def small_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region with 1,500 junctions as a map file."""
    path = tmp_path_factory.mktemp("map") / "small.osm.pbf"
    write_region(path, junctions=1_500, accounts=100, homes=2)
    return path
