"""Rebuild the net edges from the ledger, which alone is the truth."""

from __future__ import annotations

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.trace.queries.edges import edge_differences


async def rebuild_edges(*, actor: Actor) -> int:
    """Make every edge anew; the number of edges that were wrong. Nobody links meanwhile: every link writes its edge."""
    async with act(Tag.EDGES_REBUILD, actor=actor) as this:
        await sql.execute("LOCK TABLE trace_edge IN SHARE ROW EXCLUSIVE MODE")
        wrong = len(await edge_differences(limit=1_000_000))
        await sql.execute("DELETE FROM trace_edge")
        await sql.execute(
            "INSERT INTO trace_edge (child, parent, quantity, share)"
            " SELECT l.child, l.parent, l.quantity, trace_share(l.quantity, u.quantity) FROM ("
            "  SELECT child, parent, sum(quantity) AS quantity FROM trace_link"
            "  GROUP BY child, parent HAVING sum(quantity) <> 0"
            " ) l JOIN trace_unit u ON u.id = l.parent"
        )
        await this.record(subject="trace_edge", after={"were_wrong": wrong})
        return wrong
