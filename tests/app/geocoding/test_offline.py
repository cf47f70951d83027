import os
from pathlib import Path

import pytest

from app.geocoding.address import AddressText
from app.geocoding.geocoder import GeocodedPlace
from app.geocoding.offline import OfflineGeocoder


class Finder:
    """Knows some lines, remembers what it was asked."""

    def __init__(self, *known):
        self.known = known
        self.asked = []

    def find(self, text):
        self.asked.append(text)

        class Match:
            lon, lat, quality = -8.6, 41.1, "exact"

        Match.text = text.upper()
        return Match if text in self.known else None


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        (AddressText(line="Rua A 5, Porto"), ["Rua A 5, Porto"]),
        (AddressText(street="Rua A", house_number="5", postcode="4050", city="Porto"), ["Rua A 5, 4050 Porto"]),
        (AddressText(line="Rua A 5", city="Porto"), ["Rua A 5, Porto", "Rua A 5"]),
        (AddressText(street="Rua A 5", country="Portugal"), ["Rua A 5"]),
        (AddressText(city="Porto"), []),
    ],
)
def test_what_is_asked(address, asked):
    finder = Finder()
    assert OfflineGeocoder(finder).geocode(address) is None
    assert finder.asked == asked


def test_the_first_answer_counts():
    found = OfflineGeocoder(Finder("Rua A 5")).geocode(AddressText(line="Rua A 5", city="Porto"))
    assert found == GeocodedPlace(-8.6, 41.1, "exact", "RUA A 5")


@pytest.mark.slow
def test_icelandic_addresses_are_found_where_they_are():
    """The map's own addresses, asked for in two ways, come back at their place."""
    extract = Path(os.environ.get("BEATPLAN_SHARED", Path(__file__).parents[4] / "shared")) / "data/osm/iceland.osm.pbf"
    if not extract.exists():
        pytest.skip(f"no {extract.name} under BEATPLAN_SHARED")
    from routing.network.address_index import AddressIndex
    from routing.network.addresses import read_addresses

    addresses = read_addresses(extract)
    geocoder = OfflineGeocoder(AddressIndex.build(addresses))
    complete = [i for i in range(len(addresses)) if addresses.city[i] and addresses.postcode[i]]
    found = wrong = 0
    for index in complete[:: max(len(complete) // 300, 1)]:
        street, number = addresses.street[index], addresses.housenumber[index]
        postcode, city = addresses.postcode[index], addresses.city[index]
        for address in (
            AddressText(line=f"{street} {number}, {postcode} {city}"),
            AddressText(street=street, house_number=number, postcode=postcode, city=city, country="Iceland"),
        ):
            place = geocoder.geocode(address)
            if place is not None and place.quality == "exact":
                found += 1
                wrong += abs(place.lat - addresses.lat[index]) > 0.02 or abs(place.lon - addresses.lon[index]) > 0.05
    assert found > 0.9 * 600
    assert wrong == 0
