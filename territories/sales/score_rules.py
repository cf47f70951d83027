"""The rules an account score is made of: each turns one attribute into a share from 0 to 1.

LinearRule    0 at `low`, 1 at `high`, straight in between; `low` above `high` rewards small values
RecencyRule   0 up to `fresh_days` since the last visit, 1 from `due_days` on
CategoryRule  a share per category value
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType

import numpy as np

from routing.arrays import Float64Array

TYPICAL_LARGEST = 0.95
"""An open upper end is this quantile of the known values: one giant account must not press all others to zero."""


class ScoreRuleInvalid(ValueError):
    """A score rule or model that cannot work. Names the rule, the field and the limit it broke."""

    def __init__(self, rule: str, field_name: str, value: object, limit: str) -> None:
        super().__init__(f"score rule {rule!r}: {field_name} is {value!r}, but must be {limit}")
        self.rule = rule
        self.field_name = field_name
        self.value = value
        self.limit = limit


def _check_common(attribute: str, weight: float, missing_share: float) -> None:
    if not attribute:
        raise ScoreRuleInvalid(attribute, "attribute", attribute, "the name of an attribute")
    if not (isfinite(weight) and 0 <= weight <= 1e6):
        raise ScoreRuleInvalid(attribute, "weight", weight, "from 0 to 1000000")
    if not 0 <= missing_share <= 1:
        raise ScoreRuleInvalid(attribute, "missing_share", missing_share, "from 0 to 1")


@dataclass(frozen=True, slots=True)
class LinearRule:
    """Share rises straight from 0 at `low` to 1 at `high` and stays within; `low` > `high` makes it fall."""

    attribute: str
    weight: float
    low: float = 0.0
    high: float | None = None
    """None: the 95th percentile of the known values of the accounts that are scored."""
    missing_share: float = 0.5

    def __post_init__(self) -> None:
        _check_common(self.attribute, self.weight, self.missing_share)
        if not isfinite(self.low):
            raise ScoreRuleInvalid(self.attribute, "low", self.low, "a finite number")
        if self.high is not None and (not isfinite(self.high) or self.high == self.low):
            raise ScoreRuleInvalid(self.attribute, "high", self.high, f"a finite number other than low ({self.low:g})")

    def span(self, values: Float64Array) -> tuple[float, float]:
        """(low, high) in force for these `values`, an open end filled in; NaN is unknown."""
        if self.high is not None:
            return self.low, self.high
        known = values[~np.isnan(values)]
        high = float(np.quantile(known, TYPICAL_LARGEST)) if known.size else self.low
        return self.low, high if high > self.low else self.low + 1.0

    def shares(self, values: Float64Array) -> Float64Array:
        """(n) float64 in [0, 1]; NaN where the value is unknown."""
        low, high = self.span(values)
        return np.clip((values - low) / (high - low), 0.0, 1.0)

    def describe(self, value: float, values: Float64Array) -> str:
        """Words for one known `value` among all `values`: what it is and where full marks begin."""
        return f"{self.attribute} {value:.10g} of {self.span(values)[1]:.10g}"


@dataclass(frozen=True, slots=True)
class RecencyRule:
    """Share rises from 0 at `fresh_days` since the last visit to 1 at `due_days`; unknown: no visit on record."""

    attribute: str
    weight: float
    fresh_days: float = 14.0
    due_days: float = 90.0
    missing_share: float = 0.5

    def __post_init__(self) -> None:
        _check_common(self.attribute, self.weight, self.missing_share)
        if not 0 <= self.fresh_days < self.due_days <= 36_500:
            limit = f"more than fresh_days ({self.fresh_days:g}, at least 0) and at most 36500"
            raise ScoreRuleInvalid(self.attribute, "due_days", self.due_days, limit)

    def shares(self, values: Float64Array) -> Float64Array:
        """(n) float64 in [0, 1]; NaN where no visit is recorded."""
        return np.clip((values - self.fresh_days) / (self.due_days - self.fresh_days), 0.0, 1.0)

    def describe(self, value: float, values: Float64Array) -> str:  # noqa: ARG002 (one shape with LinearRule)
        """Words for one known `value`, in days."""
        return f"last visit {value:.10g} days ago of {self.due_days:.10g}"


def category_key(value: str) -> str:
    """One spelling of a category: "Department Store" and "department-store" are department_store."""
    return "_".join(value.casefold().replace("-", " ").replace("_", " ").split())


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """Share by category value, spelled in any case; a value that is not listed gets `other`."""

    attribute: str
    weight: float
    share_of_value: Mapping[str, float] = field(default_factory=dict)
    other: float = 0.3
    missing_share: float = 0.5

    def __post_init__(self) -> None:
        _check_common(self.attribute, self.weight, self.missing_share)
        for value, share in {**self.share_of_value, "other": self.other}.items():
            if not 0 <= share <= 1:
                raise ScoreRuleInvalid(self.attribute, f"the share of {value!r}", share, "from 0 to 1")
        spelled = {category_key(value): share for value, share in self.share_of_value.items()}
        object.__setattr__(self, "share_of_value", MappingProxyType(spelled))

    def shares(self, values: tuple[str | None, ...]) -> Float64Array:
        """(n) float64 in [0, 1]; NaN where the value is unknown."""
        known = self.share_of_value
        shares = [np.nan if v is None else known.get(category_key(v), self.other) for v in values]
        return np.array(shares, dtype=np.float64)

    def describe(self, value: str) -> str:
        """Words for one known `value`."""
        listed = category_key(value) in self.share_of_value
        return f"{self.attribute} {value}" if listed else f"{self.attribute} {value} (not listed)"


ScoreRule = LinearRule | RecencyRule | CategoryRule
