"""The second walk: level by level over the ledger, in exact fractions. It shares no line with the first on purpose."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from maskqms.db import sql
from maskqms.trace.states import Direction

LEVEL = {
    Direction.FORWARD: "SELECT parent, child, sum(quantity) AS quantity FROM trace_link"
    " WHERE parent = ANY($1::bigint[])"
    " AND ($2::timestamptz IS NULL OR at <= $2) GROUP BY parent, child HAVING sum(quantity) > 0",
    Direction.BACKWARD: "SELECT parent, child, sum(quantity) AS quantity FROM trace_link"
    " WHERE child = ANY($1::bigint[])"
    " AND ($2::timestamptz IS NULL OR at <= $2) GROUP BY parent, child HAVING sum(quantity) > 0",
}
RECORDED = (
    "SELECT id, CASE WHEN $2::timestamptz IS NULL THEN quantity ELSE trace_quantity_at(id, $2) END AS quantity"
    " FROM trace_unit WHERE id = ANY($1::bigint[])"
)


@dataclass(frozen=True, slots=True)
class Recount:
    """What the second walk found, without the root."""

    ids: set[int]
    links: int
    share: dict[int, float]

    @property
    def units(self) -> int:
        return len(self.ids)


async def recount(root: int, direction: Direction, as_of: datetime | None) -> Recount:
    """Breadth first from the root; every level asks the ledger anew and stops when it brings no new unit."""
    net: dict[tuple[int, int], Fraction] = {}
    seen = {root}
    level = [root]
    while level:
        found = await sql.fetch(LEVEL[direction], level, as_of)
        net.update({(row["parent"], row["child"]): Fraction(row["quantity"]) for row in found})
        ends = {row["child" if direction is Direction.FORWARD else "parent"] for row in found}
        level = sorted(ends - seen)
        seen |= ends
    recorded = {row["id"]: Fraction(row["quantity"]) for row in await sql.fetch(RECORDED, sorted(seen), as_of)}
    return Recount(seen - {root}, len(net), _shares(root, direction, net, recorded))


def _shares(
    root: int, direction: Direction, net: dict[tuple[int, int], Fraction], recorded: dict[int, Fraction]
) -> dict[int, float]:
    """Each unit asks its neighbours nearer to the root, and remembers; no queue, no order to get wrong."""
    nearer: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (parent, child), quantity in net.items():
        total = recorded.get(parent, Fraction(0))
        part = float(quantity / total) if total > 0 else 0.0
        near, far = (parent, child) if direction is Direction.FORWARD else (child, parent)
        nearer[far].append((near, part))
    known = {root: 1.0}
    for start in nearer:
        stack = [start]
        open_: set[int] = set()
        while stack:
            unit = stack[-1]
            if unit in known:
                stack.pop()
                continue
            missing = [near for near, _part in nearer[unit] if near not in known]
            if not missing:
                known[unit] = sum(known[near] * part for near, part in nearer[unit])
                stack.pop()
            elif unit in open_:
                known[unit] = float("nan")
            else:
                open_.add(unit)
                stack += missing
    return known
