"""Units and links, short: for tests of everything that stands on the spine."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from maskqms.actor import SYSTEM, Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.trace.actions import link as links
from maskqms.trace.actions.units import make_unit
from maskqms.trace.importer.load import Imported, import_history
from maskqms.trace.queries.units import UnitRow, unit_by_code
from maskqms.trace.states import Activity, UnitKind, UnitState

HISTORY = Path(__file__).parents[1] / "data" / "history_small"


def history_files() -> dict[str, bytes]:
    """The small history as bytes by file name, to be damaged at will."""
    return {path.name: path.read_bytes() for path in sorted(HISTORY.glob("*.csv"))}


async def history() -> Imported:
    """The small history, loaded."""
    return await import_history(history_files(), actor=SYSTEM)


async def unit(
    code: str,
    quantity: Decimal | int | str = 100,
    *,
    kind: UnitKind = UnitKind.ROLL,
    state: UnitState = UnitState.RELEASED,
    measure: str = "m",
    actor: Actor = SYSTEM,
    **facts: Any,
) -> UnitRow:
    """A released roll of 100 m, unless told otherwise."""
    async with act(Tag.UNIT_MOVE, actor=actor) as this:
        made = await make_unit(
            kind=kind,
            code=code,
            item=facts.pop("item", "熔喷布"),
            quantity=Decimal(quantity),
            unit=measure,
            state=state,
            actor=actor,
            **facts,
        )
        await this.record(subject=code, after={"quantity": made.quantity})
        return made


async def link(
    parent: str,
    child: str,
    quantity: Decimal | int | str,
    activity: Activity = Activity.ISSUE,
    *,
    actor: Actor = SYSTEM,
    **facts: Any,
) -> links.LinkRow:
    """Put so much of one unit into another, both by code."""
    async with act(Tag.UNIT_MOVE, actor=actor) as this:
        ends = [(await unit_by_code(code)).id for code in (parent, child)]
        made = await links.link(
            parent=ends[0], child=ends[1], activity=activity, quantity=Decimal(quantity), actor=actor, **facts
        )
        await this.record(subject=child, after={"parent": parent, "quantity": made.quantity})
        return made


async def chain(*codes: str, quantity: int = 100) -> list[UnitRow]:
    """Units one inside the other: each made wholly of the one before."""
    made = [await unit(code, quantity) for code in codes]
    for parent, child in pairwise(codes):
        await link(parent, child, quantity)
    return made
