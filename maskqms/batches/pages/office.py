"""Pages of a batch at the desk: one head with the sentence that says what is missing, and a tab for each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.audit.pages import history_href
from maskqms.batches.queries.batches import BatchRow
from maskqms.batches.queries.packing import BoxRow, CartonRow, PackedCounts
from maskqms.batches.queries.record import ClearanceRow, FindingRow, IssuedUnit, IssueRow, OutputRow, Participant
from maskqms.batches.rules.balances import Balances
from maskqms.batches.rules.issue import Candidate
from maskqms.batches.states import BatchState, OutputKind
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.trace.rules import plain
from maskqms.web.forms import Form
from maskqms.web.parts import Fact, Option, Paging, Shown, SignatureLine, Tab
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class BatchesPage:
    rows: Sequence[BatchRow]
    paging: Paging
    form: Form[Any]
    lines: Sequence[Option]
    states: type[BatchState]
    may_plan: bool


@dataclass(frozen=True, slots=True)
class PlanPage:
    form: Form[Any]
    products: Sequence[Option]
    lines: Sequence[str]
    changes: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Head:
    """What every tab of a batch shows on top."""

    batch: BatchRow
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    tabs: Sequence[Tab]
    reasons: Sequence[Reason] = ()
    may_cancel: bool = False
    link: tuple[str, Text] | None = None


@dataclass(frozen=True, slots=True)
class OverviewPage:
    head: Head
    snapshot: Sequence[Fact]
    licences: Sequence[Mapping[str, Any]]
    steps: Sequence[str]
    open_tests: Sequence[str]
    totals: Mapping[OutputKind, Decimal]
    counts: PackedCounts
    clearances: Sequence[ClearanceRow]


@dataclass(frozen=True, slots=True)
class MaterialsPage:
    head: Head
    issued: Sequence[IssuedUnit]
    lines: Sequence[IssueRow]
    candidates: Mapping[str, Sequence[Candidate]]


@dataclass(frozen=True, slots=True)
class OutputPage:
    head: Head
    totals: Mapping[OutputKind, Decimal]
    entries: Sequence[OutputRow]


@dataclass(frozen=True, slots=True)
class PackingPage:
    head: Head
    counts: PackedCounts
    cartons: Sequence[CartonRow]
    loose: Sequence[BoxRow]


@dataclass(frozen=True, slots=True)
class BalancesPage:
    head: Head
    balances: Balances
    reasons: Sequence[Reason]
    findings: Sequence[FindingRow]
    explained: bool
    shown: Shown
    may_explain: bool


@dataclass(frozen=True, slots=True)
class SignaturesPage:
    head: Head
    signatures: Sequence[SignatureLine]
    people: Sequence[Participant]


def band_of(
    batch: BatchRow, conditions: Sequence[Reason], balance: Sequence[Reason], unchecked: bool
) -> tuple[Text, Tone]:
    """One sentence: what stands between this batch and its next state."""
    if batch.held and batch.state not in (BatchState.CANCELLED,):
        codes = ", ".join(batch.holds)
        return _("On hold {codes}: nothing goes in or out until quality lifts it.", codes=codes), Tone.HELD
    match batch.state:
        case BatchState.PLANNED if conditions:
            return _("Cannot start yet: {n} conditions are missing.", n=len(conditions)), Tone.WAIT
        case BatchState.PLANNED:
            return _("Everything is ready: it can be started on line {line}.", line=batch.line), Tone.OK
        case BatchState.IN_PRODUCTION:
            made, planned = plain(batch.quantity), plain(batch.planned)
            text = _(
                "In production on line {line}: {made} of {planned} pieces.", line=batch.line, made=made, planned=planned
            )
            return text, Tone.INFO
        case BatchState.COMPLETE if balance:
            return _("Production complete; {n} figures of the balances wait for quality.", n=len(balance)), Tone.WAIT
        case BatchState.COMPLETE if unchecked:
            return _("Production complete; the line is not cleared and checked yet."), Tone.WAIT
        case BatchState.COMPLETE:
            return _("Production complete: it waits for test results, review and release."), Tone.WAIT
        case BatchState.RELEASED:
            return _("Released."), Tone.OK
        case BatchState.REJECTED:
            return _("Rejected: nothing of it may leave the factory."), Tone.STOP
    return _("Cancelled before it began; its number is not used again."), Tone.NEUTRAL


def head_facts(batch: BatchRow) -> list[Fact]:
    facts = [
        Fact(_("Product"), batch.product, f"/products/{batch.product}"),
        Fact(_("Line"), batch.line),
        Fact(_("Planned"), _("{n} pcs", n=plain(batch.planned))),
    ]
    if batch.validates is not None:
        facts.append(Fact(_("Validation batch of"), batch.validates, f"/changes/{batch.validates}"))
    if batch.snapshot is None:
        return [*facts, Fact(_("Planned for"), batch.planned_for)]
    return [
        *facts,
        Fact(_("Made so far"), _("{n} pcs", n=plain(batch.quantity))),
        Fact(_("Edition"), batch.edition),
        Fact(_("Production date"), batch.made_on),
        Fact(_("Last valid day"), batch.expires_on),
    ]


def tabs_of(batch: BatchRow, active: str) -> list[Tab]:
    names = [
        ("", _("Overview")),
        ("materials", _("Materials")),
        ("output", _("Output")),
        ("packing", _("Packing")),
        ("balances", _("Balances")),
        ("signatures", _("Signatures")),
    ]
    shown = names if batch.snapshot is not None else [names[0], names[-1]]
    tabs = [Tab(label, f"{batch.href}/{name}".rstrip("/"), active=name == active) for name, label in shown]
    return [*tabs, Tab(_("History"), history_href(batch.code))]


def snapshot_facts(batch: BatchRow) -> list[Fact]:
    """By what the batch is made, as it was at the start."""
    if batch.snapshot is None:
        return []
    product = batch.snapshot["product"]
    master = batch.snapshot["master_record"]
    return [
        Fact(
            _("Master record"),
            _("version {n}", n=master["version"]),
            f"/master-records/{product['code']}/{master['version']}",
        ),
        Fact(_("Standard"), f"{batch.edition} {batch.snapshot['grade'] or ''}".strip()),
        Fact(_("Model"), product["model"]),
        Fact(
            _("Packing"),
            _("{pieces} in a box, {boxes} boxes in a carton", pieces=batch.packing[0], boxes=batch.packing[1]),
        ),
        Fact(_("GTIN of the box"), product["gtin"]),
        Fact(_("GTIN of the carton"), product["carton_gtin"]),
        Fact(_("Started"), batch.started_at),
        Fact(_("Started by"), batch.started_by_name),
        Fact(_("Production complete"), batch.completed_at),
        Fact(_("Completed by"), batch.completed_by_name),
    ]


def signature_lines(rows: Sequence[SignatureRow]) -> list[SignatureLine]:
    return [signature_line(row) for row in rows]


def balance_shown(balances: Balances, reasons: Sequence[Reason]) -> Shown:
    """What quality signs: the figures that are out, in words, with the digest of all of them."""
    return Shown(rows=[Fact(_("Out of limits"), reason.text) for reason in reasons], digest=balances.digest)
