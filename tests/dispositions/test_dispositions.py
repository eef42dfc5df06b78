"""Rejected goods leave, are scrapped before two witnesses, or become something new: never usable themselves."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.db import sql
from maskqms.dispositions.actions.destroy import (
    cancel_destruction,
    plan_destruction,
    shown_content,
    witness_destruction,
)
from maskqms.dispositions.actions.give_back import return_goods
from maskqms.dispositions.actions.regrade import decide_regrade, request_regrade
from maskqms.dispositions.queries.records import DestructionRow, RegradeRow, destruction, goods_return, regrade
from maskqms.dispositions.states import DestructionState, RegradeState, Way
from maskqms.errors import Refused, Stale
from maskqms.i18n import in_locale
from maskqms.materials.actions.stock import take_from_stock
from maskqms.materials.queries.ledgers import LedgerFilter, count_purchases, purchases
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.queries.materials import material_by_code
from maskqms.materials.queries.sampling import series_of
from maskqms.materials.queries.scorecard import scores
from maskqms.materials.queries.suppliers import supplier_by_code
from maskqms.materials.states import Category, LotDecision
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import MovementKind, UnitState
from tests.conftest import ClientAs, Clock, People
from tests.make import materials as make


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def words(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return " ".join(f"{reason.text} {reason.remedy or ''}" for reason in refused.value.reasons)


async def witness(people: People, code: str, who: str) -> DestructionRow:
    digest = shown_content(await destruction(code))
    return await witness_destruction(code, digest=digest, signer=await people.signer(who))


async def decide(people: People, code: str, *, approve: bool = True, who: str = "quality", why: str = "") -> RegradeRow:
    digest = content_digest((await regrade(code)).content)
    return await decide_regrade(code, approve=approve, reason=why, digest=digest, signer=await people.signer(who))


async def test_what_goes_back_leaves_the_stock_with_a_numbered_note_and_stays_rejected(people: People) -> None:
    lot = (await make.rejected(people)).lot
    code = await return_goods(
        [f"{lot}-R01", f"{lot}-R03"], waybill="SF-778", carrier="顺丰", reason="过滤效率不合格", actor=people.warehouse
    )
    note = await goods_return(code)
    assert (code, note.waybill, [line.code for line in note.lines]) == (
        "SR-20261121-001", "SF-778", [f"{lot}-R01", f"{lot}-R03"],
    )  # fmt: skip
    roll = await unit_by_code(f"{lot}-R01")
    assert (roll.state, roll.on_hand) == (UnitState.REJECTED, Decimal(0))
    assert (await balance(roll.code)).returned == Decimal(500)
    with pytest.raises(Refused) as refused:
        await return_goods([f"{lot}-R01"], waybill=" ", carrier="", reason="", actor=people.operator)
    assert codes(refused) == {"actor.role", "goods.gone", "return.waybill", "return.carrier", "reason.missing"}
    assert "缺少运单号。 见承运人的运单。" in words(refused, "zh")
    assert "The number of the waybill is missing." in words(refused, "en")


async def test_every_page_of_rejected_goods_opens(people: People, client_as: ClientAs) -> None:
    lot = (await make.rejected(people)).lot
    await make.lower_grade(people)
    client = await client_as(people.quality)
    for way in Way:
        page = await client.get(f"/rejected/{lot}?way={way}")
        assert page.status_code == 200, (way, page.text)
        assert f"{lot}-R01" in page.text
    assert "M-MB-90" in (await client.get(f"/rejected/{lot}?way={Way.REGRADE}")).text
    back = await return_goods(
        [f"{lot}-R01"], waybill="SF-1", carrier="顺丰", reason="过滤效率不合格", actor=people.warehouse
    )
    destroyed = await plan_destruction([f"{lot}-R02"], method="焚烧", reason="过滤效率不合格", actor=people.warehouse)
    regraded = await request_regrade(f"{lot}-R03", material="M-MB-90", reason="可用于低等级", actor=people.inspector)
    for address in (f"/returns/{back}", f"/returns/{back}/note", f"/destructions/{destroyed}", f"/regrades/{regraded}"):
        assert (await client.get(address)).status_code == 200, address
    listed = (await client.get("/rejected")).text
    assert destroyed in listed
    assert regraded in listed


async def test_only_rejected_goods_are_disposed_of(people: People) -> None:
    made = await make.received(people, few=make.FEW)
    for act in (
        return_goods([made.lot], waybill="SF-1", carrier="顺丰", reason="不要了", actor=people.warehouse),
        plan_destruction([f"{made.lot}-R01"], method="焚烧", reason="不要了", actor=people.quality),
    ):
        with pytest.raises(Refused) as refused:
            await act
        assert "goods.not_rejected" in codes(refused)
        assert "不是不合格品：待验" in words(refused, "zh")
        assert "is not rejected: Quarantine." in words(refused, "en")
    with pytest.raises(Refused) as refused:
        await return_goods([], waybill="SF-1", carrier="顺丰", reason="不要了", actor=people.warehouse)
    assert codes(refused) == {"goods.none"}


async def test_goods_are_destroyed_by_the_second_of_two_signatures(people: People) -> None:
    lot = (await make.rejected(people)).lot
    rolls = [f"{lot}-R01", f"{lot}-R02"]
    code = await plan_destruction(rolls, method="粉碎", reason="不能退货", actor=people.warehouse)
    first = await witness(people, code, "warehouse")
    assert (first.state, first.first_name) == (DestructionState.WAITING, "吴仓管")
    assert (await unit_by_code(rolls[0])).on_hand == Decimal(500)
    with pytest.raises(Refused) as refused:
        await witness(people, code, "warehouse")
    assert codes(refused) == {"destruction.same_person"}
    assert "吴仓管 已作为第一见证人签名。 须由另一人到场见证并签名。" in words(refused, "zh")
    with pytest.raises(Refused) as refused:
        await witness(people, code, "warehouse2")
    assert codes(refused) == {"destruction.quality"}
    assert "A person of quality signs as the second one." in words(refused, "en")
    for act in (
        return_goods([rolls[0]], waybill="SF-1", carrier="顺丰", reason="改为退货", actor=people.warehouse),
        plan_destruction(rolls, method="粉碎", reason="再来一次", actor=people.warehouse),
    ):
        with pytest.raises(Refused) as refused:
            await act
        assert codes(refused) == {"goods.pending"}
    done = await witness(people, code, "quality")
    assert (done.state, done.second_name) == (DestructionState.DONE, "陈质量")
    for roll in rolls:
        unit = await unit_by_code(roll)
        assert (unit.state, unit.on_hand) == (UnitState.SCRAPPED, Decimal(0))
    with pytest.raises(Refused) as refused:
        await witness(people, code, "quality2")
    assert codes(refused) == {"destruction.ended"}


async def test_of_two_second_witnesses_at_once_one_destroys(people: People) -> None:
    lot = (await make.rejected(people)).lot
    code = await plan_destruction([f"{lot}-R01"], method="粉碎", reason="不能退货", actor=people.warehouse)
    await witness(people, code, "quality")
    answers = await asyncio.gather(
        *(witness(people, code, who) for who in ("warehouse", "inspector")), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["DestructionRow", "Refused"]
    assert await sql.fetch_value("SELECT count(*) FROM unit_movement WHERE kind = 'scrap'") == 1


async def test_a_cancelled_destruction_destroys_nothing(people: People) -> None:
    lot = (await make.rejected(people)).lot
    code = await plan_destruction([f"{lot}-R01"], method="粉碎", reason="不能退货", actor=people.warehouse)
    shown = shown_content(await destruction(code))
    await witness(people, code, "quality")
    with pytest.raises(Stale):
        await witness_destruction(code, digest=shown, signer=await people.signer("warehouse"))
    await cancel_destruction(code, reason="供方同意退货", actor=people.warehouse)
    for act in (witness(people, code, "warehouse"), cancel_destruction(code, reason="再取消", actor=people.quality)):
        with pytest.raises(Refused) as refused:
            await act
        assert codes(refused) == {"destruction.ended"}
    assert (await unit_by_code(f"{lot}-R01")).on_hand == Decimal(500)


async def test_rejected_goods_are_not_scrapped_by_one_person(people: People) -> None:
    lot = (await make.rejected(people)).lot
    with pytest.raises(Refused) as refused:
        await take_from_stock(
            f"{lot}-R01", kind=MovementKind.SCRAP, quantity=Decimal(500), reason="报废", actor=people.warehouse
        )
    assert codes(refused) == {"stock.witnesses"}
    assert "为不合格品：须两人见证销毁。" in words(refused, "zh")
    assert "it is destroyed before two witnesses" in words(refused, "en")


async def test_a_regrade_makes_a_new_lot_in_quarantine_and_leaves_the_old_one_rejected(people: People) -> None:
    lot = (await make.rejected(people)).lot
    await make.lower_grade(people)
    code = await request_regrade(f"{lot}-R02", material="M-MB-90", reason="94.9 高于民用级", actor=people.inspector)
    for who, expected in (("inspector", {"actor.role", "regrade.same_person"}), ("warehouse", {"actor.role"})):
        with pytest.raises(Refused) as refused:
            await decide(people, code, who=who)
        assert codes(refused) == expected
    done = await decide(people, code)
    assert (done.state, done.lot_code) == (RegradeState.APPROVED, "ML-20261121-002")
    old, new = await unit_by_code(f"{lot}-R02"), await unit_by_code("ML-20261121-002-R01")
    assert (old.state, old.on_hand) == (UnitState.REJECTED, Decimal(0))
    assert (new.state, new.on_hand, new.usable_until) == (UnitState.QUARANTINE, Decimal(500), old.usable_until)
    row = await lot_by_code("ML-20261121-002")
    assert (row.material_code, row.supplier_lot, row.delivery_note) == ("M-MB-90", "RP-2611-07", code)
    assert await sql.fetch_value(
        "SELECT count(*) FROM trace_link WHERE parent = $1 AND child = $2 AND activity = 'rework'", old.id, row.id
    ) == 1  # fmt: skip
    await make.inspected(people, str(row.inspection), bad={"PFE": "94.9"})
    await make.decide(people, row.code)
    assert (await unit_by_code(new.code)).state is UnitState.RELEASED
    assert (await unit_by_code(old.code)).state is UnitState.REJECTED
    with pytest.raises(Refused) as refused:
        await decide(people, code)
    assert codes(refused) == {"regrade.decided"}
    source, lower = await supplier_by_code(row.supplier_code), await material_by_code("M-MB-90")
    assert (await series_of(source.id, lower.id)).steps == [], "only what a supplier delivered counts for its sampling"
    assert [score.material_code for score in await scores()] == ["M-MB-25"]
    everything = LedgerFilter()
    assert [line.lot for line in await purchases(everything)] == [lot]
    assert await count_purchases(everything) == 1


async def test_a_regrade_is_no_second_chance(people: People) -> None:
    lot = (await make.rejected(people)).lot
    await make.lower_grade(people, PFE="94.95")
    await make.material(people, code="M-SB-30", name="纺粘布", category=Category.SPUNBOND, in_force=False)
    await place_hold(unit=f"{lot}-R02", reason="待查", actor=people.quality)
    expected = {
        "M-MB-25": {"regrade.same", "unit.held", "regrade.would_fail"},
        "M-MB-90": {"unit.held", "regrade.would_fail"},
        "M-SB-30": {"unit.held", "regrade.kind", "specification.missing"},
    }
    for material, wanted in expected.items():
        with pytest.raises(Refused) as refused:
            await request_regrade(f"{lot}-R02", material=material, reason="降级使用", actor=people.quality)
        assert codes(refused) == wanted
    with pytest.raises(Refused) as refused:
        await request_regrade(f"{lot}-R01", material="M-MB-90", reason="降级使用", actor=people.quality)
    assert "PFE（过滤效率）按 M-MB-90 的限值 >= 94.95 也不合格：94.9。" in words(refused, "zh")
    assert "would fail as M-MB-90 too, limit >= 94.95: 94.9." in words(refused, "en")


async def test_a_refused_regrade_changes_nothing_and_needs_its_reason(people: People) -> None:
    lot = (await make.rejected(people)).lot
    await make.lower_grade(people)
    code = await request_regrade(f"{lot}-R02", material="M-MB-90", reason="降级使用", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await decide(people, code, approve=False)
    assert codes(refused) == {"regrade.same_person", "reason.missing"}
    assert "本次改级由 陈质量 申请。 须由质量部另一人判定（R10）。" in words(refused, "zh")
    done = await decide(people, code, approve=False, who="quality2", why="无民用订单")
    assert (done.state, done.lot_code) == (RegradeState.REFUSED, None)
    assert (await unit_by_code(f"{lot}-R02")).on_hand == Decimal(500)
    assert await sql.fetch_value("SELECT count(*) FROM lot") == 1


async def test_no_decision_makes_a_rejected_lot_usable_again(people: People) -> None:
    lot = (await make.rejected(people)).lot
    for decision in (LotDecision.RELEASE, LotDecision.REJECT):
        with pytest.raises(Refused) as refused:
            await make.decide(people, lot, decision, who="quality2", reason="再看")
        assert "lot.decided" in codes(refused)
    with pytest.raises(Refused) as refused:
        await make.condition(people, lot)
    assert "lot.decided" in codes(refused)
    with pytest.raises(Refused) as refused:
        await make.part(people, lot, f"{lot}-R01")
    assert "lot.decided" in codes(refused)
