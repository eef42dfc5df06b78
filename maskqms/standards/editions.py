"""One edition of one standard, as its TOML file gives it. Frozen, and refused whole when the file contradicts itself.

A limit of `""` was not found: it has provenance `not found`, and every other limit says where it comes from. `expected`
prefills a form for the person who owns the bought standard and is never compared with anything. `provenance` is that of
the limit; `when`, `rule` and `specimens` are customary, known by heart, unless `provenance_of` says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from maskqms.i18n import Text, _, current_locale
from maskqms.standards.limits import Comparator, Kind, Limit, read_limit
from maskqms.standards.sampling import AQLS


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(Frozen):
    """A word of the standard in both languages; `str()` speaks the reader's."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_locale(self, locale: str) -> str:
        return self.zh if locale == "zh" else self.en

    def __str__(self) -> str:
        return self.in_locale(current_locale())


class Provenance(StrEnum):
    """How far a fact can be trusted."""

    VERIFIED = "verified"
    RECALLED = "recalled"
    INFERRED = "inferred"
    NOT_FOUND = "not found"
    # The two below are never in an edition file: a person of the factory answers for them.
    ENTERED = "entered"
    FACTORY = "factory"

    @property
    def label(self) -> Text:
        return {
            Provenance.VERIFIED: _("verified"),
            Provenance.RECALLED: _("recalled"),
            Provenance.INFERRED: _("inferred"),
            Provenance.NOT_FOUND: _("not found"),
            Provenance.ENTERED: _("entered from the bought standard"),
            Provenance.FACTORY: _("factory's own, tighter"),
        }[self]


class When(StrEnum):
    RELEASE = "release"
    PERIODIC = "periodic"
    TYPE = "type"

    @property
    def label(self) -> Text:
        return {
            When.RELEASE: _("every batch, before release"),
            When.PERIODIC: _("periodic"),
            When.TYPE: _("type test"),
        }[self]


class Compare(StrEnum):
    """GB/T 8170-2008, 4.3: the full value unless the standard says that the rounded one is compared."""

    FULL = "full"
    ROUNDED = "rounded"


class PassRule(Frozen):
    """How the specimens decide: each, their mean, k of n, or an ISO 2859-1 plan of this AQL."""

    kind: Literal["each", "mean", "count", "aql"]
    passes: int | None = None
    of: int | None = None
    aql: str | None = None

    def __str__(self) -> str:
        if self.kind == "count":
            return f"{self.passes} of {self.of}"
        return f"AQL {self.aql}" if self.kind == "aql" else self.kind


def _read_rule(rule: object) -> object:
    if not isinstance(rule, str):
        return rule
    if rule in ("each", "mean"):
        return PassRule(kind="each" if rule == "each" else "mean")
    if (found := re.fullmatch(r"([0-9]+) of ([0-9]+)", rule)) and 0 < int(found[1]) <= int(found[2]):
        return PassRule(kind="count", passes=int(found[1]), of=int(found[2]))
    if rule.startswith("AQL ") and rule[4:] in AQLS:
        return PassRule(kind="aql", aql=rule[4:])
    raise ValueError(f"{rule!r} is no rule: each, mean, 'k of n' or 'AQL 4.0'")


Rule = Annotated[PassRule, BeforeValidator(_read_rule), PlainSerializer(str, return_type=str)]
EACH = PassRule(kind="each")


class Dates(Frozen):
    provenance: Provenance
    sources: tuple[str, ...] = Field(min_length=1)


class Grade(Frozen):
    """A grade of the standard. `keys` are looked up in a test's limits in turn: KN95 is `KN95`, then `95`."""

    code: str
    name: Name
    keys: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def lookup(self) -> tuple[str, ...]:
        return self.keys or (self.code,)


class Variant(Frozen):
    """What changes the list of tests of one grade: sterile, EO-treated, with valve, kind of facepiece."""

    code: str
    name: Name
    group: str | None = None
    default: bool = False
    implies: tuple[str, ...] = ()


class Item(Frozen):
    """One test of the edition, as its table prints it."""

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    name: Name
    clause: str | None = None
    unit: str | None = None
    kind: Kind
    comparator: Comparator | None = None
    limit: str | None = None
    limits: Mapping[str, str] | None = None
    expected: str | Mapping[str, str] | None = None
    absolute: bool = False
    compare: Compare = Compare.FULL
    step: Decimal | None = None
    rule: Rule = EACH
    specimens: int | None = Field(default=None, ge=1)
    specimens_note: Name | None = None
    when: tuple[When, ...] = Field(min_length=1)
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    wording: Name | None = None
    condition: Name | None = None
    note: Name | None = None
    provenance: Provenance
    sources: tuple[str, ...] = Field(min_length=1)
    provenance_of: Mapping[str, Provenance] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.limit is None) == (self.limits is None):
            raise ValueError(f"{self.code}: one of `limit` and `limits`")
        if self.provenance in (Provenance.ENTERED, Provenance.FACTORY):
            raise ValueError(f"{self.code}: a file holds only what the standard says")
        if self.kind is Kind.VARIABLE and self.comparator is None:
            raise ValueError(f"{self.code}: a measured value needs a comparator")
        if self.kind is Kind.ATTRIBUTE and self.rule.kind == "mean":
            raise ValueError(f"{self.code}: pass and fail have no mean")
        if self.rule.kind == "count" and self.specimens != self.rule.of:
            raise ValueError(f"{self.code}: the rule {self.rule} needs {self.rule.of} specimens")
        for text in [self.limit] if self.limits is None else self.limits.values():
            found = read_limit(text or "", kind=self.kind, comparator=self.comparator)
            if (found is None) != (self.provenance is Provenance.NOT_FOUND):
                raise ValueError(f"{self.code}: a limit is empty if and only if its provenance is `not found`")
        return self

    def asked_of(self, grade: Grade) -> bool:
        return self.limits is None or any(key in self.limits for key in grade.lookup)

    def limit_of(self, grade: Grade) -> Limit | None:
        text = self.limit if self.limits is None else _first(self.limits, grade)
        return read_limit(text or "", kind=self.kind, comparator=self.comparator)

    def expected_of(self, grade: Grade) -> str | None:
        if isinstance(self.expected, str) or self.expected is None:
            return self.expected
        return _first(self.expected, grade)

    def fits(self, variants: frozenset[str]) -> bool:
        return variants.issuperset(self.only) and variants.isdisjoint(self.unless)


def _first(limits: Mapping[str, str], grade: Grade) -> str | None:
    return next((limits[key] for key in grade.lookup if key in limits), None)


class Edition(Frozen):
    """A standard as printed in one year."""

    standard: str
    edition: str
    standard_aliases: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    title: Name
    issued: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    dates: Dates
    note: Name | None = None
    grades: tuple[Grade, ...] = Field(min_length=1)
    variants: tuple[Variant, ...] = ()
    sources: Mapping[str, str]
    tests: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.effective_to and (self.effective_from is None or self.effective_to < self.effective_from):
            raise ValueError(f"{self.edition}: it ends before it begins")
        once("grade", [grade.code for grade in self.grades])
        once("variant", [variant.code for variant in self.variants])
        known = {variant.code for variant in self.variants}
        keys = {key for grade in self.grades for key in grade.lookup}
        _only_known("variant", known, [code for variant in self.variants for code in variant.implies])
        _only_known("source", set(self.sources), self.dates.sources)
        for item in self.tests:
            _only_known(f"{item.code}: variant", known, item.only + item.unless)
            _only_known(f"{item.code}: grade", keys, item.limits or ())
            _only_known(f"{item.code}: source", set(self.sources), item.sources)
        return self

    @property
    def complete(self) -> bool:
        """No limit of any test is missing."""
        return all(item.provenance is not Provenance.NOT_FOUND for item in self.tests)

    def in_force_on(self, day: date) -> bool:
        if self.effective_from is None or day < self.effective_from:
            return False
        return self.effective_to is None or day <= self.effective_to

    def source_texts(self, keys: Iterable[str]) -> str:
        return "; ".join(self.sources[key] for key in keys)

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_none=True)


def once(what: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise ValueError(f"{what} {code} stands twice")
        seen.add(code)


def _only_known(what: str, known: set[str], used: Iterable[str]) -> None:
    if unknown := sorted(set(used) - known):
        raise ValueError(f"{what} {', '.join(unknown)} is not declared")
