"""Forward: which units, shipments and consignees hold anything of the root. Backward: what went into it.

One statement a direction. Now from the net edges; as of a moment from the ledger. With `prove` the answer is counted
again by a second walk that shares nothing with the first: level by level over the ledger, shares in exact fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.db.engine import DB
from maskqms.db.transaction import transaction
from maskqms.errors import NotFound
from maskqms.i18n import Text, _
from maskqms.trace.queries.answer import Trace
from maskqms.trace.queries.recount import Recount, recount
from maskqms.trace.queries.units import UnitRow, units_by_id
from maskqms.trace.shares import spread
from maskqms.trace.states import Direction

STATEMENTS = {
    (Direction.FORWARD, False): "forward.sql",
    (Direction.BACKWARD, False): "backward.sql",
    (Direction.FORWARD, True): "forward_as_of.sql",
    (Direction.BACKWARD, True): "backward_as_of.sql",
}


async def trace(
    code: str, direction: Direction = Direction.FORWARD, *, as_of: datetime | None = None, prove: bool = False
) -> Trace:
    """Walk from the unit of that code; NotFound when there is none. With `prove` both walks see one snapshot."""
    if not prove:
        return await _walk(code, direction, as_of)
    if DB.current_transaction.get() is not None:
        return await _proved(code, direction, as_of)
    async with transaction():
        await sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return await _proved(code, direction, as_of)


async def _proved(code: str, direction: Direction, as_of: datetime | None) -> Trace:
    answer = await _walk(code, direction, as_of)
    again = await recount(answer.root_id, direction, as_of)
    return replace(answer, recount=again.units, faults=answer.faults + disagreements(answer, again))


async def _walk(code: str, direction: Direction, as_of: datetime | None) -> Trace:
    statement = sql.load("maskqms.trace", STATEMENTS[direction, as_of is not None])
    row = await sql.fetch_one(statement, *((code,) if as_of is None else (code, as_of, local(as_of).date())))
    if row is None or row["root"] is None:
        raise NotFound(code)
    return assemble(code, direction, row)


COLUMNS = (
    "ids", "codes", "kinds", "quantities", "measures", "states", "here", "on_hands", "locations",
    "edge_from", "edge_to", "edge_share", "line_units", "line_shipments", "line_consignees", "line_quantities",
    "shipment_ids", "shipment_codes", "shipment_consignees", "dates",
)  # fmt: skip
"""Arrays that become columns of the answer as they come; an empty one comes as NULL, and backward some do not come."""


def assemble(code: str, direction: Direction, row: Mapping[str, Any]) -> Trace:
    """The statement's arrays as an answer, with its shares and everything in it that does not fit together."""
    columns: dict[str, Any] = {name: row.get(name) or [] for name in COLUMNS}
    sources = columns["edge_from"]
    flow = spread(row["root"], sources, columns["edge_to"], columns["edge_share"])
    frontier_empty = row["edges_there"] == len(sources)
    faults: list[Text] = []
    if flow.loop:
        faults.append(_("a loop of links among {n} units", n=len(flow.loop)))
    if not frontier_empty:
        words = _(
            "{there} links lead on from these units, {followed} were followed",
            there=row["edges_there"],
            followed=len(sources),
        )
        faults.append(words)
    if len(columns["ids"]) != len(flow.order) + len(flow.loop) + (row["root"] not in flow.loop):
        faults.append(_("a link leads to a unit that does not exist"))
    return Trace(
        root=code,
        direction=direction,
        at=row["at"],
        root_id=row["root"],
        waiting=frozenset(row.get("waiting") or ()),
        whom=dict(zip(row.get("consignee_ids") or (), row.get("consignee_codes") or (), strict=True)),
        spread=flow,
        frontier_empty=frontier_empty,
        faults=faults,
        **columns,
    )


def disagreements(answer: Trace, again: Recount) -> list[Text]:
    """Where the second walk saw something else than the first."""
    found: list[Text] = []
    first = set(answer.ids) - {answer.root_id}
    if first != again.ids:
        more, fewer = len(again.ids - first), len(first - again.ids)
        found.append(_("the recount found {more} other units and missed {fewer}", more=more, fewer=fewer))
    if len(answer.edge_from) != again.links:
        walked = len(answer.edge_from)
        found.append(_("the recount followed {again} links, the walk {first}", again=again.links, first=walked))
    far = [unit for unit in first & again.ids if abs(answer.spread.share[unit] - again.share[unit]) > 1e-9]
    if far:
        found.append(_("the shares of {n} units differ", n=len(far)))
    return found


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A unit that something is made of, and the codes on a shortest way to it, both ends included."""

    unit: UnitRow
    depth: int
    share: float
    path: tuple[str, ...]


async def ancestors(code: str) -> list[Ancestor]:
    """Everything a unit is made of, nearest first, each with its row, its holds and the way to it: for gates."""
    answer = await _walk(code, Direction.BACKWARD, None)
    return await _with_paths(answer)


async def descendants_of(code: str) -> list[Ancestor]:
    """Everything made of a unit, nearest first, with the way to it."""
    return await _with_paths(await _walk(code, Direction.FORWARD, None))


async def _with_paths(answer: Trace) -> list[Ancestor]:
    rows = await units_by_id(answer.ids)
    came: dict[int, int] = {}
    depth = answer.spread.depth
    for source, target in zip(answer.edge_from, answer.edge_to, strict=True):
        if target not in came and target != answer.root_id and depth[target] == depth[source] + 1:
            came[target] = source
    paths: dict[int, tuple[str, ...]] = {answer.root_id: (answer.root,)}
    found = []
    for unit in sorted(came, key=lambda id_: (depth[id_], id_)):
        paths[unit] = (*paths[came[unit]], rows[unit].code)
        found.append(Ancestor(rows[unit], depth[unit], answer.spread.share[unit], paths[unit]))
    return found
