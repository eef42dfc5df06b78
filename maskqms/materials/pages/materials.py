"""The pages of materials: the list, one with its versions, and a specification with its tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.lab.states import Evidence
from maskqms.lab.words import limit_shown, provenance_words, rule_words
from maskqms.materials.actions.specifications import WRITERS
from maskqms.materials.queries.materials import MaterialRow, SpecificationRow
from maskqms.materials.queries.suppliers import ApprovalRow
from maskqms.materials.rules.specifications import approval_blockers
from maskqms.materials.specification import KEY_TESTS, SpecificationTest
from maskqms.materials.states import MAY_DELIVER, Category, Measure, SpecificationState
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

    @property
    def href(self) -> str:
        return specification_href(self.specification)

    def limit(self, test: SpecificationTest) -> Text | str:
        return limit_shown(test.requirement)

    def rule(self, test: SpecificationTest) -> Text | str:
        return rule_words(test.requirement)

    def provenance(self, test: SpecificationTest) -> Text:
        return provenance_words(test.requirement)


def specification_page(
    row: SpecificationRow, material: MaterialRow, signatures: Sequence[SignatureRow], actor: Actor
) -> SpecificationPage:
    draft = row.state is SpecificationState.DRAFT
    digest = content_digest(row.content)
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
        ),
        editable=draft and actor.has(*WRITERS),
        may_approve=draft and actor.has(Role.QUALITY) and not standing,
        standing=standing if draft else (),
        shown=Shown(
            [
                Fact(_("Specification"), row.label),
                Fact(_("Sampling"), _("level {level}, AQL {aql}", level=row.level, aql=row.aql)),
                *(Fact(str(test.requirement.name), _words(test)) for test in row.tests.tests),
            ],
            digest,
        ),
        meaning=Meaning.APPROVED.label,
        signatures=[signature_line(s) for s in signatures if s.stands_for(digest)],
        sampling_form=blank(level=row.level, aql=row.aql),
        levels=[Option(level, level) for level in LEVELS],
        aqls=[Option(aql, aql) for aql in AQLS],
    )


def _words(test: SpecificationTest) -> str:
    given = test.requirement
    return f"{limit_shown(given)} {given.unit or ''} · {test.evidence.label} · {provenance_words(given)}"


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
    def kinds(self) -> list[Option]:
        return [Option(Kind.VARIABLE.value, _("measured")), Option(Kind.ATTRIBUTE.value, _("pass or fail"))]

    @property
    def evidences(self) -> list[Option]:
        return [Option(one.value, one.label) for one in Evidence]


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
        required=test.required,
        clause=requirement.clause,
        condition=requirement.condition.zh if requirement.condition else None,
    )
