"""Eight suppliers with their papers. One paper ends in a few days; one has ended, so its trader delivers no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from maskqms.accounts.signing import content_digest
from maskqms.demo.clockwork import Story
from maskqms.demo.days import LAST_DAY, Calendar, at
from maskqms.demo.people import Staff
from maskqms.demo.reports import audit_report, credential_paper
from maskqms.materials.actions.approvals import approval_content, decide_approval, keep_evaluation, propose_supplier
from maskqms.materials.actions.suppliers import CopyOfPaper, add_credential, enter_supplier
from maskqms.materials.queries.materials import material_by_code
from maskqms.materials.queries.suppliers import credentials_of, evaluations_of, latest_approval, supplier_by_code
from maskqms.materials.states import ApprovalState, CredentialType, EvaluationKind, SupplierKind
from maskqms.quality.actions import decide_change
from maskqms.quality.queries import open_changes
from maskqms.quality.states import ChangeState

LICENCE, MADE_BY = CredentialType.BUSINESS_LICENCE, CredentialType.PRODUCTION_LICENCE
LETTER, REPORT, AGREEMENT = (
    CredentialType.AUTHORISATION_LETTER,
    CredentialType.TEST_REPORT,
    CredentialType.QUALITY_AGREEMENT,
)
SOON = LAST_DAY + timedelta(days=13)
"""The end of the paper that today's page warns about."""
ENDED = LAST_DAY - timedelta(days=10)
"""The end of the trader's letter, for which a delivery is refused."""


@dataclass(frozen=True, slots=True)
class Paper:
    type: CredentialType
    number: str
    since: date
    until: date | None
    scope: str
    maker: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Delivers:
    """A supplier and the materials it may deliver. Codes S001, S002, ... follow this order."""

    name: str
    kind: SupplierKind
    address: str
    contact: str
    materials: tuple[str, ...]
    papers: tuple[Paper, ...]


def _maker(
    name: str, address: str, contact: str, materials: tuple[str, ...], scope: str, number: int, *more: Paper,
    licence_until: date = date(2028, 6, 30),
) -> Delivers:  # fmt: skip
    papers = (
        Paper(LICENCE, f"914107{number:02d}MA4{number * 7919 % 100000:05d}X", date(2019, 4, 8), None, scope),
        Paper(MADE_BY, f"豫工产许 {20230000 + number * 131}", date(2023, 7, 1), licence_until, scope),
        *more,
    )
    return Delivers(name, SupplierKind.MANUFACTURER, address, contact, materials, papers)


MUCHEN = "山东沐尘过滤材料有限公司"
"""Makes meltblown fabric, which the trader sells too."""

SUPPLIERS = (
    _maker(
        "新乡澜泽熔喷材料有限公司", "河南省新乡市凤泉区新材料产业园 6 号", "田会计 0373-555 0118",
        ("M-MB-25", "M-MB-KN"), "聚丙烯熔喷非织造布", 11,
        Paper(REPORT, "LZ-2026-0917 熔喷布全项", date(2026, 9, 17), date(2027, 9, 16), "BFE95+、KN95 级熔喷布"),
        Paper(AGREEMENT, "LZ-QA-2026-01", date(2026, 1, 5), date(2028, 1, 4), "熔喷布质量协议"),
    ),
    _maker(
        MUCHEN, "山东省临沂市兰山区滤材路 19 号", "孔经理 0539-555 0146",
        ("M-MB-25",), "熔喷非织造布, 静电驻极", 12,
        Paper(AGREEMENT, "MC-QA-2026-02", date(2026, 2, 10), date(2028, 2, 9), "熔喷布质量协议"),
    ),
    _maker(
        "仙桃羽岚无纺布有限公司", "湖北省仙桃市彭场镇无纺布工业园", "邓经理 0728-555 0173",
        ("M-SB-OUT", "M-SB-IN"), "纺粘非织造布", 13, licence_until=SOON,
    ),
    _maker(
        "江苏弦丝纺织科技有限公司", "江苏省常熟市梅李镇纺织路 8 号", "顾小姐 0512-555 0102",
        ("M-EL-27",), "耳带, 弹力绳", 14,
    ),
    _maker(
        "东莞铮条塑胶制品有限公司", "广东省东莞市长安镇上沙工业区", "黎先生 0769-555 0165",
        ("M-NW-40",), "全塑鼻梁条, 单芯铁丝鼻梁条", 15,
    ),
    _maker(
        "郑州叠彩包装印务有限公司", "河南省郑州市中牟县包装产业园 3 栋", "范经理 0371-555 0139",
        ("M-PK-SM50", "M-PK-DM50", "M-PK-KN20"), "药品、医疗器械包装印刷", 16,
        Paper(AGREEMENT, "DC-QA-2026-03", date(2026, 3, 1), date(2028, 2, 29), "彩盒版面与色差"),
    ),
    _maker(
        "长垣禾垒纸箱有限公司", "河南省新乡市长垣市丁栾镇工业路", "付老板 0373-555 0188",
        ("M-PK-CTN",), "瓦楞纸箱", 17,
    ),
    Delivers(
        "河南衡通医用材料商贸有限公司", SupplierKind.TRADER, "河南省郑州市金水区经三路 66 号", "贾经理 0371-555 0191",
        ("M-MB-25",),
        (
            Paper(LICENCE, "91410105MA45HT66XK", date(2020, 5, 20), None, "医用材料批发"),
            Paper(LICENCE, "91371302MA3K77Y16T", date(2018, 3, 2), None, "熔喷非织造布", MUCHEN),
            Paper(MADE_BY, "鲁工产许 20240518", date(2024, 5, 18), date(2029, 5, 17), "熔喷非织造布", MUCHEN),
            Paper(LETTER, "MC-SQ-2026-11", date(2025, 11, 16), ENDED, "授权销售熔喷布", person="贾洪亮"),
            Paper(AGREEMENT, "HT-QA-2026-05", date(2026, 5, 6), date(2028, 5, 5), "熔喷布质量协议"),
        ),
    ),
)  # fmt: skip
TRADER = f"S{len(SUPPLIERS):03d}"


async def enter_suppliers(staff: Staff, calendar: Calendar) -> Story:
    """The warehouse enters suppliers and papers, quality approves each for its materials."""
    moment = at(calendar.setup, "13:10")
    for one in SUPPLIERS:
        yield (moment := moment + timedelta(minutes=6))
        row = await enter_supplier(
            name=one.name, kind=one.kind, address=one.address, contact=one.contact, actor=staff["zheng"]
        )
        for paper in one.papers:
            yield (moment := moment + timedelta(minutes=2))
            await add_credential(
                row.code,
                type=paper.type,
                number=paper.number,
                scope=paper.scope,
                valid_from=paper.since,
                valid_until=paper.until,
                names_item=True,
                maker=paper.maker,
                person=paper.person,
                copy=_scan(paper, one.name),
                actor=staff["zheng"],
            )
        for material in one.materials:
            yield (moment := moment + timedelta(minutes=3))
            basis = f"{one.name} 书面质量调查报告, 样品试用合格"
            await propose_supplier(row.code, material=material, basis=basis, actor=staff["zheng"])
            yield (moment := moment + timedelta(minutes=5))
            await _approve(row.code, material, calendar, staff)
    yield (moment := moment + timedelta(minutes=20))
    await _validate(staff)


def _scan(paper: Paper, holder: str) -> CopyOfPaper:
    title, until = paper.type.label.in_locale("zh"), "长期" if paper.until is None else str(paper.until)
    content = credential_paper(title, paper.number, paper.maker or holder, paper.scope, until)
    return CopyOfPaper(f"{title} {paper.number}.pdf", content)


async def _validate(staff: Staff) -> None:
    """Beside the first maker of meltblown came others: the second one was validated, the trader's goods never were."""
    trader = await supplier_by_code(TRADER)
    for row in await open_changes():
        if row.source != trader.code:
            await decide_change(
                row.code,
                decision=ChangeState.APPROVED,
                conclusion="验证报告 VR-2026-04: 三批试产, 过滤效率与阻力均合格",
                digest=content_digest(row.content()),
                signer=staff.signer("sun"),
            )


async def _approve(supplier: str, material: str, calendar: Calendar, staff: Staff) -> None:
    row, about = await supplier_by_code(supplier), await material_by_code(material)
    number = f"SA-{calendar.setup:%Y%m}-{supplier[1:]}"
    await keep_evaluation(
        supplier,
        material=material,
        kind=EvaluationKind.AUDIT,
        number=number,
        done_on=calendar.setup - timedelta(days=20),
        copy=CopyOfPaper(f"{number}.pdf", audit_report(number, row.name, f"{material} {about.name_zh}")),
        actor=staff["zheng"],
    )
    current = await latest_approval(row.id, about.id)
    evaluations = await evaluations_of(row.id, about.id)
    papers = await credentials_of(row.id)
    shown = approval_content(row, material, current.state if current else None, papers, evaluations)
    await decide_approval(
        supplier,
        material=material,
        state=ApprovalState.APPROVED,
        basis=f"现场审核报告 {number}, 证照齐全",
        digest=content_digest(shown),
        valid_from=calendar.setup,
        valid_until=date(2027, 10, 31),
        signer=staff.signer("zhou"),
    )
