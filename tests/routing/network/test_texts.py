import numpy as np
import pytest

from routing.network.texts import Texts


@pytest.mark.parametrize("texts", [[], [""], ["a", "", "a", "þórður", "日本", "a"]])
def test_gives_back_what_it_was_given(texts):
    column = Texts.of(texts)
    assert column.tolist() == list(column) == texts
    assert [column[index] for index in range(len(column))] == texts
    assert Texts.stored(column.arrays("name"), "name").tolist() == texts
    assert len(column.different()) == len(set(texts))


def test_takes_rows():
    column = Texts.of(["a", "b", "c"])
    assert column.take(np.array([2, 0, 2])).tolist() == ["c", "a", "c"]
