"""Settings of the engines' tests."""

import pytest

from routing.engine.hierarchy import many_to_many


@pytest.fixture(autouse=True)
def small_questions_take_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As large ones do: an engine on several threads has them at work in every test."""
    monkeypatch.setattr(many_to_many, "BLOCKS_A_THREAD", 1)
