"""The pages of materials: the list, one with its versions, and a specification with its tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.db.clock import local
from maskqms.devices.states import InstrumentKind
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.lab.states import Evidence
from maskqms.lab.words import limit_shown, provenance_words
from maskqms.materials.actions.specifications import WRITERS
from maskqms.materials.customary import template, templates_of
from maskqms.materials.pages.oc import MOST_LOT, USUAL_LOT, OcPage, oc_page
from maskqms.materials.queries.materials import MaterialRow, SpecificationRow
from maskqms.materials.queries.suppliers import ApprovalRow
from maskqms.materials.rules.specifications import approval_blockers
from maskqms.materials.specification import KEY_TESTS, SpecificationTest
from maskqms.materials.states import MAY_DELIVER, Category, Measure, SpecificationState
from maskqms.materials.words import condition_words, instrument_words, retest_words, sampling_rule_words, warning_words
from maskqms.standards.limits import Kind
from maskqms.standards.sampling import AQLS, LEVELS
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Shown, SignatureLine


@dataclass(frozen=True, slots=True)
class MaterialsPage:
    rows: Sequence[MaterialRow]
    may_enter: bool


@dataclass(frozen=True, slots=True)
class NewMaterialPage:
    form: Form[Any]

    @property
    def categories(self) -> list[Option]:
        return [Option(one.value, one.label) for one in Category]

    @property
    def units(self) -> list[Option]:
        return [Option(one.value, one.label) for one in Measure]


@dataclass(frozen=True, slots=True)
class MaterialPage:
    material: MaterialRow
    facts: Sequence[Fact]
    versions: Sequence[SpecificationRow]
    sources: Sequence[ApprovalRow]
    warning: Text | None
    has_draft: bool
    may_draft: bool
    draft_form: Form[Any]
    starts: Sequence[Option]


def material_page(
    material: MaterialRow, versions: Sequence[SpecificationRow], sources: Sequence[ApprovalRow], actor: Actor
) -> MaterialPage:
    warning = None
    if material.version is None:
        warning = _("No specification is in force: nothing of it can be received.")
    elif material.category in KEY_TESTS and sum(row.state in MAY_DELIVER for row in sources) < 2:
        warning = _("A key material with fewer than two approved sources.")
    life = material.storage_life_days
    return MaterialPage(
        material=material,
        facts=(
            Fact(_("Category"), material.category.label),
            Fact(_("Unit"), material.unit.label),
            Fact(_("Storage life"), None if life is None else _("{days} days", days=life)),
        ),
        versions=versions,
        sources=sources,
        warning=warning,
        has_draft=any(row.state is SpecificationState.DRAFT for row in versions),
        may_draft=actor.has(*WRITERS),
        draft_form=blank(start=None if versions else template(material.category).key),
        starts=[Option(one.key, str(one.name)) for one in templates_of(material.category)],
    )


def specification_href(row: SpecificationRow) -> str:
    return f"/materials/{row.material_code}/specifications/{row.version}"


@dataclass(frozen=True, slots=True)
class SpecificationPage:
    specification: SpecificationRow
    material: MaterialRow
    facts: Sequence[Fact]
    editable: bool
    may_approve: bool
    standing: Sequence[Reason]
    shown: Shown
    meaning: Text
    signatures: Sequence[SignatureLine]
    sampling_form: Form[Any]
    levels: Sequence[Option]
    aqls: Sequence[Option]
    approve_form: Form[Any]
    lot_form: Form[Any]
    oc: OcPage
    others: bool

    @property
    def href(self) -> str:
        return specification_href(self.specification)

    def limit(self, test: SpecificationTest) -> Text | str:
        return limit_shown(test.requirement)

    def rule(self, test: SpecificationTest) -> Text:
        return sampling_rule_words(test, self.specification.level, self.specification.aql)

    def warning(self, test: SpecificationTest) -> Text | None:
        return warning_words(test)

    def instrument(self, test: SpecificationTest) -> Text | None:
        return instrument_words(test)

    def retests(self, test: SpecificationTest) -> Text | None:
        return retest_words(test)

    @property
    def unmeasured(self) -> str:
        """Tests whose values may come from anywhere."""
        return ", ".join(test.code for test in self.specification.tests.tests if test.unmeasured)

    def conditions(self, test: SpecificationTest) -> str:
        return condition_words(test.flow, test.area)

    def provenance(self, test: SpecificationTest) -> Text:
        return provenance_words(test.requirement)


def specification_page(
    row: SpecificationRow,
    material: MaterialRow,
    signatures: Sequence[SignatureRow],
    actor: Actor,
    lot: str = "",
    approve_form: Form[Any] | None = None,
) -> SpecificationPage:
    draft = row.state is SpecificationState.DRAFT
    digest = content_digest(row.content)
    signed = {digest}
    if row.in_force_from is not None:
        signed.add(content_digest(row.content_from(local(row.in_force_from).date())))
    standing = approval_blockers(
        row.state, row.tests, material.category, material.code, drafter=row.drafted_by, approver=actor.account_id or 0
    )
    return SpecificationPage(
        specification=row,
        material=material,
        facts=(
            Fact(_("Material"), f"{material.code} {material.name}", f"/materials/{material.code}"),
            Fact(_("Sampling"), _("level {level}, AQL {aql}", level=row.level, aql=row.aql)),
            Fact(_("Drafted by"), row.drafter_name),
            Fact(_("In force from"), row.in_force_from),
            *((Fact(_("Replaced from"), row.retired_at),) if row.retired_at else ()),
        ),
        editable=draft and actor.has(*WRITERS),
        may_approve=draft and actor.has(Role.QUALITY) and not standing,
        standing=standing if draft else (),
        shown=Shown(
            [
                Fact(_("Specification"), row.label),
                Fact(_("Sampling"), _("level {level}, AQL {aql}", level=row.level, aql=row.aql)),
                *(Fact(str(test.requirement.name), _words(test, row)) for test in row.tests.tests),
            ],
            digest,
        ),
        meaning=Meaning.APPROVED.label,
        signatures=[signature_line(s) for s in signatures if any(s.stands_for(one) for one in signed)],
        sampling_form=blank(level=row.level, aql=row.aql),
        levels=[Option(level, level) for level in LEVELS],
        aqls=[Option(aql, aql) for aql in AQLS],
        approve_form=approve_form or blank(),
        lot_form=blank(lot=lot or str(USUAL_LOT)),
        oc=oc_page(int(lot) if lot.isdecimal() and 0 < int(lot) <= MOST_LOT else USUAL_LOT, row.level, row.aql),
        others=row.version > 1,
    )


def _words(test: SpecificationTest, row: SpecificationRow) -> str:
    given = test.requirement
    parts = (
        f"{limit_shown(given)} {given.unit or ''}".strip(),
        warning_words(test),
        condition_words(test.flow, test.area),
        sampling_rule_words(test, row.level, row.aql),
        test.evidence.label,
        instrument_words(test),
        retest_words(test),
        provenance_words(given),
    )
    return " · ".join(str(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class TestPage:
    """One test of a draft, to be changed or added."""

    __test__ = False

    specification: SpecificationRow
    code: str | None
    form: Form[Any]

    @property
    def href(self) -> str:
        return specification_href(self.specification)

    @property
    def lot_form(self) -> Form[Any]:
        return blank(lot=str(USUAL_LOT))

    @property
    def kinds(self) -> list[Option]:
        return [Option(Kind.VARIABLE.value, _("measured")), Option(Kind.ATTRIBUTE.value, _("pass or fail"))]

    @property
    def levels(self) -> list[Option]:
        return [Option(level, level) for level in LEVELS]

    @property
    def aqls(self) -> list[Option]:
        return [Option(aql, aql) for aql in AQLS]

    @property
    def instruments(self) -> list[Option]:
        return [Option(one.value, one.label) for one in InstrumentKind if one.measures]

    @property
    def evidences(self) -> list[Option]:
        return [Option(one.value, one.label) for one in Evidence]


@dataclass(frozen=True, slots=True)
class TestCurve:
    """What the plan of a test is worth, or why there is none."""

    __test__ = False

    oc: OcPage | None
    says: Text | None = None


def test_curve(row: SpecificationRow, typed: Mapping[str, str]) -> TestCurve:
    """The plan as the fields say it now: by the rule's AQL, or of a counted test by its own or the specification's."""
    lot, rule = typed["lot"].strip(), typed["rule"].strip()
    of_rule = rule.removeprefix("AQL ").strip() if rule.startswith("AQL ") else None
    if not (lot.isdecimal() and 1 <= int(lot) <= MOST_LOT):
        return TestCurve(None, _("Lot size: a whole number from 1 to {most}.", most=MOST_LOT))
    if of_rule is None and not typed["counted"]:
        return TestCurve(None, _("This test is not sampled: it has so many specimens, whatever the size of the lot."))
    aql = of_rule or typed["aql"] or row.aql
    if aql not in AQLS:
        return TestCurve(None, _("AQL {given}: use {known}.", given=aql, known=", ".join(AQLS)))
    level = typed["level"] if typed["level"] in LEVELS else row.level
    return TestCurve(oc_page(int(lot), level, aql))


def test_form(test: SpecificationTest | None) -> Form[Any]:
    if test is None:
        return blank(kind="variable", rule="each", evidence="own", required=True)
    requirement = test.requirement
    return blank(
        code=test.code,
        name_zh=requirement.name.zh,
        name_en=requirement.name.en,
        kind=requirement.kind,
        limit=requirement.limit_text,
        unit=requirement.unit,
        specimens=requirement.specimens,
        rule=str(requirement.rule),
        evidence=test.evidence,
        counted=test.counted,
        warning=test.warning.text if test.warning else None,
        flow=test.flow,
        area=test.area,
        level=test.level,
        aql=test.aql,
        per_roll=test.per_roll,
        instrument=test.instrument,
        retests=test.retests,
        required=test.required,
        clause=requirement.clause,
        condition=requirement.condition.zh if requirement.condition else None,
    )
