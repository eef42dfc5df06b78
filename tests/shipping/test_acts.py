"""Goods leave: picked, checked by another person, confirmed; and every way in which they may not."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import asyncpg
import pytest

from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import NotFound, Refused
from maskqms.shipping.actions.confirm import confirm_shipment
from maskqms.shipping.actions.consignees import agree_terms, create_consignee
from maskqms.shipping.actions.pick import (
    Picked,
    cancel_shipment,
    check_carton,
    open_shipment,
    remove_carton,
    scan_carton,
)
from maskqms.shipping.queries import sales_of_batch, terms_of
from maskqms.trace.queries.shipments import shipment_by_code
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import ShipmentState
from tests.conftest import Clock, People
from tests.make import release as make
from tests.make import shipping as ship
from tests.make.batches import make_completed

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


@pytest.fixture
async def batch(people: People) -> str:
    return (await make.released(people, cartons=3)).batch_code


async def on_hand(code: str) -> Decimal:
    return (await unit_by_code(code)).on_hand


async def test_goods_leave_and_the_ledger_says_where(people: People, batch: str) -> None:
    code = await ship.shipped(people, batch)
    row = await shipment_by_code(code)
    assert (row.state, row.confirmed_by) == (ShipmentState.CONFIRMED, "warehouse")
    unit = await unit_by_code(batch)
    sales = await sales_of_batch(unit.id)
    assert len(sales) == 3
    assert {(s.batch_number, s.device_name, s.quantity, s.buyer) for s in sales} == {
        (batch, "医用外科口罩", Decimal(200), "郑州市第一人民医院")
    }
    assert all(s.udi and s.address and s.contact and s.certificate and s.model for s in sales)
    assert sum([await on_hand(carton) for carton in await ship.cartons(batch)]) == 0
    lines = await sql.fetch(
        "SELECT l.consignee = s.consignee AS same FROM shipment_line l JOIN shipment s ON s.id = l.shipment"
    )
    assert [line["same"] for line in lines] == [True] * 3


async def test_a_carton_is_known_by_all_its_codes(people: People, batch: str) -> None:
    code = await ship.shipment(people)
    first, second, third = [await unit_by_code(carton) for carton in await ship.cartons(batch)]
    await scan_carton(code, first.code.lower(), actor=people.warehouse)
    await scan_carton(code, f"]C100{second.identifiers['sscc']}", actor=people.warehouse)
    ids = third.identifiers
    last = date.fromisoformat(ids["expires_on"])
    matrix = f"]d201{ids['gtin']}17{last:%y%m%d}10{ids['batch']}\x1d21{ids['serial']}"
    await scan_carton(code, matrix, actor=people.warehouse)
    assert await sql.fetch_value("SELECT count(*) FROM shipment_line") == 3


async def test_a_label_of_another_batch_on_the_carton_is_noticed(people: People, batch: str) -> None:
    code = await ship.shipment(people)
    ids = (await unit_by_code((await ship.cartons(batch))[0])).identifiers
    wrong = f"]d201{ids['gtin']}1729013110MB-X\x1d21{ids['serial']}"
    with pytest.raises(Refused) as refused:
        await scan_carton(code, wrong, actor=people.warehouse)
    assert codes(refused) == {"label.contradicts"}
    assert len(refused.value.reasons) == 2


async def test_unknown_codes_and_other_things_are_refused(people: People, batch: str) -> None:
    code = await ship.shipment(people)
    with pytest.raises(NotFound):
        await scan_carton(code, "00369012340000000018", actor=people.warehouse)
    for other in (batch, f"{batch}-B0001"):
        with pytest.raises(Refused) as refused:
            await scan_carton(code, other, actor=people.warehouse)
        assert codes(refused) == {"unit.not_a_carton"}


async def test_a_carton_that_is_not_released_stays(people: People) -> None:
    waiting = await make_completed(people, cartons=1)
    code = await ship.shipment(people)
    with pytest.raises(Refused) as refused:
        await scan_carton(code, f"{waiting.code}-C0001", actor=people.warehouse)
    assert codes(refused) == {"unit.not_released", "batch.no_certificate"}


async def test_a_held_carton_stays(people: People, batch: str, owner: asyncpg.Connection) -> None:
    code = await ship.shipment(people)
    carton = f"{batch}-C0001"
    await owner.execute("UPDATE trace_unit SET held = true WHERE code = $1", carton)
    with pytest.raises(Refused) as refused:
        await scan_carton(code, carton, actor=people.warehouse)
    assert codes(refused) == {"unit.held"}


async def test_expiry_and_the_least_remaining_life(people: People, batch: str, clock: Clock) -> None:
    code = await ship.shipment(people)
    end = (await unit_by_code(f"{batch}-C0001")).usable_until
    assert end is not None
    await clock.set(end - timedelta(days=100))
    with pytest.raises(Refused) as refused:
        await scan_carton(code, f"{batch}-C0001", actor=people.warehouse)
    assert codes(refused) == {"unit.remaining_life"}
    await agree_terms((await shipment_by_code(code)).consignee_code, min_remaining_days=99, actor=people.quality)
    await scan_carton(code, f"{batch}-C0001", actor=people.warehouse)
    await clock.set(end)
    with pytest.raises(Refused) as refused:
        await scan_carton(code, f"{batch}-C0002", actor=people.warehouse)
    assert codes(refused) == {"unit.expired"}


async def test_another_market_and_a_lapsed_licence(people: People, batch: str) -> None:
    abroad = await ship.consignee(people, country="DE", credential="GDP-1", credential_until=date(2020, 1, 1))
    code = await ship.shipment(people, abroad.code)
    with pytest.raises(Refused) as refused:
        await scan_carton(code, f"{batch}-C0001", actor=people.warehouse)
    assert codes(refused) == {"batch.market", "consignee.credential"}


async def test_one_carton_stands_on_one_shipment(people: People, batch: str) -> None:
    first, second = await ship.shipment(people), await ship.shipment(people)
    carton = f"{batch}-C0001"
    await scan_carton(first, carton, actor=people.warehouse)
    for code, reason in ((first, "carton.on_this_shipment"), (second, "carton.on_shipment")):
        with pytest.raises(Refused) as refused:
            await scan_carton(code, carton, actor=people.warehouse)
        assert codes(refused) == {reason}
    await remove_carton(first, carton, actor=people.warehouse)
    assert await on_hand(carton) == 200
    await scan_carton(second, carton, actor=people.warehouse)


async def test_of_two_shipments_that_want_a_carton_one_gets_it(people: People, batch: str) -> None:
    shipments = [await ship.shipment(people) for _n in range(3)]
    results = await asyncio.gather(
        *(scan_carton(code, f"{batch}-C0001", actor=people.warehouse) for code in shipments), return_exceptions=True
    )
    assert sum(isinstance(one, Picked) for one in results) == 1
    assert {reason.code for one in results if isinstance(one, Refused) for reason in one.reasons} == {
        "carton.on_shipment"
    }


async def test_a_replayed_scan_happens_once(people: People, batch: str) -> None:
    code = await ship.shipment(people)

    async def again() -> Picked:
        return await once(
            "tablet-1-scan-1",
            Picked,
            lambda: scan_carton(code, f"{batch}-C0001", actor=people.warehouse),
            tag=Tag.SHIPMENT_PICK,
            actor=people.warehouse,
            subject=code,
        )

    answers = await asyncio.gather(again(), again(), again())
    assert len({answer.line for answer in answers}) == 1
    assert await sql.fetch_value("SELECT count(*) FROM shipment_line") == 1


async def test_nothing_leaves_unchecked_and_nobody_checks_own_picking(people: People, batch: str) -> None:
    code = await ship.picked(people, batch, checked=False)
    with pytest.raises(Refused) as refused:
        await check_carton(code, f"{batch}-C0001", actor=people.warehouse)
    assert codes(refused) == {"carton.same_person"}
    with pytest.raises(Refused) as refused:
        await confirm_shipment(code, carrier="顺丰", actor=people.warehouse)
    assert [reason.code for reason in refused.value.reasons] == ["carton.not_checked"] * 3
    await check_carton(code, f"{batch}-C0001", actor=people.warehouse2)
    with pytest.raises(Refused) as refused:
        await check_carton(code, f"{batch}-C0001", actor=people.quality)
    assert codes(refused) == {"carton.checked"}
    await remove_carton(code, f"{batch}-C0001", actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await check_carton(code, f"{batch}-C0001", actor=people.warehouse2)
    assert codes(refused) == {"carton.not_picked"}
    await scan_carton(code, f"{batch}-C0001", actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await confirm_shipment(code, carrier="顺丰", actor=people.warehouse)
    assert [reason.code for reason in refused.value.reasons] == ["carton.not_checked"] * 3, "a new line is checked anew"


async def test_everything_is_asked_again_when_the_goods_go(
    people: People, batch: str, owner: asyncpg.Connection
) -> None:
    code = await ship.picked(people, batch)
    await owner.execute("UPDATE trace_unit SET held = true WHERE code = $1", f"{batch}-C0002")
    await owner.execute("UPDATE consignee SET contact = NULL")
    with pytest.raises(Refused) as refused:
        await confirm_shipment(code, carrier=" ", actor=people.warehouse)
    assert codes(refused) == {"unit.held", "sale.incomplete", "shipment.no_carrier"}
    assert await sql.fetch_value("SELECT count(*) FROM sale_record") == 0
    assert (await shipment_by_code(code)).state is ShipmentState.OPEN


async def test_a_closed_shipment_changes_no_more(people: People, batch: str) -> None:
    code = await ship.shipped(people, batch)
    carton = f"{batch}-C0001"
    for act in (
        scan_carton(code, carton, actor=people.warehouse),
        remove_carton(code, carton, actor=people.warehouse),
        check_carton(code, carton, actor=people.warehouse2),
        confirm_shipment(code, carrier="顺丰", actor=people.warehouse),
        cancel_shipment(code, reason="不发了", actor=people.warehouse),
    ):
        with pytest.raises(Refused) as refused:
            await act
        assert "shipment.closed" in codes(refused)


async def test_an_empty_shipment_does_not_leave_and_a_cancelled_one_gives_back(people: People, batch: str) -> None:
    code = await ship.shipment(people)
    with pytest.raises(Refused) as refused:
        await confirm_shipment(code, carrier="顺丰", actor=people.warehouse)
    assert codes(refused) == {"shipment.empty"}
    await scan_carton(code, f"{batch}-C0001", actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await cancel_shipment(code, reason=" ", actor=people.warehouse)
    assert codes(refused) == {"reason.missing"}
    await cancel_shipment(code, reason="客户取消", actor=people.warehouse)
    assert await on_hand(f"{batch}-C0001") == 200
    other = await ship.shipment(people)
    await scan_carton(other, f"{batch}-C0001", actor=people.warehouse)


async def test_only_the_warehouse_ships(people: People, batch: str) -> None:
    to = await ship.consignee(people)
    code = await ship.shipment(people, to.code)
    for name in ("operator", "inspector", "admin", "regulator"):
        actor = getattr(people, name)
        for act in (
            open_shipment(to.code, actor=actor),
            scan_carton(code, f"{batch}-C0001", actor=actor),
            confirm_shipment(code, carrier="顺丰", actor=actor),
            create_consignee(name="甲", address="乙", contact="丙", actor=actor),
        ):
            with pytest.raises(Refused) as refused:
                await act
            assert "actor.role" in codes(refused)


async def test_two_confirmations_at_once_write_one_ledger(people: People, batch: str) -> None:
    code = await ship.picked(people, batch)
    results = await asyncio.gather(
        *(confirm_shipment(code, carrier="顺丰", actor=actor) for actor in (people.warehouse, people.warehouse2)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in results) == 1
    assert await sql.fetch_value("SELECT count(*) FROM sale_record") == 3


async def test_consignees_get_numbers_and_need_an_address(people: People) -> None:
    first, second = await asyncio.gather(ship.consignee(people), ship.consignee(people))
    assert {first.code, second.code} == {"C00001", "C00002"}
    with pytest.raises(Refused) as refused:
        await create_consignee(name="甲", address=" ", contact="", actor=people.warehouse)
    assert [reason.code for reason in refused.value.reasons] == ["consignee.incomplete"] * 2
    with pytest.raises(Refused) as refused:
        await ship.consignee(people, code="C00001")
    assert codes(refused) == {"consignee.code_taken"}
    assert (await terms_of("C00001")).country == "CN"


async def test_a_carton_picked_while_the_shipment_is_confirmed_stops_the_confirmation(
    people: People, batch: str, owner: asyncpg.Connection
) -> None:
    code = await ship.shipment(people)
    first, late, _third = await ship.cartons(batch)
    await scan_carton(code, first, actor=people.warehouse)
    await check_carton(code, first, actor=people.warehouse2)
    # The confirmation has read what is picked and waits for the first carton, which somebody else has locked.
    async with owner.transaction():
        await owner.execute("SELECT 1 FROM trace_unit WHERE code = $1 FOR UPDATE", first)
        confirming = asyncio.create_task(confirm_shipment(code, carrier="顺丰速运", actor=people.warehouse))
        while not await owner.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.02)
        await scan_carton(code, late, actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await confirming
    assert codes(refused) == {"record.changed"}
    assert (await shipment_by_code(code)).state is ShipmentState.OPEN
