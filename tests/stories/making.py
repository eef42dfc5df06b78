"""Steps 3 and 4 of the main job: a product that may be made, and a batch of it from line clearance to cartons."""

from __future__ import annotations

from playwright.async_api import expect

from maskqms.materials.actions.specifications import enter_material
from maskqms.materials.states import Category, Measure
from maskqms.trace.states import UnitState
from tests.conftest import People
from tests.make.batches import make_roll
from tests.stories.hands import Floor, Hands
from tests.stories.incoming import MELTBLOWN, ReceivedLot

PRODUCT = "P-SUR-50"
SPUNBOND = "M-SB-25"
SPUN_ROLL = "ML-20261120-002-R01"
EAR_LOOP = "ML-20261120-003"
WAITING = "ML-20261124-004-R01"
EXPIRED = "ML-20251020-001-R03"
POINTS = 6


async def other_materials(people: People) -> None:
    """What other deliveries left in the store: the second material of the bill, and rolls that nobody may use."""
    for code, name, category, unit in (
        (SPUNBOND, "纺粘布 25 g/m²", Category.SPUNBOND, Measure.METRE),
        ("M-EL-3", "耳带 3 mm", Category.EAR_LOOP, Measure.KILOGRAM),
    ):
        await enter_material(code=code, name_zh=name, category=category, unit=unit, actor=people.quality)
    await make_roll(SPUN_ROLL, SPUNBOND, quantity="3000")
    await make_roll(EAR_LOOP, "M-EL-3", quantity="80", unit="kg")
    await make_roll(WAITING, MELTBLOWN, state=UnitState.QUARANTINE)
    await make_roll(EXPIRED, MELTBLOWN, days=-1)


async def register_product(floor: Floor) -> None:
    """The plant manager registers the mask and records its two certificates, each with a signature."""
    manager = await floor.desk("manager")
    await manager.open("/products/new")
    await manager.write(
        "#product",
        code=PRODUCT,
        name_zh="医用外科口罩",
        name_en="Surgical mask",
        kind="medical",
        standard="YY 0469",
        model="平面型 耳挂式 17.5 cm × 9.5 cm",
        shelf_life_months="24",
        pieces_per_box="50",
        boxes_per_carton="40",
        gtin="6901234000016",
    )
    await manager.send("product")
    await manager.arrive(f"/products/{PRODUCT}")
    await expect(manager.page.locator(".reasons > li")).not_to_have_count(0)
    await record_licence(manager, "registration", "豫械注准20202140123", "2030-03-01")
    await record_licence(manager, "production_licence", "豫药监械生产许20200045号", "2030-06-30")
    await manager.shot("04-licences", whole=True)
    await manager.open(f"/products/{PRODUCT}")
    await manager.sees("豫械注准20202140123")


async def record_licence(manager: Hands, kind: str, number: str, until: str) -> None:
    await manager.open("/licences/new")
    await manager.write(
        "#licence",
        kind=kind,
        number=number,
        holder="河南某某医疗器械有限公司",
        products=PRODUCT,
        valid_from="2020-07-01",
        valid_until=until,
        username=manager.username,
    )
    await manager.type_password("#licence")
    await manager.send("licence")
    await manager.arrive("/licences")
    await manager.sees(number)


async def write_master_record(floor: Floor) -> None:
    """How it is made: written by the plant manager, put in force by quality."""
    manager = await floor.desk("manager")
    await manager.open(f"/master-records/{PRODUCT}/new")
    await manager.write(
        "#master",
        material_1=MELTBLOWN,
        quantity_1="180",
        loss_1="5",
        short_1="3",
        material_2=SPUNBOND,
        quantity_2="360",
        loss_2="5",
        short_2="3",
        route="打片\n点焊耳带\n内包装\n装箱",
        lines="L1, L2",
        yield_percent="95",
        piece_tolerance="20",
        change="首版",
    )
    await manager.send("master")
    await manager.arrive(f"/master-records/{PRODUCT}/1")
    quality = await floor.desk("quality")
    await quality.open(f"/master-records/{PRODUCT}/1")
    await quality.sign("approve")
    await quality.sees("生效中：现在开工的批次都按本版生产")
    await quality.shot("04-master-record")


async def start_batch(floor: Floor) -> str:
    """Planned at the desk; at the tablet the line is cleared by one and checked by another, then it starts."""
    manager = await floor.desk("manager")
    await manager.open(f"/batches/new?product={PRODUCT}")
    await manager.write("#plan", product=PRODUCT, line="L1", quantity="8000")
    await manager.send("plan")
    await manager.arrive(r"/batches/MB-\d+-\d+")
    batch = manager.code
    operator = await floor.tablet("operator")
    await operator.open("/station")
    await operator.page.get_by_role("link", name=batch).click()
    await operator.arrive(f"/station/{batch}")
    await operator.shot("05-station-batch")
    await operator.open(f"/station/{batch}/start")
    await operator.sees(f"L1 线还没有为 {batch} 清场")
    await operator.shot("05-start-refused")
    await clear_line(floor, batch, "operator", "operator2")
    await operator.open(f"/station/{batch}/start")
    await operator.sees("一切就绪", "YY 0469-2011")
    await operator.send("start")
    await operator.arrive(f"/station/{batch}")
    return batch


async def clear_line(floor: Floor, batch: str, clearer: str, checker: str) -> None:
    first = await floor.tablet(clearer)
    await first.open(f"/station/{batch}/clearance")
    points = first.page.locator("[name=confirmed]")
    await expect(points).to_have_count(POINTS)
    for number in range(POINTS):
        await points.nth(number).check()
    await first.shot("05-clearance")
    await first.sign("clear")
    await first.sees("清场人就是您")
    await expect(first.page.locator("[data-opens=check]")).to_have_count(0)
    second = await floor.tablet(checker)
    await second.open(f"/station/{batch}/clearance")
    await second.sign("check")
    await second.arrive(f"/station/{batch}")


async def issue_material(floor: Floor, batch: str, lot: ReceivedLot, held: str) -> None:
    """Five scans that must not work, each with one sentence and what to do; then the good ones."""
    operator = await floor.tablet("operator")
    await operator.open(f"/station/{batch}/issue")
    await operator.is_refused_scan(EAR_LOOP, "M-EL-3，不在", "请放回，改领")
    await operator.shot("06-wrong-material")
    await operator.is_refused_scan(WAITING, f"{WAITING} 未放行：待验", "请换一件")
    await operator.is_refused_scan(held, f"{held} 已被 HD-", "请隔离存放")
    await operator.shot("06-held")
    await operator.is_refused_scan(EXPIRED, f"{EXPIRED} 的最后可用日为 2026-11-24，已过期", "请隔离，等待复检或报废")
    answer = await operator.scan("ML-19990101-001-R01")
    await expect(answer.locator("[data-answer=unknown]")).to_be_visible()
    for number in (1, 2, 3):
        await operator.scans(lot.roll(number), "500")
    await operator.shot("station")
    await operator.is_refused_scan(lot.roll(1), f"{lot.roll(1)} 已整卷发到 {batch}", "请扫下一卷")
    await operator.scans(SPUN_ROLL, "3000")
    await expect(operator.page.locator(".list-group-item")).to_have_count(4)
    await operator.open(f"/station/{batch}/return")
    await operator.write("#return", code=lot.roll(3), quantity="20")
    await operator.send("return")
    await expect(operator.page.locator("#return")).to_contain_text("480")


async def make_masks(floor: Floor, batch: str) -> None:
    """Good pieces, scrap with its reason, samples and retained ones; then boxes and cartons."""
    operator = await floor.tablet("operator")
    for kind, facts in (
        ("good", {"quantity": "8000"}),
        ("scrap", {"quantity": "60", "scrap_reason": "weld"}),
        ("sample", {"quantity": "80"}),
        ("retained", {"quantity": "30"}),
    ):
        await operator.open(f"/station/{batch}/output?kind={kind}")
        await operator.write("#output", **facts)
        if kind == "scrap":
            await operator.shot("07-scrap")
        await operator.send("output")
        await expect(operator.page.locator(".list-group-item").first).to_contain_text(f"{int(facts['quantity']):,}")
    await operator.shot("07-output")
    await operator.open(f"/station/{batch}/packing")
    for number in (1, 2, 3, 4):
        await operator.send("carton")
        await operator.sees(f"{batch}-C{number:04d}")
    await operator.shot("07-packing")
    await operator.open(f"/station/{batch}/complete")
    await operator.write("#complete", counted="8172")
    await operator.shot("07-complete")
    await operator.send("complete")
    await operator.arrive(f"/station/{batch}")
