"""A count against the book: when it blocks, who may say it is true (R56, S33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from maskqms.actor import Role
from maskqms.errors import Reason
from maskqms.i18n import _
from maskqms.materials.stock_states import CountState
from maskqms.trace.rules import link_to, plain

COUNTERS = (Role.WAREHOUSE, Role.QUALITY, Role.PLANT_MANAGER)
APPROVERS = (Role.QUALITY,)
"""The hold of a variance ends with the approval, and only quality ends a hold."""
PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Variance:
    """One unit of a count: what the book said, what was there."""

    unit: int
    code: str
    book: Decimal
    counted: Decimal

    @property
    def difference(self) -> Decimal:
        return self.counted - self.book

    @property
    def percent(self) -> Decimal | None:
        """Of the book; something found where the book has nothing has no percentage."""
        return None if self.book == 0 else abs(self.difference) * PERCENT / self.book


def above_limit(one: Variance, limit: Decimal | None) -> bool:
    """Without a limit every difference is above it; so is what the book does not know at all."""
    if one.difference == 0:
        return False
    return limit is None or one.percent is None or one.percent > limit


def blocked_by(lines: Sequence[Variance], limit: Decimal | None) -> list[Variance]:
    return [one for one in lines if above_limit(one, limit)]


def open_count_blockers(code: str, state: CountState) -> list[Reason]:
    """Only while it is being counted can something be counted."""
    if state is CountState.OPEN:
        return []
    text = _("Count {code} is finished: {state}.", code=code, state=state.label)
    return [Reason("count.finished", text, _("Open another count, or have this one counted again."))]


def counted_blockers(code: str, unit: str, counted: Decimal, *, whole: Decimal | None = None) -> list[Reason]:
    """Less than nothing cannot lie there; pieces lie there whole, and so do boxes and cartons (`whole`)."""
    if not counted.is_finite() or counted < 0:
        text = _("{code}: less than nothing cannot be counted.", code=code)
        return [Reason("count.quantity", text, _("Nothing there is counted as 0."))]
    if unit == "piece" and counted != counted.to_integral_value():
        return [Reason("count.quantity", _("Pieces are counted whole."), _("Count again."))]
    if whole is not None and counted not in (0, whole):
        text = _("{code} holds {n} pieces; it is there or it is not.", code=code, n=plain(whole))
        return [Reason("count.whole", text, _("An opened carton is unpacked first, then its boxes are counted."))]
    return []


def countable_blockers(code: str, *, material: str | None, wanted: str | None) -> list[Reason]:
    """A count of one material takes no other."""
    if wanted is None or material == wanted:
        return []
    text = _("{code} is not {material}, which is being counted.", code=code, material=wanted)
    return [Reason("count.material", text, _("Leave it out."), (link_to(code),))]


def finish_blockers(
    code: str, state: CountState, missing: int, lines: Sequence[Variance], explanation: str | None
) -> list[Reason]:
    """Differences are explained when the count ends; what nobody scanned counts as missing and is said so."""
    reasons = open_count_blockers(code, state)
    different = [one for one in lines if one.difference != 0]
    if (different or missing) and not (explanation or "").strip():
        text = _("{n} units differ from the book.", n=len(different) + missing)
        remedy = _("Count them again, or say what the difference comes from.")
        reasons.append(Reason("count.unexplained", text, remedy))
    return reasons


def approve_blockers(
    code: str, state: CountState, *, approver: int, finished_by: int | None, counters: Sequence[int], name: str
) -> list[Reason]:
    """Approved by somebody who counted none of it."""
    reasons = []
    if state is not CountState.COUNTED:
        text = _("Count {code} does not wait for approval: {state}.", code=code, state=state.label)
        reasons.append(Reason("count.not_counted", text, _("The count is finished first.")))
    if approver == finished_by or approver in counters:
        text = _("{name} took part in this count; another person approves it.", name=name)
        reasons.append(Reason("count.same_person", text, _("Ask a colleague of quality.")))
    return reasons


def gone_blockers(lines: Sequence[Variance], on_hand: dict[int, Decimal]) -> list[Reason]:
    """What was found missing may have been used meanwhile: then the book cannot go below nothing."""
    reasons = []
    for one in lines:
        left = on_hand[one.unit] + one.difference
        if left < 0:
            text = _(
                "{code}: {missing} were missing at the count, but only {left} are on hand now.",
                code=one.code,
                missing=plain(-one.difference),
                left=plain(on_hand[one.unit]),
            )
            reasons.append(Reason("count.moved", text, _("Have this unit counted again."), (link_to(one.code),)))
    return reasons
