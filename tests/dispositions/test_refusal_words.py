"""Why rejected goods do not go this way, in the words that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.actor import Actor, Role
from maskqms.dispositions import rules
from maskqms.dispositions.states import DestructionState, RegradeState
from maskqms.errors import Reason
from maskqms.lab.plan import Plan, planned
from maskqms.lab.rules import JudgedSheet, judge_sheet
from maskqms.materials.rules.changes import Limit
from maskqms.materials.specification import SpecificationTest, SpecifiedTests
from maskqms.materials.states import Category
from maskqms.quality.states import ChangeState
from maskqms.trace.states import UnitState
from tests.make.lab import PFE
from tests.refusals import MOMENT, Row, Unit, code_of, said, wanted


@dataclass(frozen=True)
class Goods:
    code: str = "ML-001-R01"
    state: UnitState = UnitState.REJECTED
    on_hand: Decimal = Decimal(500)
    unit: str = "m"
    supplier_code: str = "S001"
    supplier_name: str = "恒通无纺"
    pending: str | None = None
    expires_on: date | None = None


NO_TESTS = SpecifiedTests()


@dataclass(frozen=True)
class Target:
    code: str = "M-MB-20"
    category: Category = Category.MELTBLOWN
    unit: str = "m"
    tests: SpecifiedTests | None = NO_TESTS


@dataclass(frozen=True)
class Value:
    test: str
    specimen: int
    text: str


GOODS, TARGET, ROLL = Goods(), Target(), Unit()
LABELS = Goods("LB-001", on_hand=Decimal(480), unit="piece")
WAREHOUSE = Actor(1, "wu", "吴仓管", frozenset({Role.WAREHOUSE}))
MANAGER = Actor(2, "sun", "孙厂长", frozenset({Role.PLANT_MANAGER}))
QUALITY = Actor(3, "chen", "陈质量", frozenset({Role.QUALITY}))
SAME_LIMIT = Target(tests=SpecifiedTests(tests=(SpecificationTest(requirement=PFE),)))


def failed() -> JudgedSheet:
    return judge_sheet(Plan(tests=(planned(PFE),)), [Value("PFE", n, "90") for n in (1, 2, 3)])


def returned(*goods: Goods, **facts: str) -> list[Reason]:
    given = {"waybill": "SF-778", "carrier": "顺丰", "reason": "过滤效率不合格", **facts}
    return rules.return_blockers(goods or [GOODS], **given)


def witnessed(actor: Actor = QUALITY, state: DestructionState = DestructionState.WAITING, **facts: Any) -> list[Reason]:
    given: dict[str, Any] = {"first": 1, "first_name": "吴仓管", "first_of_quality": False, "lines": (), **facts}
    return rules.witness_blockers("DS-001", state, actor, **given)


def regraded(
    goods: Goods = GOODS,
    target: Target = TARGET,
    unit: Unit = ROLL,
    been: Sequence[str] = ("M-MB-25",),
    sheet: JudgedSheet | None = None,
    limits: Sequence[Limit] = (),
) -> list[Reason]:
    return rules.regrade_blockers(
        goods,
        unit,
        MOMENT,
        category=Category.MELTBLOWN,
        been=been,
        target=target,
        failed=sheet,
        limits=limits,
        reason="降级使用",
    )


def deciding(state: RegradeState = RegradeState.REQUESTED, decider: int = 3) -> list[Reason]:
    return rules.approval_blockers(
        "RG-001", state, RegradeState.APPROVED, requester=1, requester_name="李检验", decider=decider
    )


ROWS = (
    Row(
        "goods.none",
        lambda: rules.goods_blockers([]),
        "没有选择任何货品。 → 请至少选择一个不合格的批或卷。",
        "Nothing is chosen. → Choose at least one rejected lot or roll.",
    ),
    Row(
        "goods.not_rejected",
        lambda: returned(replace(GOODS, state=UnitState.QUARANTINE)),
        "ML-001-R01 不是不合格品：待验。 → 这里只处置不合格品。",
        "ML-001-R01 is not rejected: Quarantine. → Only rejected goods are disposed of here.",
    ),
    Row(
        "goods.gone",
        lambda: returned(replace(GOODS, on_hand=Decimal(0))),
        "ML-001-R01 没有库存。 → 去向见其页面。",
        "Nothing of ML-001-R01 is on hand. → Its page says where it went.",
    ),
    Row(
        "goods.pending",
        lambda: returned(replace(GOODS, pending="DS-001")),
        "ML-001-R01 已在 DS-001 中等待处置。 → 请先完成或取消该单。",
        "ML-001-R01 waits for DS-001 already. → Finish or end that first.",
    ),
    Row(
        "reason.missing",
        lambda: returned(reason=" "),
        "请用一句话说明为何这样处置。",
        "Say in a sentence why the goods are disposed of in this way.",
    ),
    Row(
        "return.suppliers",
        lambda: returned(GOODS, Goods("ML-002", supplier_name="大江布业")),
        "这些货品来自不同供应商：大江布业, 恒通无纺。 → 每个供应商单独开退货单。",
        (
            "These goods come from different suppliers: 大江布业, 恒通无纺. → Each supplier gets a return note "
            "of its own."
        ),
    ),
    Row(
        "return.waybill",
        lambda: returned(waybill=" "),
        "缺少运单号。 → 见承运人的运单。",
        "The number of the waybill is missing. → It is on the carrier's slip.",
    ),
    Row("return.carrier", lambda: returned(carrier=" "), "请填写承运人。", "Say who takes the goods away."),
    Row(
        "destruction.method",
        lambda: rules.plan_blockers([GOODS], method=" ", reason="不合格"),
        "请说明销毁方式，确保不能再被使用。 → 例如粉碎、焚烧。",
        "Say how the goods are destroyed, so that nobody can use them again. → For example shredding or burning.",
    ),
    Row(
        "destruction.ended",
        lambda: witnessed(state=DestructionState.DONE),
        "DS-001 已不再等待见证：已销毁。",
        "DS-001 waits for no witness any more: Destroyed.",
    ),
    Row(
        "destruction.ended",
        lambda: rules.cancel_blockers("DS-001", DestructionState.CANCELLED, "重新计划"),
        "DS-001 已不再等待见证：已取消。",
        "DS-001 waits for no witness any more: Cancelled.",
    ),
    Row(
        "destruction.same_person",
        lambda: witnessed(WAREHOUSE),
        "吴仓管 已作为第一见证人签名。 → 须由另一人到场见证并签名。",
        "吴仓管 signed as the first witness. → Another person sees it and signs.",
    ),
    Row(
        "destruction.quality",
        lambda: witnessed(MANAGER),
        "两名见证人中没有质量部人员。 → 第二见证人须为质量部人员。",
        "Neither of the two witnesses would be of quality. → A person of quality signs as the second one.",
    ),
    Row(
        "destruction.changed",
        lambda: witnessed(lines=[(GOODS, Decimal(600))]),
        "ML-001-R01 计划销毁 600 m，现存 500 m：不合格。 → 请取消本次销毁并重新计划。",
        (
            "Of ML-001-R01 600 m were to be destroyed, 500 m are there: Rejected. → Cancel this destruction and "
            "plan it anew."
        ),
    ),
    Row(
        "destruction.changed",
        lambda: witnessed(lines=[(LABELS, Decimal(500))]),
        "LB-001 计划销毁 500 只，现存 480 只：不合格。 → 请取消本次销毁并重新计划。",
        (
            "Of LB-001 500 pcs were to be destroyed, 480 pcs are there: Rejected. → Cancel this destruction and "
            "plan it anew."
        ),
    ),
    Row(
        "unit.expired",
        lambda: regraded(goods=replace(GOODS, expires_on=MOMENT.date() - timedelta(days=1))),
        "ML-001-R01 已过最后可用日。 → 请退货或销毁。",
        "ML-001-R01 is past its last usable day. → Return it or destroy it.",
    ),
    Row(
        "regrade.changed_source",
        lambda: regraded(limits=[Limit("ML-001-R01", "ML-001", "CC-001", "另一生产企业", ChangeState.OPEN)]),
        "ML-001-R01 来自变更后的来源，变更 CC-001 未批准：验证中。 → 请退货或销毁，或等变更批准后再办。",
        "ML-001-R01 comes from a changed source, and change CC-001 is not approved: Under validation."
        " → Return it or destroy it, or wait until the change is approved.",
    ),
    Row(
        "regrade.same",
        lambda: regraded(been=("M-MB-25", "M-MB-20")),
        "ML-001-R01 曾是 M-MB-20，并已作为该物料判为不合格。 → 请选择较低等级的物料。",
        "ML-001-R01 has been M-MB-20 already, and was rejected as that. → Choose a material of a lower grade.",
    ),
    Row(
        "regrade.kind",
        lambda: regraded(target=Target("M-LB-01", Category.LABEL, "piece")),
        "M-LB-01 为标签，单位 只；ML-001-R01 不能改为该物料。 → 请选择同类、同单位的物料。",
        "M-LB-01 is Label in pcs; ML-001-R01 cannot become that. → Choose a material of the same kind and unit.",
    ),
    Row(
        "specification.missing",
        lambda: regraded(target=Target(tests=None)),
        "M-MB-20 没有生效的规格。 → 请质量部先批准规格并使其生效。",
        "No specification of M-MB-20 is in force. → Quality puts one in force first.",
    ),
    Row(
        "regrade.would_fail",
        lambda: regraded(target=SAME_LIMIT, sheet=failed()),
        "PFE（过滤效率）按 M-MB-20 的限值 >= 95 也不合格：90, 90, 90。 → 请选择更低等级，或退货、销毁。",
        (
            "PFE (Filtration efficiency) would fail as M-MB-20 too, limit >= 95: 90, 90, 90. → Choose a lower "
            "grade, or return or destroy it."
        ),
    ),
    Row(
        "regrade.decided",
        lambda: deciding(RegradeState.REFUSED),
        "RG-001 已判定：不同意。",
        "RG-001 is decided already: Refused.",
    ),
    Row(
        "regrade.same_person",
        lambda: deciding(decider=1),
        "本次改级由 李检验 申请。 → 须由质量部另一人判定（R10）。",
        "李检验 asked for this regrade. → Another person of quality decides it (R10).",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_refusal_about_rejected_goods_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
