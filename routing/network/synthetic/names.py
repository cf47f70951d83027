"""Names: plainly made up, but such as towns have. Street names are unique within one town."""

from collections.abc import Iterator

import numpy as np

FIRST = (
    "Alder", "Amber", "Anchor", "Apple", "Arrow", "Ash", "Aspen", "Badger", "Barley", "Beacon", "Beech", "Bell",
    "Birch", "Bishop", "Bramble", "Brewer", "Bridge", "Brook", "Candle", "Canal", "Castle", "Cedar", "Chalk",
    "Chapel", "Cherry", "Church", "Clay", "Clover", "Cobbler", "Cooper", "Copper", "Coral", "Crane", "Cress",
    "Crown", "Dale", "Dove", "Drover", "Eagle", "East", "Elder", "Elm", "Falcon", "Fern", "Ferry", "Field", "Finch",
    "Fir", "Flax", "Forge", "Fountain", "Fox", "Garden", "Gate", "Glass", "Glover", "Granary", "Grove", "Harbour",
    "Hare", "Hawthorn", "Hazel", "Heath", "Heron", "High", "Hill", "Holly", "Hop", "Ivy", "Juniper", "Kestrel",
    "Kiln", "King", "Lantern", "Larch", "Lark", "Laurel", "Lavender", "Lilac", "Lime", "Linden", "Lion", "Long",
    "Lower", "Maple", "Market", "Marsh", "Mason", "Meadow", "Mill", "Mint", "Moss", "Mulberry", "Museum", "New",
    "North", "Oak", "Old", "Orchard", "Otter", "Owl", "Palace", "Pear", "Pepper", "Pine", "Plover", "Plum",
    "Poplar", "Poppy", "Priory", "Quarry", "Queen", "Raven", "Reed", "River", "Robin", "Rose", "Rowan", "Rush",
    "Saddler", "Sage", "Salt", "Sand", "School", "Silver", "Smith", "South", "Sparrow", "Spring", "Station",
    "Stone", "Swallow", "Swan", "Tailor", "Tanner", "Temple", "Thistle", "Thorn", "Tower", "Trout", "Upper", "Vine",
    "Violet", "Walnut", "Water", "Weaver", "Well", "West", "Wheat", "Willow", "Wren", "Yew",
)  # fmt: skip
SECOND = (
    "bank", "brook", "bridge", "croft", "cross", "dale", "dean", "field", "ford", "gate", "ground", "grove", "hill",
    "hurst", "land", "ley", "mere", "mill", "mount", "ridge", "side", "stead", "stone", "thorpe", "vale", "view",
    "wall", "water", "well", "wick", "wood", "worth", "yard",
)  # fmt: skip
SUFFIX = {
    "trunk": ("Road", "Avenue"),
    "primary": ("Avenue", "Road", "Boulevard"),
    "secondary": ("Road", "Avenue", "Street"),
    "tertiary": ("Road", "Street", "Avenue"),
    "unclassified": ("Road", "Street", "Lane"),
    "residential": ("Street", "Lane", "Way", "Drive", "Close", "Row", "Gardens", "Walk", "Terrace", "Rise"),
    "living_street": ("Yard", "Passage", "Row", "Lane"),
}
PLACE_FIRST = (
    "Al", "Ber", "Cor", "Dun", "El", "Fen", "Gar", "Hol", "In", "Kel", "Lor", "Mar", "Nor", "Or", "Pel", "Quen",
    "Ros", "Sel", "Tor", "Ul", "Ver", "Wil", "Yar", "Zel",
)  # fmt: skip
PLACE_SECOND = (
    "by", "combe", "den", "field", "ford", "ham", "haven", "holm", "leigh", "mere", "minster", "ness", "port",
    "stead", "ton", "wick", "worth",
)  # fmt: skip


def street_names(rng: np.random.Generator) -> dict[str, Iterator[str]]:
    """For each class an endless supply of names for one town: short ones first, then compounds, then numbered ones."""
    return {kind: _names(np.random.default_rng(rng.integers(2**32)), suffixes) for kind, suffixes in SUFFIX.items()}


def _names(rng: np.random.Generator, suffixes: tuple[str, ...]) -> Iterator[str]:
    plain = [f"{a} {s}" for a in FIRST for s in suffixes]
    yield from (plain[i] for i in rng.permutation(len(plain)).tolist())
    compound = [f"{a}{b} {s}" for a in FIRST for b in SECOND if a[-1].lower() != b[0] for s in suffixes]
    yield from (compound[i] for i in rng.permutation(len(compound)).tolist())
    number = 2
    while True:
        yield from (f"{number}. {name}" for name in plain)
        number += 1


def place_names(rng: np.random.Generator) -> Iterator[str]:
    """Names of towns, villages and quarters, without end."""
    plain = [a + b for a in PLACE_FIRST for b in PLACE_SECOND]
    order = rng.permutation(len(plain)).tolist()
    for prefix in ("", "New ", "Upper ", "Lower ", "Great ", "Little "):
        yield from (prefix + plain[i] for i in order)
    number = 2
    while True:
        yield from (f"{plain[i]} {number}" for i in order)
        number += 1
