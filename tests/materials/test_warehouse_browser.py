"""The handheld in a real browser: put away with two scans, fetch, count; and the desk's pages as they look."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import Page

from maskqms.materials.actions.conditions import record_readings, set_storage_limits
from maskqms.materials.actions.counts import open_count
from maskqms.materials.rules.conditions import Limits, Reading
from maskqms.trace.queries.units import unit_by_code
from tests.browsing import TABLET, PageAs
from tests.conftest import Clock, People
from tests.make import materials as make
from tests.make import warehouse

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("MASKQMS_SHOTS")


async def shot(page: Page, name: str) -> None:
    """A picture to look at, when a folder for them is set."""
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


async def scan(page: Page, code: str) -> None:
    await page.fill("#scan-code", code)
    await page.press("#scan-code", "Enter")


async def test_a_delivery_is_put_away_counted_and_looked_after(people: People, clock: Clock, page_as: PageAs) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    await warehouse.places(people)
    lot = (await make.received(people)).lot
    roll = f"{lot}-R01"
    hand = await page_as(people.warehouse, size=TABLET)
    await hand.goto("/station/warehouse")
    await shot(hand, "warehouse-home")
    await hand.goto("/station/warehouse/put-away")
    await shot(hand, "put-away")
    await scan(hand, roll)
    await hand.wait_for_url(f"**/put-away?unit={roll}")
    await shot(hand, "put-away-unit")
    await scan(hand, "Q-01")
    await hand.wait_for_selector("[data-answer=refused]")
    await shot(hand, "put-away-refused")
    await scan(hand, "W-01")
    await hand.wait_for_selector("[data-answer=done]")
    await shot(hand, "put-away-done")
    assert (await unit_by_code(roll)).location == "W-01"
    count = await open_count(location="W-01", actor=people.warehouse)
    await hand.goto(count.station)
    await scan(hand, roll)
    await hand.wait_for_url(f"**/{count.code}?unit={roll}")
    await hand.fill("#quantity", "498")
    await shot(hand, "count-unit")
    await hand.click("button[form=count]")
    await hand.wait_for_url(f"**/counts/{count.code}")
    await shot(hand, "count")

    desk = await page_as(people.quality)
    await desk.goto(count.href)
    await desk.fill("#explanation", "首卷实测 498 m")
    await desk.click("#finish button[type=submit]")
    await desk.wait_for_selector("#recount")
    await shot(desk, "count-desk")
    for name, address in (("locations", "/locations"), ("to-move", "/stock/to-move"), ("stock", "/stock"),
                          ("expiry", "/stock/expiry"), ("ledger", "/ledgers/reconciled"), ("counts", "/stock/counts"),
                          ("storage", "/storage"), ("location", "/locations/W-01")):  # fmt: skip
        if name == "storage":
            await clock.set("2026-11-21T12:00+08:00")
            await _warm(people, roll)
        await desk.goto(address)
        await desk.wait_for_load_state("networkidle")
        await shot(desk, f"desk-{name}")
    await desk.goto("/storage")
    await desk.click("text=EX-20261121-001")
    await desk.wait_for_url("**/storage/excursions/EX-20261121-001")
    assert roll in await desk.content()
    await shot(desk, "desk-excursion")


async def _warm(people: People, roll: str) -> None:
    """A morning that became too warm."""
    limits = Limits(humidity_to=Decimal(70), temperature_to=Decimal(30))
    await set_storage_limits(limits, basis="熔喷布规格书 v1", location="W-01", actor=people.quality)
    start = (await unit_by_code(roll)).created_at
    readings = [
        Reading(start.replace(minute=minute), Decimal(22) + Decimal(minute) / 5, Decimal(48 + minute % 7))
        for minute in range(10, 60, 5)
    ]
    await record_readings("W-01", readings, actor=people.warehouse)
