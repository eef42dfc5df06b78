"""Why goods are not ordered or not received, in the words that a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.materials.rules import orders, receipt, sampling
from maskqms.materials.rules.orders import LineFacts, OrderedFacts
from maskqms.materials.rules.receipt import NewRoll, Receipt, ReceiptFacts
from maskqms.materials.states import Measure, OrderState, SamplingRule, SupplierKind
from maskqms.standards.switching import Cause, Inspecting, Standing, Why
from tests.materials.test_sourcing_rules import ORDER, Decision
from tests.refusals import DAY, Row, code_of, said, wanted

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
KNOWN = ReceiptFacts(
    supplier_code="S001",
    supplier_name="恒通无纺",
    supplier_kind=SupplierKind.MANUFACTURER,
    material=7,
    material_code="M-MB-25",
    unit=Measure.METRE,
    storage_life_days=None,
    needed=(),
    credentials=(),
    approval=Decision(),
    has_specification=True,
    received_before=None,
    day=DAY,
)
PIECES = replace(KNOWN, unit=Measure.PIECE)
ROLLS = (NewRoll(Decimal(500), supplier_roll="A-1"), NewRoll(Decimal(500), supplier_roll="A-2"))
DELIVERY = Receipt(Decimal(1000), "HT-1", "SH-1", rolls=ROLLS)
LINE = LineFacts(
    order="PO-001",
    number=2,
    state=OrderState.PLACED,
    closed_by_hand=False,
    supplier_code="S001",
    material_code="M-MB-25",
    unit=Measure.METRE,
    quantity=Decimal(1000),
    over_percent=Decimal(5),
    delivered=Decimal(800),
    due_on=AFTER,
)
ASKED = OrderedFacts(ORDER, has_specification=True, due_on=AFTER)


def coming(facts: ReceiptFacts = KNOWN, **changes: Any) -> list[Reason]:
    return receipt.receipt_blockers(facts, replace(DELIVERY, **changes))


def placed(*lines: OrderedFacts, state: OrderState = OrderState.DRAFT) -> list[Reason]:
    return orders.placing_blockers("PO-001", state, lines)


def ruling(rule: SamplingRule, standing: Standing = Standing(), **facts: Any) -> list[Reason]:  # noqa: B008
    given: dict[str, Any] = {"reason": "整改报告 CA-7", "after": 10, "one_of": 4, "skips": False}
    return sampling.ruling_blockers(rule, standing, **{**given, **facts})


STOPPED = Standing(Inspecting.DISCONTINUED, Why(Cause.DISCONTINUED, {"refused": 5}))
SINGLE = replace(DELIVERY, rolls=())

ROWS = (
    Row(
        "specification.missing",
        lambda: coming(replace(KNOWN, has_specification=False)),
        "M-MB-25 没有生效的规格。 → 请质量部先批准规格并使其生效。",
        "No specification of M-MB-25 is in force. → Quality puts one in force first.",
    ),
    Row(
        "lot.manufacturer",
        lambda: coming(replace(KNOWN, supplier_kind=SupplierKind.TRADER)),
        "恒通无纺 是经销商：须写明生产企业。 → 见标签或质保书。",
        "恒通无纺 is a trader: the manufacturer must be named. → It stands on the label or the certificate.",
    ),
    Row(
        "lot.twice",
        lambda: coming(replace(KNOWN, received_before="ML-001")),
        "此次送货已收货，批号为 ML-001。 → 同一批号的另一次送货有另外的送货单号。",
        ("This delivery was received before as ML-001. → Another delivery of the same lot has another delivery note."),
    ),
    Row(
        "lot.made_on",
        lambda: coming(made_on=AFTER),
        "生产日期 2026-11-22 晚于今天。 → 见标签或质保书。",
        "It would have been made on 2026-11-22, in the future. → It stands on the label or the certificate.",
    ),
    Row(
        "lot.made_on",
        lambda: coming(replace(KNOWN, storage_life_days=180)),
        "M-MB-25 有储存期：请填写生产日期。 → 见标签或质保书。",
        "M-MB-25 has a storage life: give the day it was made. → It stands on the label or the certificate.",
    ),
    Row(
        "lot.made_on",
        lambda: coming(expires_on=AFTER, life_days=90),
        "储存期从生产日期算起，请填写生产日期。 → 见标签或质保书。",
        ("A storage life counts from the day it was made: give that day. → It stands on the label or the certificate."),
    ),
    Row(
        "lot.expires_on",
        lambda: coming(made_on=DAY, expires_on=DAY),
        "有效期 2026-11-21 不晚于生产日期。 → 见标签或质保书。",
        ("It would expire on 2026-11-21, not after the day it was made. → It stands on the label or the certificate."),
    ),
    Row(
        "lot.expired",
        lambda: coming(made_on=BEFORE - timedelta(days=90), life_days=90),
        "最后可用日为 2026-11-20，已过期。 → 请拒收，或与供应商商定复检。",
        "Its last usable day was 2026-11-20. → Refuse the delivery, or agree a retest with the supplier.",
    ),
    Row(
        "lot.quantity",
        lambda: receipt.receipt_blockers(KNOWN, replace(SINGLE, quantity=Decimal(0))),
        "数量须大于零。",
        "The quantity must be more than nothing.",
    ),
    Row(
        "lot.quantity",
        lambda: receipt.receipt_blockers(PIECES, replace(SINGLE, quantity=Decimal("9.5"))),
        "件数须为整数。",
        "Pieces are counted whole.",
    ),
    Row(
        "lot.quantity",
        lambda: orders.door_blockers(LINE, Decimal(0), "破损"),
        "数量须大于零。",
        "The quantity must be more than nothing.",
    ),
    Row(
        "lot.quantity",
        lambda: orders.door_blockers(replace(LINE, unit=Measure.PIECE), Decimal("1.5"), "破损"),
        "件数须为整数。",
        "Pieces are counted whole.",
    ),
    Row(
        "lot.measure",
        lambda: coming(kilograms=Decimal(-1)),
        "米数和千克数必须大于零。",
        "Metres and kilograms must be more than nothing.",
    ),
    Row(
        "roll.unit",
        lambda: coming(PIECES),
        "按只计数的物料不能按卷收货。",
        "A material counted in pieces does not come on rolls.",
    ),
    Row(
        "roll.count",
        lambda: coming(rolls=(NewRoll(Decimal(2)),) * 501),
        "一次收货 501 卷过多，最多 500 卷。",
        "501 rolls are too many for one receipt; 500 fit.",
    ),
    Row(
        "roll.quantity",
        lambda: coming(rolls=(*ROLLS, NewRoll(kilograms=Decimal(9)))),
        "以下卷没有正确的数量（m）：R03。",
        "Rolls without a positive quantity in m: R03.",
    ),
    Row(
        "roll.total",
        lambda: coming(quantity=Decimal(1200)),
        "各卷合计 1000 m，与送货数量 1200 m 不符。 → 请重新清点各卷，或更正送货数量。",
        (
            "The rolls add up to 1000 m, the delivery is 1200 m. → Count the rolls again, or correct the "
            "delivery's quantity."
        ),
    ),
    Row(
        "roll.twice",
        lambda: coming(rolls=(ROLLS[0], ROLLS[0])),
        "重复扫描：A-1。 → 请从清单中删去一行，每卷只列一次。",
        "Scanned twice: A-1. → Take one of them out of the list; every roll stands there once.",
    ),
    Row(
        "specification.missing",
        lambda: placed(replace(ASKED, has_specification=False)),
        "M-1 没有生效的规格。 → 请质量部先批准规格并使其生效。",
        "No specification of M-1 is in force. → Quality puts one in force first.",
    ),
    Row(
        "reason.missing",
        lambda: orders.door_blockers(LINE, Decimal(9), " "),
        "请写明拒收货物有什么问题。",
        "Say what is wrong with the goods that are sent away.",
    ),
    Row(
        "sampling.discontinued",
        lambda: sampling.receipt_blockers(STOPPED, "S001", "M-LB-01"),
        "S001 的 M-LB-01 不予收货：中止：加严检验期间累计 5 批不接收。 → 供应商整改后由质量部签名恢复。",
        (
            "M-LB-01 of S001 is not received: discontinued: 5 lots not accepted under tightened inspection. →"
            " Quality signs the resumption after the supplier has acted."
        ),
    ),
    Row(
        "sampling.reason",
        lambda: ruling(SamplingRule.ALLOW_REDUCED, reason=" "),
        "请说明裁定依据。",
        "Say on what the ruling is based.",
    ),
    Row(
        "sampling.skip_numbers",
        lambda: ruling(SamplingRule.SKIP_ON, one_of=1),
        "跳批须填两个数：连续接收多少批之后，每多少批检验一批。 → 至少为 1 批之后、每 2 批检 1 批。",
        (
            "Skip-lot needs two numbers: after how many accepted lots, and one of how many is inspected. → At "
            "least after 1, one of 2."
        ),
    ),
    Row(
        "sampling.not_discontinued",
        lambda: ruling(SamplingRule.RESUME),
        "检验未中止。 → 当前状态：正常：批次系列均从正常检验开始。",
        "Inspection is not discontinued. → It stands at: normal: every series of lots begins with it.",
    ),
    Row(
        "sampling.allow",
        lambda: ruling(SamplingRule.ALLOW_REDUCED, Standing(allowed=True)),
        "只能在正常检验期间同意放宽，且只需一次。 → 当前状态：正常：批次系列均从正常检验开始。",
        (
            "Reduced inspection can be allowed once, while inspection is normal. → It stands at: normal: every "
            "series of lots begins with it."
        ),
    ),
    Row(
        "sampling.not_allowed",
        lambda: ruling(SamplingRule.END_REDUCED),
        "尚未同意放宽检验。 → 当前状态：正常：批次系列均从正常检验开始。",
        "Reduced inspection is not allowed. → It stands at: normal: every series of lots begins with it.",
    ),
    Row("sampling.no_skip", lambda: ruling(SamplingRule.SKIP_OFF), "没有启用跳批。", "No lot is skipped."),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_receipt_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
