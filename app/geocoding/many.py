"""Geocoders around geocoders: remembered answers, a second source, and many addresses at once."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from app.geocoding.address import AddressText
from app.geocoding.geocoder import GeocodedPlace, Geocoder, GeocodingFailed
from routing.progress import Progress, silent

Outcome = GeocodedPlace | GeocodingFailed | None
"""A place, nothing known under that address, or no answer to be got."""


class CachingGeocoder:
    """Remembers the last `most` answers, "not known" among them; failures are asked again."""

    def __init__(self, inner: Geocoder, most: int = 10_000) -> None:
        self._inner = inner
        self._most = most
        self._answers: OrderedDict[AddressText, GeocodedPlace | None] = OrderedDict()
        self._lock = Lock()

    def geocode(self, address: AddressText) -> GeocodedPlace | None:
        key = _alike(address)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        place = self._inner.geocode(address)
        with self._lock:
            self._answers[key] = place
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return place


class FirstAnswer:
    """Asks one source after the other until one knows the address; fails only if none knows and one failed."""

    def __init__(self, sources: Sequence[Geocoder]) -> None:
        self._sources = tuple(sources)

    def geocode(self, address: AddressText) -> GeocodedPlace | None:
        failure: GeocodingFailed | None = None
        for source in self._sources:
            try:
                place = source.geocode(address)
            except GeocodingFailed as error:
                failure = error
                continue
            if place is not None:
                return place
        if failure is not None:
            raise failure
        return None


def geocode_all(
    geocoder: Geocoder, addresses: Sequence[AddressText], progress: Progress = silent, most_failures: int = 3
) -> list[Outcome]:
    """Outcome of each address, equal ones asked once. After `most_failures` failures in a row the rest is not asked.

    A server that is down would otherwise hold an import for hours, one time-out after the other.
    """
    outcomes: dict[AddressText, Outcome] = {}
    different = {_alike(address): address for address in reversed(addresses)}  # the first spelling of each
    failures = 0
    for index, (key, address) in enumerate(reversed(different.items())):
        progress(index / len(different), "looking up addresses")
        if failures >= most_failures:
            outcomes[key] = GeocodingFailed(f"not asked after {failures} failures in a row")
            continue
        try:
            outcomes[key] = geocoder.geocode(address)
            failures = 0
        except GeocodingFailed as error:
            outcomes[key] = error
            failures += 1
    progress(1.0, "looking up addresses")
    return [outcomes[_alike(address)] for address in addresses]


def _alike(address: AddressText) -> AddressText:
    """One form for addresses that differ in upper case or white space only."""
    columns = (address.line, address.street, address.house_number, address.postcode, address.city, address.country)
    return AddressText(*(" ".join(column.casefold().split()) for column in columns))
