"""Who chooses a level and AQL for one test sees at once what that plan is worth."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from maskqms.materials.actions.specifications import draft_specification
from tests.browsing import PageAs
from tests.conftest import People
from tests.make import materials as make
from tests.materials.test_browser import shot

pytestmark = pytest.mark.browser
LONG = 20_000
"""Milliseconds; the chart comes in a request of its own."""


async def test_the_curve_follows_the_chosen_level_and_aql(people: People, page_as: PageAs) -> None:
    await make.material(people)
    draft = await draft_specification("M-MB-25", actor=people.quality)
    page = await page_as(people.quality)
    await page.goto(f"/materials/M-MB-25/specifications/{draft.version}/test?test=PFE")
    curve = page.locator("[data-curve]")
    await expect(curve.locator("tbody tr").first).to_be_visible(timeout=LONG)
    await curve.locator("[data-chart]").scroll_into_view_if_needed()
    await expect(curve.locator("canvas")).to_be_visible(timeout=LONG)
    first = await curve.locator("p").inner_text()
    await page.select_option("#level", "III")
    await page.select_option("#aql", "4.0")
    await expect(curve).to_contain_text("4.0 %", timeout=LONG)
    await expect(curve.locator("canvas")).to_be_visible(timeout=LONG)
    assert await curve.locator("p").inner_text() != first
    sample = curve.locator("tbody tr").first.locator("td").nth(1)
    await expect(sample).to_have_text("80")
    await page.fill("#lot", "1200")
    await page.locator("#lot").blur()
    await expect(sample).to_have_text("125", timeout=LONG)
    await shot(page, "test-with-curve")
