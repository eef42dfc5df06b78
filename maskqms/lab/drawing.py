"""Which rolls or cartons are opened: drawn so that nobody can choose, and everybody can count it again.

The list of the delivery's units is written down and sealed first. The seed is the root of the audit seal over the
list: it depends on every act of its second and on the list itself, so nobody knows it when the list is made. The number
of a unit is SHA-256 of the list's digest, the seed and the unit's code; those with the smallest numbers are drawn.
`docs/draw.py` does the same in thirty lines and needs nothing of this program.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from maskqms.errors import Link, Reason
from maskqms.i18n import _

MOST_CARTONS = 5_000


def list_digest(units: Sequence[str]) -> str:
    """SHA-256 of the list, one code a line, in its order."""
    return sha256("\n".join(units).encode()).hexdigest()


def drawn(units: Sequence[str], count: int, seed: str) -> list[str]:
    """So many units of the list, in the order of the list. `seed` is hexadecimal."""
    digest = list_digest(units)
    ranked = sorted(units, key=lambda unit: sha256(f"{digest}:{seed}:{unit}".encode()).hexdigest())
    chosen = set(ranked[:count])
    return [unit for unit in units if unit in chosen]


def list_blockers(cartons: int, draw: int, listed: bool) -> list[Reason]:
    """A list is made once, before anybody knows the draw."""
    reasons = []
    if listed:
        text = _("The list to draw from is sealed already.")
        reasons.append(Reason("draw.listed", text, _("A list that could be made again could be chosen.")))
    if not 1 <= cartons <= MOST_CARTONS:
        reasons.append(Reason("draw.cartons", _("1 to {most} cartons can be drawn from.", most=MOST_CARTONS)))
    elif not 1 <= draw <= cartons:
        reasons.append(Reason("draw.count", _("Of {cartons} cartons 1 to {cartons} can be opened.", cartons=cartons)))
    return reasons


def opening_blockers(
    code: str, listed: Sequence[str], chosen: Sequence[str] | None, opened: Sequence[str], reason: str | None
) -> list[Reason]:
    """What is opened is what was drawn; another choice needs a reason and becomes a deviation."""
    link = (Link(code, f"/inspections/{code}/draw"),)
    if chosen is None:
        text = _("The draw of {code} is not made yet.", code=code)
        return [Reason("draw.waiting", text, _("Wait for the seal: about a second after the list was made."), link)]
    reasons = []
    if not opened:
        reasons.append(Reason("draw.empty", _("No unit was named."), _("Scan the rolls or cartons that were opened.")))
    if unknown := [unit for unit in opened if unit not in listed]:
        text = _("Not of this delivery: {units}.", units=", ".join(unknown))
        reasons.append(Reason("draw.unknown", text, _("Look at the label again."), link))
    if not reasons and set(opened) != set(chosen) and not (reason or "").strip():
        text = _("Drawn were {drawn}, not {opened}.", drawn=", ".join(chosen), opened=", ".join(opened))
        reasons.append(
            Reason("draw.other", text, _("Open the drawn ones, or say why not: a deviation is opened."), link)
        )
    return reasons
