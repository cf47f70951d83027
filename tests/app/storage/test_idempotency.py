import threading
from datetime import timedelta

import pytest

from app.storage.errors import IdempotencyInProgress, IdempotencyMismatch
from app.storage.records import StoredResponse

DAY = timedelta(hours=24)
POST = "POST /v1/accounts"


def test_the_first_answer_is_given_again(storage, organisation_id):
    with storage.writing(organisation_id) as work:
        assert work.idempotency.claim("k", POST, b"h", DAY) is None
        work.idempotency.answer("k", POST, StoredResponse(201, b'{"id":1}'))
        work.commit()
    with storage.writing(organisation_id) as work:
        assert work.idempotency.claim("k", POST, b"h", DAY) == StoredResponse(201, b'{"id":1}')
        with pytest.raises(IdempotencyMismatch):
            work.idempotency.claim("k", POST, b"other", DAY)
        assert work.idempotency.claim("k", "POST /v1/reps", b"other", DAY) is None, "another endpoint, another key"
    other = storage.ensure_organisation("other", "Other", "UTC").id
    with storage.writing(other) as work:
        assert work.idempotency.claim("k", POST, b"other", DAY) is None


def test_work_that_failed_takes_its_claim_along(storage, organisation_id):
    for _ in range(2):
        with storage.writing(organisation_id) as work:
            assert work.idempotency.claim("k", POST, b"h", DAY) is None


def test_a_claim_committed_without_an_answer_is_in_progress_until_released(storage, organisation_id):
    with storage.writing(organisation_id) as work:
        work.idempotency.claim("k", POST, b"h", DAY)
        work.commit()
    with storage.writing(organisation_id) as work:
        with pytest.raises(IdempotencyInProgress):
            work.idempotency.claim("k", POST, b"h", DAY)
        work.idempotency.release("k", POST)
        assert work.idempotency.claim("k", POST, b"h", DAY) is None


def test_a_claim_whose_process_died_is_given_up_after_a_while(storage, organisation_id, clock):
    with storage.writing(organisation_id) as work:
        work.idempotency.claim("dead", POST, b"h", DAY)
        work.idempotency.claim("answered", POST, b"h", DAY)
        work.idempotency.answer("answered", POST, StoredResponse(201, b"kept"))
        work.commit()
    clock.advance(5 * 60 - 1)
    with storage.writing(organisation_id) as work, pytest.raises(IdempotencyInProgress):
        work.idempotency.claim("dead", POST, b"h", DAY)
    clock.advance(2)
    with storage.writing(organisation_id) as work:
        assert work.idempotency.claim("dead", POST, b"h", DAY) is None
        assert work.idempotency.claim("answered", POST, b"h", DAY) == StoredResponse(201, b"kept")


def test_an_old_key_is_new(storage, organisation_id, clock):
    for body in (b"1", b"2"):
        with storage.writing(organisation_id) as work:
            assert work.idempotency.claim("k", POST, body, DAY) is None
            work.idempotency.answer("k", POST, StoredResponse(201, body))
            work.commit()
        clock.advance(24 * 3600 + 1)
    with storage.writing(organisation_id) as work:
        assert work.idempotency.forget(timedelta(hours=48)) == 0
        assert work.idempotency.forget(DAY) == 1


def test_of_requests_at_once_one_works_and_the_others_get_its_answer(storage, organisation_id):
    answers = []

    def request(number: int) -> None:
        with storage.writing(organisation_id) as work:
            before = work.idempotency.claim("k", POST, b"h", DAY)
            if before is None:
                work.organisations.ensure(f"made-by-{number}", "x", "UTC")
                work.idempotency.answer("k", POST, StoredResponse(201, str(number).encode()))
                work.commit()
                answers.append(("worked", str(number).encode()))
            else:
                answers.append(("given", before.body))

    threads = [threading.Thread(target=request, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(how for how, _ in answers) == ["given"] * 3 + ["worked"]
    assert len({body for _, body in answers}) == 1
    with storage.reading(organisation_id) as work:
        assert len(work.organisations.all()) == 2
