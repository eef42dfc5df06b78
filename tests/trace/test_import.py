"""History in the database: all or nothing, marked, without row entries, and verifiable all the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
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


@pytest.mark.parametrize("who", ["operator", "inspector", "admin", "regulator"])
async def test_importing_is_the_work_of_quality_and_of_the_plant_manager(people: People, who: str) -> None:
    """Imported units may be released, so an administrator brings none in (R16); the attempt is in the trail."""
    with pytest.raises(Refused) as refused:
        await import_history(make.history_files(), actor=getattr(people, who))
    assert [reason.code for reason in refused.value.reasons] == ["actor.role"]
    (entry,) = await sql.fetch("SELECT tag, account FROM audit_entry WHERE kind = 'refusal'")
    assert (entry["tag"], entry["account"]) == ("history:import", getattr(people, who).account_id)
    assert await sql.fetch_value("SELECT count(*) FROM trace_unit") == 0


async def test_codes_that_are_present_are_faults_beside_those_of_the_files() -> None:
    """Also of the very row that has another fault: whoever mends it learns both at once."""
    await make.unit("B-0000153")
    files = make.history_files()
    lines = files["units.csv"].split(b"\n")
    assert lines[298].startswith(b"batch,B-0000153,")
    lines[298] = lines[298].replace(b",released", b",good")
    files["units.csv"] = b"\n".join(lines)
    files["links.csv"] = files["links.csv"].replace(b",issue,", b",glue,", 1)
    refused = await import_history(files, actor=SYSTEM)
    found = [(fault.file, fault.line, fault.column) for fault in refused.faults]
    assert found[:2] == [("units.csv", 299, "code"), ("units.csv", 299, "state")]
    assert [(file, column) for file, _line, column in found[2:]] == [("links.csv", "activity")]


async def test_of_two_imports_at_once_one_loads_and_the_other_says_why_not() -> None:
    first, second = await asyncio.gather(make.history(), make.history())
    loaded, refused = (first, second) if first.loaded else (second, first)
    assert loaded.faults == []
    assert len(refused.faults) == 507 + 20 + 223
    assert await sql.fetch_value("SELECT count(*) FROM history_import") == 1


async def test_a_code_taken_while_the_import_ran_is_refused_in_words() -> None:
    """Nothing of ours makes a code that others could guess; should it happen, it is a refusal and nothing is loaded."""
    taken, going_on = asyncio.Event(), asyncio.Event()

    async def take() -> None:
        async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
            await make.unit("B-0000153")
            taken.set()
            await going_on.wait()
            await this.record(subject="B-0000153")

    async def load() -> None:
        await taken.wait()
        loading = asyncio.create_task(make.history())
        await asyncio.sleep(1)
        going_on.set()
        with pytest.raises(Refused) as refused:
            await loading
        assert [reason.code for reason in refused.value.reasons] == ["code.taken"]

    await asyncio.gather(take(), load())
    assert await sql.fetch_value("SELECT count(*) FROM trace_unit") == 1


async def test_imported_units_carry_what_acts_ask_for() -> None:
    await make.history()
    assert (await unit_by_code("MBR-0000052")).identifiers == {"material": (await unit_by_code("MBR-0000052")).item}
    batch = await unit_by_code("B-0000153")
    assert batch.identifiers == {"product": batch.item, "batch": "B-0000153"}
