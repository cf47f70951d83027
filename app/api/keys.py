"""API keys, for admins."""

from app.access import Action, create_key
from app.api.endpoint import Api, Call
from app.schemas.service import KeyList, KeyView, NewKeyAnswer, NewKeyRequest
from app.services.errors import InvalidInput, NotFound
from app.storage.records import ApiKey

api = Api("keys")


@api.operation("GET", "/v1/keys", action=Action.MANAGE_KEYS, answer=KeyList, summary="List keys")
def get_keys(call: Call[None, None]) -> KeyList:
    """Without their secrets, which are not kept."""
    with call.app.storage.reading(call.organisation_id) as work:
        return KeyList([_view(key) for key in work.keys.all()])


@api.operation(
    "POST",
    "/v1/keys",
    action=Action.MANAGE_KEYS,
    body=NewKeyRequest,
    answer=NewKeyAnswer,
    status=201,
    summary="Make a key",
)
def post_key(call: Call[NewKeyRequest, None]) -> NewKeyAnswer:
    """The text is shown this once, so there is no idempotent retry: revoke a key that got lost."""
    asked = call.body
    with call.app.storage.writing(call.organisation_id) as work:
        if asked.rep_id is not None and work.reps.get(asked.rep_id) is None:
            raise InvalidInput(f"rep_id: rep {asked.rep_id} is not there", field="rep_id")
        try:
            made = create_key(work, asked.role, asked.rep_id, asked.label)
        except ValueError as error:
            raise InvalidInput(str(error), field="rep_id") from None
        work.commit()
    return NewKeyAnswer(made.text, _view(made.record))


@api.operation("DELETE", "/v1/keys/<int:key_id>", action=Action.MANAGE_KEYS, status=204, summary="Revoke a key")
def delete_key(call: Call[None, None], key_id: int) -> None:
    """It ends at once."""
    with call.app.storage.writing(call.organisation_id) as work:
        if not work.keys.revoke(key_id):
            raise NotFound(f"key {key_id} is not there")
        work.commit()


def _view(key: ApiKey) -> KeyView:
    return KeyView(
        key.id, key.prefix, key.role, key.rep_id, key.label, key.created_at, key.last_used_at, key.revoked_at
    )
