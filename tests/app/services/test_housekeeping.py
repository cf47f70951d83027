from datetime import timedelta

from app.housekeeping import KeepFor, keep_house
from app.storage.records import StoredResponse
from app.storage.tables import idempotency_keys, jobs
from tests.helpers.company_copies import rows


def test_what_is_past_its_time_goes_and_the_rest_stays(api):
    """Of every organisation; a job that waits or runs never goes."""
    app, clock, other = api.app, api.clock, api.app.storage.organisation("other").id
    for organisation in (api.organisation_id, other):
        app.queue.request_cancel(organisation, app.queue.submit(organisation, "redraw", {}).id)
        app.queue.submit(organisation, "unheard of", {})
        with app.storage.writing(organisation) as work:
            work.idempotency.claim("k", "POST /x", b"hash", timedelta(hours=24))
            work.idempotency.answer("k", "POST /x", StoredResponse(201, b"{}"))
            work.commit()
    assert (rows(app, jobs), rows(app, idempotency_keys)) == (4, 2)
    clock.advance(25 * 3600)
    gone = app.keep_house()
    assert (gone.jobs, gone.idempotency_keys) == (0, 2)
    clock.advance(30 * 86_400)
    gone = app.keep_house()
    assert (gone.jobs, gone.idempotency_keys) == (2, 0)
    assert rows(app, jobs) == 2


def test_how_long_things_are_kept_is_given(api):
    keep = KeepFor(jobs=timedelta(seconds=1), idempotency_keys=timedelta(1), uploads=timedelta(1))
    api.app.queue.request_cancel(api.organisation_id, api.app.queue.submit(api.organisation_id, "redraw", {}).id)
    api.clock.advance(2)
    assert keep_house(api.app.storage, api.app.queue, api.app.uploads, api.clock(), keep).jobs == 1
