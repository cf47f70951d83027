"""A rule-based account score from 0 to 100, its class, and why.

score = sum over rules of weight × share, with the weights scaled so that they add up to 100. An attribute that is
missing for one account counts with the rule's `missing_share` (half, unless set); one that is missing for all accounts
leaves the rule out, so that its weight goes to what is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from routing.arrays import BoolArray, Float64Array, Int32Array, frozen
from territories.sales.score_rules import CategoryRule, LinearRule, RecencyRule, ScoreRule, ScoreRuleInvalid

NEUTRAL_SCORE = 50.0
"""The score where nothing at all is known."""


SHARE_OF_KIND = {
    "supermarket": 1.0, "department_store": 1.0, "hospital": 1.0, "wholesale": 1.0, "mall": 0.95,
    "hotel": 0.8, "clinic": 0.85, "pharmacy": 0.8, "chemist": 0.7, "doityourself": 0.8, "hardware": 0.7, "trade": 0.7,
    "car": 0.65, "furniture": 0.6, "electronics": 0.65, "company": 0.6, "restaurant": 0.55, "doctors": 0.6,
    "dentist": 0.55, "motel": 0.5, "convenience": 0.5, "fuel": 0.5, "car_repair": 0.5, "sports": 0.5, "clothes": 0.45,
    "bakery": 0.5, "butcher": 0.5, "hostel": 0.45, "guest_house": 0.35, "optician": 0.45, "alcohol": 0.5,
    "cafe": 0.4, "bar": 0.35, "pub": 0.4, "nightclub": 0.35, "bicycle": 0.4, "books": 0.4, "florist": 0.3,
    "fast_food": 0.3, "beauty": 0.25, "gift": 0.3, "jewelry": 0.35, "ice_cream": 0.25, "government": 0.3,
    "lawyer": 0.25, "hairdresser": 0.2, "kiosk": 0.2, "association": 0.15, "ngo": 0.15, "travel_agency": 0.2,
}  # fmt: skip
"""How much business a kind of place is good for, a plain guess to begin with; kinds in OpenStreetMap's words."""


@dataclass(frozen=True, slots=True)
class ClassThresholds:
    """Class 0 from `lowest_score[0]` up, class 1 from `lowest_score[1]` up, …; the last class takes the rest."""

    names: tuple[str, ...] = ("A", "B", "C", "D")
    lowest_score: tuple[float, ...] = (70.0, 50.0, 30.0)

    def __post_init__(self) -> None:
        if len(set(self.names)) != len(self.names) or not self.names:
            raise ScoreRuleInvalid("classes", "names", self.names, "at least one name, each once")
        if len(self.lowest_score) != len(self.names) - 1:
            limit = f"one number fewer than names ({len(self.names)})"
            raise ScoreRuleInvalid("classes", "lowest_score", self.lowest_score, limit)
        falling = all(above >= below for above, below in zip(self.lowest_score, self.lowest_score[1:], strict=False))
        if not falling or not all(0 <= score <= 100 for score in self.lowest_score):
            raise ScoreRuleInvalid("classes", "lowest_score", self.lowest_score, "never rising, each from 0 to 100")

    def class_of(self, score: Float64Array) -> Int32Array:
        """(n) int32 class of each score."""
        rising = np.array(self.lowest_score[::-1], dtype=np.float64)
        index = len(self.lowest_score) - np.searchsorted(rising, score, side="right")
        return index.astype(np.int32)


def thresholds_for_shares(score: Float64Array, names: tuple[str, ...], shares: Sequence[float]) -> ClassThresholds:
    """Thresholds that put about `shares` of the accounts into all classes but the last (A-B-C by rank).

    Equal scores stay in one class: a cut lies half-way between two scores, at the gap that comes closest to its share.
    They are fixed numbers from then on, so that importing more accounts does not move the old ones. Raises
    ScoreRuleInvalid.
    """
    if len(shares) != len(names) - 1 or any(share <= 0 for share in shares) or sum(shares) >= 1:
        limit = f"{len(names) - 1} numbers above 0 with a sum below 1"
        raise ScoreRuleInvalid("classes", "shares", tuple(shares), limit)
    wanted = np.cumsum(shares)
    if not score.size:
        return ClassThresholds(names, tuple(100.0 * (1 - float(share)) for share in wanted))
    values, counts = np.unique(score, return_counts=True)
    cuts = np.concatenate([(values[1:] + values[:-1]) / 2, [(values[-1] + 100) / 2]])[::-1]  # highest first
    above = np.concatenate([[0], np.cumsum(counts[:0:-1])]) / score.size  # share of the accounts above each cut
    nearest = [int(np.abs(above - share).argmin()) for share in wanted]
    return ClassThresholds(names, tuple(float(cuts[index]) for index in nearest))


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """Rules and the classes made of their sum. Weights are relative; they are scaled to 100."""

    rules: tuple[ScoreRule, ...]
    classes: ClassThresholds = ClassThresholds()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.attribute in seen:
                raise ScoreRuleInvalid(rule.attribute, "attribute", rule.attribute, "used by one rule only")
            seen.add(rule.attribute)
        if not sum(rule.weight for rule in self.rules) > 0:
            raise ScoreRuleInvalid("all", "the sum of weights", sum(r.weight for r in self.rules), "above 0")


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is known of `count` accounts, as columns: numbers (NaN: unknown) and categories (None: unknown)."""

    count: int
    numbers: Mapping[str, Float64Array]
    categories: Mapping[str, tuple[str | None, ...]]

    def __post_init__(self) -> None:
        numbers = {name: frozen(np.asarray(column), np.float64) for name, column in self.numbers.items()}
        for name, column in [*numbers.items(), *self.categories.items()]:
            if len(column) != self.count:
                raise ValueError(f"attribute {name!r} has {len(column)} values for {self.count} accounts")
        for name, column in numbers.items():
            if np.isinf(column).any():
                raise ValueError(f"attribute {name!r} is infinite for account {int(np.isinf(column).argmax())}")
        object.__setattr__(self, "numbers", MappingProxyType(numbers))
        object.__setattr__(self, "categories", MappingProxyType(dict(self.categories)))

    def shares(self, rule: ScoreRule) -> Float64Array:
        """(count) float64 share that `rule` gives each account; NaN where its attribute is unknown."""
        if isinstance(rule, CategoryRule):
            return rule.shares(self.categories.get(rule.attribute, (None,) * self.count))
        return rule.shares(self._number(rule))

    def describe(self, rule: ScoreRule, account: int) -> str:
        """Words for the known value that `rule` looks at."""
        if isinstance(rule, CategoryRule):
            return rule.describe(self.categories[rule.attribute][account] or "")
        values = self._number(rule)
        return rule.describe(float(values[account]), values)

    def _number(self, rule: LinearRule | RecencyRule) -> Float64Array:
        column = self.numbers.get(rule.attribute)
        return np.full(self.count, np.nan) if column is None else column


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of n accounts under r rules; read-only."""

    score: Float64Array
    """(n) from 0 to 100."""
    class_index: Int32Array
    """(n) index into the model's class names."""
    contributions: Float64Array
    """(n, r) points of each rule; a row adds up to the score (unless no attribute is known at all: all 0)."""
    weights: Float64Array
    """(r) points a rule can give here at most; 0 for a rule left out. They add up to 100, or to 0."""
    known: BoolArray
    """(n, r) whether the account's attribute was there."""

    def __post_init__(self) -> None:
        for name in ("score", "class_index", "contributions", "weights", "known"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one rule gave what it gave."""

    attribute: str
    points: float
    of_points: float
    text: str


def default_score_model() -> ScoreModel:
    """Weights that work with little: category, potential, opening hours and the last visit, each of them optional."""
    return ScoreModel(
        rules=(
            LinearRule("potential", weight=40),
            CategoryRule("category", weight=30, share_of_value=SHARE_OF_KIND, other=0.4),
            RecencyRule("days_since_visit", weight=20),
            LinearRule("open_hours_week", weight=10, low=0, high=60),
        )
    )


def score_accounts(model: ScoreModel, attributes: Attributes) -> Scores:
    """Score and class of every account, with what each rule gave."""
    shares = np.stack([attributes.shares(rule) for rule in model.rules], axis=1)
    known = ~np.isnan(shares)
    weights = np.where(known.any(axis=0), [rule.weight for rule in model.rules], 0.0)
    total = float(weights.sum())
    if total > 0:
        weights = weights / total * 100
    missing_share = np.array([rule.missing_share for rule in model.rules])
    contributions = np.where(known, shares, missing_share) * weights
    score = np.clip(contributions.sum(axis=1), 0, 100) if total > 0 else np.full(attributes.count, NEUTRAL_SCORE)
    return Scores(score, model.classes.class_of(score), contributions, weights, known)


def reasons(model: ScoreModel, attributes: Attributes, scores: Scores, account: int) -> tuple[Reason, ...]:
    """Why `account` got its score, the largest contribution first: "potential 120000 of 200000: +24 of 40"."""
    found = []
    for index, rule in enumerate(model.rules):
        points = float(scores.contributions[account, index])
        most = float(scores.weights[index])
        marks = f"+{points:.3g} of {most:.3g}"
        if most == 0:
            why = "weight 0" if rule.weight == 0 else "unknown for all accounts"
            text = f"{rule.attribute}: {why}, left out"
        elif scores.known[account, index]:
            text = f"{attributes.describe(rule, account)}: {marks}"
        else:
            text = f"{rule.attribute} unknown, counted as {rule.missing_share:.0%}: {marks}"
        found.append(Reason(rule.attribute, points, most, text))
    return tuple(sorted(found, key=lambda reason: (-reason.points, -reason.of_points, reason.attribute)))
