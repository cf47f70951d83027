import pytest

from app.access import PERMISSIONS, Action, Principal, create_key, may, verify_key
from app.storage.tables import api_keys
from tests.helpers.companies import rep


@pytest.fixture
def rep_id(storage, organisation_id):
    with storage.writing(organisation_id) as work:
        ids = work.reps.add_many([rep(1)])
        work.commit()
    return ids["R1"]


def _made(storage, organisation_id, role="manager", rep_id=None):
    with storage.writing(organisation_id) as work:
        key = create_key(work, role, rep_id, "phone")
        work.commit()
    return key


def test_a_key_tells_who_asks(storage, organisation_id, rep_id):
    key = _made(storage, organisation_id, "rep", rep_id)
    assert verify_key(storage, key.text) == Principal(organisation_id, "rep", rep_id, key.record.id)


def test_the_secret_is_nowhere_in_the_database(storage, organisation_id):
    key = _made(storage, organisation_id)
    secret = key.text[12:]
    assert len(secret) == 43
    with storage.database.reading() as connection:
        row = connection.execute(api_keys.select()).one()
    assert all(secret.encode() not in (v if isinstance(v, bytes) else str(v).encode()) for v in row)
    assert secret not in repr(key)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"), "last letter of the secret"),
        (lambda text: "bp_00000000" + text[11:], "another key's name with this secret"),
        (lambda text: text.upper(), "capitals"),
        (lambda text: text + "x", "too long"),
        (lambda text: text[:-1], "too short"),
        (lambda text: text + "\n", "a line end"),
        (lambda text: text[:12], "no secret"),
        (lambda text: "", "nothing"),
        (lambda text: "bp_\u0660aaaaaaa" + text[11:], "digits of another script"),
    ],
)
def test_a_spoilt_key_is_nobodys(storage, organisation_id, spoil, why):
    assert verify_key(storage, spoil(_made(storage, organisation_id).text)) is None, why


def test_a_revoked_key_is_nobodys_at_once(storage, organisation_id, clock):
    key = _made(storage, organisation_id)
    with storage.writing(organisation_id) as work:
        assert work.keys.revoke(key.record.id)
        assert not work.keys.revoke(key.record.id + 1)
        work.commit()
    assert verify_key(storage, key.text) is None
    first = clock.now
    clock.advance(60)
    with storage.writing(organisation_id) as work:
        assert work.keys.revoke(key.record.id)
        assert work.keys.all()[0].revoked_at == first


def test_another_organisation_cannot_revoke(storage, organisation_id):
    key = _made(storage, organisation_id)
    other = storage.ensure_organisation("other", "Other", "UTC").id
    with storage.writing(other) as work:
        assert not work.keys.revoke(key.record.id)
        work.commit()
    assert verify_key(storage, key.text) is not None


def test_use_is_noted_to_the_hour(storage, organisation_id, clock):
    key = _made(storage, organisation_id)
    seen = []
    for seconds in (0, 600, 3000, 4000):
        clock.advance(seconds)
        with storage.writing(organisation_id) as work:
            work.keys.note_use(key.record.id)
            seen.append(work.keys.all()[0].last_used_at)
            work.commit()
    assert seen[0] == seen[1] == seen[2] < seen[3]


@pytest.mark.parametrize(("role", "rep_id"), [("rep", None), ("manager", 1)])
def test_a_reps_key_and_only_that_names_a_rep(storage, organisation_id, role, rep_id):
    with storage.writing(organisation_id) as work, pytest.raises(ValueError, match="names its rep"):
        create_key(work, role, rep_id)


def test_a_rep_reaches_only_its_own():
    principal = Principal(1, "rep", 7, 1)
    for action in (Action.READ_DAYS, Action.WRITE_OUTCOMES):
        assert may(principal, action, rep_id=7)
        assert not may(principal, action, rep_id=8)
        assert not may(principal, action), "nobody's days are everybody's days"
    allowed = {action for action in Action if may(principal, action, rep_id=7)}
    assert allowed == {Action.READ_DAYS, Action.WRITE_OUTCOMES, Action.READ_NETWORK}


def test_roles_in_rising_order():
    allowed = {
        role: {a for a in Action if may(Principal(1, role, None, 1), a, 3)} for role in PERMISSIONS if role != "rep"
    }
    assert allowed["admin"] == set(Action)
    assert allowed["admin"] - allowed["manager"] == {Action.MANAGE_KEYS, Action.ADMINISTER}
    assert allowed["dispatcher"] < allowed["manager"]
    changes = {
        Action.WRITE_ACCOUNTS,
        Action.WRITE_REPS,
        Action.WRITE_TERRITORIES,
        Action.WRITE_QUOTAS,
        Action.WRITE_SPEEDS,
        Action.MANAGE_KEYS,
    }
    assert not allowed["dispatcher"] & changes
