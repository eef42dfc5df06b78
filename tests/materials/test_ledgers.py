"""The books of purchase, inspection and use agree with what is on hand, on the page and in every file."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import asyncpg
import pypdfium2
import pytest
from openpyxl import load_workbook

from maskqms.batches.actions.issue import issue_unit, return_unused
from maskqms.materials.actions.stock import take_from_stock
from maskqms.materials.queries.ledgers import LedgerFilter, inspections, purchases, reconciled, uses
from maskqms.materials.queries.locations import location_by_code
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import MovementKind
from tests.conftest import ClientAs, Clock, People
from tests.make import materials as make
from tests.make import warehouse
from tests.make.batches import make_roll, make_started

pytestmark = pytest.mark.usefixtures("db")


async def used_lot(people: People) -> str:
    """Four rolls of 500 m: one half used, one sampled, scrapped and sent back in part, one counted short."""
    batch = await make_started(people)
    lot = (await make.released_of(people)).code
    await issue_unit(batch=batch.code, code=f"{lot}-R01", quantity=Decimal(300), actor=people.operator)
    await return_unused(batch=batch.code, code=f"{lot}-R01", quantity=Decimal(50), actor=people.operator)
    for kind, quantity in ((MovementKind.SAMPLE, 2), (MovementKind.RETAIN, 3), (MovementKind.SCRAP, 20)):
        await take_from_stock(
            f"{lot}-R02", kind=kind, quantity=Decimal(quantity), reason="取样", actor=people.warehouse
        )
    for roll, kind, quantity in (("R02", MovementKind.RETURN, 100), ("R03", MovementKind.ADJUST, -7)):
        unit = await unit_by_code(f"{lot}-{roll}")
        await record_movement(unit.id, kind=kind, quantity=Decimal(quantity), reason="盘亏", actor=people.warehouse)
    return lot


async def test_the_books_of_a_lot_add_up_and_a_change_behind_them_shows(
    people: People, owner: asyncpg.Connection, client_as: ClientAs
) -> None:
    lot = await used_lot(people)
    [line] = await reconciled(LedgerFilter())
    assert (line.received, line.used, line.samples, line.scrap, line.returned, line.adjusted, line.on_hand) == (
        2000, 250, 5, 20, 100, -7, 1618,
    )  # fmt: skip
    assert line.difference == 0
    [bought] = await purchases(LedgerFilter())
    assert (bought.lot, bought.quantity, bought.rolls) == (lot, 2000, 4)
    [inspected] = await inspections(LedgerFilter())
    assert (inspected.decision, inspected.outcome) == ("release", "pass")
    back, out = await uses(LedgerFilter())
    assert (back.quantity, out.quantity) == (-50, 300)
    client = await client_as(people.quality)
    page = await client.get("/ledgers/reconciled")
    assert "本页各批均平" in page.text
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("UPDATE trace_unit SET on_hand = on_hand - 11 WHERE code = $1", f"{lot}-R04")
    await owner.execute("SET session_replication_role = origin")
    page = await client.get("/ledgers/reconciled")
    assert "本页有 1 批账目不平" in page.text
    assert 'class="tone-stop"' in page.text
    [line] = await reconciled(LedgerFilter())
    assert line.difference == 11
    csv = (await client.get("/ledgers/reconciled/csv")).content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("来料日期") or "批" in csv[0]
    assert csv[1].endswith(",11")
    book = load_workbook(BytesIO((await client.get("/ledgers/use/xlsx")).content))
    assert [row[8] for row in book.active.iter_rows(min_row=2, values_only=True)] == [-50, 300]
    pdf = pypdfium2.PdfDocument((await client.get("/ledgers/reconciled/pdf")).content)
    text = pdf[0].get_textpage().get_text_range()
    assert lot in text.replace("\u200b", "").replace("\r\n", "").replace("\ufffe", "")
    assert (await client.get("/ledgers/purchase/pdf")).content.startswith(b"%PDF")
    for unknown in ("/ledgers/nothing", "/ledgers/use/doc"):
        assert (await client.get(unknown)).status_code == 404


async def test_a_ledger_is_asked_for_days_material_and_supplier(people: People, clock: Clock) -> None:
    await clock.set("2026-11-21T23:30+08:00")
    made = await make.received(people)
    [line] = await purchases(LedgerFilter())
    day = line.received_at.date()
    assert line.lot == made.lot
    for asked, found in (
        (LedgerFilter(material="M-MB-25", supplier="S001"), 1),
        (LedgerFilter(material="M-XX"), 0),
        (LedgerFilter(supplier="S999"), 0),
        (LedgerFilter(since=day.replace(day=21), until=day.replace(day=21)), 1),
        (LedgerFilter(until=day.replace(day=20)), 0),
        (LedgerFilter(since=day.replace(day=22)), 0),
    ):
        assert len(await purchases(asked)) == found, asked
        assert len(await reconciled(asked)) == found


async def test_the_stock_pages_filter_and_go_along_as_files(people: People, clock: Clock, client_as: ClientAs) -> None:
    await clock.set("2026-08-01T08:00+08:00")
    await warehouse.places(people)
    await make_roll("R-old", days=100)
    await clock.set("2026-11-21T08:00+08:00")
    await make_roll("R-ended", days=-1)
    await make_roll("R-new", days=365)
    await warehouse.put(people, "R-new", "Q-01")
    assert (await location_by_code("Q-01")).units == 1
    client = await client_as(people.warehouse)

    async def shown(address: str) -> list[str]:
        text = (await client.get(address)).text
        found = [code for code in ("R-old", "R-ended", "R-new") if f"/units/{code}" in text]
        return sorted(found, key=text.index)

    assert await shown("/stock/expiry") == ["R-old", "R-ended", "R-new"]
    assert await shown("/stock/expiry?ends_within=0") == ["R-old", "R-ended"]
    assert await shown("/stock/age") == ["R-old", "R-ended", "R-new"]
    assert await shown("/stock/age?older_than=90") == ["R-old"]
    assert await shown("/stock?place=Q-01") == ["R-new"]
    assert await shown("/stock?text=ended&kind=roll&state=released") == ["R-ended"]
    assert await shown("/stock?kind=nonsense&ends_within=x&page=y") == ["R-ended", "R-old", "R-new"]
    assert "已过期：已锁定" in (await client.get("/stock/expiry")).text
    csv = (await client.get("/stock/file/stock/csv?place=Q-01")).content.decode("utf-8-sig").splitlines()
    assert len(csv) == 2
    assert csv[1].startswith("R-new,")
    book = load_workbook(BytesIO((await client.get("/stock/file/age/xlsx?older_than=90")).content))
    assert [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)] == ["R-old"]
    assert (await client.get("/stock/file/other/csv")).status_code == 404
