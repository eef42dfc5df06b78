"""Steps 7 to 9 of the main job: labels, the gate of the warehouse, and the roll that is traced and held."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.stories.hands import Floor, Hands
from tests.stories.incoming import ReceivedLot

HOSPITAL = "郑州市第一人民医院"
GENEALOGY = "#genealogy[data-drawn] canvas"


async def print_labels(floor: Floor, lot: ReceivedLot, batch: str) -> None:
    """Lot, roll, box and carton: the label on the screen, as PDF and for the thermal printer."""
    clerk = await floor.desk("warehouse")
    for code in (lot.code, lot.roll(1), f"{batch}-B0001", f"{batch}-C0001"):
        await clerk.open(f"/labels/{code}")
        picture = clerk.page.locator(f"img[src*='{code}']")
        await expect(picture).to_be_visible()
        assert await picture.evaluate("async e => { await e.decode(); return e.naturalWidth > 200; }")
        assert (await clerk.takes("#print-label button[value=pdf]")).startswith(b"%PDF")
        assert (await clerk.takes("#print-label button[value=zpl]")).startswith(b"^XA")
    await clerk.shot("11-label")


async def put_on_hold(floor: Floor, code: str, reason: str) -> str:
    """Quality stops a unit; the form says before what it reaches."""
    quality = await floor.desk("quality")
    await quality.open(f"/holds/new?unit={code}")
    await quality.write("#hold", reason=reason)
    await quality.shot("12-new-hold")
    await quality.send("hold")
    await quality.arrive(r"/holds/HD-[\d-]+")
    return quality.code


async def lift(floor: Floor, hold: str) -> None:
    """Never who placed it: a second person of quality, with a signature."""
    placer = await floor.desk("quality")
    await placer.open(f"/holds/{hold}")
    await expect(placer.page.locator("[data-opens=lift]")).to_have_count(0)
    second = await floor.desk("quality2")
    await second.open(f"/holds/{hold}")
    await second.sign("lift", reason="复称并目检，外箱完好，内容物无异常")
    await expect(second.page.locator("[data-opens=lift]")).to_have_count(0)


async def open_shipment(floor: Floor) -> str:
    """A hospital that wants half a year left, and a shipment to it."""
    clerk = await floor.desk("warehouse")
    await clerk.open("/consignees/new")
    await clerk.write(
        "#consignee",
        name=HOSPITAL,
        address="郑州市管城区东大街 56 号",
        contact="王科长 0371-66221234",
        min_remaining_days="180",
    )
    await clerk.send("consignee")
    await clerk.arrive(r"/consignees/(?!new)[\w-]+")
    return await another_shipment(clerk, clerk.code)


async def another_shipment(clerk: Hands, consignee: str) -> str:
    await clerk.open("/shipments")
    await clerk.page.locator("[data-opens=open-shipment]").click()
    await clerk.write("#open", consignee=consignee)
    await clerk.send("open")
    await clerk.arrive(r"/shipments/SH-[\d-]+")
    return clerk.code


async def refuse_unreleased(floor: Floor, shipment: str, batch: str) -> None:
    """Before the release no carton of the batch leaves."""
    gate = await floor.tablet("warehouse")
    await gate.open(f"/station/shipments/{shipment}")
    await gate.is_refused_scan(f"{batch}-C0001", f"{batch}-C0001 未放行", "请换一件")
    await gate.shot("12-unreleased-refused")


async def ship(floor: Floor, shipment: str, batch: str) -> None:
    """Two cartons leave, one of them read by its SSCC; a held one does not; a second person checks and confirms."""
    hold = await put_on_hold(floor, f"{batch}-C0002", "外箱有压痕，待检查")
    gate = await floor.tablet("warehouse")
    await gate.open(f"/batches/{batch}/packing")
    row = await gate.page.locator("tr", has_text=f"{batch}-C0001").inner_text()
    sscc = re.search(r"\b\d{18}\b", row)
    assert sscc
    await gate.open(f"/station/shipments/{shipment}")
    await gate.is_refused_scan(f"{batch}-C0002", f"{batch}-C0002 已被 {hold} 冻结", "请隔离存放")
    await lift(floor, hold)
    gate = await floor.tablet("warehouse")
    answer = await gate.scan(f"]C100{sscc.group()}")
    await expect(answer.locator("[data-answer=done]")).to_contain_text(f"{batch}-C0001")
    await gate.scans(f"{batch}-C0002", "共 2 箱")
    await gate.shot("12-gate")
    second = await floor.tablet("warehouse2")
    await second.open(f"/station/shipments/{shipment}/check")
    await second.scans(f"{batch}-C0001", "1 / 2")
    await second.scans(f"{batch}-C0002", "2 / 2")
    await second.shot("12-second-check")
    second = await floor.desk("warehouse2")
    await second.open(f"/shipments/{shipment}")
    await second.write("#confirm", carrier="顺丰速运", waybill="SF1234567890", conditions="干燥、避光")
    await second.send("confirm")
    await second.sees("顺丰速运", "COC-")
    await second.shot("12-shipped", whole=True)


async def pick_another(floor: Floor, batch: str) -> str:
    """A second shipment stands open with one carton when the trouble begins."""
    clerk = await floor.desk("warehouse")
    await clerk.open("/shipments")
    consignee = await clerk.page.locator("td a[href^='/consignees/']").first.get_attribute("href")
    assert consignee
    shipment = await another_shipment(clerk, consignee.rsplit("/", 1)[-1])
    gate = await floor.tablet("warehouse")
    await gate.open(f"/station/shipments/{shipment}")
    await gate.scans(f"{batch}-C0003", "共 1 箱")
    return shipment


async def trace_both_ways(floor: Floor, lot: ReceivedLot, batch: str) -> None:
    """From the roll to whoever has it, and from a carton back to the rolls and their suppliers."""
    quality = await floor.desk("quality")
    await quality.open(f"/trace?code={lot.roll(1)}&direction=forward&prove=true")
    await expect(quality.page.locator(GENEALOGY)).to_be_visible()
    rows = quality.page.locator("tbody tr")
    await expect(rows.filter(has_text=batch)).not_to_have_count(0)
    await quality.shot("13-trace", whole=True)
    await quality.page.locator("#genealogy").evaluate("e => e.scrollIntoView({block: 'end'})")
    await quality.shot("trace")
    await quality.page.locator("#kind").select_option("carton")
    await quality.press("筛选", within="form:has(#kind)")
    await quality.page.wait_for_url("**kind=carton**")
    for number in (1, 2, 3, 4):
        await expect(rows.filter(has_text=f"{batch}-C{number:04d}")).to_have_count(1)
    await quality.open(f"/trace?code={batch}-C0001&direction=backward")
    await expect(quality.page.locator(GENEALOGY)).to_be_visible()
    for code in (batch, lot.roll(1), lot.roll(2), lot.roll(3), lot.code):
        await expect(rows.filter(has_text=code).first).to_be_visible()
    await quality.shot("13-trace-backward")


async def hold_the_roll(floor: Floor, lot: ReceivedLot, batch: str, shipped: str, waiting: str) -> None:
    """One hold on the roll stops batch, cartons and the open shipment; three lists say where everything is."""
    hold = await put_on_hold(floor, lot.roll(1), "供应商通报该卷驻极不良")
    quality = await floor.desk("quality")
    rows = quality.page.locator("tbody tr")
    for code in (batch, f"{batch}-C0004"):
        await quality.open(f"/units/{code}")
        await expect(quality.page.locator(".band-link")).to_have_text(hold)
    await quality.open(f"/holds/{hold}")
    await quality.shot("13-hold", whole=True)
    for view, codes in (
        ("shipped", (f"{batch}-C0001", f"{batch}-C0002", HOSPITAL)),
        ("stoppable", (f"{batch}-C0003", waiting)),
        ("on_hand", (f"{batch}-C0004",)),
    ):
        await quality.open(f"/trace?code={lot.roll(1)}&direction=forward&view={view}")
        for code in codes:
            await expect(rows.filter(has_text=code).first).to_be_visible()
        await quality.shot(f"13-list-{view}")
    await quality.open(f"/shipments/{shipped}")
    gate = await floor.tablet("warehouse2")
    await gate.open(f"/station/shipments/{waiting}/check")
    await gate.is_refused_scan(f"{batch}-C0003", f"{batch}-C0003 已被 {hold} 冻结", "请隔离存放")
    await gate.shot("13-gate-stopped")
