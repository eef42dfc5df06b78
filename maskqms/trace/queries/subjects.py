"""What a hold on more than one unit is placed on: everything of a product, from a supplier, off a line.

The roots of a subject are what carries its name: batches a product and a line, deliveries a supplier. Everything else
is reached from them over the links.
"""

from __future__ import annotations

from collections.abc import Mapping

from maskqms.db import sql
from maskqms.trace.states import HoldSubject

ROOTS: Mapping[HoldSubject, str] = {
    HoldSubject.PRODUCT: "SELECT id FROM trace_unit WHERE kind = 'batch' AND identifiers ->> 'product' = $1",
    HoldSubject.SUPPLIER: "SELECT id FROM trace_unit WHERE supplier = $1",
    HoldSubject.LINE: "SELECT id FROM trace_unit WHERE kind = 'batch' AND identifiers ->> 'line' = $1",
}

SUPPLIERS = ("supplier", "supplier IS NOT NULL")
PRODUCTS = ("identifiers ->> 'product'", "kind = 'batch'")
LINES = ("identifiers ->> 'line'", "kind = 'batch'")

OFFERED = 300
"""Names of each sort that a form offers; a name that is not among them can still be typed."""


async def roots_of(subject: HoldSubject, name: str) -> set[int]:
    """The units that carry the name; found by an index each."""
    return {row["id"] for row in await sql.fetch(ROOTS[subject], name)}


async def known_names() -> list[str]:
    """Products, lines and suppliers that units carry: from name to name along the indexes, not over all units."""
    found: list[str] = []
    for name, where in (PRODUCTS, LINES, SUPPLIERS):
        rows = await sql.fetch(
            f"WITH RECURSIVE known (name) AS ((SELECT {name} FROM trace_unit WHERE {where} AND {name} IS NOT NULL"
            f" ORDER BY 1 LIMIT 1) UNION ALL SELECT (SELECT {name} FROM trace_unit WHERE {where} AND {name} > k.name"
            " ORDER BY 1 LIMIT 1) FROM known k WHERE k.name IS NOT NULL)"
            " SELECT name FROM known WHERE name IS NOT NULL LIMIT $1",
            OFFERED,
        )
        found += [row["name"] for row in rows]
    return found
