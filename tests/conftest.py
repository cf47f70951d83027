"""Settings of all tests."""

import os
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.called_kernels import note_called
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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=int, metavar="N", help="of each test, run at most N of its sets of parameters")
    parser.addoption("--kernels-called", type=Path, metavar="FOLDER", help="note there which files of kernels ran")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if folder := session.config.getoption("--kernels-called"):
        note_called(folder, os.environ.get("PYTEST_XDIST_WORKER", "alone"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests first: where the last ones are short, no test process waits 40 s for another."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in slow)
    if most := config.getoption("--cases"):
        _keep_some_cases(most, config, items)


def _keep_some_cases(most: int, config: pytest.Config, items: list[pytest.Item]) -> None:
    """`--cases`: for runs that look at something else than answers, such as the bounds of arrays."""
    cases = defaultdict(list)
    for item in items:
        cases[item.path, getattr(item, "originalname", item.name)].append(item)
    # spread over all of them: kinds of networks often go by the seed
    kept = {one for many in cases.values() for one in many[:: -(-len(many) // most)]}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
