"""The load: one transaction, by COPY, into the same tables as everything else; row triggers do not fire for it.

What stands in for the rows' audit entries is the act's entry with the digests of the files, and the digest of all rows
as loaded (`trace_import_digest`), which can be computed again at any time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from maskqms.actor import SYSTEM, Actor, Role
from maskqms.audit.acts import Act, act, as_json
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.transaction import explain
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.settings import settings
from maskqms.trace.actions.subjects import inherit_imported
from maskqms.trace.importer.checks import Present, check, check_present
from maskqms.trace.importer.copying import STEPS, Progress, copy_rows
from maskqms.trace.importer.files import Fault, Findings, digests
from maskqms.trace.importer.history import History
from maskqms.trace.importer.layout import CONSIGNEES, SHIPMENTS, UNITS

IMPORTS = 7_201_007
"""Advisory lock of imports: of two at once the second looks for codes when the first is in, and says so."""


for _constraint in ("trace_unit_code_key", "shipment_code_key"):
    explain(_constraint, "code.taken", _("Somebody else wrote a record under one of these codes at that moment."))


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a folder: rows by file when it was loaded, or the faults that forbade it."""

    import_id: int | None
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


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder that was read and judged by itself, without the database."""

    history: History
    findings: Findings
    digests: dict[str, str]


def import_blockers(actor: Actor) -> list[Reason]:
    """Whose work it is: imported units may be released, so no administrator brings them in (R16)."""
    return [] if actor == SYSTEM else actor.lacks(Role.QUALITY, Role.PLANT_MANAGER)


async def may_import(actor: Actor) -> None:
    """Refused, and in the audit trail, before anybody reads a great upload of somebody who may not."""
    async with act(Tag.HISTORY_IMPORT, actor=actor):
        refuse(_("Not imported"), import_blockers(actor))


async def check_files(files: Mapping[str, bytes]) -> Checked:
    """Everything that can be said of the files by themselves; in a thread, for they may be great."""
    history, findings = await asyncio.to_thread(check, files, zone=settings().timezone)
    return Checked(history, findings, await asyncio.to_thread(digests, files))


async def import_history(files: Mapping[str, bytes], *, actor: Actor, progress: Progress = no_progress) -> Imported:
    """Load the folder whole, or say everything that is wrong with it and load nothing."""
    await may_import(actor)
    progress(STEPS[0], 0, len(STEPS))
    return await load_checked(await check_files(files), actor=actor, progress=progress)


async def load_checked(checked: Checked, *, actor: Actor, progress: Progress = no_progress) -> Imported:
    """What the database says comes on top of what the files say, also when they are wrong: one list to mend."""
    findings = Findings(list(checked.findings.faults), checked.findings.warnings)
    async with act(Tag.HISTORY_IMPORT, actor=actor) as this:
        refuse(_("Not imported"), import_blockers(actor))
        await sql.execute("SELECT pg_advisory_xact_lock($1)", IMPORTS)
        check_present(checked.history, await present(checked.history), findings)
        if not findings.faults:
            return await _load(checked.history, findings, checked.digests, this, progress)
    return Imported(None, {}, checked.digests, None, findings.warnings, in_order(findings.faults))


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By file as given in the layout, then by line: the order in which somebody mends them."""
    return sorted(faults, key=lambda fault: (ORDER.index(fault.file), fault.line, fault.column or ""))


ORDER = ("units.csv", "links.csv", "consignees.csv", "shipments.csv", "shipment_lines.csv")


async def present(history: History) -> Present:
    """Which codes of the folder the database has already."""
    found = [
        frozenset(row["code"] for row in await sql.fetch(f"SELECT code FROM {table} WHERE code = ANY($1)", list(codes)))
        for table, codes in (
            ("trace_unit", history.codes_of(UNITS.name)),
            ("consignee", history.codes_of(CONSIGNEES.name)),
            ("shipment", history.codes_of(SHIPMENTS.name)),
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
    ids = await copy_rows(history, import_id, this, progress)
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
    await inherit_imported(import_id)
    await this.record(
        subject=f"import-{import_id}",
        after={"files": file_digests, "rows": counts, "rows_digest": rows_digest, "warnings": len(findings.warnings)},
    )
    progress("done", len(STEPS), len(STEPS))
    assert len(ids) == counts["units.csv"]
    return Imported(import_id, counts, file_digests, rows_digest, findings.warnings, [])
