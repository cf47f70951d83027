"""Copies of one prepared company, on SQLite and on PostgreSQL, each test's own; with a second company beside it.

The map is imported once a session and shared; only the databases differ.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app import create_app
from app.access import create_key
from app.compose import Beatplan, compose
from app.settings import Settings
from tests.helpers.clocks import SettableClock
from tests.helpers.companies import account, rep
from tests.helpers.served_company import SmallCompany, prepare_company

SHARED_FOLDERS = ("maps", "networks")
_RIGHT: set[tuple[str, str, int, str, bytes]] = set()
"""Rule, method, status, type and hash of answers found as described: looking takes 10 ms, and once suffices."""


def furnish(company: SmallCompany) -> SmallCompany:
    """Keys for every role and a second rep, and another organisation with a row of everything."""
    storage, keys = company.app.storage, dict(company.keys)
    with storage.writing(company.organisation_id) as work:
        second = work.reps.all()[1]
        keys["dispatcher"] = create_key(work, "dispatcher").text
        keys["other rep"] = create_key(work, "rep", second.id).text
        work.commit()
    other = storage.ensure_organisation("other", "Other", "UTC").id
    with storage.writing(other) as work:
        organisation = storage.organisation("default")
        assert organisation is not None
        work.organisations.set_network(other, organisation.network_id)
        reps = work.reps.add_many([rep(1), rep(2)])
        work.accounts.add_many([account(n) for n in range(1, 4)])
        keys["stranger"] = create_key(work, "admin").text
        keys["stranger rep"] = create_key(work, "rep", reps["R1"]).text
        work.commit()
    return SmallCompany(company.app, keys)


@dataclass
class Api:
    """Asks one company's API, as somebody."""

    app: Beatplan
    keys: dict[str, str]
    clock: SettableClock
    client: FlaskClient

    def ask(self, method: str, path: str, who: str | None = "manager", **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers.setdefault("Authorization", f"Bearer {self.keys[who]}")
        answer = self.client.open(path, method=method, headers=headers, **more)
        self._check_against_document(method, path, answer)
        return answer

    def _check_against_document(self, method: str, path: str, answer: TestResponse) -> None:
        """Every answer in every test is what the OpenAPI document says of its status."""
        document = self.client.application.extensions["openapi"]()
        try:
            urls = self.client.application.url_map.bind("localhost")
            rule, _ = urls.match(path.partition("?")[0], method, return_rule=True)
        except HTTPException:
            return
        described = document["paths"].get(re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule), {}).get(method.lower())
        if described is None:
            return
        responses = described["responses"]
        content = responses.get(str(answer.status_code), responses["default"]).get("content", {})
        assert answer.mimetype in content or not answer.data, (method, path, answer.status_code, answer.mimetype)
        schema = content.get(answer.mimetype, {}).get("schema")
        seen = (rule.rule, method, answer.status_code, answer.mimetype, hashlib.sha256(answer.data).digest())
        if schema is not None and seen not in _RIGHT:
            whole = {**schema, "components": document["components"]}
            Draft202012Validator(whole).validate(answer.get_json())
            _RIGHT.add(seen)

    def get(self, path: str, who: str | None = "manager", **more: Any) -> TestResponse:
        return self.ask("GET", path, who, **more)

    def post(self, path: str, json: Any = None, who: str | None = "manager", **more: Any) -> TestResponse:
        return self.ask("POST", path, who, **({"json": json} if json is not None else {}), **more)

    def read(self, path: str, who: str = "manager") -> Any:
        """The answer's JSON; fails unless 200."""
        answer = self.get(path, who)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.get_json()

    def work_off(self) -> None:
        """Do every waiting job, here and now."""
        worker = self.app.worker()
        while worker.run_one():
            pass

    def job(self, answer: TestResponse, who: str = "manager") -> Any:
        """The job that was answered, once a worker has seen to it."""
        assert answer.status_code == 202, answer.text
        self.work_off()
        return self.read(answer.headers["Location"], who)

    @property
    def organisation_id(self) -> int:
        found = self.app.storage.organisation("default")
        assert found is not None
        return found.id

    @property
    def rep_ids(self) -> list[int]:
        with self.app.storage.reading(self.organisation_id) as work:
            return [one.id for one in work.reps.all()]


class CompanyCopies:
    """A prepared database to copy from; `new` and `drop` make and remove copies."""

    def __init__(self, kind: str, source: SmallCompany, folder: Path, databases: Any) -> None:
        self._kind, self._databases = kind, databases
        self._data_dir = source.app.settings.data_dir
        if kind == "postgresql":
            self._template = databases.new(True)
            made = prepare_company(folder / "template", self._template, SettableClock(), like=source)
        else:
            made = source.copy(folder / "template", SettableClock())
            self._template = str(made.app.settings.data_dir / "beatplan.sqlite3")
        self.keys = furnish(made).keys
        made.close()

    @contextmanager
    def copy(self, folder: Path, **settings: Any) -> Iterator[Api]:
        """A company that nobody else touches."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in SHARED_FOLDERS:
            (folder / name).symlink_to(self._data_dir / name)
        shutil.copytree(self._data_dir / "travel_times", folder / "travel_times")
        url = self._copy_database(folder)
        plain = {"time_zone": "Europe/Lisbon", "plan_seconds": 1.0, "job_poll_s": 0.05}
        clock = SettableClock()
        app = compose(Settings(data_dir=folder, database_url=url, **plain | settings), clock)
        try:
            yield Api(app, self.keys, clock, create_app(app).test_client())
        finally:
            app.storage.database.close()
            if url:
                self._databases.remove(url)

    def _copy_database(self, folder: Path) -> str:
        if self._kind == "postgresql":
            return str(self._databases.copy_of(self._template))
        shutil.copy(self._template, folder / "beatplan.sqlite3")
        return ""


def decode_polyline(text: str, precision: int = 6) -> list[tuple[float, float]]:
    """(lon, lat) of an encoded polyline, as Google's description of the format says."""
    numbers, value, shift = [], 0, 0
    for letter in text:
        bits = ord(letter) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    points, lat, lon = [], 0, 0
    for d_lat, d_lon in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + d_lat, lon + d_lon
        points.append((lon / 10**precision, lat / 10**precision))
    return points


def rows(app: Beatplan, table: sa.Table) -> int:
    """How many rows a table has, of all organisations."""
    with app.storage.database.reading() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
