"""A process that finds the stored map damaged makes it again, and answers as before."""

import shutil
import time
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

import routing.network.store as store_module
from app import create_app
from app.compose import Beatplan, compose
from routing.engine.hierarchy.stored import HIERARCHY
from routing.network.importing import ImportedNetwork
from routing.network.parts import ADDRESSES
from tests.helpers.driving_truth import random_places
from tests.helpers.osrm_server import map_app
from tests.helpers.random_roads import random_town
from tests.routing.network.test_store import flip_a_bit


def answers(app: Beatplan) -> tuple[list[list[int]], int]:
    company_map = app.maps.of(app.storage.organisation(app.settings.organisation))
    places = random_places(company_map.network, 8, np.random.default_rng(1))
    return company_map.engine.matrix(places, places).duration_s.tolist(), len(company_map.stored.read(ADDRESSES))


@pytest.mark.parametrize(
    "damaged",
    ["roads/turn_head.npy", "roads/manifest.json", f"{HIERARCHY.folder_name}/up_star_weight.npy", "addresses-v1"],
)
def test_a_damaged_map_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture, damaged: str) -> None:
    random_town(5).write(tmp_path / "town.osm")
    app = map_app(tmp_path / "data", tmp_path / "town.osm")
    before = answers(app)
    (folder,) = (tmp_path / "data" / "networks").iterdir()
    path = folder / damaged
    if path.is_dir():
        shutil.rmtree(path)
    else:
        flip_a_bit(path)
    again = compose(app.settings)
    assert answers(again) == before
    assert path.is_dir() or "does not match its checksum" in caplog.text or "cannot be read" in caplog.text
    caplog.clear()
    assert answers(compose(app.settings)) == before
    assert "damaged" not in caplog.text
    for one in (app, again):
        one.storage.database.close()


def test_while_a_damaged_map_is_made_again_requests_are_told_to_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random_town(5).write(tmp_path / "town.osm")
    app = map_app(tmp_path / "data", tmp_path / "town.osm")
    (folder,) = (tmp_path / "data" / "networks").iterdir()
    flip_a_bit(folder / "roads/turn_head.npy")
    may_go_on, real = Event(), store_module.import_osm

    def slowly(*given: Any) -> ImportedNetwork:
        assert may_go_on.wait(60)
        return real(*given)

    monkeypatch.setattr(store_module, "import_osm", slowly)
    again = compose(app.settings)
    again.mend_beside_requests()
    client = create_app(again).test_client()
    lon, lat = -30.0, 45.0
    for path in (f"/nearest/v1/driving/{lon},{lat}", "/map/tiles/x/0/0/0.mvt"):
        for _ in range(2):
            answer = client.get(path)
            assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "10"), path
    assert client.get("/health").status_code == 200
    may_go_on.set()
    end = time.monotonic() + 60
    while (answer := client.get(f"/nearest/v1/driving/{lon},{lat}")).status_code == 503:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert answer.get_json()["code"] == "Ok"
    for one in (app, again):
        one.storage.database.close()
