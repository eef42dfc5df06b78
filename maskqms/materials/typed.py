"""A test of a specification from what a person typed; what a person typed is the factory's own, no longer recalled."""

from __future__ import annotations

from pydantic import ValidationError

from maskqms.materials.forms import WriteTest, plain_limit
from maskqms.materials.specification import SpecificationTest
from maskqms.standards.editions import Name
from maskqms.standards.limits import Kind, Limit, Word, read_limit


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
                "requirement": {
                    "code": form.code,
                    "name": {"zh": form.name_zh, "en": form.name_en},
                    "kind": form.kind,
                    "comparator": None if limit is None else limit.comparator,
                    "limit": limit,
                    "unit": form.unit,
                    "specimens": None if form.counted else form.specimens,
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
