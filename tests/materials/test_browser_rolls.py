"""What is scanned at the goods entrance is counted while it is scanned, and a second scan of a roll is told at once."""

from __future__ import annotations

from datetime import date

import pytest

from maskqms.materials.queries.lots import lot_by_code, rolls_of
from tests.browsing import TABLET, PageAs
from tests.conftest import Clock, People
from tests.make import materials as make
from tests.materials.test_browser import shot

pytestmark = pytest.mark.browser


async def test_rolls_are_counted_as_they_are_scanned(people: People, clock: Clock, page_as: PageAs) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    where = await make.source(people, ordered=None, storage_life_days=365)
    code = await make.order(people, where, 2000, over=5, due_on=date(2026, 11, 22))
    clerk = await page_as(people.warehouse, size=TABLET)
    await clerk.goto(f"/station/receive/{code}")
    count, twice = clerk.locator("[data-rolls-count]"), clerk.locator("[data-rolls-twice]")
    assert not await count.is_visible()
    await clerk.focus("#rolls")
    await clerk.keyboard.type("A-1 500 12.5\n")
    assert await count.inner_text() == "1 卷 · 500 m · 12.5 kg"
    await clerk.keyboard.type("A-2\nA-3 300")
    assert await count.inner_text() == "2 卷 · 1,000 m · 25 kg", "a line that is not ended is no roll yet"
    await clerk.keyboard.type("\nA-2\n")
    assert await count.inner_text() == "4 卷 · 1,600 m · 25 kg"
    assert await twice.inner_text() == "重复扫描：A-2"
    await shot(clerk, "delivery-counted")
    await clerk.fill("#rolls", "A-1\nA-2 400 10\n")
    assert await count.inner_text() == "2 卷 · 400 m · 10 kg · 未写米数：A-1"
    assert not await twice.is_visible()
    await clerk.fill("#like", "500 12.5")
    assert await count.inner_text() == "2 卷 · 900 m · 22.5 kg"
    await clerk.fill("#delivery_note", "SH-1")
    await clerk.fill("#supplier_lot", "RP-1")
    await clerk.fill("#made_on", "2026-11-01")
    await clerk.click(".station-primary button[type=submit]")
    await clerk.wait_for_selector("text=已收货：ML-20261121-001")
    lot = await lot_by_code("ML-20261121-001")
    assert (lot.quantity, len(await rolls_of(lot.id))) == (900, 2), "the server counts the same"
    await clerk.wait_for_selector("#label-paper img", state="attached")
