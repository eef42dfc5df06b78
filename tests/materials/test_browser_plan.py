"""Who chooses a level and AQL for one test sees at once what that plan is worth."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from maskqms.materials.actions.specifications import draft_specification
from maskqms.standards.sampling import plan
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
    await expect(curve).to_contain_text("该项目不按抽样方案检验", timeout=LONG)
    await page.fill("#rule", "AQL 1.0")
    await page.locator("#rule").blur()
    sample = curve.locator("tbody tr").first.locator("td").nth(1)
    await expect(sample).to_have_text(str(plan(500, draft.level, "1.0", "normal").n), timeout=LONG)
    await curve.locator("[data-chart]").scroll_into_view_if_needed()
    await expect(curve.locator("canvas")).to_be_visible(timeout=LONG)
    await page.fill("#rule", "each")
    await page.check("[name=counted]")
    await page.select_option("#level", "III")
    await page.select_option("#aql", "4.0")
    await expect(sample).to_have_text("80", timeout=LONG)
    await page.fill("#lot", "1200")
    await page.locator("#lot").blur()
    await expect(sample).to_have_text("125", timeout=LONG)
    await page.fill("#lot", "0")
    await page.locator("#lot").blur()
    await expect(curve).to_contain_text("批量：须为 1 到", timeout=LONG)
    await shot(page, "test-with-curve")
