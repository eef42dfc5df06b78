"""The ledger: what went into what. Nothing here is ever edited; a wrong link is reversed by another one.

In the same transaction as the act: the line of the ledger, the net edge with its share, the parent's stock, and every
hold of the parent on the child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.db import sql
from maskqms.errors import NotFound, Reason, Refused, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.trace.actions.cascade import descendants, lock_until_still, spread_holds
from maskqms.trace.actions.units import draw as draw_from
from maskqms.trace.actions.units import put_back
from maskqms.trace.queries.units import lock_units
from maskqms.trace.rules import WHAT_HAPPENED, link_blockers, return_blockers
from maskqms.trace.states import Activity

Span = tuple[Decimal, Decimal]
Window = tuple[datetime, datetime]

LOOPS = 7_201_002
"""Advisory lock of acts that put something into a unit which has children already: two such could close a loop."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A line of the ledger; a reversing one has a negative quantity."""

    id: int
    parent: int
    child: int
    activity: Activity
    quantity: Decimal
    unit: str
    drawn: bool
    at: datetime
    reverses: int | None


async def link(
    *,
    parent: int,
    child: int,
    activity: Activity,
    quantity: Decimal,
    actor: Actor,
    span: Span | None = None,
    window: Window | None = None,
    draw: bool = True,
    reason: str | None = None,
) -> LinkRow:
    """Put `quantity` (in the parent's unit) of the parent into the child.

    With `Activity.RETURN` the quantity, given positive, comes back out of the child into the parent's stock.
    `draw=False` for a link that takes nothing from stock: the batch that goes through a sterilisation load.
    """
    if activity is Activity.RETURN:
        return await _return(parent, child, quantity, actor, span, reason)
    rows = await lock_units({parent, child})
    below = await _below(child)
    refuse(
        _("Not linked"),
        link_blockers(
            rows[parent], rows[child], quantity=quantity, span=span, window=window, makes_loop=parent in below
        ),
    )
    if draw:
        await draw_from(parent, quantity, actor=actor)
    written = await _write(parent, child, activity, quantity, draw, span, window, actor, None, reason)
    if rows[parent].held:
        await spread_holds(parent, await lock_until_still(lambda: descendants([child])))
    return written


async def _below(child: int) -> set[int]:
    """The child and what was made of it; a child without children needs no walk and no lock against loops."""
    if not await sql.fetch_value("SELECT EXISTS (SELECT 1 FROM trace_edge WHERE parent = $1)", child):
        return {child}
    await sql.execute("SELECT pg_advisory_xact_lock($1)", LOOPS)
    return await descendants([child])


async def _return(
    parent: int, child: int, quantity: Decimal, actor: Actor, span: Span | None, reason: str | None
) -> LinkRow:
    """Unused material comes back: less went in, and it is on hand again. Holds stay."""
    rows = await lock_units({parent, child})
    reasons = link_blockers(rows[parent], rows[child], quantity=quantity, span=span, window=None, makes_loop=False)
    linked = await sql.fetch_value("SELECT quantity FROM trace_edge WHERE child = $1 AND parent = $2", child, parent)
    reasons += return_blockers(rows[parent], rows[child], quantity, linked or Decimal(0))
    refuse(_("Not returned"), reasons)
    await put_back(parent, quantity, actor=actor)
    return await _write(parent, child, Activity.RETURN, -quantity, True, span, None, actor, None, reason)


async def reverse_link(link_id: int, *, actor: Actor, reason: str) -> LinkRow:
    """Write the negative of a link that was wrong; what it drew is on hand again. No hold ends by this."""
    refuse(_("Not reversed"), reason_blockers(reason, WHAT_HAPPENED))
    ends = await sql.fetch_one("SELECT parent, child FROM trace_link WHERE id = $1", link_id)
    if ends is None:
        raise NotFound(f"#{link_id}")
    rows = await lock_units({ends["parent"], ends["child"]})
    wrong = await sql.one_as(
        LinkRow,
        "SELECT id, parent, child, activity, quantity, unit, drawn, at, reverses FROM trace_link l WHERE id = $1"
        " AND reverses IS NULL AND quantity > 0 AND NOT EXISTS (SELECT 1 FROM trace_link r WHERE r.reverses = l.id)",
        link_id,
    )
    if wrong is None:
        text = _("This link has been reversed already, or is itself a reversal or a return.")
        raise Refused(_("Not reversed"), [Reason("link.reversed", text)])
    linked = await sql.fetch_value(
        "SELECT quantity FROM trace_edge WHERE child = $1 AND parent = $2", wrong.child, wrong.parent
    )
    refuse(
        _("Not reversed"),
        return_blockers(rows[wrong.parent], rows[wrong.child], wrong.quantity, linked or Decimal(0)),
    )
    if wrong.drawn:
        await put_back(wrong.parent, wrong.quantity, actor=actor)
    return await _write(
        wrong.parent, wrong.child, wrong.activity, -wrong.quantity, wrong.drawn, None, None, actor, wrong.id, reason
    )


async def _write(
    parent: int,
    child: int,
    activity: Activity,
    quantity: Decimal,
    drawn: bool,
    span: Span | None,
    window: Window | None,
    actor: Actor,
    reverses: int | None,
    reason: str | None,
) -> LinkRow:
    written = await sql.one_as(
        LinkRow,
        sql.load("maskqms.trace", "write_link.sql"),
        parent,
        child,
        activity,
        quantity,
        drawn,
        *(span or (None, None)),
        *(window or (None, None)),
        actor.username,
        reverses,
        reason,
    )
    assert written is not None
    return written
