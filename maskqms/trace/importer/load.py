"""The load: one transaction, by COPY, into the same tables as everything else; row triggers do not fire for it.

What stands in for the rows' audit entries is the act's entry with the digests of the files, and the digest of all rows
as loaded (`trace_import_digest`), which can be computed again at any time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from maskqms.actor import SYSTEM, Actor, Role
from maskqms.audit.acts import Act, act, as_json
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import end_of_day
from maskqms.db.engine import connection
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.settings import settings
from maskqms.trace.importer.checks import Present, check, check_present
from maskqms.trace.importer.files import Fault, Findings, digests
from maskqms.trace.importer.history import History
from maskqms.trace.importer.oddities import gone_out
from maskqms.trace.states import ShipmentState, UnitState

Progress = Callable[[str, int, int], None]
"""Called with the step's name, steps done and steps in all."""

STEPS = ("check", "units", "links", "consignees", "shipments", "shipment_lines", "edges", "digest")
GONE = frozenset({str(UnitState.CONSUMED), str(UnitState.SCRAPPED)})


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a folder: rows by file when it was loaded, or the faults that forbade it."""

    loaded: dict[str, int]
    digests: dict[str, str]
    rows_digest: str | None
    warnings: list[Fault]
    faults: list[Fault]

    def as_json(self) -> dict[str, Any]:
        if self.faults:
            return {"faults": [fault.as_json() for fault in self.faults]}
        return {
            "loaded": self.loaded,
            "digests": self.digests,
            "warnings": [warning.as_json() for warning in self.warnings],
        }


def no_progress(_step: str, _done: int, _total: int) -> None:
    """Nobody is watching."""


async def import_history(files: Mapping[str, bytes], *, actor: Actor, progress: Progress = no_progress) -> Imported:
    """Load the folder whole, or say everything that is wrong with it and load nothing."""
    allowed = [] if actor == SYSTEM else actor.lacks(Role.QUALITY, Role.PLANT_MANAGER, Role.ADMINISTRATOR)
    refuse(_("Not imported"), allowed)
    progress(STEPS[0], 0, len(STEPS))
    history, findings = await asyncio.to_thread(check, files, zone=settings().timezone)
    if not findings.faults:
        async with act(Tag.HISTORY_IMPORT, actor=actor) as this:
            check_present(history, await present(history), findings)
            if not findings.faults:
                return await _load(history, findings, digests(files), this, progress)
    return Imported({}, digests(files), None, findings.warnings, in_order(findings.faults))


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By file as given in the layout, then by line: the order in which somebody mends them."""
    return sorted(faults, key=lambda fault: (ORDER.index(fault.file), fault.line, fault.column or ""))


ORDER = ("units.csv", "links.csv", "consignees.csv", "shipments.csv", "shipment_lines.csv")


async def present(history: History) -> Present:
    """Which codes of the folder the database has already."""
    found = [
        frozenset(row["code"] for row in await sql.fetch(f"SELECT code FROM {table} WHERE code = ANY($1)", list(codes)))
        for table, codes in (
            ("trace_unit", history.units),
            ("consignee", history.consignees),
            ("shipment", history.shipments),
        )
    ]
    return Present(*found)


async def _load(
    history: History, findings: Findings, file_digests: dict[str, str], this: Act, progress: Progress
) -> Imported:
    counts = history.counts()
    import_id = await sql.fetch_value(
        "INSERT INTO history_import (digests, loaded, warnings, actor, at)"
        " VALUES ($1, $2, $3, $4, maskqms_now()) RETURNING id",
        as_json(file_digests),
        as_json(counts),
        len(findings.warnings),
        this.actor.username,
    )
    ids = await _copy_rows(history, import_id, this, progress)
    progress("edges", 6, len(STEPS))
    await sql.execute(
        "INSERT INTO trace_edge (child, parent, quantity, share)"
        " SELECT l.child, l.parent, l.quantity, trace_share(l.quantity, u.quantity) FROM ("
        "  SELECT child, parent, sum(quantity) AS quantity FROM trace_link WHERE import_id = $1 GROUP BY child, parent"
        " ) l JOIN trace_unit u ON u.id = l.parent ORDER BY l.child, l.parent",
        import_id,
    )
    progress("digest", 7, len(STEPS))
    rows_digest = await sql.fetch_value("SELECT trace_import_digest($1)", import_id)
    await sql.execute("UPDATE history_import SET rows_digest = $2 WHERE id = $1", import_id, rows_digest)
    await this.record(
        subject=f"import-{import_id}",
        after={"files": file_digests, "rows": counts, "rows_digest": rows_digest, "warnings": len(findings.warnings)},
    )
    progress("done", len(STEPS), len(STEPS))
    assert len(ids) == counts["units.csv"]
    return Imported(counts, file_digests, rows_digest, findings.warnings, [])


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


async def _copy_rows(history: History, import_id: int, this: Act, progress: Progress) -> dict[str, int]:
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
                "{}",
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
