"""Why something is not counted, put away, read or taken from stock, in the words that a person reads."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.actor import Actor, Role
from maskqms.errors import Reason
from maskqms.materials.rules import conditions, counts, locations, stock
from maskqms.materials.rules.conditions import Limits, Reading
from maskqms.materials.rules.counts import Variance
from maskqms.materials.rules.locations import PlaceFacts
from maskqms.materials.stock_states import CountState, LocationKind
from maskqms.trace.states import MovementKind, UnitKind, UnitState
from tests.refusals import MOMENT, Row, Unit, code_of, said, wanted

CLERK = Actor(1, "wu", "吴仓管", frozenset({Role.WAREHOUSE}))
SHORT = Variance(1, "ML-001-R01", Decimal(500), Decimal(480))
SHELF = PlaceFacts("Q-01", LocationKind.QUALIFIED, active=True)


def approving(state: CountState = CountState.COUNTED, approver: int = 9) -> list[Reason]:
    return counts.approve_blockers("CC-001", state, approver=approver, finished_by=1, counters=[1, 2], name="陈质量")


def limits(**sides: str) -> list[Reason]:
    return conditions.limits_blockers(Limits(**{side: Decimal(value) for side, value in sides.items()}))


def read(*values: tuple[str | None, str | None], minutes: int = 0) -> list[Reason]:
    """Readings of temperature and humidity, an hour apart unless `minutes` puts the first ahead of now."""
    readings = [
        Reading(MOMENT + timedelta(minutes=minutes) - timedelta(hours=n), *(one and Decimal(one) for one in pair))
        for n, pair in enumerate(values)
    ]
    return conditions.reading_blockers(readings, MOMENT)


def put(unit: Unit, place: PlaceFacts = SHELF) -> list[Reason]:
    return locations.place_blockers(unit, place, MOMENT)


def taken(unit: Unit = Unit(), of: UnitKind = UnitKind.ROLL, **facts: Any) -> list[Reason]:  # noqa: B008
    given: dict[str, Any] = {
        "whole": Decimal(500),
        "kind": MovementKind.SCRAP,
        "quantity": Decimal(5),
        "reason": "破损",
    }
    given |= facts
    return stock.taking_blockers(CLERK, unit, of, given["whole"], given["kind"], given["quantity"], given["reason"])


BOX = Unit("BX-001", on_hand=Decimal(50), unit="piece")
HOT = PlaceFacts("Q-01", LocationKind.QUALIFIED, active=True,
                 breach=conditions.breach(Limits(temperature_to=Decimal(30)), Decimal("31.5"), None))  # fmt: skip

ROWS = (
    Row(
        "count.finished",
        lambda: counts.open_count_blockers("CC-001", CountState.COUNTED),
        "盘点 CC-001 已结束：待批准。 → 请另开盘点，或将此盘点退回重盘。",
        "Count CC-001 is finished: Waits for approval. → Open another count, or have this one counted again.",
    ),
    Row(
        "count.quantity",
        lambda: counts.counted_blockers("ML-001", "m", Decimal(-1)),
        "ML-001：实盘数不能小于零。 → 实物不存在时填 0。",
        "ML-001: less than nothing cannot be counted. → Nothing there is counted as 0.",
    ),
    Row(
        "count.quantity",
        lambda: counts.counted_blockers("BX-001", "piece", Decimal("1.5")),
        "件数须为整数。 → 请重新清点。",
        "Pieces are counted whole. → Count again.",
    ),
    Row(
        "count.whole",
        lambda: counts.counted_blockers("BX-001", "piece", Decimal(49), whole=Decimal(50)),
        "BX-001 内有 50 只，只能整件计数：在或不在。 → 已打开的箱须先登记开箱，再盘点其中的盒。",
        (
            "BX-001 holds 50 pieces; it is there or it is not. → An opened carton is unpacked first, then its "
            "boxes are counted."
        ),
    ),
    Row(
        "count.material",
        lambda: counts.countable_blockers("ML-001", material="M-1", wanted="M-2"),
        "ML-001 不是正在盘点的物料 M-2。 → 请不要计入。",
        "ML-001 is not M-2, which is being counted. → Leave it out.",
    ),
    Row(
        "count.unexplained",
        lambda: counts.finish_blockers("CC-001", CountState.OPEN, 2, [SHORT], " "),
        "3 件与账面不符。 → 请重新清点，或说明差异原因。",
        "3 units differ from the book. → Count them again, or say what the difference comes from.",
    ),
    Row(
        "count.not_counted",
        lambda: approving(CountState.OPEN),
        "盘点 CC-001 不在待批准状态：盘点中。 → 须先结束盘点。",
        "Count CC-001 does not wait for approval: Being counted. → The count is finished first.",
    ),
    Row(
        "count.same_person",
        lambda: approving(approver=2),
        "陈质量 参加了此次盘点；须由另一人批准。 → 请质量部的同事处理。",
        "陈质量 took part in this count; another person approves it. → Ask a colleague of quality.",
    ),
    Row(
        "count.moved",
        lambda: counts.gone_blockers([SHORT], {1: Decimal(15)}),
        "ML-001-R01：盘点时缺少 20，但现在库存只有 15。 → 请重新盘点此件。",
        "ML-001-R01: 20 were missing at the count, but only 15 are on hand now. → Have this unit counted again.",
    ),
    Row("storage.limit", lambda: limits(temperature_from="NaN"), "限度应为数字。", "A limit is a number."),
    Row(
        "storage.limit",
        lambda: limits(temperature_from="30", temperature_to="15"),
        "温度下限高于上限。",
        "The lowest temperature is above the highest.",
    ),
    Row(
        "storage.limit",
        lambda: limits(humidity_from="70", humidity_to="40"),
        "湿度下限高于上限。",
        "The lowest humidity is above the highest.",
    ),
    Row(
        "storage.limit",
        lambda: limits(humidity_to="101"),
        "相对湿度应在 0 至 100 % 之间。",
        "Relative humidity lies between 0 and 100 %.",
    ),
    Row(
        "reading.none",
        lambda: read(),
        "没有读数。 → 请填写温度或湿度。",
        "There is no reading. → Type a temperature or a humidity.",
    ),
    Row(
        "reading.none",
        lambda: read(("20", None), (None, None)),
        "第 2 条读数既无温度也无湿度。 → 请填写温度或湿度。",
        "Reading 2 says neither temperature nor humidity. → Type a temperature or a humidity.",
    ),
    Row(
        "reading.future",
        lambda: read(("20", None), minutes=6),
        "第 1 条读数的时间晚于现在。 → 请检查记录仪的时钟。",
        "Reading 1 lies in the future. → Look at the clock of the logger.",
    ),
    Row(
        "reading.temperature",
        lambda: read(("91", "50")),
        "第 1 条读数：91 °C 不可能是仓库温度。 → 请再看一次仪表。",
        "Reading 1: 91 °C is no temperature of a warehouse. → Look at the instrument again.",
    ),
    Row(
        "reading.humidity",
        lambda: read(("20", "101")),
        "第 1 条读数：101 % 不可能是相对湿度。 → 请再看一次仪表。",
        "Reading 1: 101 % is no relative humidity. → Look at the instrument again.",
    ),
    Row(
        "reading.twice",
        lambda: conditions.reading_blockers([Reading(MOMENT, Decimal(20), None)] * 2, MOMENT),
        "两条读数的时间相同。 → 请只保留一条。",
        "Two readings have the same moment. → Keep one of them.",
    ),
    Row(
        "location.closed",
        lambda: put(Unit(), PlaceFacts("Q-01", LocationKind.QUALIFIED, active=False)),
        "库位 Q-01 已停用。 → 请扫描其他库位。",
        "Place Q-01 is closed. → Scan another place.",
    ),
    Row(
        "location.status",
        lambda: put(Unit(held=True, holds=("HD-001",))),
        "ML-001-R01（已冻结）不得放入 Q-01（合格区）。 → 请放入此类库位：冻结区 / 不合格区 / 召回区。",
        (
            "ML-001-R01 is on hold; it may not stand in Q-01: Qualified goods. → Put it in a place of this kind: "
            "Hold area / Rejects area / Recalled goods."
        ),
    ),
    Row(
        "location.status",
        lambda: put(Unit(state=UnitState.CONSUMED)),
        "ML-001-R01（已用完）不得放入 Q-01（合格区）。 → 它应已无剩余；请安排盘点。",
        (
            "ML-001-R01 is Consumed; it may not stand in Q-01: Qualified goods. → Nothing of it should be left; "
            "have the stock counted."
        ),
    ),
    Row(
        "location.status",
        lambda: put(Unit(usable_until=MOMENT)),
        "ML-001-R01（已过最后可用日）不得放入 Q-01（合格区）。 → 请放入此类库位：冻结区 / 不合格区 / 待验区。",
        (
            "ML-001-R01 is past its last usable day; it may not stand in Q-01: Qualified goods. → Put it in a "
            "place of this kind: Hold area / Rejects area / Awaiting inspection."
        ),
    ),
    Row(
        "location.status",
        lambda: locations.place_blockers(Unit(), SHELF, MOMENT, returned=True),
        "ML-001-R01（客户退回）不得放入 Q-01（合格区）。 → 请放入此类库位：退货区 / 召回区 / 不合格区。",
        (
            "ML-001-R01 is returned by the customer; it may not stand in Q-01: Qualified goods. → Put it in a "
            "place of this kind: Returns area / Recalled goods / Rejects area."
        ),
    ),
    Row(
        "location.excursion",
        lambda: put(Unit(), HOT),
        "Q-01 储存条件超限：实测 31.5 °C，限度 ≤ 30 °C。 → 在读数恢复合格前，请放到别处。",
        (
            "Q-01 is outside its storage limits: 31.5 °C, the limit is ≤ 30 °C. → Put it elsewhere until a "
            "reading is within the limits again."
        ),
    ),
    Row(
        "location.nothing",
        lambda: [locations.nothing_to_move("ML-001-R01")],
        "ML-001-R01 没有库存。 → 去向见其页面。",
        "Nothing of ML-001-R01 is on hand. → Its page says where it went.",
    ),
    Row(
        "location.same",
        lambda: [locations.same_place("ML-001-R01", "Q-01")],
        "ML-001-R01 已在 Q-01。 → 无需操作；请扫描下一件。",
        "ML-001-R01 stands in Q-01 already. → Nothing to do; scan the next one.",
    ),
    Row(
        "location.not_empty",
        lambda: locations.close_blockers(SHELF, 3),
        "Q-01 中仍有 3 件。 → 请先移走。",
        "3 units stand in Q-01. → Move them first.",
    ),
    Row(
        "stock.kind",
        lambda: taken(of=UnitKind.BATCH),
        "ML-001-R01 是批次：此处不能这样处理。 → 要取盒请先开箱；批内散件在产出中记录。",
        (
            "ML-001-R01 is a Batch: this is not done with it here. → Unpack a carton to take boxes; pieces of a "
            "batch are recorded as its output."
        ),
    ),
    Row(
        "stock.witnesses",
        lambda: taken(Unit(state=UnitState.REJECTED)),
        "ML-001-R01 为不合格品：须两人见证销毁。 → 请在不合格品页面计划销毁。",
        (
            "ML-001-R01 is rejected: it is destroyed before two witnesses. → Plan the destruction on the page of "
            "rejected goods."
        ),
    ),
    Row(
        "stock.nothing",
        lambda: taken(Unit(on_hand=Decimal(0))),
        "ML-001-R01 没有库存。 → 去向见其页面；箱内的盒须先开箱。",
        "Nothing of ML-001-R01 is on hand. → Its page says where it went; a box in a carton is unpacked first.",
    ),
    Row(
        "stock.whole",
        lambda: taken(BOX, UnitKind.BOX, whole=Decimal(50)),
        "BX-001 内有 50 只，须整体取出。 → 请整体取出：少件会使标签不实。",
        ("BX-001 holds 50 pieces and is taken whole. → Take all of it: with pieces missing its label would be wrong."),
    ),
    Row(
        "unit.not_enough",
        lambda: taken(quantity=Decimal(501)),
        "ML-001-R01 剩余 500 m，需要 501 m。 → 请先用完剩余部分，不足的另取一件；或重新清点。",
        (
            "ML-001-R01 has 500 m left, 501 m were asked for. → Take what is left and the rest from another one, "
            "or count again."
        ),
    ),
    Row(
        "reason.missing",
        lambda: taken(reason=" "),
        "需要填写原因。 → 请用一句话说明发生了什么。",
        "A reason is needed. → Say in a sentence what happened.",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_the_warehouse_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
