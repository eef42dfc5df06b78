"""The pages of lots: the list, one of them, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.lab.pages.worksheet import VerdictsPage, signed_tests, verdicts_page
from maskqms.lab.queries.sheets import Sheet
from maskqms.lab.rules import person_blockers
from maskqms.lab.states import InspectionState, Outcome
from maskqms.materials.pages.offers import (
    may_condition,
    may_part,
    missing_fact,
    rejected_goods,
    roll_words,
    sortable,
    waits,
)
from maskqms.materials.pages.receive import material_options
from maskqms.materials.pages.receiving import PrintLabels
from maskqms.materials.queries.lots import LotList, LotRow, RollRow
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.receipts import CertificateRow, LotOrder
from maskqms.materials.queries.uses import UseRow
from maskqms.materials.rules.decision import UNDECIDED, band, lot_content, release_blockers
from maskqms.materials.rules.parting import parting_content
from maskqms.materials.states import CredentialType
from maskqms.quality.queries import DeviationRow
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import UnitState
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging, Shown, SignatureLine, Tab, Words
from maskqms.workflow import State, Tone

PAGE_SIZE = 50
STATES = (
    UnitState.QUARANTINE,
    UnitState.CONDITIONAL,
    UnitState.RELEASED,
    UnitState.REJECTED,
    UnitState.CONSUMED,
    UnitState.SCRAPPED,
)


@dataclass(frozen=True, slots=True)
class LotsPage:
    found: LotList
    paging: Paging
    form: Form[Any]
    states: Sequence[Option]
    materials: Sequence[Option]
    may_receive: bool


def lots_page(
    found: LotList, materials: Sequence[MaterialRow], query: dict[str, str | None], page: int, actor: Actor
) -> LotsPage:
    return LotsPage(
        found=found,
        paging=Paging(page, PAGE_SIZE, found.total, "/lots", query),
        form=blank(**query),
        states=[Option(state.value, state.label) for state in STATES],
        materials=material_options(materials),
        may_receive=actor.has(Role.WAREHOUSE, Role.INSPECTOR, Role.QUALITY),
    )


@dataclass(frozen=True, slots=True)
class PaperAtReceipt:
    """A credential as it was on the day of receipt."""

    type: CredentialType
    number: str
    valid_until: str | None


@dataclass(frozen=True, slots=True)
class LotPage:
    """A lot with everything that decides about it."""

    lot: LotRow
    facts: Sequence[Fact]
    receipt: Sequence[Fact]
    band: Text
    tone: Tone
    state: State
    tabs: Sequence[Tab]
    rolls: Sequence[RollRow]
    uses: Sequence[UseRow]
    papers: Sequence[PaperAtReceipt]
    verdicts: VerdictsPage | None
    inspection: Words | None
    certificates: Sequence[CertificateRow]
    deviations: Sequence[DeviationRow]
    signatures: Sequence[SignatureLine]
    may_release: bool
    may_reject: bool
    may_condition: bool
    may_part: bool
    sortable: Sequence[Option]
    divisible: Sequence[Option]
    goods: bool
    standing: Sequence[Reason]
    shown: Shown
    shown_conditional: Shown
    shown_parts: Shown
    released: Text
    rejected: Text
    conditional: Text
    parted: Text
    form: Form[Any]
    labels: PrintLabels | None
    """Of a lot that came just now."""


def lot_page(
    lot: LotRow,
    unit: UnitRow,
    rolls: Sequence[RollRow],
    sheet: Sheet,
    deviations: Sequence[DeviationRow],
    signatures: Sequence[SignatureRow],
    at: datetime,
    actor: Actor,
    form: Form[Any] | None = None,
    own: Mapping[str, Sheet] | None = None,
    uses: Sequence[UseRow] = (),
    *,
    origin: LotOrder,
    certificates: Sequence[CertificateRow],
    labels: PrintLabels | None = None,
) -> LotPage:
    missing = sum(max(0, test.needed - len(test.values)) for test in sheet.verdict.tests)
    rejected = sum(roll.state is UnitState.REJECTED for roll in rolls)
    words, tone = band(
        unit, at, sheet.inspection.state, sheet.inspection.outcome, missing, rejected=rejected, rolls=len(rolls)
    )
    content = lot_content(lot.facts, sheet.verdict)
    may_decide = (
        actor.has(Role.QUALITY)
        and unit.state in UNDECIDED
        and sheet.inspection.state is InspectionState.REVIEWED
        and actor.account_id not in (*sheet.analysts, sheet.inspection.reviewer)
    )
    usable = Fact(_("Usable until"), lot.expires_on) if lot.expires_on else Fact(_("Usable until"), None)
    return LotPage(
        lot=lot,
        facts=(
            Fact(_("Quantity"), _("{quantity} {unit}", quantity=f"{lot.quantity:,f}", unit=lot.unit.label)),
            Fact(_("Supplier"), lot.supplier_name, f"/suppliers/{lot.supplier_code}"),
            Fact(_("Supplier's lot"), lot.supplier_lot),
            usable,
        ),
        receipt=(
            Fact(_("Material"), lot.material_code, f"/materials/{lot.material_code}"),
            Fact(
                _("Specification"),
                _("version {version}", version=lot.version),
                f"/materials/{lot.material_code}/specifications/{lot.version}",
            ),
            Fact(_("Manufacturer"), lot.manufacturer),
            Fact(_("Made on"), lot.made_on),
            Fact(_("Delivery note"), lot.delivery_note),
            *_origin(origin),
            Fact(_("Received"), lot.received_at),
            Fact(_("Received by"), lot.received_name),
        ),
        band=words,
        tone=tone,
        state=lot.standing,
        uses=uses,
        tabs=(
            Tab(_("Results"), "#results", sum(len(test.values) for test in sheet.verdict.tests), True),
            Tab(_("Rolls"), "#rolls", len(rolls)),
            Tab(_("Where used"), "#uses", len(uses)),
            Tab(_("Certificates"), "#certificates", len(certificates)),
            Tab(_("Credentials"), "#papers", len(lot.credentials)),
            Tab(_("Trace"), f"/trace?code={lot.code}&direction=forward"),
            Tab(_("Timeline"), "#timeline"),
            Tab(_("History"), f"/history/{lot.code}"),
        ),
        rolls=rolls,
        papers=[PaperAtReceipt(_type(one["type"]), one["number"], one["valid_until"]) for one in lot.credentials],
        verdicts=verdicts_page(sheet),
        inspection=sheet.inspection.state.label,
        certificates=certificates,
        deviations=deviations,
        signatures=[signature_line(s) for s in signatures],
        may_release=may_decide and sheet.verdict.outcome is Outcome.PASS and not release_blockers(unit, at),
        may_reject=may_decide,
        may_condition=may_condition(unit, sheet, actor),
        may_part=may_part(unit, rolls, sheet, own or {}, actor) and may_decide,
        sortable=sortable(unit, rolls, sheet, actor),
        divisible=[Option(roll.code, roll_words(roll)) for roll in rolls if waits(roll)],
        goods=rejected_goods(unit, rolls),
        standing=_standing(unit, sheet, at, actor),
        shown=Shown(_shown(lot, sheet), content_digest(content)),
        shown_conditional=Shown([*_shown(lot, sheet), missing_fact(sheet)], content_digest(content)),
        shown_parts=_shown_parts(lot, sheet, own or {}),
        released=Meaning.RELEASED.label,
        rejected=Meaning.REJECTED.label,
        conditional=Meaning.CONDITIONALLY_RELEASED.label,
        parted=Meaning.APPROVED.label,
        form=form or blank(),
        labels=labels,
    )


def _shown_parts(lot: LotRow, sheet: Sheet, own: Mapping[str, Sheet]) -> Shown:
    """The lot and what each roll's own sheet says."""
    sheets = {roll: (one.inspection.code, one.verdict) for roll, one in own.items()}
    content = parting_content(lot_content(lot.facts, sheet.verdict), sheets)
    rolls = [
        Fact(roll, _("{code}: {verdict}", code=code, verdict=verdict.outcome.label))
        for roll, (code, verdict) in sorted(sheets.items())
    ]
    return Shown([*_shown(lot, sheet), *rolls], content_digest(content))


def _origin(origin: LotOrder) -> list[Fact]:
    """On what it came, how long it keeps, and what it measures both ways."""
    facts = [
        Fact(_("Order"), f"{origin.order_code} / {origin.line}", f"/purchase-orders/{origin.order_code}")
        if origin.order_code
        else Fact(_("Without an order because"), origin.no_order_reason)
    ]
    if origin.life_days is not None:
        facts.append(Fact(_("Storage life stated"), _("{count} days", count=origin.life_days)))
    if origin.metres is not None:
        facts.append(Fact(_("Length"), f"{origin.metres:,f} m"))
    if origin.kilograms is not None:
        facts.append(Fact(_("Weight"), f"{origin.kilograms:,f} kg"))
    return facts


def _standing(unit: UnitRow, sheet: Sheet, at: datetime, actor: Actor) -> list[Reason]:
    """What speaks against the goods, and to whom of quality no button is shown, why: a third person decides."""
    if unit.state not in UNDECIDED:
        return []
    reasons = release_blockers(unit, at)
    row = sheet.inspection
    if row.state is InspectionState.REVIEWED and actor.has(Role.QUALITY):
        reasons += person_blockers(
            actor.account_id, analysts=sheet.analysts, reviewer=row.reviewer, reviewer_name=row.reviewer_name
        )
    return reasons


def _type(code: str) -> CredentialType:
    return next(one for one in CredentialType if one.value == code)


def _shown(lot: LotRow, sheet: Sheet) -> list[Fact]:
    """What is signed, for people."""
    return [
        Fact(_("Lot"), f"{lot.code} {lot.material_name}"),
        Fact(_("Supplier's lot"), f"{lot.supplier_name} {lot.supplier_lot}"),
        Fact(_("Specification"), f"{lot.material_code} v{lot.version}"),
        Fact(_("Inspection"), f"{sheet.inspection.code} {sheet.inspection.state.label}"),
        Fact(_("Verdict"), sheet.verdict.outcome.label),
        *signed_tests(sheet.verdict.tests),
    ]
