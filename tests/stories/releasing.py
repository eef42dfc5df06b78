"""Steps 5 and 6 of the main job: the gate says everything that is open, it is cured piece by piece, and one signs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from tests.stories.hands import Floor, Hands
from tests.stories.incoming import ReceivedLot
from tests.stories.making import PRODUCT, clear_line

TESTER = "FT-01"
VALUES = {
    "DIM": "1.2 2.0 1.6",
    "NOSECLIP_LEN": "9.1 9.0 9.2",
    "STRAP": "14.2 13.8 15.1",
    "BFE": "98.6 98.9 99.1",
    "PFE": "96.4 97.2 95.9",
    "DP": "32 34 31 33 35",
    "MICRO_BACT": "10",
}
"""What the analyst reads; tests that are judged by eye or counted pass."""


async def find_blockers(floor: Floor, lot: ReceivedLot, batch: str) -> str:
    """Production is over; the page of release lists everything that is open, at once, each with its way there."""
    finder = await floor.desk("inspector")
    await finder.open(f"/deviations/new?unit={lot.roll(2)}")
    await finder.write(
        "#deviation",
        title="卷端有 2 m 油污",
        description="放卷时发现外圈油污，已剪除，未进入产品。",
        immediate_action="剪除并称重报废",
    )
    await finder.send("deviation")
    await finder.arrive(r"/deviations/DV-[\d-]+")
    deviation = finder.code
    quality = await floor.desk("quality")
    await quality.open("/release")
    await quality.page.get_by_role("link", name=batch).first.click()
    await quality.arrive(f"/batches/{batch}/release")
    gate = quality.page.locator(".gate-check")
    for check in (
        "production.cleared",
        "tests.complete",
        "tests.reviewed",
        "quality.deviations",
        "quality.production_review",
        "quality.quality_review",
    ):
        await expect(gate.and_(quality.page.locator(f"[data-check='{check}']"))).to_have_count(1)
    await expect(gate).to_have_count(6)
    path = quality.page.locator("[data-check='quality.deviations'] .culprit a")
    assert await path.all_inner_texts() == [batch, lot.roll(2), deviation]
    await quality.sees("没有生产后的清场记录", "离放行还差 6 项检查")
    await expect(quality.page.locator("[data-opens=release]")).to_have_count(0)
    await quality.shot("release")
    await quality.shot("08-release", whole=True)
    return deviation


async def register_instrument(floor: Floor) -> str:
    """The tester is registered by quality, the gateway by the administrator, who copies its token."""
    quality = await floor.desk("quality")
    await quality.open("/instruments/new")
    await quality.write(
        "#register-instrument",
        code=TESTER,
        name="过滤效率测试仪",
        kind="filter_tester",
        unit="%",
        range_from="0",
        range_to="100",
        resolution="0.01",
        calibration_due="2027-05-31",
    )
    await quality.send("register-instrument")
    await quality.arrive(f"/instruments/{TESTER}")
    admin = await floor.desk("admin")
    await admin.open("/instruments")
    await admin.write("#register-gateway", name="lab-pc")
    await admin.send("register-gateway")
    token = admin.page.locator("#gateways p.mono")
    await expect(token).to_be_visible()
    return (await token.inner_text()).strip()


@asynccontextmanager
async def gateway(folder: Path, server: str, token: str) -> AsyncIterator[None]:
    """`maskqms gateway --simulate` beside the laboratory's instruments, a process of its own."""
    (folder / "gateway.token").write_text(token + "\n")
    command = Path(sys.executable).with_name("maskqms")
    with (folder / "gateway.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            command, "gateway", "--simulate", "--server", server, "--data", str(folder), stdout=log, stderr=log
        )
        try:
            yield
        finally:
            process.terminate()
            await process.wait()


async def measure(floor: Floor, inspection: str) -> None:
    """A cell waits for the tester; its next steady value lands with the bytes as they came."""
    analyst = await floor.desk("inspector")
    await analyst.open(f"/inspections/{inspection}/cells/PFE/1")
    await analyst.write("#wait", instrument=TESTER)
    await analyst.press("等待下一个稳定值")
    take = analyst.page.get_by_role("button", name="采用此值")
    await expect(take).to_be_visible(timeout=40_000)
    await expect(analyst.page.locator("#offer")).to_contain_text("PFE,")
    await analyst.shot("09-instrument")
    await take.click()
    await analyst.arrive(f"/inspections/{inspection}")
    cell = analyst.page.locator("[data-test=PFE][data-specimen='1']")
    await expect(cell.locator(".cell-source")).to_contain_text(TESTER)
    await analyst.open(f"/inspections/{inspection}/cells/PFE/1")
    await analyst.sees("读数", "PFE,")


async def run_factory_test(floor: Floor, batch: str) -> str:
    """The factory test by the standard's plan: every cell but the one that the tester fills."""
    analyst = await floor.desk("inspector")
    await analyst.open(f"/batches/{batch}/release")
    await analyst.send("open-test")
    await analyst.arrive(r"/inspections/IN-[\d-]+")
    inspection = analyst.code
    await analyst.sees("YY 0469-2011")
    cells = await analyst.page.locator("[data-grid] [data-test]").evaluate_all(
        "cells => cells.map(c => [c.dataset.test, c.dataset.specimen, c.querySelector('select') !== null])"
    )
    for test, specimen, chosen in cells:
        if (test, specimen) == ("PFE", "1"):
            continue
        field = analyst.page.locator(f"[data-test={test}][data-specimen='{specimen}'] [data-value]")
        values = VALUES.get(test, "0").split()
        if chosen:
            await field.select_option("pass")
        else:
            await field.fill(values[(int(specimen) - 1) % len(values)])
            await field.press("Enter")
    await expect(analyst.page.locator("[data-grid] [data-test]:not(.tone-ok)")).to_have_count(1, timeout=15_000)
    await measure(floor, inspection)
    await analyst.open(f"/inspections/{inspection}")
    await analyst.shot("09-factory-test", whole=True)
    await analyst.press("完成录入")
    await analyst.sees("待复核")
    reviewer = await floor.desk("inspector2")
    await reviewer.open(f"/inspections/{inspection}")
    await reviewer.sign("review")
    await reviewer.sees("已由 赵检验 复核")
    return inspection


async def close_deviation(floor: Floor, deviation: str) -> None:
    quality = await floor.desk("quality")
    await quality.open(f"/deviations/{deviation}")
    await quality.sign("close", conclusion="原因：运输托盘渗油。受污染部分已剪除报废，其余目检无异常，不影响产品。")
    await quality.sees("已由 陈质量")


async def grant(floor: Floor) -> None:
    """Quality lets a second person of quality release this product; nobody may do so for oneself."""
    quality = await floor.desk("quality")
    await quality.open("/authorisations")
    await quality.write(
        "#grant",
        person="quality2",
        products=PRODUCT,
        valid_from="2026-11-25",
        valid_until="2027-11-24",
        reason="质量受权人任命书 2026-03",
        username=quality.username,
    )
    await quality.type_password("#grant")
    await quality.send("grant")
    await expect(quality.page.locator("tbody tr", has_text="周质量")).to_contain_text(PRODUCT)
    await quality.shot("10-authorisations")


async def review(hands: Hands, batch: str, part: str) -> None:
    await hands.open(f"/batches/{batch}/release")
    await hands.sign(f"review-{part}")
    await expect(hands.page.locator(f"[data-opens='review-{part}']")).to_have_count(0)


async def release(floor: Floor, batch: str) -> str:
    """Two reviews by two people, one signature by a third who is authorised; the certificate is a PDF."""
    await clear_line(floor, batch, "operator", "operator2")
    await review(await floor.desk("manager"), batch, "production")
    quality = await floor.desk("quality")
    await review(quality, batch, "quality")
    await quality.sees("今天没有")
    await expect(quality.page.locator("[data-opens=release]")).to_have_count(0)
    await grant(floor)
    releaser = await floor.desk("quality2")
    await releaser.open(f"/batches/{batch}/release")
    await releaser.sees("还差授权人签名放行")
    await releaser.page.locator("[data-opens=release]").first.click()
    await releaser.shot("10-release-dialog")
    await releaser.sign("release", opened=True)
    await releaser.sees("已由 周质量 放行")
    await releaser.shot("10-released")
    link = releaser.page.locator("a[href^='/certificates/']").first
    path = await link.get_attribute("href")
    assert path
    answer = await releaser.fetch(path)
    assert answer.status == 200
    assert (await answer.body()).startswith(b"%PDF")
    return path
