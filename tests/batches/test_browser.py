"""At the tablet, in a real browser: a second scan of the same roll is asked about, and confirmed with one touch."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from maskqms.batches.queries.record import issues_of
from tests.browsing import TABLET, PageAs
from tests.conftest import People
from tests.make.batches import make_completed, make_roll, make_started

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]
SHOTS = os.environ.get("MASKQMS_SHOTS")


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True, caret="initial")


async def test_a_second_scan_is_confirmed_with_one_touch(people: People, page_as: PageAs) -> None:
    batch = await make_started(people)
    await make_roll("R-1", quantity="500")
    page = await page_as(people.operator, size=TABLET)
    await page.goto(f"/station/{batch.code}/issue")

    async def scan(answer: str) -> None:
        assert await page.input_value("#quantity") == ""
        await page.fill("#quantity", "120")
        await page.fill("#scan-code", "R-1")
        await page.press("#scan-code", "Enter")
        await expect(page.locator(f"#scan-answer [data-answer={answer}]")).to_be_visible()

    await scan("done")
    await scan("refused")
    again = page.get_by_role("button", name="再次领用")
    await shot(page, "issue-again")
    await again.click()
    await expect(page.locator("#scan-answer [data-answer=done]")).to_contain_text("120")
    await expect(page.locator("#quantity")).to_have_value("")
    await shot(page, "issue-again-done")
    [issued] = await issues_of(batch.id)
    assert issued.quantity == 240


async def test_after_production_the_tablet_offers_samples_and_cartons(people: People, page_as: PageAs) -> None:
    batch = await make_completed(people, cartons=2)
    page = await page_as(people.operator, size=TABLET)
    await page.goto(f"/station/{batch.code}")
    await shot(page, "complete-tiles")
    await page.get_by_role("link", name="记录取样与留样").click()
    await expect(page.locator("nav .btn")).to_have_count(2)
    await page.goto(f"/station/{batch.code}/packing")
    await page.click("[data-opens=unpack-2]")
    await page.fill("#unpack-reason-2", "抽查")
    await page.click("#unpack-form-2 button[type=submit]")
    await expect(page.locator("#loose input[name=boxes]")).to_have_count(4)
    await shot(page, "complete-packing")
    await page.click("#loose button[type=submit]")
    await expect(page.get_by_text(f"{batch.code}-C0003").first).to_be_visible()
    await expect(page.locator("#loose")).to_have_count(0)
