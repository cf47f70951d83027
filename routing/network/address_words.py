"""How people write addresses, brought to one form so that they can be compared."""

import re
import unicodedata

_LETTERS = str.maketrans({"ð": "d", "þ": "th", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})
_SHORT = {
    "street": "st", "saint": "st", "sainte": "st", "avenue": "av", "ave": "av", "avenida": "av", "road": "rd",
    "boulevard": "bd", "blvd": "bd", "rua": "r", "rue": "r", "praca": "pc", "travessa": "tv", "trav": "tv",
    "largo": "lg", "calle": "c", "place": "pl", "plaza": "pl", "platz": "pl", "square": "sq", "lane": "ln",
    "drive": "dr", "doctor": "dr", "doutor": "dr", "court": "ct", "highway": "hwy", "route": "rte", "chemin": "ch",
    "via": "v", "viale": "vl", "corso": "cso", "piazza": "pza", "ulica": "ul", "north": "n", "south": "s", "east": "e",
    "west": "w", "mount": "mt", "general": "gen", "professor": "prof", "dom": "d", "dona": "d",
}  # fmt: skip
_ENDINGS = (("strasse", "str"), ("straat", "str"), ("platz", "pl"), ("gatan", "g"), ("gata", "g"), ("gade", "g"))
_BEFORE_A_NUMBER = frozenset({"no", "nr", "num", "numero", "nummer", "number"})
_NUMBER = re.compile(r"(\d{1,6})\s*(bis|ter|[a-z])?")


def words(text: str) -> list[list[str]]:
    """Words of each part between commas: lower case, no accents, common words of streets shortened.

    "5 Main Street, São João" -> [["5", "main", "st"], ["sao", "joao"]]
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    parts = [re.findall(r"[^\W_]+(?:[-/][^\W_]+)*", part.replace("'", "").replace("’", "")) for part in _parts(plain)]
    return [split for part in parts if (split := _split_hyphens(part))]


def key(text: str) -> str:
    """One comparable form of a name: "Musterstraße" and "Muster Str." give the same."""
    return join([word for part in words(text) for word in part])


def join(run: list[str]) -> str:
    """The `key` of words that `words` made."""
    return "".join(_shorten(word) for word in run)


def house_numbers(text: str) -> list[str]:
    """All numbers that a house number stands for: "12-16" is 12, 14 and 16; "3;5a" is 3 and 5a; "7/2" is 7."""
    found: list[str] = []
    for part in re.split(r"[;,]", text.casefold()):
        ends = re.fullmatch(r"\s*(\d{1,6})\s*[-–]\s*(\d{1,6})\s*", part)
        if ends and 0 < int(ends[2]) - int(ends[1]) <= 100:
            begin, end = int(ends[1]), int(ends[2])
            found += map(str, range(begin, end + 1, 2 if (end - begin) % 2 == 0 else 1))
        elif single := _NUMBER.match(part.strip()):
            found.append(single[1].lstrip("0") + (single[2] or "") or "0")
    return found


def read_number(run: list[str], at: int) -> tuple[str, int]:
    """The house number that begins with word `at`, and how many words it takes; "" and 0 where there is none."""
    if not 0 <= at < len(run):
        return "", 0
    if run[at] in _BEFORE_A_NUMBER:
        number, count = read_number(run, at + 1)
        return number, count + 1 if count else 0
    if not re.fullmatch(r"\d{1,5}([a-z]|bis|ter)?([-/]\d+[a-z]?)?", run[at]):
        return "", 0
    if run[at].isdigit() and at + 1 < len(run) and re.fullmatch(r"[a-z]|bis|ter", run[at + 1]):
        return run[at] + run[at + 1], 2
    return run[at], 1


def _parts(text: str) -> list[str]:
    return re.split(r"[,;\n]", text)


def _split_hyphens(part: list[str]) -> list[str]:
    """Keep hyphens and slashes only where a digit begins: 12-14 and 4760-505, but peter kaiser platz."""
    return [word for joined in part for word in ([joined] if joined[0].isdigit() else re.split(r"[-/]", joined))]


def _shorten(word: str) -> str:
    short = _SHORT.get(word, word)
    for ending, replacement in _ENDINGS:
        if short.endswith(ending) and len(short) > len(ending):
            return short[: -len(ending)] + replacement
    return {"strasse": "str"}.get(short, short)
