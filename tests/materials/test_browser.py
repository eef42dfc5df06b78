"""One delivery by hand in a real browser: received, tested on the grid, reviewed, released by three persons."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page

from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.states import CredentialType
from maskqms.trace.states import UnitState
from tests.browsing import TABLET, PageAs
from tests.conftest import PASSWORD, Clock, People
from tests.make import materials as make
from tests.make.papers import PAPER

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("MASKQMS_SHOTS")


async def shot(page: Page, name: str) -> None:
    """A picture to look at, when a folder for them is set."""
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


async def sign(page: Page, username: str, dialog: str) -> None:
    await page.fill(f"#{dialog}-username", username)
    await page.fill(f"#{dialog}-password", PASSWORD)
    await page.click(f"#{dialog} button[type=submit]")


async def test_a_delivery_from_receipt_to_release(people: People, clock: Clock, page_as: PageAs) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    await make.source(people, storage_life_days=365)
    clerk = await page_as(people.warehouse, size=TABLET)
    await clerk.goto("/lots/new")
    await clerk.fill("#delivery_note", "SH-20261121-7")
    await clerk.fill("#supplier_lot", "RP-2611-07")
    await clerk.select_option("#supplier", "S001")
    await clerk.select_option("#material", "M-MB-25")
    await clerk.fill("#quantity", "2000")
    await clerk.fill("#made_on", "2026-11-01")
    await clerk.fill("#rolls", "A-1\t500\t12.5\nA-2 500 12.5\nA-3，500\n499")
    await shot(clerk, "receive-tablet")
    await clerk.click("#receive button[type=submit]")
    await clerk.wait_for_selector("[data-answer=refused]")
    await shot(clerk, "receive-refused-tablet")
    await clerk.fill("#rolls", "A-1\t500\t12.5\nA-2 500 12.5\nA-3，500\n500")
    await clerk.click("#receive button[type=submit]")
    await clerk.wait_for_url("**/lots/ML-20261121-001?received=true")
    await shot(clerk, "lot-tablet")

    analyst = await page_as(people.inspector)
    await analyst.goto("/inspections")
    await shot(analyst, "inspections")
    await analyst.goto("/inspections/IN-20261121-001")
    await shot(analyst, "inspection-empty")
    await analyst.click("[data-test=GSM][data-specimen='1'] [data-value]")
    await analyst.evaluate(
        """() => {
        const data = new DataTransfer();
        data.setData("text/plain", "24.9\\t25.1\\t25.0\\t25.3\\t24.8");
        document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    await analyst.wait_for_selector("[data-test=GSM][data-specimen='5'].tone-ok")
    for test, values in {
        "GSM_CV": ["3.1"], "WIDTH": ["175", "175.5", "176"], "PFE": ["96.1", "95.8", "94.2", "97", "96.6"],
        "RES": ["28", "29", "27.5", "30", "28.8"], "STRENGTH_MD": ["12"] * 5, "STRENGTH_CD": ["8"] * 5, "APPEAR": ["0"],
    }.items():  # fmt: skip
        for number, value in enumerate(values, start=1):
            cell = f"[data-test={test}][data-specimen='{number}']"
            await analyst.fill(f"{cell} [data-value]", value)
            await analyst.press(f"{cell} [data-value]", "Enter")
    await analyst.press("[data-test=APPEAR][data-specimen='1'] [data-value]", "Tab")
    await analyst.wait_for_selector("[data-test=APPEAR][data-specimen='1'].tone-ok")
    await shot(analyst, "inspection-filled")
    await analyst.goto("/inspections/IN-20261121-001/cells/PFE/3")
    await analyst.fill("#value", "abc")
    await analyst.fill("#reason", "读数看错")
    await analyst.click("#correct button[type=submit]")
    await analyst.wait_for_selector("#value-error")
    await analyst.fill("#value", "96.2")
    await analyst.click("#correct button[type=submit]")
    await analyst.wait_for_url("**/inspections/IN-20261121-001")
    await analyst.goto("/inspections/IN-20261121-001/cells/PFE/3")
    await shot(analyst, "cell")
    await analyst.goto("/inspections/IN-20261121-001")
    await analyst.click("form[action$='/finish'] button")
    await analyst.wait_for_selector("text=待复核")

    reviewer = await page_as(people.inspector2)
    await reviewer.goto("/inspections/IN-20261121-001")
    await reviewer.click("[data-opens=review]")
    await shot(reviewer, "review-dialog")
    await sign(reviewer, "inspector2", "review")
    await reviewer.wait_for_selector("text=待第三人判定")

    releaser = await page_as(people.quality)
    await releaser.goto("/lots/ML-20261121-001")
    await shot(releaser, "lot-to-decide")
    await releaser.click("[data-opens=release]")
    await releaser.fill("#release-username", "quality")
    await releaser.fill("#release-password", "wrong password")
    await releaser.click("#release button[type=submit]")
    await releaser.wait_for_selector("#release [data-answer=refused]")
    await shot(releaser, "release-wrong-password")
    await sign(releaser, "quality", "release")
    await releaser.wait_for_selector("text=已放行：可以领用")
    await shot(releaser, "lot-released")
    assert (await lot_by_code("ML-20261121-001")).state is UnitState.RELEASED
    for name, address in {
        "lots": "/lots", "suppliers": "/suppliers", "supplier": "/suppliers/S001", "materials": "/materials",
        "approval": "/suppliers/S001/materials/M-MB-25", "material": "/materials/M-MB-25",
        "papers": "/credential-rules",
        "specification": "/materials/M-MB-25/specifications/1", "deviation-new": "/deviations/new?unit=ML-20261121-001",
    }.items():  # fmt: skip
        await releaser.goto(address)
        await shot(releaser, name)


async def test_a_supplier_is_entered_with_papers_and_approved(people: People, clock: Clock, page_as: PageAs) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    await make.material(people, in_force=False)
    buyer = await page_as(people.warehouse)
    await buyer.goto("/suppliers/new")
    await buyer.fill("#name", "浙江某无纺布股份有限公司")
    await buyer.check("input[name=kind][value=trader]", force=True)
    await buyer.click("#supplier button[type=submit]")
    await buyer.wait_for_url("**/suppliers/S001")
    paper = {"name": "证照.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    for number, (type_, maker) in enumerate((
        (CredentialType.BUSINESS_LICENCE, ""), (CredentialType.AUTHORISATION_LETTER, ""),
        (CredentialType.BUSINESS_LICENCE, "山东某熔喷厂"), (CredentialType.PRODUCTION_LICENCE, "山东某熔喷厂"),
    )):  # fmt: skip
        await buyer.select_option("#type", type_.value)
        await buyer.fill("#number", f"苏-{number}")
        await buyer.fill("#valid_from", "2025-01-01")
        await buyer.fill("#valid_until", "2026-12-05")
        await buyer.fill("#maker", maker)
        if type_ is CredentialType.AUTHORISATION_LETTER:
            await buyer.fill("#person", "李销售")
            await buyer.fill("#scope", "熔喷布")
        await buyer.check("input[name=names_item]")
        await buyer.set_input_files("#copy_file", paper)
        await buyer.click("#credential button[type=submit]")
        await buyer.wait_for_selector(f"text=苏-{number}")
    await buyer.select_option("#propose #material", "M-MB-25")
    await buyer.fill("#basis", "熔喷布第二供方")
    await buyer.click("#propose button[type=submit]")
    await buyer.wait_for_selector("text=待批准")
    await shot(buyer, "supplier-proposed")
    await buyer.goto("/suppliers/S001/materials/M-MB-25")
    await buyer.select_option("#kind", "survey")
    await buyer.fill("#number", "QS-2026-09")
    await buyer.set_input_files("#report", paper)
    await buyer.click("#evaluation button[type=submit]")
    await buyer.wait_for_selector("text=QS-2026-09")
    await shot(buyer, "approval")
    await buyer.goto("/expiries")
    await shot(buyer, "expiries")
    quality = await page_as(people.quality)
    await quality.goto("/suppliers/S001/materials/M-MB-25")
    await quality.click("[data-opens=decide]")
    await quality.check("input[name=state][value=approved]", force=True)
    await quality.fill("#decide #basis", "书面质量调查报告 QS-2026-09")
    await shot(quality, "approval-dialog")
    await sign(quality, "quality", "decide")
    await quality.wait_for_url("**/suppliers/S001")
    second = await page_as(people.quality2)
    await second.goto("/materials/M-MB-25/specifications/1")
    await shot(second, "specification-draft")
    await second.goto("/materials/M-MB-25/specifications/1/test?test=PFE")
    await second.fill("#limit", "≥ 96")
    await shot(second, "test-form")
    await second.click("#test button[type=submit]")
    await second.wait_for_selector("text=≥ 96")
    await second.click("[data-opens=approve]")
    await shot(second, "approve-dialog")
    await sign(second, "quality2", "approve")
    await second.wait_for_selector("text=2026-11-21 10:0")
    await second.goto("/deviations/new")
    await second.fill("#unit", "NOTHING")
    await second.fill("#title", "测试")
    await second.fill("#description", "说明说明")
    await second.click("#deviation button[type=submit]")
    await second.wait_for_selector("#unit-error")
