"""Three masks under three standards, their certificates, master records in force, and who may release what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from maskqms.accounts.actions.authorisations import grant_authorisation
from maskqms.batches.actions.masters import MasterDetails, approve_master_record, draft_master_record
from maskqms.batches.rules.masters import BillItem, Step
from maskqms.demo.clockwork import Story
from maskqms.demo.days import Calendar, after, at
from maskqms.demo.materials import EAR_LOOP, MATERIALS, MELTBLOWN, MELTBLOWN_KN
from maskqms.demo.people import Staff
from maskqms.products.actions.licences import add_licence
from maskqms.products.actions.register import ProductDetails, register_product
from maskqms.products.gtin import check_digit
from maskqms.products.states import LicenceKind, ProductKind

COMPANY = "河南净护医疗用品有限公司"
COMPANY_PREFIX = "6901234"
SURGICAL, SINGLE_USE, KN95 = "SM-01", "DM-01", "KN-01"

ROUTE = (
    Step("10", "领料复核"),
    Step("20", "复合折叠, 鼻梁条植入"),
    Step("30", "超声波压合切片"),
    Step("40", "耳带焊接"),
    Step("50", "目检, 装盒, 封箱"),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A mask model and the bill of a thousand of them: material -> quantity, allowed loss in percent."""

    code: str
    details: ProductDetails
    bill: tuple[tuple[str, str, str], ...]
    lines: tuple[str, ...]


def _gtin(number: int) -> str:
    body = f"{COMPANY_PREFIX}{number:05d}"
    return body + check_digit(body)


PRODUCTS = (
    Made(
        SURGICAL,
        ProductDetails(
            name_zh="医用外科口罩", name_en="Surgical mask", kind=ProductKind.MEDICAL, standard="YY 0469",
            model="平面耳挂式 17.5 cm × 9.5 cm 非灭菌", shelf_life_months=24, gtin=_gtin(10101), pieces_per_box=50,
            boxes_per_carton=20,
        ),
        ((MELTBLOWN, "200", "6"), ("M-SB-OUT", "205", "6"), ("M-SB-IN", "205", "6"), (EAR_LOOP, "350", "6"),
         ("M-NW-40", "98", "6"), ("M-PK-SM50", "20", "8"), ("M-PK-CTN", "1", "25")),
        ("L1", "L2"),
    ),
    Made(
        SINGLE_USE,
        ProductDetails(
            name_zh="一次性使用医用口罩", name_en="Single-use medical mask", kind=ProductKind.MEDICAL,
            standard="YY/T 0969", model="平面耳挂式 17.5 cm × 9.5 cm 非灭菌", shelf_life_months=24,
            gtin=_gtin(10202), pieces_per_box=50, boxes_per_carton=20,
        ),
        ((MELTBLOWN, "200", "6"), ("M-SB-OUT", "205", "6"), ("M-SB-IN", "205", "6"), (EAR_LOOP, "350", "6"),
         ("M-NW-40", "98", "6"), ("M-PK-DM50", "20", "8"), ("M-PK-CTN", "1", "25")),
        ("L2",),
    ),
    Made(
        KN95,
        ProductDetails(
            name_zh="KN95 防护口罩", name_en="KN95 respirator", kind=ProductKind.PPE, standard="GB 2626",
            grade="KN95", variants=("disposable",), model="立体折叠式 无呼气阀", shelf_life_months=36,
            gtin=_gtin(10303), pieces_per_box=20, boxes_per_carton=20,
        ),
        ((MELTBLOWN_KN, "230", "6"), ("M-SB-OUT", "235", "6"), ("M-SB-IN", "235", "6"), (EAR_LOOP, "400", "6"),
         ("M-NW-40", "95", "6"), ("M-PK-KN20", "50", "8"), ("M-PK-CTN", "2.5", "25")),
        ("L3",),
    ),
)  # fmt: skip
BY_CODE = {made.code: made for made in PRODUCTS}

LICENCES = (
    (LicenceKind.PRODUCTION_LICENCE, "豫药监械生产许 20200118 号", (SURGICAL, SINGLE_USE),
     "II 类 14-13 医护人员防护用品", date(2025, 3, 12), date(2030, 3, 11)),
    (LicenceKind.REGISTRATION, "豫械注准 20202140366", (SURGICAL,), "医用外科口罩", date(2025, 2, 20),
     date(2030, 2, 19)),
    (LicenceKind.REGISTRATION, "豫械注准 20222140851", (SINGLE_USE,), "一次性使用医用口罩", date(2022, 6, 9),
     date(2027, 6, 8)),
)  # fmt: skip


async def enter_products(staff: Staff, calendar: Calendar) -> Story:
    """The plant manager registers and drafts, the head of quality compares, approves and authorises."""
    moment = at(after(calendar.setup, 1), "08:40")
    for made in PRODUCTS:
        yield (moment := moment + timedelta(minutes=15))
        await register_product(code=made.code, details=made.details, actor=staff["qian"])
    for kind, number, products, scope, since, until in LICENCES:
        yield (moment := moment + timedelta(minutes=5))
        await add_licence(
            kind=kind, number=number, holder=COMPANY, products=products, valid_from=since, valid_until=until,
            scope=scope, signer=staff.signer("zhou"),
        )  # fmt: skip
    for made in PRODUCTS:
        yield (moment := moment + timedelta(minutes=20))
        draft = await draft_master_record(product=made.code, details=_master(made), actor=staff["qian"])
        yield (moment := moment + timedelta(minutes=25))
        await approve_master_record(product=made.code, version=draft.version, signer=staff.signer("zhou"))
    for username, of in (("wu", (SURGICAL, SINGLE_USE, KN95)), ("sun", (KN95,))):
        yield (moment := moment + timedelta(minutes=10))
        await grant_authorisation(
            username=username,
            products=of,
            known_products=tuple(BY_CODE),
            valid_from=calendar.setup,
            valid_until=date(2027, 10, 31),
            reason="企业负责人授权放行",
            signer=staff.signer("zhou"),
        )


def _master(made: Made) -> MasterDetails:
    names = {one.code: (one.name_zh, str(one.unit)) for one in MATERIALS}
    bill = [
        BillItem(code, names[code][0], Decimal(quantity), names[code][1], Decimal(loss), Decimal(4))
        for code, quantity, loss in made.bill
    ]
    return MasterDetails(
        bill=bill,
        route=ROUTE,
        lines=made.lines,
        yield_from=Decimal("0.95"),
        piece_tolerance=60,
        change="首版, 由纸质工艺规程转入",
    )
