import socket

import pytest

from app.geocoding.address import AddressText
from app.geocoding.geocoder import GeocodedPlace, GeocoderSettingInvalid, GeocodingFailed
from app.geocoding.geopy_geocoder import GeopyGeocoder
from tests.helpers.nominatim_server import NominatimServer, place

RUA = AddressText(street="Rua A", house_number="5", postcode="4050", city="Porto", country="Portugal")


def geocoder(server, **options):
    settings = {
        "scheme": "http",
        "user_agent": "beatplan tests",
        "timeout_s": 2.0,
        "min_delay_s": 0.0,
        "max_retries": 0,
    }
    return GeopyGeocoder(domain=server.domain, **(settings | options))


def test_parts_are_asked_as_parts_and_a_line_as_a_line():
    with NominatimServer(lambda _: [place(-8.61, 41.15, "5, Rua A, Porto", house_number="5", road="Rua A")]) as server:
        ask = geocoder(server)
        assert ask.geocode(RUA) == GeocodedPlace(-8.61, 41.15, "exact", "5, Rua A, Porto")
        ask.geocode(AddressText(line="Rua A 5, Porto", country="Portugal"))
    first, second = server.requests
    assert {k: first[k] for k in ("street", "postalcode", "city", "country")} == {
        "street": "5 Rua A",
        "postalcode": "4050",
        "city": "Porto",
        "country": "Portugal",
    }
    assert second["q"] == "Rua A 5, Porto, Portugal" and "street" not in second
    assert server.user_agents == ["beatplan tests"] * 2


@pytest.mark.parametrize(
    ("details", "quality"),
    [({"house_number": "5", "road": "Rua A"}, "exact"), ({"road": "Rua A", "city": "Porto"}, "street"), ({}, "town")],
)
def test_quality(details, quality):
    with NominatimServer(lambda _: [place(-8.6, 41.1, "x", **details)]) as server:
        assert geocoder(server).geocode(RUA).quality == quality


def test_not_known_is_none():
    with NominatimServer(lambda _: []) as server:
        assert geocoder(server).geocode(RUA) is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (500, "answered with an error"),
        (403, "refuses the request"),
        (429, "refuses more requests"),
        (None, "in time|cannot be reached"),
        (b"<html>captive portal</html>", "answered"),
        (b'{"error": "x"}', "answered"),
        ([{"display_name": "no coordinates"}], "unexpected"),
        ([place("nan", 41.1, "x")], "unexpected"),
        ([place(-8.6, 4110, "x")], "unexpected"),
    ],
)
def test_every_failure_is_one_error_with_a_reason(answer, words):
    with NominatimServer(lambda _: answer) as server:
        with pytest.raises(GeocodingFailed, match=words) as caught:
            geocoder(server, timeout_s=0.3).geocode(RUA)
        assert server.domain in caught.value.reason


def test_nobody_there():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        domain = f"127.0.0.1:{unused.getsockname()[1]}"
    ask = GeopyGeocoder(domain=domain, scheme="http", user_agent="tests", min_delay_s=0, max_retries=0)
    with pytest.raises(GeocodingFailed, match="cannot be reached"):
        ask.geocode(RUA)


def test_requests_keep_their_distance():
    with NominatimServer(lambda _: []) as server:
        ask = geocoder(server, min_delay_s=0.3)
        for _ in range(3):
            ask.geocode(RUA)
    gaps = [later - earlier for earlier, later in zip(server.times, server.times[1:], strict=False)]
    assert min(gaps) > 0.25, gaps


def test_one_retry_is_enough_for_a_hiccup():
    answers = iter([500, [place(-8.6, 41.1, "x")]])
    with NominatimServer(lambda _: next(answers)) as server:
        assert geocoder(server, max_retries=1).geocode(RUA).quality == "town"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"domain": ""}, "domain"),
        ({"domain": "https://x/y"}, "domain"),
        ({"user_agent": " "}, "user_agent"),
        ({"domain": "nominatim.openstreetmap.org", "user_agent": "my-application"}, "user_agent"),
        ({"scheme": "ftp"}, "scheme"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"min_delay_s": -1}, "min_delay_s"),
    ],
)
def test_settings_are_checked(settings, field):
    with pytest.raises(GeocoderSettingInvalid) as caught:
        GeopyGeocoder(**({"domain": "example.org", "user_agent": "tests"} | settings))
    assert caught.value.field == field and field in str(caught.value)
