"""Why a delivery cannot be received: every reason, not the first (R42, R43, R50)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.kept_file import file_blockers
from maskqms.materials.rules.papers import (
    ApprovalFacts,
    CredentialFacts,
    approval_blockers,
    credential_blockers,
)
from maskqms.materials.rules.sourcing import maker_blockers
from maskqms.materials.states import CredentialType, Measure, SupplierKind

MOST_ROLLS = 500


@dataclass(frozen=True, slots=True)
class NewRoll:
    """A roll as delivered."""

    metres: Decimal | None = None
    kilograms: Decimal | None = None
    supplier_roll: str | None = None

    def quantity(self, unit: Measure) -> Decimal | None:
        """What it holds in the unit of its material; pieces do not come on rolls."""
        return {Measure.METRE: self.metres, Measure.KILOGRAM: self.kilograms}.get(unit)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A paper that came with the goods."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery as it was written down."""

    quantity: Decimal
    supplier_lot: str
    delivery_note: str
    manufacturer: str | None = None
    made_on: date | None = None
    expires_on: date | None = None
    rolls: tuple[NewRoll, ...] = ()
    life_days: int | None = None
    """The storage life that the supplier states; the shorter one counts."""
    order: str | None = None
    """The order it comes on. Not named, it is the line of this supplier and material that is due first."""
    line: int | None = None
    no_order_reason: str | None = None
    metres: Decimal | None = None
    kilograms: Decimal | None = None
    """The whole delivery in both measures, where goods do not come on rolls that say it."""
    certificates: tuple[Certificate, ...] = ()

    @property
    def maker(self) -> str | None:
        """Who made it, where that was named."""
        return (self.manufacturer or "").strip() or None

    def total(self, unit: Measure) -> Decimal | None:
        """The delivery in metres or kilograms, where it is known."""
        parts = [roll.quantity(unit) for roll in self.rolls]
        known = [part for part in parts if part is not None]
        if parts:
            return sum(known, Decimal(0)) if len(known) == len(parts) else None
        return {Measure.METRE: self.metres, Measure.KILOGRAM: self.kilograms}.get(unit)


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What the factory knows about supplier and material on the day."""

    supplier_code: str
    supplier_name: str
    supplier_kind: SupplierKind
    material: int
    material_code: str
    unit: Measure
    storage_life_days: int | None
    needed: Sequence[CredentialType]
    credentials: Sequence[CredentialFacts]
    approval: ApprovalFacts | None
    has_specification: bool
    received_before: str | None
    day: date
    maker_needed: Sequence[CredentialType] = ()
    """The papers that a trader keeps of the original maker (S12)."""


def last_day(receipt: Receipt, storage_life_days: int | None, day: date) -> date | None:
    """The last usable day: the supplier's, or that of the storage life, whichever comes first."""
    lives = [life for life in (storage_life_days, receipt.life_days) if life is not None]
    by_life = (receipt.made_on or day) + timedelta(days=min(lives)) if lives else None
    return min((known for known in (receipt.expires_on, by_life) if known is not None), default=None)


def receipt_blockers(facts: ReceiptFacts, receipt: Receipt) -> list[Reason]:
    material = Link(facts.material_code, f"/materials/{facts.material_code}")
    reasons = approval_blockers(
        facts.approval,
        supplier_code=facts.supplier_code,
        supplier_name=facts.supplier_name,
        material_code=facts.material_code,
        day=facts.day,
    )
    reasons += credential_blockers(
        facts.credentials,
        types=facts.needed,
        material=facts.material,
        material_code=facts.material_code,
        supplier_code=facts.supplier_code,
        supplier_name=facts.supplier_name,
        day=facts.day,
    )
    reasons += maker_blockers(
        facts.credentials,
        types=facts.maker_needed,
        material=facts.material,
        material_code=facts.material_code,
        supplier_code=facts.supplier_code,
        supplier_name=facts.supplier_name,
        day=facts.day,
        maker=receipt.maker,
    )
    if not facts.has_specification:
        text = _("No specification of {material} is in force.", material=facts.material_code)
        reasons.append(Reason("specification.missing", text, _("Quality puts one in force first."), (material,)))
    if facts.supplier_kind is SupplierKind.TRADER and receipt.maker is None:
        text = _("{supplier} is a trader: the manufacturer must be named.", supplier=facts.supplier_name)
        reasons.append(Reason("lot.manufacturer", text, _("It stands on the label or the certificate.")))
    if facts.received_before is not None:
        reasons.append(
            Reason(
                "lot.twice",
                _("This delivery was received before as {code}.", code=facts.received_before),
                _("Another delivery of the same lot has another delivery note."),
                (Link(facts.received_before, f"/lots/{facts.received_before}"),),
            )
        )
    reasons += [reason for paper in receipt.certificates for reason in file_blockers(paper.name, paper.content)]
    return reasons + date_blockers(facts, receipt) + quantity_blockers(facts.unit, receipt) + both_blockers(receipt)


def date_blockers(facts: ReceiptFacts, receipt: Receipt) -> list[Reason]:
    """Dates that cannot be true, and goods that are too old on arrival."""
    reasons = []
    made, ends = receipt.made_on, receipt.expires_on
    on_paper = _("It stands on the label or the certificate.")
    if made is not None and made > facts.day:
        text = _("It would have been made on {day}, in the future.", day=made)
        reasons.append(Reason("lot.made_on", text, on_paper))
    if made is not None and ends is not None and ends <= made:
        text = _("It would expire on {day}, not after the day it was made.", day=ends)
        reasons.append(Reason("lot.expires_on", text, on_paper))
    if made is None and ends is None and facts.storage_life_days is not None:
        text = _("{material} has a storage life: give the day it was made.", material=facts.material_code)
        reasons.append(Reason("lot.made_on", text, on_paper))
    if made is None and receipt.life_days is not None:
        text = _("A storage life counts from the day it was made: give that day.")
        reasons.append(Reason("lot.made_on", text, on_paper))
    last = last_day(receipt, facts.storage_life_days, facts.day)
    if last is not None and last < facts.day:
        text = _("Its last usable day was {day}.", day=last)
        reasons.append(Reason("lot.expired", text, _("Refuse the delivery, or agree a retest with the supplier.")))
    return reasons


def quantity_blockers(unit: Measure, receipt: Receipt) -> list[Reason]:
    """Quantities are positive, whole where pieces are counted, and the rolls add up."""
    reasons = []
    if not receipt.quantity.is_finite() or receipt.quantity <= 0:
        reasons.append(Reason("lot.quantity", _("The quantity must be more than nothing.")))
    elif unit is Measure.PIECE and receipt.quantity != receipt.quantity.to_integral_value():
        reasons.append(Reason("lot.quantity", _("Pieces are counted whole.")))
    if not receipt.rolls:
        return reasons
    if unit is Measure.PIECE:
        return [*reasons, Reason("roll.unit", _("A material counted in pieces does not come on rolls."))]
    if len(receipt.rolls) > MOST_ROLLS:
        text = _("{count} rolls are too many for one receipt; {most} fit.", count=len(receipt.rolls), most=MOST_ROLLS)
        return [*reasons, Reason("roll.count", text)]
    bad = [n for n, roll in enumerate(receipt.rolls, start=1) if not _positive(roll, unit)]
    if bad:
        numbers = ", ".join(f"R{n:02d}" for n in bad)
        text = _("Rolls without a positive quantity in {unit}: {rolls}.", unit=unit.label, rolls=numbers)
        return [*reasons, Reason("roll.quantity", text)]
    total = sum((roll.quantity(unit) or Decimal(0) for roll in receipt.rolls), Decimal(0))
    if total != receipt.quantity:
        text = _(
            "The rolls add up to {total} {unit}, the delivery is {quantity} {unit}.",
            total=f"{total:f}", quantity=f"{receipt.quantity:f}", unit=unit.label,
        )  # fmt: skip
        reasons.append(Reason("roll.total", text, _("Count the rolls again, or correct the delivery's quantity.")))
    return reasons


def both_blockers(receipt: Receipt) -> list[Reason]:
    """The second measure is positive too, and a roll is scanned once."""
    reasons = []
    given = [value for value in (receipt.metres, receipt.kilograms) if value is not None]
    if not all(value.is_finite() and value > 0 for value in given):
        reasons.append(Reason("lot.measure", _("Metres and kilograms must be more than nothing.")))
    names = [roll.supplier_roll for roll in receipt.rolls if roll.supplier_roll]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        text = _("Scanned twice: {rolls}.", rolls=", ".join(twice[:10]))
        reasons.append(Reason("roll.twice", text, _("Take one of them out of the list; every roll stands there once.")))
    return reasons


def _positive(roll: NewRoll, unit: Measure) -> bool:
    wanted = roll.quantity(unit)
    given = [value for value in (roll.metres, roll.kilograms) if value is not None]
    return wanted is not None and all(value.is_finite() and value > 0 for value in given)


def sampling_size(unit: Measure, receipt: Receipt) -> int:
    """The lot size of the sampling plan: rolls where there are any, else pieces; a heap counts as one."""
    if receipt.rolls:
        return len(receipt.rolls)
    return int(receipt.quantity) if unit is Measure.PIECE else 1
