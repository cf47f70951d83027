"""Fetching the map of a named place through osmnx, as a file that the importer reads like any other.

    "Porto, Portugal" --Nominatim--> polygon --Overpass--> elements --pyosmium--> porto-portugal.osm.pbf

osmnx's own way to a file (`save_graph_xml`) drops turn restrictions and everything that is no road, and the graphs it
downloads have lost the tags the car profile reads. So osmnx finds the place and carries the requests, and the answer is
written as it comes. `osmnx._overpass` is not osmnx's public face; this is the only file that touches it.
"""

import re
import secrets
import socket
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from routing.network.errors import MapDownloadFailed
from routing.network.overpass_queries import Element, query, write_map
from routing.progress import Progress, silent

Clock = Callable[[], float]

_CHUNK_BYTES = 1 << 16
_LONGEST_REASON = 160


class _TooSlowError(OSError):
    """The time for all requests is over."""


def download_place(
    place: str,
    folder: Path,
    *,
    overpass_url: str = "https://overpass-api.de/api",
    nominatim_url: str = "https://nominatim.openstreetmap.org",
    timeout_s: float = 180.0,
    largest_area_km2: float = 5000.0,
    progress: Progress = silent,
    clock: Clock = monotonic,
) -> Path:
    """Fetch the roads, turn restrictions, named places, addresses and backdrop of `place` into `folder`.

    Returns the path of the .osm.pbf file, which appears whole or not at all. All requests together take at most
    `timeout_s` by `clock`. Raises MapDownloadFailed, whose reason fits on one line. Not for several threads at once:
    osmnx keeps its settings in a module; they are put back afterwards.
    """
    if not place.strip():
        raise MapDownloadFailed(place, "no place is named")
    begin = clock()
    try:
        with _osmnx_settings(overpass_url, nominatim_url, timeout_s, begin + timeout_s, clock) as settings:
            progress(0.0, f"looking for {place}")
            polygons = _polygons(place, largest_area_km2)
            elements: list[Element] = []
            for index, polygon in enumerate(polygons):
                settings.requests_timeout = max(1.0, begin + timeout_s - clock())
                progress(0.1 + 0.8 * index / len(polygons), f"downloading {place}")
                elements += _elements(place, query(polygon, timeout_s))
        if not any(element.get("type") == "way" and "highway" in element.get("tags", {}) for element in elements):
            raise MapDownloadFailed(place, "there are no roads in it")
        progress(0.9, f"writing the map of {place}")
        path = _written(place, folder, elements)
    except MapDownloadFailed:
        raise
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError) as error:
        raise MapDownloadFailed(place, _reason(error, overpass_url, nominatim_url, timeout_s)) from None
    progress(1.0, f"downloaded {place}")
    return path


def _polygons(place: str, largest_area_km2: float) -> list[str]:
    """Outlines as Overpass wants them; osmnx cuts large places into several."""
    import osmnx
    from osmnx._overpass import _make_overpass_polygon_coord_strs

    found = osmnx.geocoder.geocode_to_gdf(place)
    area_km2 = float(found.to_crs(found.estimate_utm_crs()).area.iloc[0]) / 1e6
    if area_km2 > largest_area_km2:
        raise MapDownloadFailed(
            place,
            f"{area_km2:.0f} km² is more than largest_area_km2={largest_area_km2:.0f}: take a finished extract instead",
        )
    # boundaries have thousands of points and are sent a dozen times in one query: widen by 100 m, then thin out to 50 m
    outline = found.geometry.iloc[0].buffer(0.001).simplify(0.0005)
    polygons: list[str] = _make_overpass_polygon_coord_strs(outline)
    return polygons


def _elements(place: str, overpass_ql: str) -> list[Element]:
    from osmnx._overpass import _overpass_request

    answer = _overpass_request(OrderedDict(data=overpass_ql))
    if remark := str(answer.get("remark", "")):  # sent with 200 and half the data when a query runs out of time
        raise MapDownloadFailed(place, _one_line(f"the map server says: {remark}"))
    elements: list[Element] = answer["elements"]
    return elements


def _written(place: str, folder: Path, elements: list[Element]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_file_name(place)}.osm.pbf"
    staged = folder / f".{secrets.token_hex(6)}.osm.pbf"
    try:
        write_map(staged, elements)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    return path


def _file_name(place: str) -> str:
    plain = unicodedata.normalize("NFKD", place).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain))[:80] or "place"


@contextmanager
def _osmnx_settings(
    overpass_url: str, nominatim_url: str, timeout_s: float, end_s: float, clock: Clock
) -> Iterator[Any]:
    """Set osmnx up for one download and put everything back, the name resolution that it changes included.

    The response hook ends what osmnx would not: it repeats a request for ever where a server answers 429 or 504, 55 s
    apart, and requests' own time-out starts anew with every byte that comes.
    """
    from osmnx import settings

    wanted: dict[str, Any] = {
        "overpass_url": overpass_url,
        "nominatim_url": nominatim_url,
        "requests_timeout": timeout_s,
        "requests_kwargs": {"hooks": {"response": _checked(end_s, clock)}, "stream": True},
        "use_cache": False,
        "overpass_rate_limit": False,  # asks a status page and waits up to a minute where it cannot read it
        "doh_url_template": None,  # asks somebody else's name server when offline
        "log_console": False,
        "log_file": False,
    }
    before = {name: getattr(settings, name) for name in wanted}
    resolve = socket.getaddrinfo
    try:
        for name, value in wanted.items():
            setattr(settings, name, value)
        yield settings
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
        socket.getaddrinfo = resolve


def _checked(end_s: float, clock: Clock) -> Callable[..., None]:
    """A hook that refuses answers that are none and reads the body within the time that is left."""

    def check(response: Any, **_: Any) -> None:
        if response.is_redirect:
            return
        if response.status_code != 200:
            host = response.url.split("/")[2]
            raise OSError(f"{host} answered {response.status_code} {response.reason}")
        response._content = _body(response.raw, end_s, clock)
        response._content_consumed = True

    return check


def _body(raw: Any, end_s: float, clock: Clock) -> bytes:
    """Whatever has arrived is taken at once (`read1`), so that a server that drips is noticed too."""
    body = bytearray()
    try:
        while chunk := raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if clock() > end_s:
                raise _TooSlowError
    except OSError:
        raise
    except Exception as error:  # urllib3's own, which requests would have wrapped
        raise _TooSlowError if "timed out" in str(error) else OSError("the answer broke off") from None
    return bytes(body)


def _reason(error: Exception, overpass_url: str, nominatim_url: str, timeout_s: float) -> str:
    kind = type(error).__name__
    if isinstance(error, _TooSlowError) or "Timeout" in kind or "timed out" in str(error):
        return f"no complete answer within timeout_s={timeout_s:g}"
    if kind in {"ConnectionError", "SSLError", "ProxyError", "gaierror", "ChunkedEncodingError"}:
        asked = str(getattr(getattr(error, "request", None), "url", "")) or nominatim_url
        server = next((url for url in (overpass_url, nominatim_url) if asked.startswith(url)), asked)
        return f"{server} cannot be reached; are you online?"
    if "0 results" in str(error) or "did not geocode" in str(error):
        return "no area of that name is known"
    if isinstance(error, KeyError | AttributeError | IndexError):
        return f"the map server's answer cannot be read ({kind})"
    return _one_line(f"{error}" or kind)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_REASON else line[: _LONGEST_REASON - 1] + "…"
