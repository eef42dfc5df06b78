"""Gateways, and whose token this is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from maskqms.db import sql


@dataclass(frozen=True, slots=True)
class GatewayRow:
    """A gateway, when it last spoke and how far ahead its clock was."""

    id: int
    name: str
    registered_by: str
    registered_at: datetime
    revoked_at: datetime | None
    last_at: datetime | None
    clock_ahead: Decimal | None

    @property
    def clock_wrong(self) -> bool:
        return self.clock_ahead is not None and abs(self.clock_ahead) > 60


_SELECT = """
SELECT g.id, g.name, g.registered_by, g.registered_at, g.revoked_at, c.at AS last_at, c.clock_ahead
FROM gateway g LEFT JOIN gateway_contact c ON c.gateway = g.id
"""


def token_hash(token: str) -> str:
    """Tokens are 256 random bits: a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


async def gateways() -> list[GatewayRow]:
    return await sql.fetch_as(GatewayRow, _SELECT + " ORDER BY (g.revoked_at IS NOT NULL), g.name")


async def gateway_of(token: str) -> GatewayRow | None:
    """The gateway that may speak with this token."""
    return await sql.one_as(
        GatewayRow, _SELECT + " WHERE g.token_hash = $1 AND g.revoked_at IS NULL", token_hash(token)
    )


async def gateway_by_name(name: str) -> GatewayRow | None:
    return await sql.one_as(GatewayRow, _SELECT + " WHERE g.name = $1", name)
