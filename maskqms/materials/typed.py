"""A test of a specification from what a person typed; what a person typed is the factory's own, no longer recalled."""

from __future__ import annotations

from pydantic import ValidationError

from maskqms.i18n import Text, _
from maskqms.materials.forms import WriteTest, plain_limit
from maskqms.materials.specification import SpecificationTest
from maskqms.standards.editions import Name
from maskqms.standards.limits import Kind, Limit, Word, read_limit
from maskqms.standards.sampling import AQLS


def typed_limit(form: WriteTest) -> Limit | None:
    """The limit, or none where the field was left empty. Raises ValueError."""
    text = plain_limit(form.limit)
    if form.kind is Kind.ATTRIBUTE and not text:
        return Limit(word=Word.PASS)
    return read_limit(text, kind=form.kind)


def _condition(typed: str | None, before: SpecificationTest | None) -> Name | None:
    """The condition; one that was not touched keeps both its languages."""
    standing = None if before is None else before.requirement.condition
    if typed is None or (standing is not None and standing.zh == typed):
        return standing if typed else None
    return Name(zh=typed, en=typed)


def typed_warning(form: WriteTest) -> Limit | None:
    """The warning limit, or none. Raises ValueError."""
    text = plain_limit(form.warning)
    return read_limit(text, kind=form.kind) if text else None


def sampling_faults(form: WriteTest) -> dict[str, Text]:
    """What is wrong with the warning limit and the sampling rule as typed, each beside its field."""
    faults: dict[str, Text] = {}
    if not _warns(form):
        faults["warning"] = _("A warning limit is a number inside the limit of a measured test.")
    aql = form.rule.removeprefix("AQL ") if form.rule.startswith("AQL ") else None
    if aql is not None and aql not in AQLS:
        faults["rule"] = _("AQL {given}: use {known}.", given=aql, known=", ".join(AQLS))
    if form.per_roll is not None and (form.counted or form.rule != "each"):
        faults["per_roll"] = _("What is tested on every roll is judged one by one, and not counted.")
    return faults


def _warns(form: WriteTest) -> bool:
    """Whether the warning limit lies inside the limit, where both can be read."""
    try:
        limit, warning = typed_limit(form), typed_warning(form)
    except ValueError:
        return not plain_limit(form.warning)
    if warning is None:
        return True
    inside = limit is not None and warning != limit and warning.at_least_as_tight_as(limit)
    return form.kind is Kind.VARIABLE and inside and warning.word is None


def typed_test(form: WriteTest, before: SpecificationTest | None, *, by: str) -> SpecificationTest | None:
    """The test as typed; None when the limit cannot be read. A limit left as it was keeps its provenance."""
    try:
        limit = typed_limit(form)
        kept = before is not None and before.requirement.limit == limit
        return SpecificationTest.model_validate(
            {
                "evidence": form.evidence,
                "counted": form.counted and form.kind is Kind.ATTRIBUTE,
                "required": form.required,
                "warning": typed_warning(form),
                "flow": form.flow,
                "area": form.area,
                "level": form.level,
                "aql": form.aql if form.counted else None,
                "per_roll": form.per_roll,
                "requirement": {
                    "code": form.code,
                    "name": {"zh": form.name_zh, "en": form.name_en},
                    "kind": form.kind,
                    "comparator": None if limit is None else limit.comparator,
                    "limit": limit,
                    "unit": form.unit,
                    "specimens": None if form.counted or form.per_roll else form.specimens,
                    "rule": form.rule,
                    "clause": form.clause,
                    "condition": _condition(form.condition, before),
                    "provenance": before.requirement.provenance if before is not None and kept else "factory",
                    "source": before.requirement.source if before is not None and kept else by,
                },
            }
        )
    except (ValueError, ValidationError):
        return None
