"""The answer as it is looked at: the picture uses its box, its words do not cover each other, no table is cut off."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page

from maskqms.trace.actions.holds import place_hold
from maskqms.trace.states import UnitKind
from tests.browsing import OFFICE, TABLET, PageAs
from tests.make import trace as make

pytestmark = pytest.mark.browser
ROOTS = json.loads((make.HISTORY / "expected.json").read_text(encoding="utf-8"))
SIZES = (OFFICE, TABLET)


async def kept(page: Page, name: str) -> None:
    """With MASKQMS_SCREENSHOTS the pages stay for somebody to look at."""
    if folder := os.environ.get("MASKQMS_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def picture_of(page: Page) -> Image.Image:
    """The canvas of the genealogy, when it has come to rest."""
    await page.wait_for_selector("#genealogy[data-drawn]")
    await page.wait_for_timeout(1500)
    canvas = page.locator("#genealogy canvas")
    await canvas.scroll_into_view_if_needed()
    return Image.open(BytesIO(await canvas.screenshot())).convert("L")


@pytest.mark.parametrize("size", SIZES, ids=["office", "tablet"])
async def test_the_picture_uses_its_box_for_every_root(page_as: PageAs, people: Any, size: tuple[int, int]) -> None:
    await make.history()
    page = await page_as(people.quality, size=size)
    for root in ROOTS:
        await page.goto(f"/trace?code={root['root']}&direction={root['direction']}")
        picture = await picture_of(page)
        left, _top, right, _bottom = picture.point(lambda shade: 255 if shade < 235 else 0).getbbox() or (0, 0, 0, 0)
        assert left < 30, root
        assert picture.width - right < 40, root
        await kept(page, f"trace-{root['root']}-{size[0]}")


LONG = "MB-20261121-01-C0001-OLD-NUMBER-OF-THE-FACTORY-IN-CHANGYUAN"


@pytest.mark.parametrize("size", SIZES, ids=["office", "tablet"])
@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_no_table_of_a_unit_or_a_hold_is_cut_off(
    page_as: PageAs, people: Any, size: tuple[int, int], locale: str
) -> None:
    await make.unit("ML-20261121-001-R01", 1000)
    await make.unit(LONG, 1000, kind=UnitKind.BATCH, measure="piece")
    for begin in (0, 500):
        span = (Decimal(begin), Decimal(begin + 500))
        await make.link("ML-20261121-001-R01", LONG, "12.345678", span=span, reason="晚记：交接班时停机，次日补录")
    placed = await place_hold(unit="ML-20261121-001-R01", reason="供应商通报", actor=people.quality)
    page = await page_as(people.quality, size=size, locale=locale)
    for name, address in (
        ("unit", "/units/ML-20261121-001-R01"),
        ("unit-long", f"/units/{LONG}"),
        ("hold", f"/holds/{placed.hold.code}"),
    ):
        await page.goto(address)
        await kept(page, f"{name}-{locale}-{size[0]}")
        wider = await page.eval_on_selector_all(
            "section.card", "cards => cards.map(card => card.getBoundingClientRect().right - innerWidth)"
        )
        assert max(wider) <= 0
        cut = await page.eval_on_selector_all(
            ".table-box",
            "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.innerText)",
        )
        assert cut == [], name
