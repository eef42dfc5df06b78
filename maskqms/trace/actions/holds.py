"""Place a hold on a unit and everything made of it; lift one, for its own origin only.

Placing is anybody's of quality or the laboratory, at once and with a reason (R5). Lifting needs a second person of
quality and a signature. Descendants that have left the factory are held too: they are the recall's list.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import SYSTEM, Actor, Role
from maskqms.audit.acts import Act, act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import Reason, Stale, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.trace.actions.cascade import descendants, lock_until_still
from maskqms.trace.actions.subjects import alone_with_subjects
from maskqms.trace.queries.holds import HoldRow, hold_by_code, kinds_of_hold, stretch_heads
from maskqms.trace.queries.subjects import roots_of
from maskqms.trace.queries.units import UnitRow, unit_by_code
from maskqms.trace.rules import WHAT_HAPPENED, nothing_of, plain, span_blockers
from maskqms.trace.states import HoldState, HoldSubject

Span = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class PlacedHold:
    """The hold and how many units of each kind it stops."""

    hold: HoldRow
    units: dict[str, int]


async def place_hold(*, unit: str, reason: str, actor: Actor, span: Span | None = None) -> PlacedHold:
    """Hold a unit, or a stretch of a roll, with everything made of it."""
    async with act(Tag.HOLD_PLACE, actor=actor, subject=unit) as this:
        root = await unit_by_code(unit)
        refuse(_("Not held"), _place_blockers(actor, reason) + span_blockers(span, unit))

        async def reached() -> set[int]:
            if span is None:
                return await descendants([root.id])
            return {root.id} | await descendants(await stretch_heads(root, *span))

        subject = HoldSubject.UNIT if span is None else HoldSubject.SPAN
        return await _hold(this, subject, unit, root, span, reason, await lock_until_still(reached))


async def place_hold_on(subject: HoldSubject, name: str, *, reason: str, actor: Actor) -> PlacedHold:
    """Hold everything of a product, from a supplier or off a line, with what was made of it and what will be."""
    async with act(Tag.HOLD_PLACE, actor=actor, subject=name) as this:
        await alone_with_subjects()
        roots = await roots_of(subject, name)
        refuse(_("Not held"), _place_blockers(actor, reason) + ([] if roots else [nothing_of(name)]))

        async def reached() -> set[int]:
            return await descendants(roots)

        return await _hold(this, subject, name, None, None, reason, await lock_until_still(reached))


async def place_hold_on_units(units: Collection[int], *, subject: str, reason: str, actor: Actor) -> PlacedHold:
    """Hold several units with everything made of them under one hold; `subject` is the number of what found them."""
    async with act(Tag.HOLD_PLACE, actor=actor, subject=subject) as this:
        refuse(_("Not held"), _place_blockers(actor, reason) + ([] if units else [nothing_of(subject)]))

        async def reached() -> set[int]:
            return await descendants(list(units))

        return await _hold(this, HoldSubject.UNITS, subject, None, None, reason, await lock_until_still(reached))


def _place_blockers(actor: Actor, reason: str) -> list[Reason]:
    """The product itself may hold (a failed result, a lapsed condition): stopping is always the safe side."""
    allowed = [] if actor == SYSTEM else actor.lacks(Role.INSPECTOR, Role.QUALITY)
    return allowed + reason_blockers(reason, WHAT_HAPPENED)


async def _hold(
    this: Act,
    kind: HoldSubject,
    subject: str,
    unit: UnitRow | None,
    span: Span | None,
    reason: str,
    units: Sequence[int],
) -> PlacedHold:
    """The hold's row and its units, all under lock already."""
    code = await next_number("HD")
    hold_id = await sql.fetch_value(
        "INSERT INTO hold (code, subject_kind, subject, unit, span_from, span_to, reason, state, placed_by, placed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8, maskqms_now()) RETURNING id",
        code,
        kind,
        subject,
        unit.id if unit else None,
        *(span or (None, None)),
        reason.strip(),
        this.actor.username,
    )
    await sql.execute(
        "INSERT INTO hold_unit (hold, unit, inherited, at) SELECT $1, id, false, maskqms_now()"
        " FROM unnest($2::bigint[]) AS u (id)",
        hold_id,
        units,
    )
    await sql.execute("UPDATE trace_unit SET held = true WHERE id = ANY($1::bigint[]) AND NOT held", units)
    placed = PlacedHold(await hold_by_code(code), await kinds_of_hold(hold_id))
    stretch = None if span is None else [plain(end) for end in span]
    after = {"hold": code, "subject": subject, "span": stretch, "units": placed.units}
    await this.record(subject=code, after=after, reason=reason.strip())
    if unit is not None:
        await this.record(subject=unit.code, after=after, reason=reason.strip())
    return placed


def lift_content(hold: HoldRow, reason: str) -> dict[str, object]:
    """What the second person signs."""
    return {
        "hold": hold.code,
        "subject": hold.subject,
        "placed_by": hold.placed_by,
        "placed_at": hold.placed_at,
        "placed_for": hold.reason,
        "units": hold.units,
        "lifted_for": reason.strip(),
    }


def lift_blockers(hold: HoldRow, actor: Actor) -> list[Reason]:
    """Quality, another person than who placed it, and a hold that still stands."""
    reasons = actor.lacks(Role.QUALITY)
    if hold.placed_by == actor.username:
        reasons.append(
            Reason(
                "hold.same_person",
                _("{name} placed this hold; another person of quality lifts it.", name=actor.name),
                _("Ask a colleague of quality."),
            )
        )
    if not hold.active:
        reasons.append(Reason("hold.lifted", _("Hold {code} has been lifted already.", code=hold.code)))
    return reasons


async def lift_hold(code: str, *, reason: str, signer: Signer, digest: str | None = None) -> HoldRow:
    """Lift one hold. A unit stays held as long as another origin holds it.

    `digest`, when the page shows one, is that of `lift_content` without the reason being typed: see `shown_digest`.
    """
    actor = signer.actor
    async with act(Tag.HOLD_LIFT, actor=actor, subject=code) as this:
        hold = await hold_by_code(code)
        units = await lock_until_still(lambda: _units_of(hold.id))
        await sql.execute("SELECT 1 FROM hold WHERE id = $1 FOR UPDATE", hold.id)
        hold = await hold_by_code(hold.code)
        refuse(_("Not lifted"), lift_blockers(hold, actor) + reason_blockers(reason, WHAT_HAPPENED))
        if digest is not None and digest != shown_digest(hold):
            raise Stale(_("Not lifted"))
        signature = await sign(signer, Meaning.LIFTED, subject=hold.code, content=lift_content(hold, reason))
        await sql.execute(
            "UPDATE hold SET state = 'lifted', lifted_by = $2, lifted_at = maskqms_now(), lift_reason = $3,"
            " signature = $4 WHERE id = $1",
            hold.id,
            actor.username,
            reason.strip(),
            signature,
        )
        freed = await sql.fetch_value(
            "WITH freed AS ("
            " UPDATE trace_unit u SET held = false WHERE u.id = ANY($1::bigint[]) AND u.held AND NOT EXISTS ("
            "  SELECT 1 FROM hold_unit hu JOIN hold h ON h.id = hu.hold AND h.state = 'active' WHERE hu.unit = u.id)"
            " RETURNING 1) SELECT count(*) FROM freed",
            units,
        )
        after = {"hold": hold.code, "state": str(HoldState.LIFTED), "units": len(units), "free": freed}
        await this.record(subject=hold.code, before={"state": str(hold.state)}, after=after, reason=reason.strip())
        if hold.unit is not None:
            await this.record(subject=hold.subject, after=after, reason=reason.strip())
        return await hold_by_code(hold.code)


def shown_digest(hold: HoldRow) -> str:
    """Digest of what the dialog shows before the reason is typed: it changes when the hold does."""
    return content_digest(lift_content(hold, "") | {"state": str(hold.state)})


async def _units_of(hold_id: int) -> set[int]:
    return set(await sql.fetch_value("SELECT coalesce(array_agg(unit), '{}') FROM hold_unit WHERE hold = $1", hold_id))
