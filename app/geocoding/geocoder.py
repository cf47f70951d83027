"""What every geocoder is: an address in, a place or nothing out."""

from dataclasses import dataclass
from typing import Literal, Protocol

from app.geocoding.address import AddressText

Quality = Literal["exact", "interpolated", "street", "town"]
"""exact: the house; interpolated: a near number of the street; street: the street; town: no better than the town."""


@dataclass(frozen=True, slots=True)
class GeocodedPlace:
    """Where an address is."""

    lon: float
    lat: float
    quality: Quality
    matched: str
    """The address as the source writes it, for a person to compare."""


class GeocodingFailed(Exception):
    """No answer could be got (network, quota, a refused key): asking again later may help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class GeocoderSettingInvalid(ValueError):
    """A setting that no geocoder can be made with. Names the setting and what it must be."""

    def __init__(self, field: str, value: object, limit: str) -> None:
        super().__init__(f"{field} is {value!r}, but must be {limit}")
        self.field = field
        self.value = value
        self.limit = limit


class Geocoder(Protocol):
    """Finds the place of an address."""

    def geocode(self, address: AddressText) -> GeocodedPlace | None:
        """Find the place of `address`, or None where the source does not know it. Raises GeocodingFailed."""
        ...
