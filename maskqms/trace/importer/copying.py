"""The rows of a history into the tables, by COPY: keys are asked for first, so that rows can refer to each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from maskqms.audit.acts import Act, as_json
from maskqms.db import sql
from maskqms.db.clock import end_of_day
from maskqms.db.engine import connection
from maskqms.settings import settings
from maskqms.trace.importer.history import History, UnitIn
from maskqms.trace.importer.oddities import gone_out
from maskqms.trace.states import ShipmentState, UnitKind, UnitState

Progress = Callable[[str, int, int], None]
"""Called with the step's name, steps done and steps in all."""

STEPS = ("check", "units", "links", "consignees", "shipments", "shipment_lines", "edges", "digest")
GONE = frozenset({str(UnitState.CONSUMED), str(UnitState.SCRAPPED)})
MATERIALS = frozenset({str(UnitKind.LOT), str(UnitKind.ROLL)})


async def _ids(table: str, count: int) -> list[int]:
    """As many new keys of a table; asked before COPY, so that rows can refer to each other."""
    found = await sql.fetch_value(
        f"SELECT coalesce(array_agg(nextval(pg_get_serial_sequence('{table}', 'id'))), '{{}}')"
        " FROM generate_series(1, $1)",
        count,
    )
    return list(found)


async def _copy(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    async with connection() as link:
        await link.copy_records_to_table(table, records=rows, columns=columns.split())


async def copy_rows(history: History, import_id: int, this: Act, progress: Progress) -> dict[str, int]:
    """All rows; returns the ids of the units by code."""
    units = dict(zip(history.units, await _ids("trace_unit", len(history.units)), strict=True))
    consignees = dict(zip(history.consignees, await _ids("consignee", len(history.consignees)), strict=True))
    shipments = dict(zip(history.shipments, await _ids("shipment", len(history.shipments)), strict=True))
    work: tuple[tuple[str, Callable[[], Awaitable[None]]], ...] = (
        ("units", lambda: _copy_units(history, units, import_id, this.at)),
        ("links", lambda: _copy_links(history, units, import_id, this)),
        ("consignees", lambda: _copy_consignees(history, consignees, import_id, this.at)),
        ("shipments", lambda: _copy_shipments(history, shipments, consignees, import_id, this)),
        ("shipment_lines", lambda: _copy_lines(history, units, shipments, consignees, import_id, this)),
    )
    for done, (name, copy) in enumerate(work, start=1):
        progress(name, done, len(STEPS))
        await copy()
    return units


def identifiers_of(row: UnitIn) -> dict[str, str]:
    """What the unit is known by elsewhere, under the names that acts use: where an item is written as the code of a
    material, its lots and rolls can be issued; where as that of a product, a hold on the product finds its batches."""
    if row.kind in MATERIALS:
        return {"material": row.item}
    return {"product": row.item, "batch": row.code} if row.kind == UnitKind.BATCH else {}


async def _copy_units(history: History, ids: dict[str, int], import_id: int, at: datetime) -> None:
    out = gone_out(history)
    nothing = Decimal(0)
    await _copy(
        "trace_unit",
        "id kind code item quantity unit on_hand state held made_on usable_until supplier supplier_lot identifiers"
        " import_id created_at",
        (
            (
                ids[row.code],
                row.kind,
                row.code,
                row.item,
                row.quantity,
                row.unit,
                nothing if row.state in GONE else max(nothing, row.quantity - out.get(row.code, nothing)),
                row.state,
                False,
                row.made_on,
                end_of_day(row.expires_on) if row.expires_on else None,
                row.supplier,
                row.supplier_lot,
                as_json(identifiers_of(row)),
                import_id,
                at,
            )
            for row in history.units.values()
        ),
    )


async def _copy_links(history: History, units: dict[str, int], import_id: int, this: Act) -> None:
    await _copy(
        "trace_link",
        "parent child activity quantity unit drawn at recorded_at actor import_id",
        (
            (
                units[row.parent],
                units[row.child],
                row.activity,
                row.quantity,
                row.unit,
                True,
                row.at,
                this.at,
                this.actor.username,
                import_id,
            )
            for row in history.links
        ),
    )


async def _copy_consignees(history: History, ids: dict[str, int], import_id: int, at: datetime) -> None:
    await _copy(
        "consignee",
        "id code name address contact country import_id created_at",
        (
            (ids[row.code], row.code, row.name, row.address, row.contact, row.country, import_id, at)
            for row in history.consignees.values()
        ),
    )


async def _copy_shipments(
    history: History, ids: dict[str, int], consignees: dict[str, int], import_id: int, this: Act
) -> None:
    zone, who = settings().timezone, this.actor.username
    await _copy(
        "shipment",
        "id code consignee state shipped_on created_by created_at confirmed_by confirmed_at import_id",
        (
            (
                ids[row.code],
                row.code,
                consignees[row.consignee],
                str(ShipmentState.CONFIRMED),
                row.shipped_on,
                who,
                this.at,
                who,
                datetime.combine(row.shipped_on, time(), tzinfo=zone),
                import_id,
            )
            for row in history.shipments.values()
        ),
    )


async def _copy_lines(
    history: History,
    units: dict[str, int],
    shipments: dict[str, int],
    consignees: dict[str, int],
    import_id: int,
    this: Act,
) -> None:
    zone, who = settings().timezone, this.actor.username
    await _copy(
        "shipment_line",
        "shipment unit quantity unit_of_measure consignee added_by added_at import_id",
        (
            (
                shipments[row.shipment],
                units[row.unit],
                row.quantity,
                row.unit_of_measure,
                consignees[history.shipments[row.shipment].consignee],
                who,
                datetime.combine(history.shipments[row.shipment].shipped_on, time(), tzinfo=zone),
                import_id,
            )
            for row in history.lines
        ),
    )
