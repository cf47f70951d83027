"""Where an address is, looked up in the map's own addresses: nobody is asked, nothing leaves the machine.

"Laugavegur 5, 101 Reykjavík"
  words      laugavegur 5 | 101 reykjavik
  street     laugavegur           the longest run of words that is a street of this map
  number     5                    right behind it, or right before it
  the rest   101 reykjavik        towns and postcodes of this map: the address found must lie there;
                                  words that mean nothing here: without a town that agrees, nothing is answered
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from routing.arrays import Float64Array, Int64Array
from routing.network.address_words import house_numbers, join, key, read_number, words
from routing.network.addresses import REACH_M_OF_PLACE, Addresses

METRES_PER_DEGREE = 111_195.0
_LONGEST_NAME_WORDS = 12
_MOST_WORDS = 50  # every run of words is tried as a street: a text of 1,000 words took 55 s
_SMALLEST_REACH_OF_A_MUNICIPALITY = REACH_M_OF_PLACE["village"]


@dataclass(frozen=True, slots=True)
class Match:
    """An address found."""

    lon: float
    lat: float
    quality: str
    """exact: the very number; interpolated: the nearest number of the street; street: only the street."""
    text: str
    """The address as the map writes it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    street: str
    numbers: list[str]
    towns: list[str]
    postcodes: list[str]
    unknown: list[str]


@dataclass(frozen=True, slots=True)
class AddressIndex:
    """The addresses of a map by street, number, town and postcode."""

    addresses: Addresses
    of_street: dict[str, list[int]]
    numbers: list[list[str]]
    """(n) what each house number stands for."""
    towns: list[frozenset[str]]
    """(n) keys of the towns that each address may be said to lie in."""
    postcodes: list[str]
    """(n) own postcode, else that of a near address, else ""."""
    known_towns: frozenset[str]
    known_postcodes: frozenset[str]
    ambiguous_m: float
    farthest_number: int

    @staticmethod
    def build(
        addresses: Addresses, *, neighbour_m: float = 1000.0, ambiguous_m: float = 2000.0, farthest_number: int = 20
    ) -> "AddressIndex":
        """Index addresses.

        An address without town or postcode takes those of the nearest one that has them within `neighbour_m`, and the
        towns whose labels are near. Answers farther apart than `ambiguous_m` are no answer. A number farther from the
        asked one than `farthest_number` counts as no number.
        """
        street_keys = [key(name) for name in addresses.street.different()]
        of_street: dict[str, list[int]] = {}
        for index, code in enumerate(addresses.street.code.tolist()):
            of_street.setdefault(street_keys[code], []).append(index)
        postcodes = _from_neighbours(addresses, [_plain(text) for text in addresses.postcode], neighbour_m)
        towns = _towns(addresses, neighbour_m)
        return AddressIndex(
            addresses,
            of_street,
            [house_numbers(text) for text in addresses.housenumber],
            towns,
            postcodes,
            frozenset().union(*set(towns), map(key, addresses.town)),
            frozenset(postcodes) - {""},
            ambiguous_m,
            farthest_number,
        )

    def find(self, text: str) -> Match | None:
        """The place of an address as people write it; None where this map does not know it, or knows several."""
        for asked in self._readings(text):
            candidates = [index for index in self.of_street[asked.street] if self._agrees(index, asked)]
            found = self._best(candidates, asked.numbers)
            if found is not None:
                return found
        return None

    def find_fields(self, street: str, housenumber: str = "", postcode: str = "", city: str = "") -> Match | None:
        """As `find`, from the columns of a table; `street` may hold the house number too."""
        return self.find(f"{street} {housenumber}, {postcode} {city}")

    def _readings(self, text: str) -> Iterator[_Asked]:
        """Ways to understand the text, best first: with a number beside the street, longer street names, earlier."""
        parts = words(text)
        run = [word for part in parts for word in part]
        if len(run) > _MOST_WORDS:
            return iter(())
        part_of = [index for index, part in enumerate(parts) for _ in part]
        found: list[tuple[bool, int, int, _Asked]] = []
        for begin in range(len(run)):
            for end in range(begin + 1, min(len(run), begin + _LONGEST_NAME_WORDS) + 1):
                if part_of[begin] == part_of[end - 1] and (street := join(run[begin:end])) in self.of_street:
                    asked = self._reading(street, run, part_of, begin, end)
                    found.append((not asked.numbers, begin - end, begin, asked))
        return iter([asked for *_, asked in sorted(found, key=lambda reading: reading[:3])])

    def _reading(self, street: str, run: list[str], part_of: list[int], begin: int, end: int) -> _Asked:
        number, count = read_number(run, end)
        if count and part_of[end] != part_of[end - 1] and _plain(run[end]) in self.known_postcodes:
            number, count = "", 0  # "Laugavegur, 101 Reykjavík"
        before, behind = run[:begin], run[end + count :]
        if not count and before:
            number, count = read_number(before, len(before) - 1)
            if not count and len(before) > 1:
                number, count = read_number(before, len(before) - 2)  # "5 a Main Street"
                count = count if count == 2 else 0
            number, before = (number, before[: len(before) - count]) if count else ("", before)
        towns, postcodes, unknown = self._rest([before, behind])
        return _Asked(street, house_numbers(number), towns, postcodes, unknown)

    def _rest(self, runs: list[list[str]]) -> tuple[list[str], list[str], list[str]]:
        """Towns, postcodes and words of no meaning here."""
        towns, postcodes, unknown = [], [], []
        for run in runs:
            at = 0
            while at < len(run):
                ends = range(min(len(run), at + _LONGEST_NAME_WORDS), at, -1)
                town = next((end for end in ends if join(run[at:end]) in self.known_towns), 0)
                code = next((end for end in ends if _plain("".join(run[at:end])) in self.known_postcodes), 0)
                if town:
                    towns.append(join(run[at:town]))
                elif code or (run[at][0].isdigit() and len(_plain(run[at])) >= 4):
                    postcodes.append(_plain("".join(run[at : code or at + 1])))
                else:
                    unknown.append(run[at])
                at = town or code or at + 1
        return towns, postcodes, unknown

    def _agrees(self, index: int, asked: _Asked) -> bool:
        if any(town not in self.towns[index] for town in asked.towns):
            return False
        own = self.postcodes[index]
        if own and any(not _same_postcode(own, postcode) for postcode in asked.postcodes):
            return False
        confirmed = bool(asked.towns) or bool(own and asked.postcodes)
        return confirmed or not (asked.postcodes or asked.unknown)

    def _best(self, candidates: list[int], wanted: list[str]) -> Match | None:
        if not candidates:
            return None
        if wanted:
            exact = [index for index in candidates if wanted[0] in self.numbers[index]]
            if exact:
                return self._match(exact, exact[0], "exact")
            asked = _leading(wanted[0])
            away = [
                min((abs(_leading(n) - asked) * 2 + (_leading(n) - asked) % 2 for n in self.numbers[i]), default=2**30)
                for i in candidates
            ]
            if min(away) <= 2 * self.farthest_number:
                near = [index for index, steps in zip(candidates, away, strict=True) if steps == min(away)]
                return self._match(near, near[0], "interpolated")
        lon, lat = self.addresses.lon[candidates], self.addresses.lat[candidates]
        middle = candidates[int(np.argmin(_metres(lon, lat, float(lon.mean()), float(lat.mean()))))]
        return self._match(candidates, middle, "street")

    def _match(self, alike: list[int], chosen: int, quality: str) -> Match | None:
        """The chosen one, unless those that fit as well lie elsewhere: in no common town, or too far apart."""
        a = self.addresses
        apart_m = _metres(a.lon[alike], a.lat[alike], float(a.lon[chosen]), float(a.lat[chosen]))
        common = frozenset.intersection(*(self.towns[index] for index in alike))
        if apart_m.max() > self.ambiguous_m and not (quality == "street" and common):
            return None
        number = f" {a.housenumber[chosen]}" if quality != "street" else ""
        town = f"{a.postcode[chosen]} {a.city[chosen]}".strip()
        text = f"{a.street[chosen]}{number}" + (f", {town}" if town else "")
        return Match(float(a.lon[chosen]), float(a.lat[chosen]), quality, text)


def _plain(postcode: str) -> str:
    return "".join(letter for letter in postcode.casefold() if letter.isalnum())


def _same_postcode(own: str, asked: str) -> bool:
    """Equal, or one the beginning of the other: 4760 and 4760-505."""
    return own == asked or (min(len(own), len(asked)) >= 4 and (own.startswith(asked) or asked.startswith(own)))


def _leading(number: str) -> int:
    return int("".join(letter for letter in number if letter.isdigit()) or 0)


def _metres(lon: Float64Array, lat: Float64Array, to_lon: float, to_lat: float) -> Float64Array:
    x = (lon - to_lon) * np.cos(np.radians(to_lat))
    metres: Float64Array = np.hypot(x, lat - to_lat) * METRES_PER_DEGREE
    return metres


def _flat(a: Addresses, lon: Float64Array, lat: Float64Array) -> Float64Array:
    """Metres in a plane good enough for neighbourhoods, around the middle of the addresses."""
    scale = np.cos(np.radians(float(a.lat.mean()))) if len(a) else 1.0
    return np.column_stack((lon * scale, lat)) * METRES_PER_DEGREE


def _from_neighbours(a: Addresses, texts: list[str], within_m: float) -> list[str]:
    """Fill gaps with the nearest text."""
    told = np.array([index for index, text in enumerate(texts) if text], dtype=np.int64)
    gaps = np.array([index for index, text in enumerate(texts) if not text], dtype=np.int64)
    if not told.size or not gaps.size:
        return texts
    points = _flat(a, a.lon, a.lat)
    far, nearest = cKDTree(points[told]).query(points[gaps])
    near = np.asarray(far) <= within_m
    filled = list(texts)
    for gap, neighbour in zip(gaps[near].tolist(), told[np.asarray(nearest)[near]].tolist(), strict=True):
        filled[gap] = texts[neighbour]
    return filled


def _towns(a: Addresses, neighbour_m: float) -> list[frozenset[str]]:
    """Town keys of every address: its own city where the map says it, else its neighbour's and the labels near."""
    city_keys = [key(name) for name in a.city.different()]
    own = [city_keys[code] for code in a.city.code.tolist()]
    guessed = _from_neighbours(a, own, neighbour_m)
    large = _nearest_label(a, np.flatnonzero(a.town_reach_m >= _SMALLEST_REACH_OF_A_MUNICIPALITY))
    small = _nearest_label(a, np.flatnonzero(a.town_reach_m < _SMALLEST_REACH_OF_A_MUNICIPALITY))
    known: dict[tuple[str, ...], frozenset[str]] = {}
    result = []
    for index, city in enumerate(own):
        names = (city, small[index]) if city else (guessed[index], large[index], small[index])
        result.append(known.setdefault(names, frozenset(names) - {""}))
    return result


def _nearest_label(a: Addresses, labels: Int64Array) -> list[str]:
    """Per address the label that is nearest in shares of its reach, "" beyond every reach."""
    points, places = _flat(a, a.lon, a.lat), _flat(a, a.town_lon, a.town_lat)
    best = np.ones(len(a))
    chosen = np.full(len(a), -1)
    tree = cKDTree(points) if len(a) else None
    for label in labels.tolist():
        if tree is None:
            break
        near = np.array(tree.query_ball_point(places[label], a.town_reach_m[label]), dtype=np.int64)
        share = np.hypot(*(points[near] - places[label]).T) / a.town_reach_m[label]
        closer = share < best[near]
        best[near[closer]] = share[closer]
        chosen[near[closer]] = label
    keys = {label: key(a.town[label]) for label in set(chosen.tolist()) if label >= 0}
    return [keys.get(label, "") for label in chosen.tolist()]
