"""What the pages of release show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import content_digest
from maskqms.batches.states import BatchState
from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.release.queries.gate import Dossier
from maskqms.release.queries.limits import EnteredLimitRow
from maskqms.release.queries.records import ReleaseRow
from maskqms.release.rules.changes import Change
from maskqms.release.rules.contents import rejection_content, release_content, review_content
from maskqms.release.rules.report import GateCheck
from maskqms.release.states import GateGroup, ReviewPart
from maskqms.standards.editions import Edition, Grade
from maskqms.standards.requirement import Requirement
from maskqms.trace.rules import plain
from maskqms.web.forms import Form
from maskqms.web.parts import Fact, Moment, Option, Paging, Shown, SignatureLine
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A batch that waits: how many questions of each group are open, and what comes next."""

    found: Dossier
    open_groups: Sequence[tuple[GateGroup, int]]
    open_checks: int
    step: Step

    @property
    def ready(self) -> bool:
        return self.found.report.passed


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Batches that wait for their decision, the ready ones first, and the decisions of late."""

    lines: Sequence[QueueLine]
    decided: Sequence[ReleaseRow]
    paging: Paging


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one heading: open ones are cards, passed ones fold into a line."""

    group: GateGroup
    checks: Sequence[GateCheck]

    @property
    def open(self) -> Sequence[GateCheck]:
        return [check for check in self.checks if not check.passed]

    @property
    def passed(self) -> Sequence[GateCheck]:
        return [check for check in self.checks if check.passed]


@dataclass(frozen=True, slots=True)
class Step:
    """Where the batch stands on its way: tested, reviewed, reviewed, decided."""

    title: Text
    tone: Tone
    words: Text | str
    href: str | None = None
    dialog: str | None = None
    button: Text | None = None
    against: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class Dialog:
    """A signature dialog of the page."""

    id: str
    url: str
    title: Text
    meaning: Text
    shown: Shown
    consequence: Text
    button: Text
    tone: str = "ok"
    part: ReviewPart | None = None


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """One batch before its decision, and after."""

    found: Dossier
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    groups: Sequence[Group]
    steps: Sequence[Step]
    changes: Sequence[Moment]
    signatures: Sequence[SignatureLine]
    release: ReleaseRow | None
    dialogs: Sequence[Dialog]
    may_open_test: bool
    retest: bool
    form: Form[Any]


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A test of the edition with its limit, and the versions the factory entered."""

    requirement: Requirement
    entered: Sequence[EnteredLimitRow]


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """The limits of an edition: those that nobody found first."""

    edition: Edition
    grade: Grade
    editions: Sequence[Edition]
    lines: Sequence[LimitLine]
    missing: int
    may_enter: bool
    dialog: Dialog | None
    signs: Mapping[str, str | None]
    form: Form[Any]

    @property
    def options(self) -> list[Option]:
        """The tests in the order of the table: those without a limit first."""
        return [
            Option(line.requirement.code, f"{line.requirement.code} {line.requirement.name}") for line in self.lines
        ]


def groups_of(found: Dossier) -> list[Group]:
    return [Group(group, found.report.group(group)) for group in GateGroup]


def open_groups(found: Dossier) -> list[tuple[GateGroup, int]]:
    counted = [(group, sum(not check.passed for check in found.report.group(group))) for group in GateGroup]
    return [(group, number) for group, number in counted if number]


def moments_of(changes: Sequence[Change]) -> list[Moment]:
    """Changes after first entry as history shows them, the latest first."""
    return [
        Moment(change.at, change.who, _("{part}: {subject}", part=change.part.label, subject=change.subject),
               change.reason, change.before, change.after)
        for change in reversed(changes)
    ]  # fmt: skip


def signature_lines(rows: Sequence[SignatureRow], found: Dossier) -> list[SignatureLine]:
    """Every signature on the batch; a review is void when the record is no longer what it saw (R21)."""
    return [signature_line(row, void=_is_void(row, found), meaning=_meaning(row)) for row in rows]


def _meaning(row: SignatureRow) -> Text:
    part = _part(row)
    return part.label if part else row.meaning.label


def _is_void(row: SignatureRow, found: Dossier) -> bool:
    if found.batch.state in (BatchState.RELEASED, BatchState.REJECTED):
        return False
    part = _part(row)
    return part is not None and row.content.get("record") != found.changes.digest(part)


def _part(row: SignatureRow) -> ReviewPart | None:
    return next((part for part in ReviewPart if part == row.content.get("part")), None)


def facts_of(found: Dossier) -> list[Fact]:
    batch = found.batch
    pieces, cartons = plain(found.facts.output.packed), len(found.facts.cartons)
    return [
        Fact(_("Standard"), batch.edition),
        Fact(_("Made on"), batch.made_on),
        Fact(_("Use by"), batch.expires_on),
        Fact(_("Packed"), _("{pieces} pieces in {cartons} cartons", pieces=pieces, cartons=cartons)),
    ]


def review_dialog(found: Dossier, part: ReviewPart) -> Dialog:
    content = review_content(found.batch.code, part, found.changes)
    rows = [
        Fact(_("Batch"), found.batch.code),
        Fact(_("What is reviewed"), part.label),
        Fact(_("Changes after first entry"), len(content["changes"])),
        Fact(_("State of the record"), content["record"][:16]),
    ]
    return Dialog(
        id=f"review-{part}",
        url=f"/batches/{found.batch.code}/release/review",
        title=part.label,
        meaning=_("Reviewed:"),
        shown=Shown(rows, content_digest(content)),
        consequence=_("I looked through this part of the record, the list of changes after first entry included."),
        button=_("Sign review"),
        part=part,
    )


def release_dialog(found: Dossier) -> Dialog:
    content = release_content(found.report, found.batch.product, found.facts.output.packed)
    rows = [
        Fact(_("Batch"), found.batch.code),
        Fact(_("Product"), found.product.name),
        Fact(_("Quantity"), _("{pieces} pieces", pieces=content["quantity"])),
        Fact(_("Gate"), _("{n} checks, all passed", n=len(found.report.checks))),
    ]
    return Dialog(
        id="release",
        url=f"/batches/{found.batch.code}/release/sign",
        title=_("Release batch"),
        meaning=_("Released:"),
        shown=Shown(rows, content_digest(content)),
        consequence=_("Boxes and cartons may be shipped from now on. The certificate is made and frozen."),
        button=_("Release"),
    )


def limit_dialog(content: Mapping[str, Any]) -> Dialog:
    """The limit as it will be signed, fact by fact."""
    rows = [
        Fact(_("Standard"), content["edition"]),
        Fact(_("Grade"), content["grade"] or _("every grade")),
        Fact(_("Test"), content["test"]),
        Fact(_("Limit"), content["limit"]),
        Fact(_("Clause"), content["clause"] or _("not given")),
        Fact(_("Read from"), content["source"]),
    ]
    return Dialog(
        id="sign-limit",
        url="/release/limits",
        title=_("Enter a limit"),
        meaning=_("Approved:"),
        shown=Shown(rows, content_digest(dict(content))),
        consequence=_("Plans of factory tests use it from now on. It can be tightened later, never loosened."),
        button=_("Sign and enter"),
    )


def reject_dialog(found: Dossier) -> Dialog:
    content = rejection_content(found.report, found.batch.product)
    rows = [
        Fact(_("Batch"), found.batch.code),
        Fact(_("Product"), found.product.name),
        Fact(_("Open questions"), sum(not check.passed for check in found.report.checks)),
    ]
    return Dialog(
        id="reject",
        url=f"/batches/{found.batch.code}/release/reject",
        title=_("Reject batch"),
        meaning=_("Rejected:"),
        shown=Shown(rows, content_digest(content)),
        consequence=_("This is final. Boxes and cartons can never be shipped."),
        button=_("Reject"),
        tone="stop",
    )
