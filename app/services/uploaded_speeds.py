"""The organisations' uploaded speeds of single roads, each file read once a process."""

import gzip

from app.storage.unit_of_work import Storage
from routing.arrays import Int32Array
from routing.made_once import MadeOnce
from routing.network.store import StoredNetwork
from routing.traffic.own_speeds import OwnSpeeds
from routing.traffic.row_matching import match_rows
from routing.traffic.speed_profile import SpeedProfile
from routing.traffic.speed_table import read_speed_table

KEPT = 4
"""Files on maps; 200,000 rows take 4 s of processor time to read and find."""


class UploadedSpeeds:
    """By the row number of the file (None: there is none), and the map it is put on."""

    def __init__(self, storage: Storage, profile: SpeedProfile | None) -> None:
        self._storage, self._profile = storage, profile
        self._made = MadeOnce[tuple[int, str, int], OwnSpeeds](KEPT)

    def of(self, organisation_id: int, stored: StoredNetwork, table_id: int | None) -> OwnSpeeds:
        """In each period of the profile; rows about periods that it has no more are passed over."""
        if self._profile is None or table_id is None:
            return OwnSpeeds.none(0 if self._profile is None else len(self._profile.week.periods))
        profile = self._profile
        return self._made.of(
            (organisation_id, stored.id, table_id), lambda: self._read(organisation_id, stored, profile)
        )

    def know(self, organisation_id: int, stored: StoredNetwork, table_id: int, own: OwnSpeeds) -> None:
        """Who has read a file need not read it again."""
        self._made.of((organisation_id, stored.id, table_id), lambda: own)

    def always_ms(self, organisation_id: int, stored: StoredNetwork, table_id: int | None) -> Int32Array:
        """(m) driving times of the map with the rows that hold in all periods: those of no time of day."""
        own = self.of(organisation_id, stored, table_id)
        return own.always_ms(stored.network.duration_ms, stored.network.length_dm)

    def _read(self, organisation_id: int, stored: StoredNetwork, profile: SpeedProfile) -> OwnSpeeds:
        with self._storage.reading(organisation_id) as work:
            table = work.speed_tables.current()
        if table is None:
            return OwnSpeeds.none(len(profile.week.periods))
        data = gzip.decompress(table.content)
        rows = read_speed_table(data, profile.week, most_rows=data.count(b"\n") + 1).rows
        return match_rows(stored.network, rows).speeds
