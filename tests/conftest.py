"""Settings of all tests."""

import os

import pytest
from hypothesis import settings

from tests.helpers.real_maps import RealMaps

# The same examples in every run, so that a failure can be repeated, and no deadline: a machine may be busy.
# New examples: pytest --hypothesis-profile=explore
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def real_maps(tmp_path_factory: pytest.TempPathFactory) -> RealMaps:
    """The extracts beside the checkout; test processes of one run share a folder."""
    own = tmp_path_factory.getbasetemp()
    return RealMaps(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
