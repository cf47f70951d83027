import json

import numpy as np
import pytest

from app.schemas.matrix_text import tenths_text


@pytest.mark.parametrize("seed", range(20))
def test_the_text_says_the_numbers(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(0, 8, 2))
    tenths = rng.integers(-1, 10 ** int(rng.integers(1, 9)), shape).astype(np.int32)
    tenths[rng.random(shape) < 0.2] = rng.choice([0, 9, 10, 11, 100, 2**31 - 1])
    text = tenths_text(tenths)
    assert json.loads(text) == [[None if value < 0 else value / 10 for value in row] for row in tenths.tolist()]
    assert b".0" not in text and b" " not in text


def test_whole_numbers_have_no_point():
    assert tenths_text(np.array([[0, 10, 12, -1, 1000000001]], np.int32)) == b"[[0,1,1.2,null,100000000.1]]"
    assert tenths_text(np.zeros((0, 3), np.int32)) == b"[]"
    assert tenths_text(np.zeros((2, 0), np.int32)) == b"[[],[]]"
