"""A small prepared company on a synthetic region of 3,000 junctions, for tests of the service, its API and its pages.

company = prepare_company(tmp_path)              3 reps, 400 accounts, territories in force, Monday planned: 5 s
mine = company.copy(other_path)                  the same on its own SQLite file, to be changed at will: 0.05 s
prepare_company(path, url, like=company)         the same on another database, without importing the map again
with served(mine) as url: ...                    HTTP server and job worker as threads of this process
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from app import create_app
from app.commands.local_keys import local_keys
from app.commands.prepare import SYNTHETIC_NAME, Source, prepare
from app.compose import Beatplan, Clock, compose
from app.services.company import open_company
from app.settings import Settings
from routing.network.synthetic.region import write_region
from tests.helpers.clocks import SettableClock

MONDAY = date(2026, 11, 16)
"""The day that is planned; the clock stands at 08:00 UTC on it."""
SHUTDOWN_POLL_S = 0.02
"""A server that shall end notices within this; with the library's half second each test waits a quarter."""


@dataclass(frozen=True)
class SmallCompany:
    app: Beatplan
    keys: dict[str, str]
    """A key each for the roles admin, manager and rep (the first rep's)."""

    @property
    def organisation_id(self) -> int:
        found = self.app.storage.organisation(self.app.settings.organisation)
        assert found is not None
        return found.id

    @property
    def rep_id(self) -> int:
        """The rep whose key it is."""
        with self.app.storage.reading(self.organisation_id) as work:
            return work.reps.all()[0].id

    def client(self) -> FlaskClient:
        return self._flask.test_client()

    @cached_property
    def _flask(self) -> Flask:
        """Making one takes 50 ms."""
        return create_app(self.app)

    def headers(self, role: str = "manager") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[role]}"}

    def work_off(self) -> None:
        """Do every waiting job, here and now."""
        worker = self.app.worker()
        while worker.run_one():
            pass

    def copy(self, folder: Path, clock: Clock | None = None, **settings: Any) -> "SmallCompany":
        """Needs SQLite. Close it with `close`."""
        self.app.storage.database.close()  # folds the write-ahead log into the file
        shutil.copytree(self.app.settings.data_dir, folder, dirs_exist_ok=True)
        return SmallCompany(_compose(folder, "", clock, settings), self.keys)

    def close(self) -> None:
        self.app.storage.database.close()


def prepare_company(
    folder: Path,
    database_url: str = "",
    clock: Clock | None = None,
    like: SmallCompany | None = None,
    **settings: Any,
) -> SmallCompany:
    """`settings` are fields of `Settings`; `like` lends its imported map and travel times."""
    folder.mkdir(parents=True, exist_ok=True)
    app = _compose(folder, database_url, clock, settings)
    if like is not None:
        for name in ("maps", "networks", "travel_times"):
            shutil.copytree(like.app.settings.data_dir / name, folder / name)
    else:
        (folder / "maps").mkdir(exist_ok=True)
        write_region(folder / "maps" / SYNTHETIC_NAME, junctions=3_000, accounts=400, homes=3)
    prepare(app, Source(day=MONDAY))
    organisation = app.storage.organisation(app.settings.organisation)
    assert organisation is not None
    return SmallCompany(app, local_keys(app, open_company(app.storage, app.maps, organisation.id)))


def _compose(folder: Path, database_url: str, clock: Clock | None, settings: dict[str, Any]) -> Beatplan:
    plain = {"time_zone": "Europe/Lisbon", "plan_seconds": 2.0, "job_poll_s": 0.05}
    chosen = Settings(data_dir=folder, database_url=database_url, **plain | settings)
    return compose(chosen, clock or SettableClock())


@contextmanager
def served(company: SmallCompany, working: bool = True) -> Iterator[str]:
    """Address of a server on a free port, with a job worker beside it unless jobs shall stay in the queue."""
    server = make_server("127.0.0.1", 0, create_app(company.app), threaded=True)
    stop = threading.Event()
    threads = [threading.Thread(target=server.serve_forever, args=(SHUTDOWN_POLL_S,), daemon=True)]
    if working:
        threads.append(threading.Thread(target=company.app.worker().run_forever, args=(stop,), daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        stop.set()
        server.shutdown()
        for thread in threads:
            thread.join(10)
        server.server_close()
