"""Steps 1 and 2 of the main job: a supplier with papers, a delivery refused, received, tested, reviewed, released."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import expect

from tests.make.papers import pdf
from tests.stories.hands import Floor, Hands

SUPPLIER = "河南净源新材料有限公司"
MELTBLOWN = "M-MB-25"
GOOD_VALUES = {
    "GSM": "24.9 25.1 25.0 25.3 24.8",
    "GSM_CV": "3.1",
    "WIDTH": "175 175.5 176",
    "PFE": "96.1 95.8 94.2 97.0 96.6",
    "RES": "28 29 27.5 30 28.8",
    "STRENGTH_MD": "12.1 11.8 12.6 12.0 11.9",
    "STRENGTH_CD": "8.2 8.0 7.9 8.4 8.1",
    "APPEAR": "0",
}
"""As the analyst reads them; the third filtration value is a slip of the pen and is below the limit."""


@dataclass(frozen=True, slots=True)
class ReceivedLot:
    code: str
    inspection: str

    def roll(self, number: int) -> str:
        return f"{self.code}-R{number:02d}"


async def enter_material(floor: Floor) -> None:
    """Quality writes the material and its limits down; a second person of quality puts them in force."""
    writer = await floor.desk("quality")
    await writer.open("/materials/new")
    await writer.write(
        "#material", code=MELTBLOWN, name_zh="熔喷布 25 g/m²", category="meltblown", unit="m", storage_life_days="365"
    )
    await writer.press("保存")
    await writer.arrive(f"/materials/{MELTBLOWN}")
    await writer.press("起草新版本")
    await writer.press("起草", within="dialog#draft")
    await writer.arrive(f"/materials/{MELTBLOWN}/specifications/1")
    await writer.sees("过滤效率", "≥ 95")
    second = await floor.desk("quality2")
    await second.open(f"/materials/{MELTBLOWN}/specifications/1")
    await second.shot("01-specification", whole=True)
    await second.sign("approve")
    await second.sees("生效", "周质量")


async def enter_supplier(floor: Floor) -> str:
    """The buyer enters the supplier with two dated papers and proposes it; quality approves it for the material."""
    buyer = await floor.desk("warehouse")
    await buyer.open("/suppliers/new")
    await buyer.write("#supplier", name=SUPPLIER, kind="manufacturer", contact="刘经理 0371-55667788")
    await buyer.press("保存")
    await buyer.arrive(r"/suppliers/S\d+")
    supplier = buyer.code
    await add_paper(buyer, "business_licence", "91410100MA9F1", "2030-12-31")
    await add_paper(buyer, "production_licence", "豫 XK-2020-118", "2026-11-24")
    await expect(buyer.page.locator("body")).to_contain_text("即将到期")
    await add_paper(buyer, "quality_agreement", "QA-2026-07", "2028-11-22")
    await buyer.write("#propose", material=MELTBLOWN, basis="平面口罩滤层第一供方")
    await buyer.press("提出", within="#propose")
    await buyer.sees("待批准")
    await buyer.open(f"/suppliers/{supplier}/materials/{MELTBLOWN}")
    await buyer.write("#evaluation", kind="audit", number="AU-2026-07", done_on="2026-11-20")
    await buyer.attach("#report", "现场审核报告.pdf", pdf("AU-2026-07"))
    await buyer.send("evaluation")
    await buyer.sees("AU-2026-07")
    quality = await floor.desk("quality")
    await quality.open(f"/suppliers/{supplier}/materials/{MELTBLOWN}")
    await quality.page.locator("[data-opens=decide]").first.click()
    await quality.shot("01-approval-dialog")
    await quality.sign(
        "decide",
        opened=True,
        state="approved",
        basis="现场审核报告 AU-2026-07",
        valid_from="2026-11-23",
        valid_until="2027-11-22",
        evaluate_by="2027-11-22",
    )
    await quality.arrive(f"/suppliers/{supplier}")
    await quality.shot("01-supplier", whole=True)
    return supplier


async def add_paper(hands: Hands, type_: str, number: str, until: str) -> None:
    await hands.write("#credential", type=type_, number=number, valid_from="2023-11-25", valid_until=until)
    await hands.page.locator("#credential [name=names_item]").check()
    scan = {"name": f"{number}.pdf", "mimeType": "application/pdf", "buffer": pdf(number)}
    await hands.page.locator("#credential [name=copy_file]").set_input_files(scan)
    await hands.press("保存", within="#credential")
    await hands.sees(number)


async def order(floor: Floor, supplier: str) -> None:
    """The buyer writes an order and places it while every paper is in date."""
    buyer = await floor.desk("warehouse")
    await buyer.open("/purchase-orders/new")
    await buyer.write(
        "#order", supplier=supplier, material=MELTBLOWN, quantity="2000", due_on="2026-11-26", over_percent="5"
    )
    await buyer.press("保存草稿")
    await buyer.arrive(r"/purchase-orders/PO-20261123-\d+")
    await buyer.press("下单")
    await buyer.sees("已下单", "应于 2026-11-26 到货")


async def receive(floor: Floor, supplier: str) -> ReceivedLot:
    """The goods come two days later, the day after a paper lapsed: refused with the reason; then received."""
    clerk = await floor.tablet("warehouse")
    await clerk.open("/lots/new")
    await clerk.write(
        "#receive",
        delivery_note="SH-20261125-7",
        supplier_lot="JY-2611-07",
        supplier=supplier,
        material=MELTBLOWN,
        quantity="2000",
        made_on="2026-11-10",
        rolls="A-101\t500\t12.5\nA-102\t500\t12.4\nA-103\t500\t12.6\nA-104\t500\t12.5",
    )
    await clerk.press("收货")
    await clerk.is_refused("未收货", f"{SUPPLIER} 的生产许可证 豫 XK-2020-118 已于 2026-11-24 过期")
    await expect(clerk.card().get_by_role("link", name=supplier)).to_be_visible()
    await clerk.card().scroll_into_view_if_needed()
    await clerk.shot("02-receipt-refused")
    quality = await floor.desk("quality")
    await quality.open(f"/suppliers/{supplier}")
    await add_paper(quality, "production_licence", "豫 XK-2026-201", "2029-11-24")
    await clerk.press("收货")
    await clerk.arrive(r"/lots/ML-20261125-\d+\?received=true")
    lot = clerk.code
    await clerk.sees("待验", f"{lot}-R04", "豫 XK-2026-201")
    await clerk.shot("02-lot-in-quarantine")
    link = clerk.page.locator(".band-link")
    return ReceivedLot(lot, (await link.inner_text()).strip())


async def inspect(floor: Floor, lot: ReceivedLot) -> None:
    """Values go into the grid, one of them wrong; it is corrected with its reason, and the sheet handed over."""
    analyst = await floor.desk("inspector")
    await analyst.open(f"/c/{lot.code}")
    await analyst.page.locator(".band-link").click()
    await analyst.arrive(f"/inspections/{lot.inspection}")
    sampling = analyst.page.locator("tr", has=analyst.page.locator("[data-test=APPEAR]")).first
    await expect(sampling).to_contain_text("Ac 0")
    for test, values in GOOD_VALUES.items():
        for number, value in enumerate(values.split(), start=1):
            await analyst.page.locator(f"[data-test={test}][data-specimen='{number}'] [data-value]").fill(value)
            await analyst.page.keyboard.press("Enter")
    last = analyst.page.locator("[data-test=APPEAR][data-specimen='1']")
    await expect(last).to_have_class("cell tone-ok")
    wrong = analyst.page.locator("[data-test=PFE][data-specimen='3']")
    await expect(wrong).to_have_class("cell tone-stop")
    await expect(wrong).to_have_attribute("aria-label", "过滤效率，试样 3：不合格")
    await analyst.shot("03-worksheet", whole=True)
    await analyst.open(f"/inspections/{lot.inspection}/cells/PFE/3")
    await analyst.write("#correct", value="96.2", reason="抄写错误，仪器打印值为 96.2")
    await analyst.press("更正")
    await analyst.arrive(f"/inspections/{lot.inspection}")
    await analyst.press("完成录入")
    await analyst.sees("待复核")
    await expect(analyst.page.locator("[data-opens=review]")).to_have_count(0)


async def decide(floor: Floor, lot: ReceivedLot) -> None:
    """A second person reviews; the same person may not decide, a third one does."""
    reviewer = await floor.desk("quality")
    await reviewer.open(f"/inspections/{lot.inspection}")
    await reviewer.page.locator("[data-opens=review]").click()
    await reviewer.shot("03-review-dialog")
    await reviewer.sign("review", opened=True)
    await reviewer.sees("已由 陈质量 复核")
    await reviewer.open(f"/lots/{lot.code}")
    await reviewer.sees("本次检验由 陈质量 复核", "须由第三人判定")
    await expect(reviewer.page.locator("[data-opens=release]")).to_have_count(0)
    await reviewer.shot("03-same-person-refused")
    third = await floor.desk("quality2")
    await third.open(f"/lots/{lot.code}")
    await third.sign("release")
    await third.sees("已放行：可以领用")
    await third.shot("03-lot-released", whole=True)
