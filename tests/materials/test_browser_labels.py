"""Goods that came in are labelled at once: the print dialog opens by itself, once, and again by a large button."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest
from playwright.async_api import Page

from maskqms.db import sql
from maskqms.labels.layouts import PAPER
from tests.browsing import TABLET, PageAs
from tests.conftest import Clock, People
from tests.make import materials as make
from tests.materials.test_browser import shot

pytestmark = pytest.mark.browser
COUNTED = (
    "window.print = () => { const seen = document.documentElement.dataset; seen.asked = 1 + Number(seen.asked ?? 0); }"
)
"""A dialog of the browser's own would wait for a hand: it is counted instead of opened."""
POINTS = 72 / 25.4
LARGE = 64
"""Pixels of a button for gloves."""


async def recorded() -> int:
    said = "SELECT count(*) FROM audit_entry WHERE tag = 'label:print' AND after->'said'->>'status' = 'quarantine'"
    return int(await sql.fetch_value(said))


async def asked(page: Page, times: int) -> None:
    await page.wait_for_selector(f"html[data-asked='{times}']", state="attached")


async def test_the_labels_of_a_lot_and_its_rolls_are_printed_as_soon_as_it_is_in(
    people: People, clock: Clock, page_as: PageAs
) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    where = await make.source(people, ordered=None, storage_life_days=365)
    code = await make.order(people, where, 2000, due_on=date(2026, 11, 22))
    clerk = await page_as(people.warehouse, size=TABLET)
    await clerk.add_init_script(COUNTED)
    await clerk.goto(f"/station/receive/{code}")
    for field, typed in {
        "delivery_note": "SH-1", "supplier_lot": "RP-1", "made_on": "2026-11-01", "rolls": "A-1 500 12.5\nA-2\nA-3\n",
    }.items():  # fmt: skip
        await clerk.fill(f"#{field}", typed)
    await clerk.click(".station-primary button[type=submit]")
    await clerk.wait_for_selector("text=已收货：ML-20261121-001")
    await asked(clerk, 1)
    assert len(clerk.context.pages) == 1, "no window that could be blocked"
    assert await recorded() == 4
    paper = pypdfium2.PdfDocument(await clerk.pdf(prefer_css_page_size=True))
    wide, high = PAPER["roll"]
    assert PAPER["lot"] == (wide, high)
    assert [[round(side / POINTS) for side in sheet.get_size()] for sheet in paper] == [[wide, high]] * 4
    paper.close()
    await shot(clerk, "delivery-labels")

    button = clerk.locator("#print-labels button")
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= LARGE
    await clerk.reload()
    await clerk.wait_for_load_state("networkidle")
    assert await recorded() == 4, "a page that is shown again prints nothing by itself"
    await button.click()
    await asked(clerk, 1)
    assert await recorded() == 8


async def test_at_the_desk_too_and_to_nobody_else_who_opens_the_lot(
    people: People, clock: Clock, page_as: PageAs
) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    await make.source(people, storage_life_days=365)
    desk = await page_as(people.warehouse)
    await desk.add_init_script(COUNTED)
    await desk.goto("/lots/new")
    await desk.select_option("#supplier", "S001")
    await desk.select_option("#material", "M-MB-25")
    for field, typed in {
        "delivery_note": "SH-1", "supplier_lot": "RP-1", "made_on": "2026-11-01", "quantity": "500",
        "rolls": "A-1 500 12.5",
    }.items():  # fmt: skip
        await desk.fill(f"#{field}", typed)
    await desk.click("#receive button[type=submit]")
    await desk.wait_for_selector("text=已收货：ML-20261121-001")
    await asked(desk, 1)
    assert await recorded() == 2
    await shot(desk, "lot-labels")
    inspector = await page_as(people.inspector)
    await inspector.goto("/lots/ML-20261121-001")
    await inspector.wait_for_load_state("networkidle")
    assert await inspector.locator("#print-labels").count() == 0
    assert await recorded() == 2
