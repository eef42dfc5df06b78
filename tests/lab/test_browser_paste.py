"""A block of a spreadsheet on the sheet of a lot that came in: what finds no cell is said, what was refused is sent
again, and nothing that was copied is lost without a word."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from maskqms.accounts.signing import content_digest
from maskqms.devices.states import InstrumentKind
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.actions.specifications import approve_specification, draft_specification, write_test
from maskqms.materials.queries.materials import specification
from tests.browsing import PageAs
from tests.conftest import Clock, People
from tests.lab.test_browser import shot
from tests.make import devices
from tests.make import materials as make
from tests.stories.hands import READY

pytestmark = pytest.mark.browser
PASTE = """words => {
  const data = new DataTransfer();
  data.setData("text/plain", words);
  const facts = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", facts));
}"""


async def paste(page: Page, test: str, specimen: int, words: str) -> None:
    await page.focus(f"[data-test={test}][data-specimen='{specimen}'] [data-value]")
    await page.evaluate(PASTE, words)


async def received(people: People) -> str:
    """The sheet of a lot of meltblown whose PFE is measured with a filter tester."""
    where = await make.source(people)
    draft = await draft_specification("M-MB-25", actor=people.quality)
    found = draft.tests.test("PFE")
    assert found is not None
    measured = found.model_copy(update={"instrument": InstrumentKind.FILTER_TESTER})
    await write_test("M-MB-25", draft.version, measured, actor=people.quality)
    digest = content_digest((await specification("M-MB-25", draft.version)).content)
    await approve_specification("M-MB-25", draft.version, digest=digest, signer=await people.signer("quality2"))
    await devices.scale(people.quality, "FT-01", kind=InstrumentKind.FILTER_TESTER, name="过滤效率测试仪", unit="%")
    made = await receive_lot(
        supplier=where.supplier, material="M-MB-25", receipt=make.receipt(), actor=people.warehouse
    )
    return made.inspection


async def test_what_is_pasted_is_judged_or_said_to_be_left_out(people: People, clock: Clock, page_as: PageAs) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    code = await received(people)
    page = await page_as(people.inspector)
    await page.goto(f"/inspections/{code}")
    await page.wait_for_function(READY)
    left = page.locator("[data-unplaced]")
    await expect(left).to_be_hidden()
    block = "24.9\t25.1\tabc\t25.3\t31\r\n3.1\t9.9\r\n175\t175.5\t176\t\t8.8\r\n"
    await paste(page, "GSM", 1, block)
    wrong = page.locator("[data-test=GSM][data-specimen='3']")
    await expect(page.locator("[data-test=WIDTH][data-specimen='3']")).to_have_class("cell tone-ok")
    await expect(wrong).to_contain_text("“abc”不是数值")
    await expect(wrong.locator("[data-value]")).to_have_value("abc")
    await expect(page.locator("[data-test=GSM][data-specimen='5']")).to_have_class("cell tone-stop")
    await expect(left).to_have_text("2 个粘贴的数值没有对应的空格，未录入：9.9 8.8")
    await shot(page, "paste-left-out")
    assert kept_of(await values(code)) == {
        "GSM": ["24.9", "25.1", "25.3", "31"], "GSM_CV": ["3.1"], "WIDTH": ["175", "175.5", "176"]
    }  # fmt: skip
    await paste(page, "GSM", 3, "25.2\t25.3\t31")  # what stands beside it already is not left out
    await expect(wrong).to_have_class("cell tone-ok")
    await expect(left).to_be_hidden()


async def test_values_that_were_refused_stay_and_are_sent_again_with_the_instrument(
    people: People, clock: Clock, page_as: PageAs
) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    code = await received(people)
    page = await page_as(people.inspector)
    await page.goto(f"/inspections/{code}")
    await page.wait_for_function(READY)
    await paste(page, "PFE", 1, "97\t98\t94")
    third = page.locator("[data-test=PFE][data-specimen='3']")
    await expect(page.locator("[data-grid] [data-answer=refused]")).to_contain_text(
        "PFE 须用仪器测量：过滤效率测试仪。"
    )
    await expect(third).to_have_attribute("data-unsaved", "")
    await expect(third.locator("[data-value]")).to_have_value("94")
    await shot(page, "paste-refused")
    assert await values(code) == []
    await page.locator("tr", has=third).locator("[data-instrument]").select_option("FT-01")
    await expect(third).to_have_class("cell tone-stop")
    await expect(page.locator("[data-grid] [data-answer=refused]")).to_have_count(0)
    assert kept_of(await values(code)) == {"PFE": ["97", "98", "94"]}


async def values(code: str) -> list[tuple[str, int, str]]:
    return sorted((one.test, one.specimen, one.text) for one in (await sheet(code)).results)


def kept_of(found: list[tuple[str, int, str]]) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    for test, _specimen, text in found:
        kept.setdefault(test, []).append(text)
    return kept
