"""Limits, rules and marks in the words of people: what is stored is `pass`, `23.0 to 27.0`, `4 of 5`."""

from __future__ import annotations

from decimal import Decimal

from maskqms.i18n import Text, _
from maskqms.lab.plan import PlannedTest, Tally
from maskqms.lab.states import Outcome
from maskqms.standards.acceptance import acceptance_probability
from maskqms.standards.editions import Provenance
from maskqms.standards.limits import Word
from maskqms.standards.requirement import Requirement
from maskqms.standards.rounding import round_places

WORDS: dict[str, Text] = {
    "pass": Outcome.PASS.label,
    "fail": Outcome.FAIL.label,
    Word.NOT_DETECTED.value: _("not detected"),
}

SEVERITIES: dict[str, Text] = {"normal": _("normal"), "tightened": _("tightened"), "reduced": _("reduced")}
MOST_PER_CENT = 10
"""Above this an AQL counts nonconformities per hundred items, and says nothing about a share of items."""


def mark(text: str) -> Text | str:
    """A kept value for people."""
    return WORDS.get(text, text)


def limit_shown(requirement: Requirement) -> Text | str:
    """The limit alone: `>= 95`, `23.0 – 27.0`, a word; `?` when nobody knows it."""
    return limit_text(requirement.limit_text)


def limit_text(text: str | None) -> Text | str:
    """A limit as it is kept, for people."""
    if text is None:
        return "?"
    return WORDS.get(text, text.replace(" to ", " – ").replace(">=", "≥").replace("<=", "≤"))


def provenance_words(requirement: Requirement) -> Text:
    """How far the limit can be trusted; what a person of the factory set is the factory's own."""
    if requirement.provenance is Provenance.FACTORY:
        return _("factory's own")
    return requirement.provenance.label


def rule_words(requirement: Requirement) -> Text | str:
    """How the specimens decide."""
    rule = requirement.rule
    if rule.kind == "each":
        return _("each one")
    if rule.kind == "mean":
        return _("the mean")
    if rule.kind == "count":
        return _("{passes} of {of}", passes=rule.passes, of=rule.of)
    return str(rule)


def limit_words(test: PlannedTest) -> Text | str:
    """The head of a row: the plan of a count, else the limit and how the specimens decide."""
    if test.counted is not None:
        return test.counted.text
    limit = limit_shown(test.requirement)
    if test.tally is not None:
        return _("{limit} ({rule})", limit=limit, rule=test.tally.text)
    if test.requirement.rule.kind == "each":
        return limit
    return _("{limit} ({rule})", limit=limit, rule=rule_words(test.requirement))


def sampling_words(tally: Tally) -> Text:
    """Where `n`, `Ac` and `Re` come from."""
    return _(
        "ISO 2859-1, lot of {lot}, level {level}, AQL {aql}, {severity}",
        lot=tally.lot_size,
        level=tally.level,
        aql=tally.aql,
        severity=SEVERITIES[tally.severity],
    )


def chance_words(tally: Tally) -> Text | None:
    """What the plan is worth: how often it accepts a process that is just as good as the AQL."""
    if tally.full or Decimal(tally.aql) > MOST_PER_CENT:
        return None
    chance = round_places(100 * acceptance_probability(tally.n, tally.ac, Decimal(tally.aql) / 100), 1)
    return _("accepts {chance} % of lots with {aql} % nonconforming", chance=chance, aql=tally.aql)
