"""How an organisation scores its accounts and how often it calls on them: JSON in its settings, objects in use."""

from math import inf, isfinite

import msgspec

from app.services.errors import InvalidInput
from app.storage.records import Organisation
from territories.sales.call_frequency import CallFrequencies, CallFrequencyInvalid, ClassFrequency
from territories.sales.score import ClassThresholds, ScoreModel, default_score_model
from territories.sales.score_rules import CategoryRule, LinearRule, RecencyRule, ScoreRule, ScoreRuleInvalid


class RuleSettings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One rule: `kind` is linear, recency or category; the other fields belong to one kind each."""

    kind: str
    attribute: str
    weight: float
    low: float = 0.0
    high: float | None = None
    fresh_days: float = 14.0
    due_days: float = 90.0
    share_of_value: dict[str, float] = {}
    other: float = 0.3
    missing_share: float = 0.5


class ClassSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One class, best first; the last one's `lowest_score` is 0."""

    name: str
    lowest_score: float
    visits_per_period: float
    service_minutes: float
    base_priority: int
    mandatory_after: float | None = None
    """A visit overdue by more than so many intervals must be made; null: none ever must."""


class SalesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Score rules, classes with their call frequencies, and the length of a period."""

    rules: list[RuleSettings]
    classes: list[ClassSettings]
    period_weeks: int = 4

    def score_model(self) -> ScoreModel:
        """Raises InvalidInput naming the rule and the limit."""
        try:
            rules = tuple(_rule(settings) for settings in self.rules)
            names = tuple(one.name for one in self.classes)
            return ScoreModel(rules, ClassThresholds(names, tuple(one.lowest_score for one in self.classes[:-1])))
        except ScoreRuleInvalid as error:
            raise InvalidInput(str(error), field="rules") from None

    def frequencies(self) -> CallFrequencies:
        """Raises InvalidInput naming the class and the limit."""
        try:
            classes = [
                ClassFrequency(
                    c.name,
                    c.visits_per_period,
                    round(c.service_minutes * 60),
                    c.base_priority,
                    inf if c.mandatory_after is None else c.mandatory_after,
                )
                for c in self.classes
            ]
            return CallFrequencies(tuple(classes), self.period_weeks)
        except CallFrequencyInvalid as error:
            raise InvalidInput(str(error), field="classes") from None


def _rule(settings: RuleSettings) -> ScoreRule:
    s = settings
    if s.kind == "linear":
        return LinearRule(s.attribute, s.weight, s.low, s.high, s.missing_share)
    if s.kind == "recency":
        return RecencyRule(s.attribute, s.weight, s.fresh_days, s.due_days, s.missing_share)
    if s.kind == "category":
        return CategoryRule(s.attribute, s.weight, s.share_of_value, s.other, s.missing_share)
    raise InvalidInput(f"kind is {s.kind!r}, but must be linear, recency or category", field="rules")


def default_sales_settings() -> SalesSettings:
    """The defaults of territories.sales, as settings."""
    model, frequencies = default_score_model(), CallFrequencies()
    lowest = (*model.classes.lowest_score, 0.0)
    classes = [
        ClassSettings(
            c.name,
            score,
            c.visits_per_period,
            c.service_s / 60,
            c.base_priority,
            c.mandatory_after if isfinite(c.mandatory_after) else None,
        )
        for c, score in zip(frequencies.classes, lowest, strict=True)
    ]
    return SalesSettings([_settings_of(rule) for rule in model.rules], classes, frequencies.period_weeks)


def _settings_of(rule: ScoreRule) -> RuleSettings:
    common = {"attribute": rule.attribute, "weight": rule.weight, "missing_share": rule.missing_share}
    if isinstance(rule, LinearRule):
        return msgspec.convert({"kind": "linear", **common, "low": rule.low, "high": rule.high}, RuleSettings)
    if isinstance(rule, RecencyRule):
        days = {"fresh_days": rule.fresh_days, "due_days": rule.due_days}
        return msgspec.convert({"kind": "recency", **common, **days}, RuleSettings)
    shares = {"share_of_value": dict(rule.share_of_value), "other": rule.other}
    return msgspec.convert({"kind": "category", **common, **shares}, RuleSettings)


def sales_settings(organisation: Organisation) -> SalesSettings:
    """What the organisation has set, else the defaults."""
    stored = organisation.settings.get("sales")
    return default_sales_settings() if stored is None else msgspec.convert(stored, SalesSettings)
