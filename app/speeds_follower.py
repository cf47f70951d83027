"""Keeps the speeds in effect up to date in a process that nobody asks: its next request finds them built."""

import logging
import threading

from app.services.company_map import Maps
from app.storage.unit_of_work import Storage

_LOG = logging.getLogger("beatplan.speeds")


def follow_speeds(maps: Maps, storage: Storage, every_s: float, stop: threading.Event) -> None:
    """Until `stop` is set, look every `every_s`, and at once when a request has seen newer ones."""
    away = False
    while not stop.is_set():
        if maps.outdated.wait(every_s):
            maps.outdated.clear()
        try:
            maps.catch_up(storage.speeds_versions())
            away = False
        except Exception:  # a database that is away now is looked at again the next time
            if not away:
                _LOG.warning("live speeds could not be looked at; tried again every %g s", every_s, exc_info=True)
            away = True
            stop.wait(every_s)


def start_following(maps: Maps, storage: Storage, every_s: float) -> threading.Event:
    """In a thread of this process, begun after any fork. Set the event to end it."""
    stop = threading.Event()
    threading.Thread(target=follow_speeds, args=(maps, storage, every_s, stop), name="live-speeds", daemon=True).start()
    return stop
