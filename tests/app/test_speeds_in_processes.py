"""Live speeds in real processes: two of gunicorn and a job worker, on both databases; and on Porto, measured."""

import os
import shutil
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest

from app.access import create_key
from app.compose import compose
from app.services.company import open_company
from app.services.travel import TravelLimits, matrix
from app.settings import Settings
from app.storage.migrate import migrate
from tests.helpers.clocks import monday_ahead
from tests.helpers.real_maps import RealMaps, real_map
from tests.helpers.served_processes import ServedProcesses, served_by_processes, working

pytestmark = pytest.mark.slow
SPEEDS = "/v1/network/speeds"
EVERYWHERE = {"bbox": [-180, -90, 180, 90]}
BOUND_S = 1.0
"""Within this every process answers with what was changed, where the machine has nothing else to do."""
MOST_LOAD = 1.5
"""A processor, over the last minute: two servers that are asked all the while are most of it."""
FACTORS = (0.5, 0.3, 0.1)
ROUNDS = 5


@dataclass
class Question:
    """The same matrix, asked of every process."""

    app: object
    served: ServedProcesses
    organisation_id: int
    key: str
    places: list[list[float]]

    def ask(self, connection):
        status, answer = connection.ask("POST", "/v1/matrices", self.key, {"sources": self.places})
        assert status == 200, answer
        return answer["durations_s"]

    def change(self, connection, *changes, **more):
        status, answer = connection.ask("PATCH", SPEEDS, self.key, {"changes": list(changes), **more})
        assert status == 200, answer
        return answer

    def here(self):
        """The answer of this very process, made anew from what is stored."""
        app = compose(self.app.settings)
        try:
            company = open_company(app.storage, app.maps, self.organisation_id)
            return matrix(company.map, self.places, None, TravelLimits(1000, 10**6, 500.0)).durations_s
        finally:
            app.storage.database.close()


@dataclass
class Watch:
    """Asks one process over and over."""

    question: Question
    connection: object
    seen: list = field(default_factory=list)
    """(asked at, answered at, matrix)."""
    failed: list = field(default_factory=list)

    def run(self, stop):
        try:
            while not stop.is_set():
                begin = time.monotonic()
                answer = self.question.ask(self.connection)
                self.seen.append((begin, time.monotonic(), answer))
                time.sleep(0.05)
        except Exception as error:
            self.failed.append(error)


@contextmanager
def watched(question):
    """Every server process, asked all the while."""
    watches = [Watch(question, one) for one in question.served.connections()]
    stop = threading.Event()
    threads = [threading.Thread(target=watch.run, args=(stop,)) for watch in watches]
    for thread in threads:
        thread.start()
    try:
        yield watches
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert [watch.failed for watch in watches] == [[]] * len(watches)


def delays_of_rounds(question, factors):
    """PATCH through either process in turn; how long after it was sent, in seconds, somebody asked each process and was
    answered by it for the first time.

    On the way: no request fails, each answer is that of one version and no other, versions never go back, and whoever
    asks after a PATCH was answered is answered by it.
    """
    writers = question.served.connections()
    for one in writers:
        question.ask(one)
    versions, sent, told = [question.ask(writers[0])], [0.0], [0.0]
    with watched(question) as watches:
        time.sleep(0.3)
        for turn, factor in enumerate(factors):
            writer = writers[turn % len(writers)]
            sent.append(time.monotonic())
            question.change(writer, {**EVERYWHERE, "factor": factor}, replace=True)
            told.append(time.monotonic())
            versions.append(question.ask(writer))
            time.sleep(0.3)
    assert len({str(one) for one in versions}) == len(versions), "the factors must differ enough to tell"
    delays = []
    for watch in watches:
        order = [versions.index(answer) for _, _, answer in watch.seen]
        assert order == sorted(order)
        for (begin, _, _), version in zip(watch.seen, order, strict=True):
            assert version >= max(i for i, at in enumerate(told) if at <= begin)
        for version in range(1, len(versions)):
            first = min(begin for (begin, _, _), found in zip(watch.seen, order, strict=True) if found >= version)
            delays.append(first - sent[version])
    return delays


def check_in_time(what, delays):
    """The bound holds for a machine with nothing else to do; on a busier one the delays are told, and prove nothing."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(f"{what}: seconds from PATCH to the first question answered by it", np.round(delays, 3), f"load {load:.1f}")  # noqa: T201
    if load <= MOST_LOAD:
        assert sorted(delays)[len(delays) // 2] < BOUND_S
    else:
        print(f"{what}: {BOUND_S} s is not asserted at more than {MOST_LOAD} a processor")  # noqa: T201


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served_company(request, tmp_path_factory):
    """The small prepared company, served once for all tests: starting it takes 7 s of processor time."""
    copies = request.getfixturevalue(f"{request.param}_copies")
    with copies.copy(tmp_path_factory.mktemp("in_processes") / "data") as api:
        with api.app.storage.reading(api.organisation_id) as work:
            columns = work.accounts.all_for_design()
        places = [[float(columns.lon[i]), float(columns.lat[i])] for i in range(0, 60, 5)]
        with served_by_processes(api.app.settings) as served:
            yield Question(api.app, served, api.organisation_id, api.keys["manager"], places)


@pytest.fixture
def question(served_company):
    """On the small prepared company, of whose speeds nothing is changed."""
    status, _ = served_company.served.connections()[0].ask("DELETE", SPEEDS, served_company.key)
    assert status == 204
    yield served_company
    served_company.served.close_connections()


def test_every_process_follows_within_a_second_while_queries_go_on(question):
    delays = delays_of_rounds(question, FACTORS)
    check_in_time("small region", delays)
    assert question.ask(question.served.connections()[0]) == question.here()


def test_the_job_worker_plans_by_what_is_in_effect(question):
    day = monday_ahead()
    connection = question.served.connections()[0]

    def planned_speed():
        body = {"solutions": 10}
        status, job = connection.ask("POST", f"/v1/days/{day}/plan", question.key, body)
        assert status == 202, job
        end = time.monotonic() + 60
        while job["state"] not in ("done", "failed"):
            assert time.monotonic() < end, job
            time.sleep(0.05)
            _, job = connection.ask("GET", f"/v1/jobs/{job['id']}", question.key)
        assert job["state"] == "done", job
        return job["result"]["distance_m"] / job["result"]["drive_s"]

    with working(question.app.settings):
        before = planned_speed()
        question.change(connection, {**EVERYWHERE, "factor": 0.3})
        assert planned_speed() < 0.7 * before, "the worker had opened the map before"


def test_it_ends_by_itself_in_every_process_and_outlives_a_restart(question):
    served = question.served
    writer = served.connections()[0]
    plain = question.ask(writer)
    question.change(writer, {**EVERYWHERE, "factor": 0.5})
    slow = question.ask(writer)
    made = question.change(writer, {**EVERYWHERE, "factor": 0.25, "for_s": 2})
    ends = datetime.fromisoformat(made["changes"][-1]["until"])
    with watched(question) as watches:
        while (datetime.now(UTC) - ends).total_seconds() < BOUND_S + 0.5:
            time.sleep(0.05)
    for watch in watches:
        assert watch.seen[0][2] not in (plain, slow)
        assert watch.seen[-1][2] == slow
    served.restart(0)  # the one that wrote
    for one in served.connections():
        assert question.ask(one) == slow
    status, _ = served.connections()[0].ask("DELETE", SPEEDS, question.key)
    assert status == 204
    for one in served.connections():
        assert question.ask(one) == plain


def test_changes_at_the_same_time_all_count(question):
    served = question.served
    writers = [*served.connections(), *served.connections()]
    begin = threading.Barrier(len(writers))
    answers = []
    _, shown = writers[0].ask("GET", SPEEDS, question.key)
    before = shown["version"]

    def write(number, connection):
        begin.wait()
        for i in range(ROUNDS):
            box = {"bbox": EVERYWHERE["bbox"], "speed_kmh": 10.0 + number + len(writers) * i}
            answers.append(question.change(connection, box)["version"])

    threads = [threading.Thread(target=write, args=item) for item in enumerate(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    count = ROUNDS * len(writers)
    assert sorted(answers) == list(range(before + 1, before + count + 1)), "every change has a version of its own"
    _, shown = served.connections()[0].ask("GET", SPEEDS, question.key)
    assert (shown["version"], len(shown["changes"])) == (before + count, count)
    expected = question.here()
    for one in served.connections():
        assert question.ask(one) == expected


def test_porto_follows_within_a_second(tmp_path, real_maps: RealMaps):
    """On the real map; what is measured is printed (-s)."""
    imported = real_maps["porto"]
    shutil.copytree(imported.folder, tmp_path / "data" / "networks" / imported.id)
    app = compose(Settings(data_dir=tmp_path / "data"))
    migrate(app.storage.database)
    stored = app.maps.store.ensure(real_map("porto"))
    organisation = app.storage.ensure_organisation(app.settings.organisation, "Porto", "Europe/Lisbon")
    with app.storage.writing(organisation.id) as work:
        work.organisations.set_network(organisation.id, stored.id)
        key = create_key(work, "manager").text
        work.commit()
    rng = np.random.default_rng(1)
    at = stored.network.shape_first[rng.choice(np.flatnonzero(stored.network.destination_only_of_edge == 0), 5)]
    places = np.stack([stored.network.shape_lon_e7[at], stored.network.shape_lat_e7[at]], axis=1) / 1e7
    with served_by_processes(app.settings) as served:
        delays = delays_of_rounds(Question(app, served, organisation.id, key, places.tolist()), FACTORS)
    check_in_time("Porto", delays)
    app.storage.database.close()
