"""Files: who takes one along is written down, and one that was exchanged behind the product's back is named."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib import import_module

import asyncpg
import pytest

from maskqms.audit.rows import broken_row
from maskqms.audit.verification import verify
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.materials.actions.suppliers import CopyOfPaper, add_credential
from maskqms.materials.states import CredentialType
from tests.audit.test_verification import OFF
from tests.conftest import ClientAs, People
from tests.make import materials as make
from tests.make.materials import received
from tests.make.papers import pdf
from tests.make.release import released

PAPER = CopyOfPaper("营业执照.pdf", pdf("the licence"))


async def last_export() -> tuple[str, str, dict[str, object]]:
    row = await sql.fetch_one(
        "SELECT subject, name, after::text AS after FROM audit_entry WHERE tag = 'record:export'"
        " ORDER BY id DESC LIMIT 1"
    )
    assert row is not None
    return row["subject"], row["name"], json.loads(row["after"])


async def with_paper(people: People) -> tuple[str, int]:
    supplier, day = await make.supplier(people), await today()
    return supplier.code, await add_credential(
        supplier.code,
        type=CredentialType.BUSINESS_LICENCE,
        number="91410100MA-1",
        valid_from=day,
        valid_until=None,
        names_item=True,
        copy=PAPER,
        actor=people.quality,
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_trace_taken_along_leaves_an_entry(people: People, client_as: ClientAs, form: str) -> None:
    lot = (await received(people)).lot
    client = await client_as(people.regulator)
    answer = await client.get(f"/trace/table/{form}?code={lot}&direction=forward&view=units")
    assert answer.status_code == 200
    subject, who, said = await last_export()
    assert (subject, who) == (lot, "监管员")
    assert said["sha256"] == sha256(answer.content).hexdigest()
    assert said["file"] == f"{lot}-units.{form}"
    assert said["direction"] == "forward"
    assert "已导出为文件" in (await client.get(f"/history/{lot}")).text


async def test_a_trace_that_is_refused_leaves_none(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.regulator)
    assert (await client.get("/trace/table/csv?code=ML-0")).status_code == 404
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE tag = 'record:export'") == 0


async def test_a_certificate_and_a_paper_taken_along_leave_entries(people: People, client_as: ClientAs) -> None:
    number = (await released(people, cartons=1)).certificate
    client = await client_as(people.warehouse)
    pdf = await client.get(f"/certificates/{number}.pdf")
    subject, who, said = await last_export()
    assert (subject, who, said["sha256"]) == (number, "吴仓管", sha256(pdf.content).hexdigest())
    supplier, credential = await with_paper(people)
    file = await client.get(f"/suppliers/{supplier}/credentials/{credential}/file")
    assert file.content == PAPER.content
    subject, who, said = await last_export()
    assert (subject, said["credential"]) == (supplier, credential)
    assert (await client.get("/certificates/COC-0.pdf")).status_code == 404


async def test_an_exchanged_certificate_is_named(people: People, owner: asyncpg.Connection) -> None:
    await released(people, cartons=1)
    await _adopt_people(owner)
    assert await broken_row() is None
    await owner.execute(OFF)
    await owner.execute("UPDATE certificate SET pdf = 'another', sha256 = encode(sha256('another'), 'hex')")
    found = await broken_row()
    assert found is not None
    assert (found.table, found.reason) == ("certificate", "differs from its last entry")


async def test_an_exchanged_paper_is_named(people: People, owner: asyncpg.Connection) -> None:
    await with_paper(people)
    await _adopt_people(owner)
    assert await broken_row() is None
    await owner.execute(OFF)
    await owner.execute("UPDATE credential_file SET content = 'another'")
    found = await broken_row()
    assert found is not None
    assert (found.table, found.reason) == ("credential_file", "differs from its last entry")
    assert (await verify()).first_broken == found


@pytest.mark.parametrize(
    ("module", "table"),
    [
        ("release.piccolo_migrations.release_2026_11_21t20_00_01_000000", "certificate"),
        ("materials.piccolo_migrations.materials_2026_11_21t20_00_02_000000", "credential_file"),
    ],
)
async def test_files_of_before_get_their_entries(
    people: People, owner: asyncpg.Connection, module: str, table: str
) -> None:
    if table == "certificate":
        await released(people, cartons=1)
    else:
        await with_paper(people)
    await _adopt_people(owner)
    await owner.execute(OFF)
    await owner.execute("DELETE FROM audit_entry WHERE table_name = $1", table)
    found = await broken_row()
    assert found is not None
    assert (found.table, found.reason) == (table, "appeared without an entry")
    async with owner.transaction():
        await owner.execute(import_module(f"maskqms.{module}").ADOPT)
    assert await broken_row() is None


async def _adopt_people(owner: asyncpg.Connection) -> None:
    """The fixture writes its people with the triggers off; here they get their entries."""
    await owner.execute(OFF)
    await owner.execute("SET timezone = 'UTC'")
    async with owner.transaction():
        await owner.execute(
            "INSERT INTO audit_entry (kind, tag, table_name, row_id, after)"
            " SELECT 'row', 'insert', 'account', id, maskqms_shown(to_jsonb(a), '{password_hash}') FROM account a"
        )
        await owner.execute("INSERT INTO audit_entry (kind, tag) VALUES ('act', 'account:create')")
