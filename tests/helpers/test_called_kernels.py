import numpy as np

from routing.engine.key_kernels import seconds
from tests.helpers.called_kernels import not_called, note_called


def test_what_no_process_called_is_told(tmp_path):
    note_called(tmp_path / "called", "gw0")
    (tmp_path / "called" / "gw1").write_text("routing.reach.field_kernels")
    before = not_called(tmp_path / "called")
    assert "routing.reach.field_kernels" not in before
    seconds(np.int64(5))
    note_called(tmp_path / "called", "gw0")
    assert not_called(tmp_path / "called") == before - {"routing.engine.key_kernels"}


def test_called_by_nobody_all_are_missing(tmp_path):
    (tmp_path / "gw0").write_text("")
    assert {"routing.engine.key_kernels", "territories.design.search_kernels"} <= not_called(tmp_path)
