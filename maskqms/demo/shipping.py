"""Who buys, and what left: some twenty-five shipments, the last one picked but not yet gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maskqms.db import sql
from maskqms.demo.clockwork import Story
from maskqms.demo.days import Calendar, after, at, dice
from maskqms.demo.people import Staff
from maskqms.demo.products import KN95, SURGICAL
from maskqms.demo.world import World
from maskqms.shipping.actions.confirm import confirm_shipment
from maskqms.shipping.actions.consignees import create_consignee
from maskqms.shipping.actions.pick import check_carton, open_shipment, scan_carton

IN_STOCK = (
    "SELECT c.code FROM trace_unit c WHERE c.kind = 'carton' AND c.state = 'released' AND NOT c.held AND c.on_hand > 0"
    " AND c.identifiers ->> 'product' = $1 ORDER BY c.usable_until, c.id LIMIT $2"
)
LEAST, KEPT = 4, 4
"""Fewer cartons wait for the next lorry; some always stay for small orders."""
CARRIERS = ("顺丰冷运", "德邦物流", "安能物流", "自有车辆 豫G 5C108")


@dataclass(frozen=True, slots=True)
class Buyer:
    """A consignee, and which masks go there."""

    code: str
    name: str
    address: str
    contact: str
    products: tuple[str, ...]
    country: str = "CN"
    min_remaining_days: int = 180
    credential: str | None = None
    credential_until: date | None = None


BUYERS = (
    Buyer("C01", "河南安序医院", "河南省郑州市郑东新区明理路 216 号", "采购科 石主任 0371-555 0201", (SURGICAL, KN95),
          credential="医疗机构执业许可证 PDY60123410105", credential_until=date(2029, 4, 30)),
    Buyer("C02", "长垣慈佑妇幼保健院", "河南省新乡市长垣市宏力大道 88 号", "设备科 岳女士 0373-555 0202", (SURGICAL,),
          credential="医疗机构执业许可证 PDY41072811", credential_until=date(2028, 12, 31)),
    Buyer("C03", "新乡同泽骨科医院", "河南省新乡市红旗区金穗大道 310 号", "库房 娄师傅 0373-555 0203", (SURGICAL,)),
    Buyer("C04", "康棠大药房连锁有限公司", "河南省郑州市二七区航海路 55 号配送中心", "祁经理 0371-555 0204",
          (SURGICAL, KN95), credential="药品经营许可证 豫BA3710244", credential_until=date(2028, 3, 15)),
    Buyer("C05", "开封益安医药有限公司", "河南省开封市龙亭区宋城路 17 号", "仓储部 牛先生 0371-555 0205", (SURGICAL,),
          credential="医疗器械经营备案 豫汴食药监械备 2021033", credential_until=date(2030, 1, 31)),
    Buyer("C06", "武汉恒济医疗器械有限公司", "湖北省武汉市东西湖区金银湖路 9 号", "余经理 027-555 0206",
          (SURGICAL, KN95)),
    Buyer("C07", "国泽劳保用品商行", "河北省邯郸市丛台区人民路 402 号", "耿老板 0310-555 0207", (KN95,)),
    Buyer("C08", "安阳太行钢构有限公司", "河南省安阳市殷都区钢城路 3 号", "安环部 申工 0372-555 0208", (KN95,)),
    Buyer("C09", "Al Noor Safety Trading LLC", "Warehouse 14, Al Quoz 3, Dubai", "Mr. Haddad +971 4 555 0209", (KN95,),
          country="AE", min_remaining_days=540),
)  # fmt: skip


async def enter_buyers(staff: Staff, calendar: Calendar) -> Story:
    """The warehouse enters the consignees."""
    moment = at(after(calendar.setup, 1), "14:30")
    for buyer in BUYERS:
        yield (moment := moment + timedelta(minutes=4))
        await create_consignee(
            code=buyer.code, name=buyer.name, address=buyer.address, contact=buyer.contact, country=buyer.country,
            min_remaining_days=buyer.min_remaining_days, credential=buyer.credential,
            credential_until=buyer.credential_until, actor=staff["zheng"],
        )  # fmt: skip


async def ship(world: World, day: date, product: str) -> Story:
    """One lorry of the day, when there is enough to send."""
    chance = dice(f"ship:{day}:{product}")
    buyer = chance.choice([one for one in BUYERS if product in one.products])
    moment = at(day, "14:20" if product == SURGICAL else "15:00", chance.randint(0, 15))
    yield moment
    cartons = (await _in_stock(product, chance.randint(14, 18) + KEPT))[:-KEPT]
    if len(cartons) < LEAST:
        return
    shipment = (await open_shipment(buyer.code, actor=world.staff["zheng"])).code
    async for later in _picked_and_checked(world, shipment, cartons, moment):
        yield (moment := later)
    yield moment + timedelta(minutes=12)
    await confirm_shipment(
        shipment, carrier=chance.choice(CARRIERS), waybill=f"YD{chance.randint(10**9, 10**10 - 1)}",
        delivery_note=f"CK-{shipment[3:]}", conditions="常温, 防潮", actor=world.staff["zheng"],
    )  # fmt: skip
    world.shipments[f"{day}:{product}"] = shipment


async def pick_only(world: World, day: date) -> Story:
    """The last shipment stands in the yard: picked, partly checked, not confirmed. It can still be stopped."""
    moment = at(day, "16:02")
    yield moment
    cartons = await _in_stock(SURGICAL, 4)
    shipment = (await open_shipment("C01", actor=world.staff["zheng"])).code
    world.shipments["open"] = shipment
    async for later in _picked_and_checked(world, shipment, cartons, moment, checked=2):
        yield later


async def _picked_and_checked(
    world: World, shipment: str, cartons: list[str], moment: datetime, *, checked: int | None = None
) -> Story:
    for carton in cartons:
        yield (moment := moment + timedelta(seconds=70))
        await scan_carton(shipment, carton, actor=world.staff["zheng"])
    for carton in cartons[:checked]:
        yield (moment := moment + timedelta(seconds=40))
        await check_carton(shipment, carton, actor=world.staff["feng"])
    yield moment


async def _in_stock(product: str, count: int) -> list[str]:
    return [record["code"] for record in await sql.fetch(IN_STOCK, product, count)]
