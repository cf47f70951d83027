"""Addresses looked up in the map's own: nothing leaves the machine."""

from typing import Protocol, cast

from app.geocoding.address import AddressText
from app.geocoding.geocoder import GeocodedPlace, Quality


class AddressMatch(Protocol):
    """What an address finder answers; ``routing.network.address_index.Match`` is one."""

    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def quality(self) -> str: ...
    @property
    def text(self) -> str: ...


class AddressFinder(Protocol):
    """What looks addresses up; ``routing.network.address_index.AddressIndex`` is one."""

    def find(self, text: str) -> AddressMatch | None:
        """Look up a whole address."""
        ...


class OfflineGeocoder:
    """Geocoder over the addresses of the extract. Knows exact, interpolated and street, never a town alone."""

    def __init__(self, finder: AddressFinder) -> None:
        self._finder = finder

    def geocode(self, address: AddressText) -> GeocodedPlace | None:
        # The country is left out: an extract's addresses do not name theirs, and a word that nothing knows is a doubt.
        for text in dict.fromkeys((_of_parts(address), address.line)):
            match = self._finder.find(text) if text else None
            if match is not None:
                return GeocodedPlace(match.lon, match.lat, cast(Quality, match.quality), match.text)
        return None


def _of_parts(address: AddressText) -> str:
    """Parts as one line; a town column completes an address line that lacks it."""
    town = f"{address.postcode} {address.city}".strip()
    begin = address.street_line or address.line
    return f"{begin}, {town}" if begin and town else begin
