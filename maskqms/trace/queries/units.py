"""One unit, or many under lock. The lock order of the whole product is kept here: unit rows, by id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import biip
from pydantic import Json

from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import NotFound
from maskqms.trace.rules import plain
from maskqms.trace.states import UnitKind, UnitState
from maskqms.web.filters import segment
from maskqms.web.scan import ScannedCode, read_scan

COLUMNS = (
    "id, kind, code, item, quantity, unit, on_hand, state, held, made_on, usable_until, supplier, supplier_lot,"
    " location, identifiers, import_id, created_at"
)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it stands. `holds` are the codes of the active holds on it."""

    id: int
    kind: UnitKind
    code: str
    item: str
    quantity: Decimal
    unit: str
    on_hand: Decimal
    state: UnitState
    held: bool
    made_on: date | None
    usable_until: datetime | None
    supplier: str | None
    supplier_lot: str | None
    location: str | None
    identifiers: Json[dict[str, Any]]
    import_id: int | None
    created_at: datetime
    holds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """The limit in the factory's zone, so that a refusal names the day on the factory's wall."""
        if self.usable_until is not None:
            object.__setattr__(self, "usable_until", local(self.usable_until))

    @property
    def imported(self) -> bool:
        """It comes from imported history: no gate of ours ever looked at it."""
        return self.import_id is not None

    @property
    def href(self) -> str:
        return f"/units/{segment(self.code)}"

    @property
    def amount(self) -> str:
        return f"{plain(self.quantity)} {self.unit}"


async def _with_holds(rows: list[UnitRow]) -> list[UnitRow]:
    """Name the holds of those that are held; a second statement, so that it sees what was committed under our lock."""
    held = [row.id for row in rows if row.held]
    if not held:
        return rows
    found = await sql.fetch(
        "SELECT hu.unit, array_agg(h.code ORDER BY h.id) AS codes FROM hold_unit hu JOIN hold h ON h.id = hu.hold"
        " WHERE hu.unit = ANY($1::bigint[]) AND h.state = 'active' GROUP BY hu.unit",
        held,
    )
    codes = {record["unit"]: tuple(record["codes"]) for record in found}
    return [replace(row, holds=codes.get(row.id, ())) if row.held else row for row in rows]


async def lock_units(ids: Iterable[int]) -> dict[int, UnitRow]:
    """The units, locked until the act ends: the one lock order, by id, before anything is asked of them."""
    wanted = sorted(set(ids))
    rows = await sql.fetch_as(
        UnitRow, f"SELECT {COLUMNS} FROM trace_unit WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE", wanted
    )
    if len(rows) < len(wanted):
        raise NotFound(f"#{(set(wanted) - {row.id for row in rows}).pop()}")
    return {row.id: row for row in await _with_holds(rows)}


async def units_by_id(ids: Iterable[int]) -> dict[int, UnitRow]:
    """The units as they are, without lock; ids that do not exist are left out."""
    wanted = sorted(set(ids))
    rows = await sql.fetch_as(UnitRow, f"SELECT {COLUMNS} FROM trace_unit WHERE id = ANY($1::bigint[])", wanted)
    return {row.id: row for row in await _with_holds(rows)}


async def find_unit(code: str) -> UnitRow | None:
    """The unit of that code, or None."""
    row = await sql.one_as(UnitRow, f"SELECT {COLUMNS} FROM trace_unit WHERE code = $1", code)
    return (await _with_holds([row]))[0] if row else None


async def unit_by_code(code: str) -> UnitRow:
    """The unit of that code; NotFound when there is none."""
    row = await find_unit(code)
    if row is None:
        raise NotFound(code)
    return row


async def unit_by_id(unit_id: int) -> UnitRow:
    row = (await units_by_id([unit_id])).get(unit_id)
    if row is None:
        raise NotFound(f"#{unit_id}")
    return row


async def resolve_scan(scan: ScannedCode | str) -> UnitRow | None:
    """The unit that a scanned or typed code means: our own code, an SSCC, or a GTIN with serial or batch number.

    A GTIN with a batch number but no serial means the batch; with neither it names a product, not a unit.
    Imported codes may hold signs that reading a scan takes for a slip of the keyboard, so what came is tried first.
    """
    scan = read_scan(scan) if isinstance(scan, str) else scan
    found = await find_unit(scan.raw) if scan.raw != scan.text else None
    if found is None and scan.text:
        found = await find_unit(scan.text)
    if found is None and scan.text != scan.text.upper():
        found = await find_unit(scan.text.upper())
    if found is not None:
        return found
    elements = gs1_elements(scan)
    if "00" in elements:
        found = await sql.one_as(
            UnitRow,
            f"SELECT {COLUMNS} FROM trace_unit WHERE identifiers ? 'sscc' AND identifiers ->> 'sscc' = $1",
            elements["00"],
        )
    if found is None and "01" in elements:
        found = await _by_gtin(elements["01"], elements.get("21"), elements.get("10"))
    return None if found is None else (await _with_holds([found]))[0]


def gs1_elements(scan: ScannedCode) -> dict[str, str]:
    """Application identifier -> value of a GS1 element string or Digital Link; empty for anything else."""
    if scan.text.isdigit() and len(scan.text) == 18:
        return {"00": scan.text}
    try:
        parsed = biip.parse(scan.elements)
    except biip.ParseError:
        return {}
    message = parsed.gs1_message or parsed.gs1_digital_link_uri
    return {element.ai.ai: element.value for element in message.element_strings} if message else {}


async def _by_gtin(gtin: str, serial: str | None, batch: str | None) -> UnitRow | None:
    """With a serial the one piece; without, the batch: its own code or the number printed on it."""
    if serial is not None:
        return await sql.one_as(
            UnitRow,
            f"SELECT {COLUMNS} FROM trace_unit WHERE identifiers ? 'gtin' AND identifiers ->> 'gtin' = $1"
            " AND identifiers ->> 'serial' = $2 ORDER BY id LIMIT 1",
            gtin,
            serial,
        )
    if batch is None:
        return None
    return await sql.one_as(
        UnitRow,
        f"SELECT {COLUMNS} FROM trace_unit WHERE kind = 'batch' AND (code = $2 OR (identifiers ? 'gtin'"
        " AND identifiers ->> 'gtin' = $1 AND identifiers ->> 'batch' = $2)) ORDER BY id LIMIT 1",
        gtin,
        batch,
    )
