"""A test of a specification in the words of people: what it asks, how many are looked at, under which conditions."""

from __future__ import annotations

from decimal import Decimal

from maskqms.i18n import Text, _
from maskqms.lab.words import limit_text, rule_words
from maskqms.materials.specification import SpecificationTest


def warning_words(test: SpecificationTest) -> Text | None:
    """The warning limit, where there is one."""
    return None if test.warning is None else _("warning from {limit}", limit=limit_text(test.warning.text))


def sampling_rule_words(test: SpecificationTest, level: str, aql: str) -> Text:
    """How many are looked at, and how they decide."""
    requirement = test.requirement
    if test.per_roll is not None:
        return _("every roll, {count} each", count=test.per_roll)
    if test.counted:
        return _("by AQL {aql}, level {level}", aql=test.aql or aql, level=test.level or level)
    if test.sampled:
        return _("by {rule}, level {level}", rule=requirement.rule, level=test.level or level)
    return _("{count}, {rule}", count=requirement.specimens or 1, rule=rule_words(requirement))


def instrument_words(test: SpecificationTest) -> Text | None:
    """With what it is measured, or that nobody said it; None where nothing is measured by us."""
    if test.instrument is not None:
        return test.instrument.label
    return _("any instrument, or none") if test.unmeasured else None


def retest_words(test: SpecificationTest) -> Text | None:
    """How many retests an investigation may ask for, where the specification says it."""
    return None if test.retests is None else _("retests: {count}", count=test.retests)


def condition_words(flow: Decimal | None, area: Decimal | None) -> str:
    """Air flow and area of a filtration test: `85 L/min, 100 cm²`."""
    parts = [] if flow is None else [f"{flow.normalize():f} L/min"]
    return ", ".join(parts if area is None else [*parts, f"{area.normalize():f} cm²"])
