"""A sheet of 12 tests and 20 specimens typed with the keyboard alone, and pieces counted with keys."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, Request

from maskqms.lab.plan import PlannedTest, planned
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.queries.tally import entries_of
from maskqms.lab.states import DefectClass
from maskqms.standards.limits import Kind, read_limit
from maskqms.standards.requirement import Requirement
from tests.browsing import TABLET, PageAs
from tests.conftest import People
from tests.make import lab as make
from tests.stories.hands import READY

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("MASKQMS_SHOTS")
TESTS, SPECIMENS = 12, 20
LARGEST_REQUEST, LARGEST_ANSWER = 400, 2_500
"""Bytes of one cell on its way to the server and back."""


async def shot(page: Page, name: str) -> None:
    """A picture to look at, when a folder for them is set."""
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def wide_plan() -> list[PlannedTest]:
    facts = make.PFE.model_dump(mode="json")
    tests = [
        planned(Requirement.model_validate({**facts, "code": f"PFE{number}", "specimens": SPECIMENS}))
        for number in range(1, TESTS + 1)
    ]
    return [tests[0].model_copy(update={"warning": read_limit(">= 96", kind=Kind.VARIABLE)}), *tests[1:]]


async def test_twelve_tests_of_twenty_specimens_with_the_keyboard_alone(people: People, page_as: PageAs) -> None:
    row = await make.inspection(people.quality, tests=wide_plan())
    page = await page_as(people.inspector)
    await page.goto(f"/inspections/{row.code}")
    sent: list[Request] = []
    page.on("requestfinished", lambda request: sent.append(request) if request.method == "POST" else None)
    await page.focus("[data-row='0'][data-column='1'] [data-value]")
    for number in range(TESTS * SPECIMENS):
        await page.keyboard.insert_text("95.5" if number % 7 == 0 else "94" if number == 1 else "97.2")
        await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-grid]:not(:has([data-value]:not([disabled])))", timeout=90_000)
    found = await sheet(row.code)
    assert len(found.results) == TESTS * SPECIMENS
    current = found.current("PFE2", 1)
    assert current is not None
    assert current.text == "94"
    assert len(sent) == TESTS * SPECIMENS
    assert max(len(request.post_data or "") for request in sent) < LARGEST_REQUEST
    answers = [await request.response() for request in sent[-3:]]
    assert max([len(await answer.body()) for answer in answers if answer]) < LARGEST_ANSWER
    first = page.locator("[data-row='0'][data-column='1']")
    assert "接近限值" in await first.inner_text()
    assert "李检验" in await first.inner_text()
    assert "tone-wait" in (await first.get_attribute("class") or "")
    await shot(page, "grid-12x20")


async def test_pieces_are_counted_with_keys(people: People, page_as: PageAs) -> None:
    row = await make.inspection(people.quality)
    page = await page_as(people.inspector, size=TABLET)
    await page.goto(f"/inspections/{row.code}/tally/APPEAR")
    await page.wait_for_function(READY)
    for key, words in (("0", "还有 49 件"), ("2", "还有 48 件"), ("0", "还有 47 件")):
        await page.keyboard.press(key)
        await page.wait_for_selector(f"text={words}")
    await page.keyboard.press("3")
    await page.wait_for_selector("text=已达到 Re 2")
    await shot(page, "tally-tablet")
    entries = await entries_of(row.id, "APPEAR")
    assert [entry.defect_class for entry in entries] == [None, DefectClass.MAJOR, None, DefectClass.MINOR]


async def test_quick_keys_and_taps_are_all_counted(people: People, page_as: PageAs) -> None:
    """Somebody who looks at pieces presses faster than the server answers; nothing pressed may be lost."""
    row = await make.inspection(people.quality)
    page = await page_as(people.inspector, size=TABLET)
    await page.goto(f"/inspections/{row.code}/tally/APPEAR")
    await page.wait_for_function(READY)
    for key in "0020":
        await page.keyboard.press(key)
    await page.evaluate("() => document.querySelector('[data-hotkey=\"0\"]').click()")
    await page.wait_for_selector("text=还有 45 件")
    entries = await entries_of(row.id, "APPEAR")
    assert [entry.defect_class for entry in entries] == [None, None, DefectClass.MAJOR, None, None]
