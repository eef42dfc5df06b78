"""Two versions of a specification side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.errors import NotFound
from maskqms.i18n import Text, _
from maskqms.lab.words import limit_shown, provenance_words
from maskqms.materials.queries.materials import MaterialRow, SpecificationRow
from maskqms.materials.specification import SpecificationTest
from maskqms.materials.words import condition_words, instrument_words, retest_words, sampling_rule_words, warning_words
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Option, Words
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class Side:
    """One aspect of a test in both versions."""

    label: Words
    left: Words | None
    right: Words | None

    @property
    def changed(self) -> bool:
        return str(self.left or "") != str(self.right or "")


@dataclass(frozen=True, slots=True)
class ComparedTest:
    """A test that stands in one or both versions, and what of it differs."""

    code: str
    name: Words
    word: Text
    tone: Tone
    sides: Sequence[Side]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two versions; `sampling` is what holds for all counted tests."""

    material: MaterialRow
    left: SpecificationRow
    right: SpecificationRow
    form: Form[Any]
    versions: Sequence[Option]
    sampling: Side
    tests: Sequence[ComparedTest]
    changed: int


def compare_page(material: MaterialRow, versions: Sequence[SpecificationRow], left: int, right: int) -> ComparePage:
    """The two versions that are asked for; without an answer the newest and the one before it."""
    numbered = {row.version: row for row in versions}
    if not numbered:
        raise NotFound(material.code)
    newest = max(numbered)
    new, old = numbered.get(right or newest), numbered.get(left or max(1, (right or newest) - 1))
    if new is None or old is None:
        raise NotFound(f"{material.code} v{right if new is None else left}")
    codes = dict.fromkeys([test.code for row in (old, new) for test in row.tests.tests])
    tests = [_compared(code, old, new) for code in codes]
    return ComparePage(
        material=material,
        left=old,
        right=new,
        form=blank(left=old.version, right=new.version),
        versions=[Option(str(row.version), _("version {version}", version=row.version)) for row in versions],
        sampling=Side(_("Sampling"), _sampling(old), _sampling(new)),
        tests=tests,
        changed=sum(any(side.changed for side in test.sides) for test in tests),
    )


def _sampling(row: SpecificationRow) -> Text:
    return _("level {level}, AQL {aql}", level=row.level, aql=row.aql)


def _compared(code: str, left: SpecificationRow, right: SpecificationRow) -> ComparedTest:
    old, new = left.tests.test(code), right.tests.test(code)
    known = new or old
    assert known is not None
    before, after = _aspects(old, left), _aspects(new, right)
    sides = [Side(label, before.get(key), after.get(key)) for key, label in LABELS.items()]
    kept = [side for side in sides if side.left or side.right]
    if old is None:
        word, tone = _("new"), Tone.INFO
    elif new is None:
        word, tone = _("taken out"), Tone.STOP
    elif any(side.changed for side in kept):
        word, tone = _("changed"), Tone.WAIT
    else:
        word, tone = _("the same"), Tone.NEUTRAL
    return ComparedTest(code, str(known.requirement.name), word, tone, kept)


LABELS: dict[str, Text] = {
    "limit": _("Limit"),
    "warning": _("Warning limit"),
    "sampling": _("Specimens"),
    "method": _("Method"),
    "condition": _("Conditions"),
    "evidence": _("Whose test"),
    "instrument": _("Instrument"),
    "retests": _("Retests allowed"),
    "required": _("Needed"),
    "provenance": _("Where the limit comes from"),
}


def _aspects(test: SpecificationTest | None, row: SpecificationRow) -> dict[str, Words | None]:
    if test is None:
        return {}
    given = test.requirement
    condition = " · ".join(part for part in (condition_words(test.flow, test.area), str(given.condition or "")) if part)
    return {
        "limit": f"{limit_shown(given)} {given.unit or ''}".strip(),
        "warning": warning_words(test),
        "sampling": sampling_rule_words(test, row.level, row.aql),
        "method": given.clause,
        "condition": condition or None,
        "evidence": test.evidence.label,
        "instrument": instrument_words(test),
        "retests": retest_words(test),
        "required": _("No lot is released without it") if test.required else _("if tested"),
        "provenance": provenance_words(given),
    }
