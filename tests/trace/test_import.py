"""History in the database: all or nothing, marked, without row entries, and verifiable all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from maskqms.actor import SYSTEM
from maskqms.audit.verification import verify
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.importer.load import import_history
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.edges import edge_differences
from maskqms.trace.queries.imports import imports
from maskqms.trace.queries.units import unit_by_code
from tests.make import trace as make

if TYPE_CHECKING:
    from tests.conftest import People

pytestmark = pytest.mark.usefixtures("db")


async def test_rows_are_marked_and_one_entry_with_digests_stands_for_them() -> None:
    loaded = await make.history()
    assert (await unit_by_code("B-0000153")).imported
    entries = await sql.fetch(
        "SELECT kind, tag, table_name FROM audit_entry WHERE table_name IS DISTINCT FROM 'history_import'"
    )
    assert [(e["kind"], e["tag"]) for e in entries] == [("act", "history:import")]
    (row,) = await imports()
    assert (row.rows, row.digests, row.rows_digest) == (3901, loaded.digests, loaded.rows_digest)
    assert row.warnings == len(loaded.warnings) == 155
    assert await edge_differences() == []


async def test_nothing_is_loaded_when_anything_is_wrong() -> None:
    files = make.history_files()
    refused = await import_history(
        files | {"links.csv": files["links.csv"].replace(b",issue,", b",glue,", 1)}, actor=SYSTEM
    )
    assert [(fault.file, fault.column) for fault in refused.faults] == [("links.csv", "activity")]
    for table in ("trace_unit", "trace_link", "trace_edge", "consignee", "shipment", "shipment_line", "history_import"):
        assert await sql.fetch_value(f"SELECT count(*) FROM {table}") == 0


async def test_a_code_that_is_present_already_is_a_fault() -> None:
    await make.unit("B-0000153")
    refused = await import_history(make.history_files(), actor=SYSTEM)
    assert [(fault.file, fault.line, fault.column) for fault in refused.faults] == [("units.csv", 299, "code")]


async def test_what_is_left_of_a_unit_is_on_hand_and_never_less_than_nothing() -> None:
    await make.history()
    assert await sql.fetch_value("SELECT min(on_hand) FROM trace_unit") >= 0
    sums = await balance("MBL-0000006")
    assert sums.residue == 0


async def test_later_acts_on_imported_rows_leave_the_import_verifiable() -> None:
    await make.history()
    await place_hold(unit="MBR-0000052", reason="notice", actor=SYSTEM)
    await make.unit("NEW", 0)
    assert (await verify()).first_broken is None


async def test_an_imported_row_changed_behind_the_products_back_is_found(owner: asyncpg.Connection) -> None:
    await make.history()
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("UPDATE trace_link SET quantity = quantity + 1 WHERE id = (SELECT min(id) FROM trace_link)")
    await owner.execute("SET session_replication_role = origin")
    broken = (await verify()).first_broken
    assert broken is not None
    assert broken.table == "history_import"


async def test_importing_is_not_everybodys_work(people: People) -> None:
    with pytest.raises(Refused):
        await import_history(make.history_files(), actor=people.operator)
