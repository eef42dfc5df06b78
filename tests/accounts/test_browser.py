"""What people do with accounts, in Chromium: a right to release taken back, a badge made to work, a person made."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from maskqms.accounts.actions.badges import issue_badge
from tests.browsing import PageAs
from tests.conftest import PASSWORD, People
from tests.make.products import make_product
from tests.make.release import authorise

pytestmark = pytest.mark.browser


async def test_quality_takes_an_authorisation_back_in_the_dialog(people: People, page_as: PageAs) -> None:
    await make_product(people, "P-01")
    await authorise(people, "manager", by="quality")
    page = await page_as(people.quality, locale="zh")
    await page.goto("/authorisations")
    await page.locator("table [data-opens^='revoke-']").click()
    dialog = page.locator("dialog[open]")
    await dialog.locator("[name=reason]").fill("调离岗位")
    await dialog.locator("[name=username]").fill("quality")
    await dialog.locator("[name=password]").fill(PASSWORD)
    await dialog.locator("button[type=submit]").click()
    await expect(page.locator("table")).to_contain_text("已撤销")


async def test_an_owner_sets_the_pin_and_the_administrator_sees_a_first_password(
    people: People, page_as: PageAs
) -> None:
    badge = await issue_badge(username="operator", actor=people.admin)
    page = await page_as(people.operator, locale="zh")
    await page.goto("/account")
    await page.get_by_label("新 PIN", exact=True).fill("274613")
    await page.get_by_label("再次输入新 PIN").fill("274613")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="设置 PIN").click()
    await expect(page.get_by_text("此工牌不能登录")).to_have_count(0)
    admin = await page_as(people.admin, locale="zh")
    await admin.goto("/people/new")
    await admin.locator("#username").fill("chen")
    await admin.locator("#name").fill("陈新")
    await admin.locator("input[name=roles][value=operator]").check()
    await admin.locator("#person button[type=submit]").click()
    await expect(admin.locator("p.h2.code")).to_have_text(re.compile(r"^[0-9a-f]{4}(-[0-9a-f]{4}){3}$"))
    await admin.goto("/badges")
    await admin.locator(f"[data-opens='revoke-{badge.number}']").click()
    await admin.locator("dialog[open] textarea").fill("遗失")
    await admin.locator("dialog[open] button[type=submit]").click()
    await expect(admin.locator("table")).to_contain_text("已撤销")
