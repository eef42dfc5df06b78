"""The real application in the browser: signing in, the first page, and being asked again when the session is gone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browsing import TABLET, PageAs, page_as, site
from tests.make.accounts import PIN, working_badge

pytestmark = pytest.mark.browser
__all__ = ["page_as", "site"]


async def test_signing_in_leads_to_today(page_as: PageAs, people: Any) -> None:
    page = await page_as(people.inspector)
    await expect(page).to_have_url(re.compile("/$"))
    await expect(page.locator(".top-name")).to_contain_text(people.inspector.name)
    await expect(page.locator("#map .nav-item.active")).to_have_text("今日")


async def test_without_a_session_a_page_asks_to_sign_in_and_then_opens(page_as: PageAs, people: Any) -> None:
    page = await page_as(None)
    await page.goto("/password?x=1")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    await page.fill("#username", people.quality.username)
    await page.fill("#password", "Mask-2026-test")
    await page.press("#password", "Enter")
    await expect(page).to_have_url(re.compile(r"/password\?x=1$"))


async def test_a_wrong_password_is_refused_on_the_page(page_as: PageAs, people: Any) -> None:
    page = await page_as(None)
    await page.goto("/sign-in")
    await page.fill("#username", people.quality.username)
    await page.fill("#password", "wrong")
    await page.press("#password", "Enter")
    await expect(page.locator(".reasons > li")).to_have_count(1)
    await expect(page.locator("#username")).to_have_value(people.quality.username)


async def test_signing_out_from_the_menu(page_as: PageAs, people: Any) -> None:
    page = await page_as(people.manager)
    await page.click(".top-name")
    await page.get_by_role("button", name="退出登录").click()
    await expect(page).to_have_url(re.compile("/sign-in$"))
    await page.goto("/")
    await expect(page).to_have_url(re.compile("/sign-in$"))


async def test_a_tablet_asks_for_the_badge_and_returns_to_where_it_was(page_as: PageAs, people: Any) -> None:
    badge = await working_badge(people, "operator")
    page = await page_as(None, size=TABLET)
    await page.goto("/station/MB-1?step=2")
    await expect(page).to_have_url(re.compile(r"/station/sign-in\?next="))
    await page.keyboard.type(badge.code)
    await page.keyboard.press("Enter")
    await page.locator("#pin").fill("111111")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer-refused .reasons > li")).to_have_count(1)
    await page.locator("#badge").fill(badge.code)
    await page.locator("#pin").fill(PIN)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/station/MB-1\?step=2$"))
