"""Damaged maps are made again beside the requests of a server process, which are told to come back.

    request ──► map whole? ── yes ──► opened, in this request (about 0.1 s)
                    └─ no ──► a thread makes it, one a network in all processes; 503 with Retry-After until it is there

Importing Porto takes a minute: a request that waited for it would hold a thread, a few of them all threads, and
/health would not answer.
"""

import logging
from threading import Lock, Thread

from app.services.errors import MapBeingMade
from routing.network.store import NetworkStore, StoredNetwork

RETRY_AFTER_S = 10
_LOG = logging.getLogger("beatplan.maps")


class MapMending:
    """Opens maps for those who cannot wait."""

    def __init__(self, store: NetworkStore) -> None:
        self._store = store
        self._lock = Lock()
        self._at_work: set[str] = set()
        self._failed: dict[str, Exception] = {}

    def open(self, network_id: str) -> StoredNetwork:
        """As `NetworkStore.open`; raises MapBeingMade in place of mending."""
        with self._lock:
            at_work, failed = network_id in self._at_work, self._failed.pop(network_id, None)
        if failed is not None:
            raise failed  # told once; the next request has it tried again
        if not at_work and not self._store.can_mend(network_id):
            return self._store.open(network_id)
        with self._lock:
            begins = network_id not in self._at_work
            self._at_work.add(network_id)
        if begins:
            Thread(target=self._mend, args=(network_id,), name=f"mending {network_id}", daemon=True).start()
        raise MapBeingMade(RETRY_AFTER_S)

    def _mend(self, network_id: str) -> None:
        try:
            self._store.open(network_id)
        except Exception as error:
            _LOG.warning("%s could not be made again", network_id, exc_info=True)
            with self._lock:
                self._failed[network_id] = error
        finally:
            with self._lock:
                self._at_work.discard(network_id)
