"""Every entry of the map opens for every role. The first role that has it looks at it in both languages, at the desk
and on a tablet, and finds no fault; the others ask for it and get it: words and scripts are the same for all.

Faults are pages that answer with an error, and whatever the browser reports: scripts that fail, styles or scripts that
the page's policy forbids. The first page of each role is left as a picture in tests/screenshots.
"""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from maskqms.quality.actions import open_deviation
from maskqms.trace.actions.holds import place_hold
from maskqms.web.navigation import navigation
from tests.browsing import OFFICE, TABLET, PageAs
from tests.conftest import People
from tests.make import materials as make_materials
from tests.make import shipping as make_shipping
from tests.make.batches import make_batch, make_running
from tests.make.devices import scale
from tests.make.release import ready, release
from tests.stories.hands import READY, SCREENSHOTS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
ROLES = ("operator", "inspector", "quality", "warehouse", "manager", "admin", "regulator")
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")
"""A sentence that nobody translated: three words in a row."""


async def furnish(people: People) -> None:
    """Something to see everywhere: goods received, a batch that was shipped, a running one, a planned one, trouble."""
    await make_materials.received(people)
    done = await ready(people, cartons=2)
    await release(people, done.code)
    await make_shipping.shipped(people, done.code)
    await make_running(people)
    await make_batch(people, line="L2")
    await scale(people.quality)
    await open_deviation(unit=done.code, title="外箱压痕", description="装车时发现。", actor=people.inspector)
    await place_hold(unit=f"{done.code}-C0002", reason="外箱压痕，待检查", actor=people.quality)


async def resized(page: Page, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})


async def speak(page: Page, locale: str) -> None:
    """Choose the language as people do, by its button."""
    await resized(page, OFFICE)
    await page.goto("/")
    await page.locator(f".languages button[value={locale}]").first.click()
    await expect(page.locator(f".languages button[value={locale}]").first).to_have_class(re.compile("active"))


async def look(page: Page, path: str, locale: str) -> list[str]:
    """One page in both sizes: what is wrong with it."""
    answer = await page.goto(path)
    await page.wait_for_function(READY)
    faults = []
    if answer is None or answer.status != 200:
        faults.append(f"answers {answer and answer.status}")
    for size in (TABLET, OFFICE):
        await resized(page, size)
        if (wide := await page.evaluate(TOO_WIDE)) > 0:
            faults.append(f"{wide} px wider than a window of {size[0]}")
    if locale == "zh" and (words := ENGLISH.search(await page.locator("main").inner_text())):
        faults.append(f"not translated: {words.group()}")
    return [f"{path} ({locale}) {fault}" for fault in faults]


async def test_every_entry_of_the_map_opens(people: People, page_as: PageAs) -> None:
    await furnish(people)
    SCREENSHOTS.mkdir(exist_ok=True)
    faults: list[str] = []
    seen: set[str] = set()
    for role in ROLES:
        actor = getattr(people, role)
        page = await page_as(actor)
        entries = [entry.href for group in navigation(actor) for entry in group.entries]
        assert "/" in entries
        for locale in ("en", "zh"):
            await speak(page, locale)
            await page.screenshot(path=SCREENSHOTS / f"today-{role}-{locale}.png", caret="initial")
            for path in sorted({"/", *entries} - seen):
                faults += [f"{role}: {fault}" for fault in await look(page, path, locale)]
        for path in sorted(seen.intersection(entries)):
            answer = await page.request.get(path)
            faults += [] if answer.status == 200 else [f"{role}: {path} answers {answer.status}"]
        seen.update(entry for entry in entries if entry != "/")
        await page.context.clear_cookies()
    assert not faults, "\n".join(faults)
