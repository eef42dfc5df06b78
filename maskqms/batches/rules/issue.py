"""Whether a roll or lot may go into a batch (R53), and which one should (R52)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.batches.rules.masters import BillItem
from maskqms.batches.states import BatchState
from maskqms.errors import Again, Link, Reason
from maskqms.i18n import _
from maskqms.materials.rules.locations import PlaceFacts
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.rules import UnitFacts, link_to, not_enough, plain, quantity_blockers, usable_blockers
from maskqms.trace.states import UnitKind, UnitState, measure_word

ISSUED_KINDS = frozenset({UnitKind.LOT, UnitKind.ROLL})
ISSUABLE = frozenset({UnitState.RELEASED, UnitState.CONDITIONAL})
"""A conditionally released lot may be used; its batch waits for the missing result (R8)."""


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What the rules of the line need to know of a batch."""

    code: str
    state: BatchState
    held: bool
    holds: tuple[str, ...]

    @property
    def link(self) -> Link:
        return Link(self.code, f"/batches/{self.code}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A usable roll or lot in stock of a material of the bill."""

    code: str
    item: str
    on_hand: Decimal
    unit: str
    usable_until: datetime | None
    last_day: date | None
    location: str | None
    conditional: bool
    received: date | None = None


@dataclass(frozen=True, slots=True)
class IssuedBefore:
    """What of a unit is in the batch already, and the last scan of it."""

    quantity: Decimal
    at: datetime
    name: str


def in_production_blockers(batch: BatchFacts) -> list[Reason]:
    """At the line only a batch in production is worked on."""
    if batch.state is BatchState.IN_PRODUCTION:
        return []
    text = _("{batch} is not in production: {state}.", batch=batch.code, state=batch.state.label)
    remedy = (
        _("Start it first.") if batch.state is BatchState.PLANNED else _("Choose the batch that runs on this line.")
    )
    return [Reason("batch.not_in_production", text, remedy, (batch.link,))]


def held_batch_blockers(batch: BatchFacts) -> list[Reason]:
    """Into or out of a held batch nothing goes; only what was already made is still written down."""
    if not batch.held:
        return []
    remedy = _("Stop the line and ask quality; only quality can lift a hold.")
    return [
        Reason(
            "batch.held",
            _("Batch {batch} is on hold {hold}.", batch=batch.code, hold=hold),
            remedy,
            (batch.link, Link(hold, f"/holds/{hold}")),
        )
        for hold in batch.holds or ("",)
    ]


def issue_blockers(
    batch: BatchFacts,
    bill: Sequence[BillItem],
    unit: UnitFacts,
    *,
    kind: UnitKind,
    material: str | None,
    quantity: Decimal | None,
    at: datetime,
    before: IssuedBefore | None = None,
    again: bool = False,
    reason: str | None = None,
) -> list[Reason]:
    """Everything that speaks against this scan; empty when the material may go in. `before` is what of the unit is in
    the batch; `again`, that more of it is meant; `reason`, what was typed with the scan, to be sent with it again."""
    reasons = in_production_blockers(batch) + held_batch_blockers(batch)
    if kind not in ISSUED_KINDS:
        text = _("{code} is a {kind}, not a material.", code=unit.code, kind=kind.label)
        return [
            *reasons,
            Reason("issue.not_material", text, _("Scan the label of a roll or lot."), (link_to(unit.code),)),
        ]
    reasons += material_blockers(batch, bill, unit, material) if bill else []
    reasons += usable_blockers(unit, at, states=ISSUABLE)
    if unit.on_hand <= 0:
        reasons.append(_used_up(batch, unit, before))
    elif quantity is not None:
        reasons += quantity_blockers(quantity)
        if quantity > unit.on_hand:
            reasons.append(not_enough(unit, quantity))
    if before is not None and not again and not reasons:
        reasons.append(_again(batch, unit, quantity, before, reason))
    return reasons


def pick_blockers(
    batch: BatchFacts,
    bill: Sequence[BillItem],
    unit: UnitFacts,
    *,
    kind: UnitKind,
    material: str | None,
    at: datetime,
    place: PlaceFacts | None,
) -> list[Reason]:
    """Everything that speaks against fetching this one: as at the issue, but also for a batch that is only planned."""
    reasons = []
    if batch.state not in (BatchState.PLANNED, BatchState.IN_PRODUCTION):
        text = _("{batch} needs no material: {state}.", batch=batch.code, state=batch.state.label)
        reasons.append(Reason("pick.batch", text, _("Choose a batch that is planned or runs."), (batch.link,)))
    reasons += held_batch_blockers(batch)
    if place is None or place.kind is not LocationKind.LINE:
        text = _("Say to which place at the line it goes.")
        remedy = _("Choose one above the list; quality or the warehouse enters them.")
        reasons.append(Reason("pick.place", text, remedy))
    if kind not in ISSUED_KINDS:
        text = _("{code} is a {kind}, not a material.", code=unit.code, kind=kind.label)
        return [
            *reasons,
            Reason("issue.not_material", text, _("Scan the label of a roll or lot."), (link_to(unit.code),)),
        ]
    reasons += material_blockers(batch, bill, unit, material) if bill else []
    reasons += usable_blockers(unit, at, states=ISSUABLE)
    if unit.on_hand <= 0:
        reasons.append(_used_up(batch, unit, None))
    return reasons


def _again(
    batch: BatchFacts, unit: UnitFacts, quantity: Decimal | None, before: IssuedBefore, reason: str | None
) -> Reason:
    """The second scan of a unit that is not used up: a slip of the hand or a second withdrawal, only a person knows."""
    text = _(
        "{code} was issued to {batch} already: {n} {unit} at {time} by {name}.",
        code=unit.code,
        batch=batch.code,
        n=plain(before.quantity),
        unit=measure_word(unit.unit),
        time=f"{before.at:%H:%M}",
        name=before.name,
    )
    fields = [("code", unit.code), ("again", "yes")]
    fields += [] if quantity is None else [("quantity", plain(quantity))]
    fields += [("reason", reason)] if reason else []
    once_more = Again(_("Issue it again"), f"/station/{batch.code}/issue", tuple(fields))
    remedy = _("Nothing to do when it was scanned twice by mistake. Confirm only when more of it is used.")
    return Reason("issue.again", text, remedy, (batch.link, link_to(unit.code)), once_more)


def material_blockers(
    batch: BatchFacts, bill: Sequence[BillItem], unit: UnitFacts, material: str | None
) -> list[Reason]:
    """The material stands in the bill of this batch, in the same unit."""
    item = next((item for item in bill if item.material == material), None)
    if item is None:
        wanted = ", ".join(f"{item.material} {item.name}" for item in bill)
        text = _(
            "{code} is {material}, which is not in the bill of {batch}.",
            code=unit.code,
            material=material or _("of no known material"),
            batch=batch.code,
        )
        remedy = _("Put it back and fetch one of: {wanted}.", wanted=wanted)
        return [Reason("issue.not_in_bill", text, remedy, (batch.link, link_to(unit.code)))]
    if item.unit != unit.unit:
        text = _("{code} is counted in {unit}, the bill in {wanted}.", code=unit.code, unit=measure_word(unit.unit),
                 wanted=measure_word(item.unit))  # fmt: skip
        return [Reason("issue.unit", text, _("Tell quality: material and master record do not fit."), (batch.link,))]
    return []


def _used_up(batch: BatchFacts, unit: UnitFacts, before: IssuedBefore | None) -> Reason:
    if before is not None:
        text = _("{code} was issued to {batch} already, whole.", code=unit.code, batch=batch.code)
        return Reason("issue.again", text, _("Nothing to do; scan the next roll."), (batch.link, link_to(unit.code)))
    text = _("Nothing is left of {code}.", code=unit.code)
    return Reason("issue.used_up", text, _("Take another roll, or have the stock counted."), (link_to(unit.code),))


def first_to_expire(
    candidates: Sequence[Candidate], code: str, until: datetime | None, received: date | None = None
) -> Candidate | None:
    """The one that should go first, when it is another one: it expires earlier than what was scanned or, where both
    last equally long, came in on an earlier day (R52)."""
    first = next((c for c in candidates if c.code != code), None)
    if first is None:
        return None
    if first.usable_until == until:
        return first if first.received and received and first.received < received else None
    if first.usable_until is None:
        return None
    return first if until is None or first.usable_until < until else None


def choice_blockers(unit: UnitFacts, first: Candidate | None, reason: str | None) -> list[Reason]:
    """Another one than the first to expire, or of those the first that came in, needs a reason."""
    if first is None or (reason or "").strip():
        return []
    if first.usable_until == unit.usable_until:
        text = _("{first} came in before {code} and is in stock.", first=first.code, code=unit.code)
    else:
        text = _("{first} expires before {code} and is in stock.", first=first.code, code=unit.code)
    remedy = _("Take {first}, or say why not, and scan again.", first=first.code)
    return [Reason("issue.not_first", text, remedy, (link_to(first.code),))]


def return_blockers(batch: BatchFacts, code: str, quantity: Decimal, issued: Decimal, unit: str) -> list[Reason]:
    """Back into stock goes no more than went into the batch."""
    reasons = in_production_blockers(batch) + quantity_blockers(quantity)
    if quantity > issued:
        text = _(
            "{issued} {unit} of {code} went into {batch}; {wanted} {unit} cannot come back.",
            issued=plain(issued),
            unit=measure_word(unit),
            code=code,
            batch=batch.code,
            wanted=plain(quantity),
        )
        reasons.append(Reason("issue.return", text, _("Measure again what is left."), (batch.link,)))
    return reasons
