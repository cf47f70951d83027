"""The thread that keeps live speeds up to date in a process that nobody asks."""

import time

import numpy as np
import pytest

from app.services.company import open_company
from app.services.live_speeds import LONGEST_OVERDUE
from app.speeds_follower import start_following

EVERYWHERE = {"bbox": [-180, -90, 180, 90]}


@pytest.fixture
def following(api):
    """The API of a company whose speeds are followed every 20 ms; its map is open."""
    open_company(api.app.storage, api.app.maps, api.organisation_id)
    stop = start_following(api.app.maps, api.app.storage, 0.02)
    yield api
    stop.set()
    time.sleep(0.1)


def in_use(api):
    """What a request would use that knows of no newer version."""
    _, live = api.app.maps._live[api.organisation_id]
    return live._current


def wait_until(true):
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def write_elsewhere(api, version_is_due=False):
    """What another process writes: the rows and the version alone."""
    from app.storage.records import SpeedChangeFacts

    facts = SpeedChangeFacts(
        network_id="", roads=EVERYWHERE, factor=0.5, speed_kmh=None, closed=False, arc_count=1, until=None, label="",
        created_by="",
    )  # fmt: skip
    with api.app.storage.writing(api.organisation_id) as work:
        version = work.speeds.next_version()
        work.speeds.add_many([facts])
        if version_is_due:
            work.speeds.is_due(version)
        work.commit()


def test_what_another_process_wrote_is_built_without_a_request(following):
    before = in_use(following)
    write_elsewhere(following)
    wait_until(lambda: in_use(following).version == 1)
    now = in_use(following)
    assert now.engine is not None
    assert before.engine is None
    assert np.allclose(now.network.duration_ms, before.network.duration_ms * 2.0, atol=1)


def test_what_has_ended_is_let_go_without_a_request(following):
    following.ask("PATCH", "/v1/network/speeds", json={"changes": [{**EVERYWHERE, "factor": 0.5, "for_s": 60}]})
    assert in_use(following).fingerprint
    following.clock.advance(59)
    time.sleep(0.2)
    assert in_use(following).fingerprint
    following.clock.advance(1 + LONGEST_OVERDUE.total_seconds() / 2)
    wait_until(lambda: not in_use(following).fingerprint)


def test_a_database_that_is_away_is_looked_at_again(following, monkeypatch, caplog):
    real = following.app.storage.speeds_versions
    looked = []

    def away(self):
        looked.append(1)
        if len(looked) < 5:
            raise OSError("away")
        return real()

    monkeypatch.setattr(type(following.app.storage), "speeds_versions", away)
    write_elsewhere(following)
    wait_until(lambda: in_use(following).version == 1)
    assert len([one for one in caplog.records if "could not be looked at" in one.message]) == 1


def test_without_the_thread_a_request_goes_on_until_a_newer_version_is_due(api):
    company = open_company(api.app.storage, api.app.maps, api.organisation_id)
    write_elsewhere(api)
    again = open_company(api.app.storage, api.app.maps, api.organisation_id)
    assert again.map.speeds is company.map.speeds, "its writer has not been told yet"
    assert api.app.maps.outdated.is_set()
    write_elsewhere(api, version_is_due=True)
    then = open_company(api.app.storage, api.app.maps, api.organisation_id)
    assert then.map.speeds.version == 2
    assert len(then.map.speeds.said) == 2


def test_whoever_holds_a_map_is_answered_as_before(api):
    company = open_company(api.app.storage, api.app.maps, api.organisation_id)
    before = company.map.network.duration_ms.copy()
    write_elsewhere(api, version_is_due=True)
    later = open_company(api.app.storage, api.app.maps, api.organisation_id)
    assert later.map.engine is not company.map.engine
    assert (company.map.network.duration_ms == before).all()


def test_equal_times_share_an_engine(api):
    write_elsewhere(api, version_is_due=True)
    first = open_company(api.app.storage, api.app.maps, api.organisation_id)
    write_elsewhere(api, version_is_due=True)
    second = open_company(api.app.storage, api.app.maps, api.organisation_id)
    assert second.map.speeds.version == 2
    assert second.map.engine is first.map.engine
