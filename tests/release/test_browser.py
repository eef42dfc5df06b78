"""At the desk, in a real browser: a limit is checked, shown and signed in the dialog."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browsing import PageAs
from tests.conftest import PASSWORD, People

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]
SHOTS = os.environ.get("MASKQMS_SHOTS")


async def test_a_limit_is_signed_in_the_dialog_that_shows_it(people: People, page_as: PageAs) -> None:
    page = await page_as(people.quality)
    await page.goto("/release/limits?edition=YY%200469-2023")
    await page.select_option("#test", "BFE")
    await page.fill("#limit", ">= 95")
    await page.fill("#clause", "5.6.1")
    await page.fill("#source", "标准文本")
    await page.click("#enter-limit button[type=submit]")
    await page.locator("[data-opens=sign-limit]").click()
    await expect(page.locator("#sign-limit[open] .signature-shown")).to_contain_text("5.6.1")
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / "limit-dialog.png"), caret="initial")
    dialog = page.locator("dialog[open]")
    await dialog.locator("[name=username]").fill("quality")
    await dialog.locator("[name=password]").fill(PASSWORD)
    await dialog.locator("button[type=submit]").click()
    await expect(page.locator("tr", has_text="细菌过滤效率").first).to_contain_text("5.6.1")
