"""When a key was last used, to the hour: a write for every request would cost more than the request."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.access.principal import Principal
from app.storage.unit_of_work import Storage

NOTED_EVERY = timedelta(hours=1)


class KeyUse:
    """Notes the use of keys; each server process remembers which ones it noted within the hour."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage, self._clock = storage, clock
        self._noted: dict[int, datetime] = {}

    def note(self, principal: Principal) -> None:
        """Write it down unless that was done within the hour."""
        now, last = self._clock(), self._noted.get(principal.key_id)
        if last is not None and now - last < NOTED_EVERY:
            return
        self._noted[principal.key_id] = now
        with self._storage.writing(principal.organisation_id) as work:
            work.keys.note_use(principal.key_id)
            work.commit()
