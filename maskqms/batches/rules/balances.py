"""The two balances of a batch: pieces (R67) and materials (R66), against the limits of its master record.

Pieces: what the machine counted = good + scrap + lab samples + retained samples, within the allowed difference.
Materials: issued less returned, against what the pieces made need by the bill: at most the allowed loss above it, at
most the allowed shortfall below.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from pydantic_core import to_jsonable_python

from maskqms.batches.rules.masters import BillItem
from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.trace.rules import plain
from maskqms.trace.states import measure_word


@dataclass(frozen=True, slots=True)
class PieceBalance:
    """Where every piece went. `counted` is the machine's counter, known when production is complete."""

    good: Decimal
    scrap: Decimal
    samples: Decimal
    retained: Decimal
    packed: Decimal
    loose: Decimal
    counted: Decimal | None
    tolerance: Decimal
    yield_from: Decimal

    @property
    def made(self) -> Decimal:
        return self.good + self.scrap + self.samples + self.retained

    @property
    def difference(self) -> Decimal | None:
        """What the counter saw and nobody recorded; negative when more was recorded than counted."""
        return None if self.counted is None else self.counted - self.made

    @property
    def yield_share(self) -> Decimal | None:
        """Everything fit for use, samples included, of all that was made."""
        return (self.made - self.scrap) / self.made if self.made else None


@dataclass(frozen=True, slots=True)
class MaterialBalance:
    """One material: what went in, what came back, what theory asks for the pieces made."""

    material: str
    name: str
    unit: str
    issued: Decimal
    returned: Decimal
    theoretical: Decimal
    least: Decimal
    most: Decimal

    @property
    def used(self) -> Decimal:
        return self.issued - self.returned

    @property
    def within(self) -> bool:
        return self.least <= self.used <= self.most

    @property
    def loss_share(self) -> Decimal | None:
        """Used over theory, as a share of theory; negative when less was used."""
        return (self.used - self.theoretical) / self.theoretical if self.theoretical else None


@dataclass(frozen=True, slots=True)
class Balances:
    """Both balances of a batch as they stand, or as they stood when production was complete."""

    batch: str
    pieces: PieceBalance
    materials: tuple[MaterialBalance, ...]

    def as_json(self) -> dict[str, Any]:
        return to_jsonable_python(asdict(self))  # type: ignore[no-any-return]

    @property
    def digest(self) -> str:
        """What a finding of quality refers to: another figure, and it no longer explains anything."""
        return sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


def material_balance(
    bill: Sequence[BillItem], made: Decimal, issued: Mapping[str, Decimal], returned: Mapping[str, Decimal]
) -> tuple[MaterialBalance, ...]:
    """Each material of the bill for the pieces made."""
    return tuple(_balance(item, made, issued, returned) for item in bill)


def _balance(
    item: BillItem, made: Decimal, issued: Mapping[str, Decimal], returned: Mapping[str, Decimal]
) -> MaterialBalance:
    theory = item.needed(made)
    return MaterialBalance(
        material=item.material,
        name=item.name,
        unit=item.unit,
        issued=issued.get(item.material, Decimal(0)),
        returned=returned.get(item.material, Decimal(0)),
        theoretical=theory,
        least=theory * (1 - item.short_percent / 100),
        most=theory * (1 + item.loss_percent / 100),
    )


def balance_blockers(balances: Balances) -> list[Reason]:
    """Every figure that is out of its limits; quality finds the cause before the batch goes on."""
    path = (Link(balances.batch, f"/batches/{balances.batch}/balances"),)
    remedy = _("Quality finds the cause and confirms with a signature that the goods are safe.")
    reasons = _piece_reasons(balances.pieces, remedy, path)
    for balance in balances.materials:
        if balance.within:
            continue
        facts = {
            "material": f"{balance.material} {balance.name}",
            "used": short(balance.used),
            "unit": measure_word(balance.unit),
            "theory": short(balance.theoretical),
        }
        if balance.used > balance.most:
            text = _(
                "{material}: {used} {unit} used, {theory} {unit} needed; at most {most} {unit}.",
                most=short(balance.most),
                **facts,
            )
            reasons.append(Reason("balance.material_over", text, remedy, path))
        else:
            text = _(
                "{material}: {used} {unit} used, {theory} {unit} needed; at least {least} {unit}.",
                least=short(balance.least),
                **facts,
            )
            reasons.append(Reason("balance.material_short", text, remedy, path))
    return reasons


def _piece_reasons(pieces: PieceBalance, remedy: Any, path: tuple[Link, ...]) -> list[Reason]:
    reasons = []
    if pieces.difference is not None and abs(pieces.difference) > pieces.tolerance:
        text = _(
            "The machine counted {counted} pieces, {made} are recorded; {tolerance} may differ.",
            counted=plain(pieces.counted or Decimal(0)),
            made=plain(pieces.made),
            tolerance=plain(pieces.tolerance),
        )
        reasons.append(Reason("balance.pieces", text, remedy, path))
    if pieces.loose != 0:
        text = _("{n} good pieces are neither packed nor written off.", n=plain(pieces.loose))
        reasons.append(Reason("balance.loose", text, remedy, path))
    if pieces.yield_share is not None and pieces.yield_share < pieces.yield_from:
        text = _(
            "The yield is {share} %, at least {least} % is expected.",
            share=short(pieces.yield_share * 100),
            least=short(pieces.yield_from * 100),
        )
        reasons.append(Reason("balance.yield", text, remedy, path))
    return reasons


def short(figure: Decimal) -> str:
    """A figure for people: at most three digits behind the point."""
    return plain(round(figure, 3))
