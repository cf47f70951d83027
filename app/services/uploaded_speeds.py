"""The organisations' uploaded speeds of single roads, found on their maps.

file in the database ── read, roads found (4 s of processor time for 200,000 rows) ──► OwnSpeeds, kept on disk
                                                                                            │
another process, or after a restart ── the file's hash, not its rows ───────────────────────┘
"""

import gzip
import hashlib
from dataclasses import fields
from pathlib import Path

from app.services.kept_arrays import KeptArrays
from app.storage.unit_of_work import Storage
from routing.arrays import Int32Array
from routing.made_once import MadeOnce
from routing.network.array_folder import AnyArray
from routing.network.store import StoredNetwork
from routing.traffic.own_speeds import OwnSpeeds
from routing.traffic.row_matching import match_rows
from routing.traffic.speed_profile import SpeedProfile
from routing.traffic.speed_table import read_speed_table

IN_MEMORY = 4
"""Files on maps that a process holds."""
RULES = 1
"""Of what rows come to; count on with `speed_table` and `row_matching`, so that what is on disk is made anew."""


class UploadedSpeeds:
    """By the row number of the file (None: there is none), and the map it is put on."""

    def __init__(self, storage: Storage, profile: SpeedProfile | None, folder: Path, keep: int = 8) -> None:
        self._storage, self._profile = storage, profile
        self._kept = KeptArrays(folder, "uploaded speeds", keep)
        self._made = MadeOnce[tuple[int, str, int], OwnSpeeds](IN_MEMORY)

    def of(self, organisation_id: int, stored: StoredNetwork, table_id: int | None) -> OwnSpeeds:
        """In each period of the profile; rows about periods that it has no more are passed over."""
        if self._profile is None or table_id is None:
            return OwnSpeeds.none(0 if self._profile is None else len(self._profile.week.periods))
        profile = self._profile
        return self._made.of(
            (organisation_id, stored.id, table_id), lambda: self._read(organisation_id, stored, profile)
        )

    def keep(self, content: bytes, stored: StoredNetwork, own: OwnSpeeds) -> None:
        """What the packed file `content` comes to, for whichever process asks for it once it is in the database."""
        if self._profile is not None:
            self._kept.put(_name(content, stored, self._profile), _arrays(own))

    def always_ms(self, organisation_id: int, stored: StoredNetwork, table_id: int | None) -> Int32Array:
        """(m) driving times of the map with the rows that hold in all periods: those of no time of day."""
        own = self.of(organisation_id, stored, table_id)
        return own.always_ms(stored.network.duration_ms, stored.network.length_dm)

    def _read(self, organisation_id: int, stored: StoredNetwork, profile: SpeedProfile) -> OwnSpeeds:
        with self._storage.reading(organisation_id) as work:
            table = work.speed_tables.current()
        if table is None:
            return OwnSpeeds.none(len(profile.week.periods))
        content = table.content

        def find() -> dict[str, AnyArray]:
            data = gzip.decompress(content)
            rows = read_speed_table(data, profile.week, most_rows=data.count(b"\n") + 1).rows
            return _arrays(match_rows(stored.network, rows).speeds)

        return OwnSpeeds(**self._kept.of(_name(content, stored, profile), find))


def _arrays(own: OwnSpeeds) -> dict[str, AnyArray]:
    return {field.name: getattr(own, field.name) for field in fields(own)}


def _name(content: bytes, stored: StoredNetwork, profile: SpeedProfile) -> str:
    """By all that the speeds depend on; an organisation's row number would be another's after a restored backup."""
    columns = [field.name for field in fields(OwnSpeeds)]
    digest = hashlib.sha256(repr((RULES, columns, stored.id, profile.week.periods)).encode())
    digest.update(content)
    return digest.hexdigest()[:24]
