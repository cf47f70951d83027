"""Posts that create answer a retry as they answered the first time, where the client sends an `Idempotency-Key`."""

from collections.abc import Callable
from datetime import timedelta

from flask import Response, request

from app.access import Principal
from app.compose import Beatplan
from app.services.errors import InvalidInput
from app.storage.records import StoredResponse

LONGEST_KEY = 200


def once(app: Beatplan, principal: Principal, respond: Callable[[], Response], request_hash: bytes) -> Response:
    """`respond()` the first time; its stored answer for the same key and body later. Failures may be tried again."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        return respond()
    if len(key) > LONGEST_KEY:
        text = f"Idempotency-Key has {len(key)} characters, the limit is {LONGEST_KEY}"
        raise InvalidInput(text, field="Idempotency-Key")
    endpoint = f"{request.method} {request.path}"
    keep = timedelta(hours=app.settings.idempotency_hours)
    organisation = principal.organisation_id
    with app.storage.writing(organisation) as work:
        earlier = work.idempotency.claim(key, endpoint, request_hash, keep)
        work.commit()
    if earlier is not None:
        headers = {"Idempotency-Replayed": "true"}
        return Response(earlier.body, earlier.status, headers, content_type="application/json")
    try:
        response = respond()
    except BaseException:
        with app.storage.writing(organisation) as work:
            work.idempotency.release(key, endpoint)
            work.commit()
        raise
    with app.storage.writing(organisation) as work:
        work.idempotency.answer(key, endpoint, StoredResponse(response.status_code, response.get_data()))
        work.commit()
    return response
