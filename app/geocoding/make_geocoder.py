"""The geocoder that the settings ask for."""

from collections.abc import Callable

from app.geocoding.geocoder import Geocoder, GeocoderSettingInvalid
from app.geocoding.geopy_geocoder import GeopyGeocoder
from app.geocoding.many import CachingGeocoder, FirstAnswer
from app.geocoding.offline import AddressFinder, OfflineGeocoder

KINDS = ("offline", "nominatim", "offline+nominatim")


def make_geocoder(
    kind: str = "offline",
    *,
    addresses: Callable[[], AddressFinder] | None = None,
    domain: str = "nominatim.openstreetmap.org",
    scheme: str = "https",
    user_agent: str = "",
    timeout_s: float = 10.0,
    min_delay_s: float = 1.0,
    max_retries: int = 1,
    cached_answers: int = 10_000,
) -> Geocoder:
    """Make a geocoder of one of KINDS, with a cache around it.

    `addresses` gives the extract's address index and is called only where it is needed (it takes seconds to build).
    Raises GeocoderSettingInvalid.
    """
    if kind not in KINDS:
        raise GeocoderSettingInvalid("geocoder", kind, f"one of {', '.join(KINDS)}")
    if "offline" in kind and addresses is None:
        raise GeocoderSettingInvalid("addresses", None, f"the extract's addresses for geocoder {kind!r}")
    sources: list[Geocoder] = []
    if addresses is not None and "offline" in kind:
        sources.append(OfflineGeocoder(addresses()))
    if "nominatim" in kind:
        sources.append(
            GeopyGeocoder(
                domain=domain,
                scheme=scheme,
                user_agent=user_agent,
                timeout_s=timeout_s,
                min_delay_s=min_delay_s,
                max_retries=max_retries,
            )
        )
    return CachingGeocoder(FirstAnswer(sources) if len(sources) > 1 else sources[0], cached_answers)
