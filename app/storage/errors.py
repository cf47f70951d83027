"""What storage refuses.

StorageError
├── VersionConflict          somebody else wrote in between
├── UnknownReference         a row names an account or rep that this organisation does not have
├── IdempotencyMismatch      the key was used with another request
└── IdempotencyInProgress    the first request with this key has not been answered yet
"""


class StorageError(Exception):
    """Base of everything that storage refuses."""


class VersionConflict(StorageError):
    """`what` is at version `found`, not at `expected`."""

    def __init__(self, what: str, expected: int, found: int) -> None:
        super().__init__(f"{what} is at version {found}, not {expected}: it was changed in the meantime")
        self.what, self.expected, self.found = what, expected, found


class UnknownReference(StorageError):
    """A written row refers to `what` that this organisation does not have."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: no such row in this organisation")
        self.what = what


class IdempotencyMismatch(StorageError):
    """The idempotency key `key` came before with another request to the same endpoint."""

    def __init__(self, key: str) -> None:
        super().__init__(f"idempotency key {key!r} was used before with another request")
        self.key = key


class IdempotencyInProgress(StorageError):
    """The first request with the idempotency key `key` is still being worked on."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the first request with idempotency key {key!r} has not been answered yet")
        self.key = key
