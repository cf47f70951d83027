"""API keys: ``bp_<8 characters>_<43 characters>``, shown once, stored hashed.

The first part finds the row, the second is 256 random bits. They are hashed with SHA-256 and not with bcrypt or argon2:
those are slow on purpose, against guessing passwords that people choose. Nobody guesses 256 random bits, so slowness
would protect nothing and cost every request some 100 ms.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from app.access.principal import Principal
from app.storage.records import ApiKey, RoleName
from app.storage.unit_of_work import Storage, UnitOfWork

_FORM = re.compile(r"bp_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
_PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. `text` is what its owner gets; it cannot be had again."""

    text: str = field(repr=False)
    record: ApiKey


def create_key(work: UnitOfWork, role: RoleName, rep_id: int | None = None, label: str = "") -> NewKey:
    """Make and store a key; the caller commits. Raises ValueError unless `rep_id` is given for the role rep alone."""
    if (role == "rep") != (rep_id is not None):
        raise ValueError("a rep's key names its rep, and only a rep's does")
    prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _ in range(8))
    secret = secrets.token_urlsafe(32)
    record = work.keys.add(prefix, _hash(secret), role, rep_id, label)
    return NewKey(f"bp_{prefix}_{secret}", record)


def verify_key(storage: Storage, text: str) -> Principal | None:
    """Whose key `text` is; None where it is malformed, unknown, wrong or revoked. One read by a unique index.

    The secret is compared in constant time, and also where there is no such prefix, so that the time taken tells little
    about which prefixes exist.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        return None
    found = storage.find_key(form[1])
    right = hmac.compare_digest(_hash(form[2]), found.secret_hash if found else _NOBODY)
    if found is None or not right or found.revoked_at is not None:
        return None
    return Principal(found.organisation_id, found.role, found.rep_id, found.id)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
