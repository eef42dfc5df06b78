"""Why a unit is not used, moved or linked, in the words that a person reads."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maskqms.actor import Actor, Role
from maskqms.trace import rules
from maskqms.trace.states import MovementKind, UnitState
from tests.refusals import MOMENT, Row, Unit, code_of, said, wanted

ROLL, BATCH = Unit(), Unit("MB-001", on_hand=Decimal(1000), unit="piece")
OPERATOR = Actor(1, "zhang", "张操作", frozenset({Role.OPERATOR}))


def linked(parent: Unit = ROLL, child: Unit = BATCH, **facts: object) -> list[rules.Reason]:
    given = {"quantity": Decimal(5), "span": None, "window": None, "makes_loop": False, **facts}
    return rules.link_blockers(parent, child, **given)  # type: ignore[arg-type]


ROWS = (
    Row(
        "actor.role",
        lambda: OPERATOR.lacks(Role.WAREHOUSE, Role.QUALITY),
        "张操作没有所需的角色：仓库, 质量部。 → 请由具有该角色的人员操作。",
        "张操作 does not hold the role this needs: Warehouse, Quality. → Ask somebody with that role to do it.",
    ),
    Row(
        "unit.held",
        lambda: rules.usable_blockers(Unit(held=True), MOMENT),
        "ML-001-R01 已冻结。 → 请隔离存放；只有质量部能解除冻结。",
        "ML-001-R01 is on hold. → Put it aside; only quality can lift a hold.",
    ),
    Row(
        "unit.held",
        lambda: rules.usable_blockers(Unit(held=True, holds=("HD-001",)), MOMENT),
        "ML-001-R01 已被 HD-001 冻结。 → 请隔离存放；只有质量部能解除冻结。",
        "ML-001-R01 is on hold HD-001. → Put it aside; only quality can lift a hold.",
    ),
    Row(
        "unit.not_released",
        lambda: rules.usable_blockers(Unit(state=UnitState.QUARANTINE), MOMENT),
        "ML-001-R01 未放行：待验。 → 请换一件，或询问质量部何时判定。",
        "ML-001-R01 is not released: Quarantine. → Take another one, or ask quality when this one will be decided.",
    ),
    Row(
        "unit.expired",
        lambda: rules.usable_blockers(Unit(usable_until=MOMENT.replace(hour=0)), MOMENT),
        "ML-001-R01 的最后可用日为 2026-11-20，已过期。 → 请隔离，等待复检或报废。",
        "The last usable day of ML-001-R01 was 2026-11-20. → Put it aside for a retest or for scrapping.",
    ),
    Row(
        "unit.not_enough",
        lambda: [rules.not_enough(BATCH, Decimal("1000.50"))],
        "MB-001 剩余 1000 只，需要 1000.5 只。 → 请先用完剩余部分，不足的另取一件；或重新清点。",
        (
            "MB-001 has 1000 pcs left, 1000.5 pcs were asked for. → Take what is left and the rest from another "
            "one, or count again."
        ),
    ),
    Row(
        "quantity.not_positive",
        lambda: rules.quantity_blockers(Decimal(0)),
        "数量必须大于零：0",
        "The quantity must be more than nothing: 0",
    ),
    Row(
        "quantity.not_positive",
        lambda: rules.movement_blockers(MovementKind.CORRECT, Decimal(0), "重数"),
        "更正数量不能为零。",
        "A correction by nothing is none.",
    ),
    Row(
        "reason.missing",
        lambda: rules.movement_blockers(MovementKind.CORRECT, Decimal(-2), " "),
        "更正须说明原因。 → 请说明发现了什么。",
        "A correction needs its reason. → Say what was found.",
    ),
    Row(
        "span.backwards",
        lambda: linked(span=(Decimal(300), Decimal(200))),
        "ML-001-R01 的区段终点早于起点：300 至 200。",
        "The stretch of ML-001-R01 ends before it begins: 300 to 200.",
    ),
    Row(
        "window.backwards",
        lambda: linked(window=(MOMENT, MOMENT.replace(hour=9))),
        "结束时间早于开始时间。",
        "The time ends before it begins.",
    ),
    Row(
        "link.loop",
        lambda: linked(makes_loop=True),
        "MB-001 已在 ML-001-R01 中，ML-001-R01 不能再投入 MB-001。",
        "MB-001 is in ML-001-R01, which therefore cannot go into it.",
    ),
    Row(
        "link.more_than_linked",
        lambda: rules.return_blockers(ROLL, BATCH, Decimal(9), Decimal("8.50")),
        "ML-001-R01 只有 8.5 m 投入 MB-001，不能退回 9 m。",
        "Only 8.5 m of ML-001-R01 went into MB-001, 9 m cannot come back.",
    ),
    Row(
        "hold.nothing",
        lambda: [rules.nothing_of("口罩 A")],
        "没有任何单元记录着名称 口罩 A。 → 请从列表中选择名称；若尚未到货或尚未生产，请改为撤销其批准。",
        (
            "No unit carries the name 口罩 A. → Take the name from the list; where nothing was delivered or made "
            "yet, withdraw the approval instead."
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_unit_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
