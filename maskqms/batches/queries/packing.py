"""Boxes and cartons of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.trace.states import UnitState


@dataclass(frozen=True, slots=True)
class CartonRow:
    id: int
    code: str
    batch: int
    number: int
    boxes: int
    pieces: Decimal
    gtin: str | None
    sscc: str | None
    state: UnitState
    held: bool
    packed_at: datetime
    packed_by: str
    unpacked_at: datetime | None


CARTON = (
    "SELECT c.id, u.code, c.batch, c.number, c.boxes, c.pieces, c.gtin, c.sscc, u.state, u.held, c.packed_at,"
    " a.name AS packed_by, c.unpacked_at FROM carton c JOIN trace_unit u ON u.id = c.id"
    " JOIN account a ON a.id = c.account"
)


async def cartons_of(batch_id: int, *, limit: int | None = None) -> list[CartonRow]:
    """The cartons, the latest first; the unpacked ones too."""
    return await sql.fetch_as(
        CartonRow, f"{CARTON} WHERE c.batch = $1 ORDER BY c.number DESC LIMIT $2", batch_id, limit
    )


async def carton_by_code(code: str) -> CartonRow:
    row = await sql.one_as(CartonRow, f"{CARTON} WHERE u.code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


@dataclass(frozen=True, slots=True)
class BoxRow:
    id: int
    code: str
    number: int
    pieces: Decimal
    carton: str | None
    packed_at: datetime


BOX = (
    "SELECT b.id, u.code, b.number, b.pieces, k.code AS carton, b.packed_at FROM box b JOIN trace_unit u ON u.id = b.id"
    " LEFT JOIN trace_unit k ON k.id = b.carton"
)


async def boxes_of(batch_id: int) -> list[BoxRow]:
    return await sql.fetch_as(BoxRow, f"{BOX} WHERE b.batch = $1 ORDER BY b.number", batch_id)


async def loose_boxes(batch_id: int) -> list[BoxRow]:
    """Boxes in stock that are in no carton."""
    return await sql.fetch_as(
        BoxRow, f"{BOX} WHERE b.batch = $1 AND b.carton IS NULL AND u.on_hand > 0 ORDER BY b.number", batch_id
    )


async def boxes_in(carton_id: int) -> list[BoxRow]:
    return await sql.fetch_as(BoxRow, f"{BOX} WHERE b.carton = $1 ORDER BY b.number", carton_id)


@dataclass(frozen=True, slots=True)
class PackedCounts:
    """How far packing is."""

    cartons: int
    boxes: int
    loose_boxes: int


async def packed_counts(batch_id: int) -> PackedCounts:
    found = await sql.one_as(
        PackedCounts,
        "SELECT (SELECT count(*) FROM carton WHERE batch = $1 AND unpacked_at IS NULL) AS cartons,"
        " count(*) AS boxes, count(*) FILTER (WHERE b.carton IS NULL AND u.on_hand > 0) AS loose_boxes"
        " FROM box b JOIN trace_unit u ON u.id = b.id WHERE b.batch = $1",
        batch_id,
    )
    assert found is not None
    return found


async def packed_units(batch_id: int) -> list[int]:
    """The units of every box and of every carton that was neither unpacked nor scrapped."""
    rows = await sql.fetch(
        "SELECT u.id FROM trace_unit u JOIN (SELECT id FROM box WHERE batch = $1"
        " UNION ALL SELECT id FROM carton WHERE batch = $1 AND unpacked_at IS NULL) p ON p.id = u.id"
        " WHERE u.state <> 'scrapped' ORDER BY u.id",
        batch_id,
    )
    return [row["id"] for row in rows]
