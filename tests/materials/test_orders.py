"""Orders are placed only while the supplier may deliver, and goods come only as they were ordered."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.materials.actions.door import refuse_goods
from maskqms.materials.actions.orders import (
    add_line,
    cancel_order,
    close_order,
    draft_order,
    place_order,
    remove_line,
)
from maskqms.materials.actions.receive import Received, receive_lot
from maskqms.materials.actions.suppliers import withdraw_credential
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.queries.orders import lines_of, order_by_code, orders
from maskqms.materials.queries.receipts import certificates_of, order_of_lot, receipts, refused_of
from maskqms.materials.queries.suppliers import credentials_of, supplier_by_code
from maskqms.materials.rules.orders import NewLine
from maskqms.materials.rules.receipt import Certificate, NewRoll
from maskqms.materials.states import ApprovalState, Category, CredentialType, Measure, OrderState
from tests.conftest import Clock, People
from tests.make import materials as make
from tests.make.papers import PAPER

pytestmark = pytest.mark.usefixtures("clock")
DAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted(reason.code for reason in refused.value.reasons)


def said(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return str(refused.value)


async def take(people: People, where: make.Source, **changes: Any) -> Received:
    actor = changes.pop("actor", people.warehouse)
    return await receive_lot(
        supplier=where.supplier, material=where.material, receipt=make.receipt(**changes), actor=actor
    )


async def state_of(code: str) -> OrderState:
    return (await order_by_code(code)).state


async def test_an_order_binds_the_version_that_is_in_force_when_it_is_placed(people: People) -> None:
    where = await make.source(people, ordered=None)
    code = await make.draft(people, where)
    assert code == "PO-20261121-001"
    again = await make.draft_specification(where.material, actor=people.quality)
    await make.put_in_force(people, where.material, again.version)
    assert [line.version for line in await lines_of((await order_by_code(code)).id)] == [None]
    await place_order(code, actor=people.warehouse)
    third = await make.draft_specification(where.material, actor=people.quality)
    await make.put_in_force(people, where.material, third.version)
    assert [line.version for line in await lines_of((await order_by_code(code)).id)] == [2]
    assert await state_of(code) is OrderState.PLACED
    with pytest.raises(Refused) as refused:
        await place_order(code, actor=people.warehouse)
    assert codes(refused) == ["order.not_draft"]
    made = await take(people, where)
    assert (await lot_by_code(made.lot)).version == 3, "the lot is judged by the version of the day it came (R48)"


async def test_placing_names_every_reason(people: People, clock: Clock) -> None:
    await make.material(people, in_force=False)
    row = await make.supplier(people, papers=(CredentialType.BUSINESS_LICENCE,))
    code = await make.draft(people, make.Source(row.code, "M-MB-25"), due_on=DAY)
    await clock.set("2026-12-02T09:00+08:00")
    with pytest.raises(Refused) as refused:
        await place_order(code, actor=people.operator)
    assert codes(refused) == [
        "actor.role", "approval.missing", "credential.missing", "credential.missing", "order.due",
        "specification.missing",
    ]  # fmt: skip
    for words in ("质量协议", "2026-12-01 已经过去", "未下单"):
        assert words in said(refused, "zh")
    for words in ("Quality agreement of", "was due on 2026-12-01", "Order not placed"):
        assert words in said(refused, "en")
    assert await state_of(code) is OrderState.DRAFT
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE kind = 'refusal' AND tag = 'order:place'") == 1


async def test_an_approval_paper_or_agreement_that_ended_yesterday_refuses_the_order(
    people: People, clock: Clock
) -> None:
    where = await make.source(people, ordered=None)
    code = await make.draft(people, where, due_on=date(2028, 1, 1))
    await clock.set("2027-11-22T00:00+08:00")
    with pytest.raises(Refused) as refused:
        await place_order(code, actor=people.warehouse)
    assert codes(refused) == ["approval.evaluation_overdue", "approval.expired", *["credential.expired"] * 3]
    await clock.set("2027-11-20T23:59+08:00")
    await place_order(code, actor=people.warehouse)


async def test_a_withdrawn_agreement_does_not_count_and_other_materials_need_none(people: People) -> None:
    where = await make.source(people, ordered=None)
    source = await supplier_by_code(where.supplier)
    paper = next(one for one in await credentials_of(source.id) if one.type is CredentialType.QUALITY_AGREEMENT)
    await withdraw_credential(paper.id, reason="已终止", actor=people.quality)
    code = await make.draft(people, where)
    with pytest.raises(Refused) as refused:
        await place_order(code, actor=people.warehouse)
    assert codes(refused) == ["credential.missing"]
    assert "质量协议" in said(refused, "zh")
    spun = await make.material(people, code="M-SB-25", category=Category.SPUNBOND)
    await make.approve(people, source, spun.code)
    await make.order(people, make.Source(where.supplier, spun.code))


async def test_a_suspended_supplier_gets_no_order(people: People) -> None:
    where = await make.source(people, ordered=None)
    source = await supplier_by_code(where.supplier)
    await make.approve(people, source, where.material, state=ApprovalState.SUSPENDED)
    code = await make.draft(people, where)
    with pytest.raises(Refused) as refused:
        await place_order(code, actor=people.warehouse)
    assert codes(refused) == ["approval.missing"]


async def test_an_overdue_evaluation_stops_new_orders_and_not_what_is_on_its_way(people: People, clock: Clock) -> None:
    where = await make.source(people, ordered=None)
    source = await supplier_by_code(where.supplier)
    await make.approve(people, source, where.material, evaluate_by=date(2026, 11, 30))
    await make.order(people, where)
    late = await make.draft(people, where)
    await clock.set("2026-12-01T08:00+08:00")
    with pytest.raises(Refused) as refused:
        await place_order(late, actor=people.warehouse)
    assert codes(refused) == ["approval.evaluation_overdue"]
    await take(people, where)


async def test_lines_change_only_in_a_draft_and_make_sense(people: People) -> None:
    where = await make.source(people, ordered=None)
    box = await make.material(people, code="M-PK-1", category=Category.PACKAGING, unit=Measure.PIECE)
    code = await draft_order(supplier=where.supplier, actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await place_order(code, actor=people.warehouse)
    assert codes(refused) == ["order.empty"]
    for line, reasons in {
        NewLine(Decimal("NaN"), date(2026, 11, 20), Decimal(51)): ["order.due", "order.over_percent", "order.quantity"],
        NewLine(Decimal("1.5"), DAY, Decimal(-1)): ["order.over_percent", "order.quantity"],
    }.items():
        with pytest.raises(Refused) as refused:
            await add_line(code, material=box.code, line=line, actor=people.warehouse)
        assert codes(refused) == reasons
    with pytest.raises(Refused) as refused:
        await add_line(code, material=box.code, line=NewLine(Decimal(5), DAY), actor=people.operator)
    assert codes(refused) == ["actor.role"]
    await add_line(code, material=box.code, line=NewLine(Decimal(5), DAY), actor=people.warehouse)
    assert await add_line(code, material=where.material, line=NewLine(Decimal(9), DAY), actor=people.quality) == 2
    await remove_line(code, 1, actor=people.warehouse)
    assert [line.number for line in await lines_of((await order_by_code(code)).id)] == [2]
    assert await add_line(code, material=where.material, line=NewLine(Decimal(3), DAY), actor=people.quality) == 3
    await place_order(code, actor=people.warehouse)
    for late in (
        add_line(code, material=box.code, line=NewLine(Decimal(5), DAY), actor=people.warehouse),
        remove_line(code, 2, actor=people.warehouse),
    ):
        with pytest.raises(Refused) as refused:
            await late
        assert codes(refused) == ["order.not_draft"]
        assert "已不是草稿" in said(refused, "zh")
        assert "is no draft any more" in said(refused, "en")


async def test_part_deliveries_keep_the_line_open_and_the_last_one_closes_the_order(people: People) -> None:
    where = await make.source(people, ordered=None)
    code = await make.order(people, where, 3000, over=10)
    first = await take(people, where, metres=250)
    assert await state_of(code) is OrderState.PART_DELIVERED
    line = (await lines_of((await order_by_code(code)).id))[0]
    assert (line.delivered, line.missing, line.most) == (1000, 2000, 3300)
    with pytest.raises(Refused) as refused:
        await take(people, where, supplier_lot="B", count=5, metres=461)
    assert codes(refused) == ["order.over"]
    assert "2305 m 超出" in said(refused, "zh").replace(" 米", " m")
    assert "2300 m may still come (ordered 3000, limit of over-delivery 10 %, came 1000)" in said(refused, "en")
    await take(people, where, supplier_lot="B")
    assert await state_of(code) is OrderState.CLOSED
    await take(people, where, supplier_lot="C", count=1, metres=300, order=code)
    with pytest.raises(Refused) as refused:
        await take(people, where, supplier_lot="D", count=1, metres=1, order=code)
    assert codes(refused) == ["order.over"]
    ledger = await receipts(zone="Asia/Shanghai", supplier=where.supplier)
    assert [(row.order_code, row.line, row.quantity, row.rolls, row.late_days) for row in ledger] == [
        (code, 1, 1000, 4, 0), (code, 1, 2000, 4, 0), (code, 1, 300, 1, 0),
    ]  # fmt: skip
    assert (ledger[0].lot, ledger[0].received_name) == (first.lot, people.warehouse.name)


async def test_meltblown_that_nobody_ordered_stays_outside(people: People) -> None:
    where = await make.source(people, ordered=None)
    with pytest.raises(Refused) as refused:
        await take(people, where, no_order_reason="急用")
    assert codes(refused) == ["order.required"]
    assert "关键物料，没有向此供应商下过单" in said(refused, "zh")
    assert "was not ordered of this supplier" in said(refused, "en")
    code = await make.draft(people, where)
    with pytest.raises(Refused) as refused:
        await take(people, where, order=code)
    assert codes(refused) == ["order.not_open"]
    assert await sql.fetch_value("SELECT count(*) FROM lot") == 0


async def test_other_goods_come_without_an_order_only_with_a_reason(people: People) -> None:
    where = await make.source(people, ordered=None, code="M-SB-25", category=Category.SPUNBOND)
    with pytest.raises(Refused) as refused:
        await take(people, where)
    assert codes(refused) == ["order.reason"]
    assert "没有待到货的订单" in said(refused, "zh")
    assert "say why it comes without one" in said(refused, "en") or "No open order" in said(refused, "en")
    made = await take(people, where, no_order_reason="供应商赠样")
    kept = await order_of_lot((await lot_by_code(made.lot)).id)
    assert (kept.order_code, kept.no_order_reason, kept.metres, kept.kilograms) == (None, "供应商赠样", 2000, 48)


async def test_goods_fit_the_order_that_is_named(people: People) -> None:
    where = await make.source(people)
    source = await supplier_by_code(where.supplier)
    spun = await make.material(people, code="M-SB-25", category=Category.SPUNBOND)
    await make.approve(people, source, spun.code)
    other = await make.supplier(
        people, name="另一家公司", papers=(*make.DEFAULT_TYPES, CredentialType.QUALITY_AGREEMENT)
    )
    await make.approve(people, other, where.material)
    theirs = await make.order(people, make.Source(other.code, where.material))
    for wrong, reason in (
        (theirs, "order.supplier"),
        (await make.order(people, make.Source(source.code, spun.code)), "order.line"),
    ):
        with pytest.raises(Refused) as refused:
            await take(people, where, order=wrong)
        assert codes(refused) == [reason]
        assert refused.value.reasons[0].path[0].label == wrong


async def test_without_a_named_order_the_line_that_is_due_first_is_taken(people: People) -> None:
    where = await make.source(people, ordered=None)
    late = await make.order(people, where, due_on=date(2026, 12, 20))
    soon = await make.order(people, where, due_on=date(2026, 12, 10))
    await take(people, where)
    assert (await state_of(soon), await state_of(late)) == (OrderState.CLOSED, OrderState.PLACED)


async def test_two_trucks_at_once_do_not_bring_more_than_the_limit(people: People) -> None:
    where = await make.source(people, ordered=None)
    code = await make.order(people, where, 2000)
    answers = await asyncio.gather(
        take(people, where, supplier_lot="A", order=code),
        take(people, where, supplier_lot="B", order=code, actor=people.warehouse2),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Received", "Refused"]
    assert (await lines_of((await order_by_code(code)).id))[0].delivered == 2000


async def test_part_of_a_delivery_is_sent_away_and_never_becomes_stock(people: People) -> None:
    where = await make.source(people, ordered=None)
    code = await make.order(people, where, 2000)
    await take(people, where, count=3)
    given = {"line": 1, "delivery_note": "SH-88", "supplier_lot": "RP-2611-07", "rolls": ["A-4"]}
    for quantity, reason, expected in ((Decimal(0), " ", ["lot.quantity", "reason.missing"]),):
        with pytest.raises(Refused) as refused:
            await refuse_goods(code, quantity=quantity, reason=reason, actor=people.warehouse, **given)  # type: ignore[arg-type]
        assert codes(refused) == expected
        assert "请写明拒收货物有什么问题" in said(refused, "zh")
        assert "Say what is wrong" in said(refused, "en")
    with pytest.raises(Refused) as refused:
        await refuse_goods(code, quantity=Decimal(500), reason="受潮", actor=people.operator, **given)  # type: ignore[arg-type]
    assert codes(refused) == ["actor.role"]

    async def send() -> int:
        return await refuse_goods(
            code, quantity=Decimal(500), reason="外包装破损、受潮", actor=people.warehouse, **given
        )  # type: ignore[arg-type]

    first = await once("door-key-1", int, send, tag=Tag.GOODS_REFUSE, actor=people.warehouse, subject=code)
    assert await once("door-key-1", int, send, tag=Tag.GOODS_REFUSE, actor=people.warehouse, subject=code) == first
    order = await order_by_code(code)
    line = (await lines_of(order.id))[0]
    assert (order.state, line.delivered, line.missing, line.refused) == (OrderState.PART_DELIVERED, 1500, 500, 500)
    row = (await refused_of(order.id))[0]
    assert (row.rolls, row.reason, row.refused_name) == (["A-4"], "外包装破损、受潮", people.warehouse.name)
    assert await sql.fetch_value("SELECT sum(on_hand) FROM trace_unit") == 1500


async def test_an_order_is_ended_by_hand_with_a_reason(people: People) -> None:
    where = await make.source(people, ordered=None)
    code = await make.order(people, where, 2000)
    with pytest.raises(Refused) as refused:
        await cancel_order(code, reason=" ", actor=people.inspector)
    assert codes(refused) == ["actor.role", "reason.missing"]
    await take(people, where, count=1)
    with pytest.raises(Refused) as refused:
        await cancel_order(code, reason="不要了", actor=people.warehouse)
    assert codes(refused) == ["order.state"]
    assert "不能变为已取消" in said(refused, "zh")
    assert "cannot become Cancelled" in said(refused, "en")
    await close_order(code, reason="供应商停产", actor=people.warehouse)
    assert await state_of(code) is OrderState.CLOSED
    with pytest.raises(Refused) as refused:
        await take(people, where, count=1, supplier_lot="B", order=code)
    assert codes(refused) == ["order.not_open"]
    assert "不再等待到货" in said(refused, "zh")
    assert "Nothing is awaited on" in said(refused, "en")
    other = await make.order(people, where)
    await cancel_order(other, reason="改由另一家供货", actor=people.quality)
    assert await state_of(other) is OrderState.CANCELLED


async def test_certificates_are_judged_by_content_and_kept_with_their_digest(people: People) -> None:
    where = await make.source(people)
    for bad, reason in ((b"", "file.empty"), (PAPER[:-9], "file.type"), (b"MZ\x90", "file.type")):
        with pytest.raises(Refused) as refused:
            await take(people, where, certificates=(Certificate("合格证.pdf", bad),))
        assert codes(refused) == [reason]
    assert "合格证.pdf" in said(refused, "zh")
    assert "is no PDF, JPEG or PNG" in said(refused, "en")
    made = await take(people, where, certificates=(Certificate("合格证.png", PAPER), Certificate("再一份.pdf", PAPER)))
    kept = await certificates_of((await lot_by_code(made.lot)).id)
    assert [(row.media_type, len(row.digest)) for row in kept] == [("application/pdf", 64)]


async def test_a_roll_scanned_twice_is_named(people: People) -> None:
    where = await make.source(people)
    roll = NewRoll(Decimal(500), Decimal(12), "A-1")
    with pytest.raises(Refused) as refused:
        await take(people, where, quantity=Decimal(1000), rolls=(roll, roll), kilograms=Decimal(-1))
    assert codes(refused) == ["lot.measure", "roll.twice"]
    assert "重复扫描：A-1" in said(refused, "zh")
    assert "Scanned twice: A-1" in said(refused, "en")


async def test_the_shorter_storage_life_counts_and_needs_the_day_it_was_made(people: People) -> None:
    where = await make.source(people, storage_life_days=180)
    with pytest.raises(Refused) as refused:
        await take(people, where, life_days=90, expires_on=date(2027, 1, 1))
    assert codes(refused) == ["lot.made_on"]
    assert "储存期从生产日期算起" in said(refused, "zh")
    made = await take(people, where, life_days=90, made_on=date(2026, 11, 1))
    assert (await lot_by_code(made.lot)).expires_on == date(2027, 1, 30)


async def test_the_list_filters_and_takes_two_statements(people: People, asked: list[str]) -> None:
    where = await make.source(people, ordered=None)
    late = await make.order(people, where, due_on=date(2026, 11, 21))
    await make.order(people, where)
    draft = await make.draft(people, where, due_on=date(2026, 11, 21))
    asked.clear()
    found = await orders(day=date(2026, 11, 22))
    assert len([one for one in asked if "purchase_order" in one]) == 2
    assert (found.total, found.rows[0].code, found.rows[0].overdue) == (3, draft, False)
    overdue = await orders(day=date(2026, 11, 22), overdue=True)
    assert [(row.code, row.overdue, row.complete, row.lines) for row in overdue.rows] == [(late, True, 0, 1)]
    assert (await orders(day=DAY, state=OrderState.DRAFT)).total == 1
    assert (await orders(day=DAY, supplier="S999")).total == 0
