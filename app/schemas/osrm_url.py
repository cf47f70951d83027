"""The address of an OSRM request: `/{service}/v{version}/{profile}/{query}`, where the query is all that follows.

Positions in messages count bytes of the decoded address, as OSRM's do.
"""

import re
from dataclasses import dataclass

from app.services.osrm_errors import OsrmError

_ESCAPE = re.compile(rb"%([0-9a-fA-F]{2})")
_NAME = re.compile(r"[a-zA-Z0-9_.~:-]+")
_QUERY = re.compile(r"(?:[a-zA-Z0-9_\[\]{}@?|\\~`^=,;:&().-]|%[0-9a-fA-F]{2})+")
_DIGITS = re.compile(r"\d+", re.ASCII)
_AROUND = 3
"""Letters of the address that a message shows on either side of the position."""


@dataclass(frozen=True, slots=True)
class OsrmUrl:
    """One letter a byte."""

    service: str
    version: int
    query: str
    prefix_length: int
    """Bytes before the query."""


def parse_url(target: bytes, with_query: bool = True) -> OsrmUrl:
    """Take an address apart. Raises OsrmError (InvalidUrl).

    Without a query it ends with the profile, as that of a request with a body does.
    """
    text = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), target).decode("latin-1")
    service, at = _take(_NAME, text, _literal(text, 0, "/"))
    version, at = _take(_DIGITS, text, _literal(text, _literal(text, at, "/"), "v"))
    if len(version) > 10 or int(version) >= 2**32:
        raise invalid_url(text, at - len(version))
    _, at = _take(_NAME, text, _literal(text, at, "/"))
    if not with_query:
        at += text.startswith("/", at)
        query, prefix_length = "", at
    else:
        prefix_length = _literal(text, at, "/")
        found = _QUERY.match(text, prefix_length)
        at = found.end() if found else prefix_length
        if found is None or text.startswith("%", at):
            raise invalid_url(text, at + text.startswith("%", at))
        query = found.group()
    if at < len(text):
        raise invalid_url(text, at)
    # An escape that was itself escaped is undone here, as in OSRM.
    query = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), query.encode("latin-1")).decode("latin-1")
    return OsrmUrl(service, int(version), query, prefix_length)


def invalid_url(text: str, position: int) -> OsrmError:
    """Where the address stops making sense; one letter of `text` a byte."""
    around = text[max(0, position - _AROUND) : position + _AROUND].encode("latin-1").decode(errors="replace")
    return OsrmError("InvalidUrl", f'URL string malformed close to position {position}: "{around}"')


def _literal(text: str, at: int, letter: str) -> int:
    if not text.startswith(letter, at):
        raise invalid_url(text, at)
    return at + 1


def _take(pattern: "re.Pattern[str]", text: str, at: int) -> tuple[str, int]:
    found = pattern.match(text, at)
    if found is None:
        raise invalid_url(text, at)
    return found.group(), found.end()
