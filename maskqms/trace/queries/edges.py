"""The net edges against the ledger they are kept from: the check that they could be rebuilt, and would be the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maskqms.db import sql


@dataclass(frozen=True, slots=True)
class EdgeDifference:
    """An edge as the ledger makes it and as it stands; None where it is missing on that side."""

    parent: str
    child: str
    by_ledger: Decimal | None
    stands: Decimal | None


async def edge_differences(limit: int = 100) -> list[EdgeDifference]:
    """Where edges and ledger disagree, in quantity or share; empty when all is well."""
    return await sql.fetch_as(EdgeDifference, sql.load("maskqms.trace", "edge_differences.sql"), limit)
