"""Addresses looked up through geopy at a Nominatim server, at most one request a second (its usage policy)."""

from collections.abc import Mapping
from typing import Any

from geopy.exc import (
    ConfigurationError,
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQuotaExceeded,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim

from app.geocoding.address import AddressText
from app.geocoding.geocoder import GeocodedPlace, GeocoderSettingInvalid, GeocodingFailed, Quality

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (GeocoderTimedOut, "the address server did not answer in time"),
    (GeocoderQuotaExceeded, "the address server refuses more requests for now"),
    (GeocoderAuthenticationFailure, "the address server refuses the request: user agent or key"),
    (GeocoderInsufficientPrivileges, "the address server refuses the request: user agent or key"),
    (GeocoderUnavailable, "the address server cannot be reached"),
)
_ROAD_KEYS = ("road", "pedestrian", "footway", "square", "street")


class GeopyGeocoder:
    """Geocoder that asks a Nominatim server. Raises GeocoderSettingInvalid."""

    def __init__(
        self,
        *,
        domain: str,
        user_agent: str,
        scheme: str = "https",
        timeout_s: float = 10.0,
        min_delay_s: float = 1.0,
        max_retries: int = 1,
        country_codes: tuple[str, ...] = (),
    ) -> None:
        _check(domain, user_agent, scheme, timeout_s, min_delay_s)
        try:
            nominatim = Nominatim(user_agent=user_agent, domain=domain, scheme=scheme, timeout=timeout_s)
        except ConfigurationError as error:  # geopy knows the sample names that servers refuse
            raise GeocoderSettingInvalid("user_agent", user_agent, "a name of your own") from error
        self._domain = domain
        self._country_codes = list(country_codes) or None
        self._ask = RateLimiter(
            nominatim.geocode,
            min_delay_seconds=min_delay_s,
            max_retries=max_retries,
            error_wait_seconds=max(min_delay_s, 0.001),
            swallow_exceptions=False,
        )

    def geocode(self, address: AddressText) -> GeocodedPlace | None:
        try:
            found = self._ask(_query(address), addressdetails=True, country_codes=self._country_codes)
            return None if found is None else _place(found.raw)
        except GeopyError as error:
            raise GeocodingFailed(f"{_reason(error)} ({self._domain})") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:  # an answer that is not Nominatim's
            raise GeocodingFailed(f"the address server answered something unexpected ({self._domain})") from error


def _check(domain: str, user_agent: str, scheme: str, timeout_s: float, min_delay_s: float) -> None:
    if not domain or "/" in domain.strip("/"):
        raise GeocoderSettingInvalid("domain", domain, "a host name such as nominatim.openstreetmap.org")
    if not user_agent.strip():
        raise GeocoderSettingInvalid("user_agent", user_agent, "a name for your service (the server's policy)")
    if scheme not in {"http", "https"}:
        raise GeocoderSettingInvalid("scheme", scheme, "http or https")
    if not 0 < timeout_s <= 600:
        raise GeocoderSettingInvalid("timeout_s", timeout_s, "above 0 and at most 600")
    if not 0 <= min_delay_s <= 60:
        raise GeocoderSettingInvalid("min_delay_s", min_delay_s, "from 0 to 60")


def _query(address: AddressText) -> str | dict[str, str]:
    """Parts where there are any (the server then knows which word is the town), else the line."""
    if address.line or not address.has_parts:
        return str(address)
    parts = {
        "street": f"{address.house_number} {address.street}".strip(),
        "postalcode": address.postcode,
        "city": address.city,
        "country": address.country,
    }
    return {name: part for name, part in parts.items() if part}


def _reason(error: GeopyError) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return "the address server answered with an error"


def _place(raw: Mapping[str, Any]) -> GeocodedPlace:
    """Read from the answer itself: geopy turns missing coordinates into 0, 0."""
    lon, lat = float(raw["lon"]), float(raw["lat"])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("coordinates out of range")
    return GeocodedPlace(lon, lat, _quality(raw), str(raw.get("display_name", "")))


def _quality(raw: Mapping[str, Any]) -> Quality:
    details = raw.get("address")
    known = details if isinstance(details, Mapping) else {}
    if known.get("house_number"):
        return "exact"
    return "street" if any(known.get(name) for name in _ROAD_KEYS) else "town"
