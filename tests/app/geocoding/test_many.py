import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geocoding.address import AddressText
from app.geocoding.geocoder import GeocodedPlace, GeocoderSettingInvalid, GeocodingFailed
from app.geocoding.make_geocoder import make_geocoder
from app.geocoding.many import CachingGeocoder, FirstAnswer, geocode_all
from app.geocoding.offline import OfflineGeocoder
from tests.helpers.nominatim_server import NominatimServer, place

PLACE = GeocodedPlace(-8.6, 41.1, "exact", "x")


class Counting:
    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def geocode(self, address):
        self.asked.append(address)
        answer = self.answer(address) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize("answer", [PLACE, None])
def test_cache_remembers_places_and_unknown_addresses(answer):
    inner = Counting(answer)
    cache = CachingGeocoder(inner)
    for line in ("Rua A 5", "rua a  5", "RUA A 5 "):
        assert cache.geocode(AddressText(line=line)) == answer
    assert inner.asked == [AddressText(line="Rua A 5")]


def test_cache_forgets_failures_and_the_oldest():
    inner = Counting(GeocodingFailed("down"))
    cache = CachingGeocoder(inner, most=2)
    for _ in range(2):
        with pytest.raises(GeocodingFailed):
            cache.geocode(AddressText(line="a"))
    inner.answer = PLACE
    for line in ("a", "b", "a", "c", "a", "b"):
        cache.geocode(AddressText(line=line))
    assert [address.line for address in inner.asked] == ["a", "a", "a", "b", "c", "b"]


@given(st.lists(st.sampled_from("abcABC"), max_size=20))
def test_many_equal_one_by_one(lines):
    known = {"a": PLACE, "b": None, "c": GeocodingFailed("down")}
    inner = Counting(lambda address: known[address.line.lower()])
    outcomes = geocode_all(inner, [AddressText(line=line) for line in lines], most_failures=99)
    assert outcomes == [known[line.lower()] for line in lines]
    first_spellings = list({line.lower(): line for line in reversed(lines)}.values())[::-1]
    assert sorted(a.line for a in inner.asked) == sorted(first_spellings)


def test_many_gives_up_after_failures_in_a_row_and_tells_how_far_it_is():
    answers = iter([GeocodingFailed("1"), PLACE, GeocodingFailed("2"), GeocodingFailed("3")])
    inner = Counting(lambda _: next(answers))
    told = []
    outcomes = geocode_all(
        inner, [AddressText(line=str(i)) for i in range(6)], lambda done, what: told.append(done), most_failures=2
    )
    reasons = [getattr(outcome, "reason", "found") for outcome in outcomes]
    assert reasons == ["1", "found", "2", "3", *["not asked after 2 failures in a row"] * 2]
    assert told == sorted(told) and told[-1] == 1.0


def test_first_answer():
    down, unknown, knows = Counting(GeocodingFailed("down")), Counting(None), Counting(PLACE)
    address = AddressText(line="a")
    assert FirstAnswer([down, unknown, knows]).geocode(address) == PLACE
    assert FirstAnswer([unknown]).geocode(address) is None
    with pytest.raises(GeocodingFailed, match="down"):
        FirstAnswer([down, unknown]).geocode(address)


class NoAddresses:
    def find(self, text):
        return None


def test_offline_is_the_default_and_asks_nobody():
    geocoder = make_geocoder(addresses=NoAddresses)
    assert isinstance(geocoder._inner, OfflineGeocoder)
    assert geocoder.geocode(AddressText(line="Rua A 5")) is None


def test_offline_first_then_nominatim():
    with NominatimServer(lambda _: [place(-8.6, 41.1, "x")]) as server:
        geocoder = make_geocoder(
            "offline+nominatim",
            addresses=NoAddresses,
            domain=server.domain,
            scheme="http",
            user_agent="tests",
            min_delay_s=0,
        )
        assert geocoder.geocode(AddressText(line="Rua A 5")) == GeocodedPlace(-8.6, 41.1, "town", "x")
        geocoder.geocode(AddressText(line="Rua A 5"))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"kind": "oracle"}, "geocoder"),
        ({"kind": "offline"}, "addresses"),
        ({"kind": "nominatim"}, "user_agent"),
    ],
)
def test_settings_are_named(arguments, field):
    with pytest.raises(GeocoderSettingInvalid) as caught:
        make_geocoder(**arguments)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (AddressText(line="Rua A 5, 4050 Porto", postcode="4050", city="Porto"), "Rua A 5, 4050 Porto"),
        (AddressText(line="Rua A 5", city="Porto", country="Portugal"), "Rua A 5, Porto, Portugal"),
        (AddressText(street="Rua A", house_number="5", city="Porto"), "Rua A 5, Porto"),
        (AddressText(), ""),
    ],
)
def test_address_as_a_line(address, text):
    assert str(address) == text
    assert bool(address) == bool(text)
