"""The lots of one supplier and material, the last ones first, whose certificates are compared with own values."""

from __future__ import annotations

from maskqms.db import sql

LAST = 20


async def last_lots_like(lot_id: int) -> list[int]:
    """This lot and the ones before it of the same supplier and material."""
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT coalesce(array_agg(id), '{}') FROM (SELECT o.id FROM lot l JOIN lot o ON o.supplier = l.supplier"
        " AND o.material = l.material AND o.id <= l.id WHERE l.id = $1 ORDER BY o.id DESC LIMIT $2) f",
        lot_id,
        LAST,
    )
