"""A delivery comes in: refused with every reason, or in quarantine with rolls, links and an inspection."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal

import pytest

from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import end_of_day
from maskqms.errors import Refused
from maskqms.lab.queries.inspections import inspection
from maskqms.materials.actions.receive import Received, receive_lot
from maskqms.materials.queries.lots import lot_by_code, rolls_of
from maskqms.materials.queries.suppliers import supplier_by_code
from maskqms.materials.rules.receipt import NewRoll
from maskqms.materials.states import ApprovalState, CredentialType, SupplierKind
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import UnitKind, UnitState
from tests.conftest import Clock, People
from tests.make import materials as make

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted(reason.code for reason in refused.value.reasons)


async def test_a_delivery_becomes_a_lot_and_rolls_in_quarantine_with_an_inspection(people: People) -> None:
    made = await make.received(people, expires_on=date(2027, 5, 1), made_on=date(2026, 11, 1))
    assert made.lot == "ML-20261121-001"
    lot = await lot_by_code(made.lot)
    rolls = await rolls_of(lot.id)
    assert [r.code for r in rolls] == [f"ML-20261121-001-R0{n}" for n in (1, 2, 3, 4)]
    assert {r.state for r in rolls} == {lot.state} == {UnitState.QUARANTINE}
    unit = await unit_by_code("ML-20261121-001-R02")
    assert (unit.kind, unit.on_hand, unit.unit, unit.supplier_lot) == (UnitKind.ROLL, Decimal(500), "m", "RP-2611-07")
    assert unit.usable_until == end_of_day(date(2027, 5, 1))
    assert (await unit_by_code(made.lot)).on_hand == 0
    assert await sql.fetch_value("SELECT count(*) FROM trace_edge WHERE parent = $1", lot.id) == 4
    sheet = await inspection(made.inspection)
    assert (sheet.subject_code, sheet.source) == (made.lot, "M-MB-25 v1")
    counted = sheet.plan.test("APPEAR")
    assert counted is not None
    assert counted.tally is not None
    assert (counted.tally.lot_size, counted.tally.n, counted.tally.ac) == (4, 3, 0)
    assert [paper["type"] for paper in lot.credentials] == ["business_licence", "production_licence"]


async def test_every_reason_is_named(people: People) -> None:
    await make.material(people, in_force=False, storage_life_days=180)
    row = await make.supplier(people, kind=SupplierKind.TRADER, papers=(CredentialType.BUSINESS_LICENCE,))
    with pytest.raises(Refused) as refused:
        await receive_lot(
            supplier=row.code, material="M-MB-25", receipt=make.receipt(quantity=Decimal(1999)), actor=people.operator
        )
    assert codes(refused) == [
        "actor.role", "approval.missing", "credential.missing", "lot.made_on", "lot.manufacturer", "maker.missing",
        "roll.total", "specification.missing",
    ]  # fmt: skip
    assert await sql.fetch_value("SELECT count(*) FROM trace_unit") == 0
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE kind = 'refusal' AND tag = 'lot:receive'") == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": Decimal(0), "rolls": ()}, "lot.quantity"),
        ({"quantity": Decimal("NaN"), "rolls": ()}, "lot.quantity"),
        ({"quantity": Decimal(-5), "rolls": ()}, "lot.quantity"),
        ({"rolls": (NewRoll(kilograms=Decimal(3)),)}, "roll.quantity"),
        ({"rolls": (NewRoll(metres=Decimal(-1)),)}, "roll.quantity"),
        ({"rolls": (NewRoll(metres=Decimal(1)),)}, "roll.total"),
        ({"rolls": (NewRoll(metres=Decimal(1)),) * 501}, "roll.count"),
        ({"made_on": date(2026, 11, 22)}, "lot.made_on"),
        ({"made_on": date(2026, 5, 1), "expires_on": date(2026, 4, 1)}, "lot.expires_on"),
        ({"expires_on": date(2026, 11, 20)}, "lot.expired"),
    ],
)
async def test_a_receipt_that_makes_no_sense_is_refused(people: People, changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        await make.received(people, **changes)
    assert code in codes(refused)


async def test_the_last_usable_day_itself_is_still_good(people: People) -> None:
    made = await make.received(people, expires_on=date(2026, 11, 21))
    assert (await lot_by_code(made.lot)).expires_on == date(2026, 11, 21)


async def test_an_approval_or_paper_that_ended_yesterday_refuses_the_receipt(people: People, clock: Clock) -> None:
    where = await make.source(people)
    await clock.set("2027-11-21T10:00+08:00")
    await receive_lot(supplier=where.supplier, material=where.material, receipt=make.receipt(), actor=people.warehouse)
    await clock.set("2027-11-22T00:00+08:00")
    with pytest.raises(Refused) as refused:
        await receive_lot(
            supplier=where.supplier,
            material=where.material,
            receipt=make.receipt(delivery_note="2"),
            actor=people.warehouse,
        )
    assert codes(refused) == ["approval.expired", "credential.expired", "credential.expired"]
    assert all(reason.path for reason in refused.value.reasons)


async def test_a_suspended_supplier_delivers_nothing(people: People) -> None:
    where = await make.source(people)
    row = await supplier_by_code(where.supplier)
    await make.approve(people, row, where.material, state=ApprovalState.SUSPENDED)
    with pytest.raises(Refused) as refused:
        await receive_lot(
            supplier=where.supplier, material=where.material, receipt=make.receipt(), actor=people.warehouse
        )
    assert codes(refused) == ["approval.missing"]


async def test_the_same_delivery_is_not_received_twice(people: People) -> None:
    made = await make.received(people)
    with pytest.raises(Refused) as refused:
        await receive_lot(supplier="S001", material="M-MB-25", receipt=make.receipt(), actor=people.warehouse)
    assert codes(refused) == ["lot.twice"]
    assert made.lot in str(refused.value)


async def test_two_clerks_who_receive_the_same_delivery_at_once_make_one_lot(people: People) -> None:
    where = await make.source(people)
    answers = await asyncio.gather(
        *(
            receive_lot(supplier=where.supplier, material=where.material, receipt=make.receipt(), actor=actor)
            for actor in (people.warehouse, people.warehouse2, people.warehouse)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Received) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 2
    assert await sql.fetch_value("SELECT count(*) FROM lot") == 1


async def test_a_repeated_request_gets_the_first_answer(people: People) -> None:
    where = await make.source(people)

    async def send() -> Received:
        return await once(
            "tablet-key-1",
            Received,
            lambda: receive_lot(
                supplier=where.supplier, material=where.material, receipt=make.receipt(), actor=people.warehouse
            ),
            tag=Tag.LOT_RECEIVE,
            actor=people.warehouse,
        )

    first = await send()
    assert await send() == first
    assert await sql.fetch_value("SELECT count(*) FROM lot") == 1


async def test_the_inspection_keeps_the_version_of_the_day_of_receipt(people: People) -> None:
    made = await make.received(people)
    draft = await make.draft_specification("M-MB-25", actor=people.quality)
    await make.put_in_force(people, "M-MB-25", draft.version)
    again = await receive_lot(
        supplier="S001", material="M-MB-25", receipt=make.receipt(delivery_note="SH-89"), actor=people.warehouse
    )
    assert (await inspection(made.inspection)).source == "M-MB-25 v1"
    assert (await inspection(again.inspection)).source == "M-MB-25 v2"
    assert (await lot_by_code(made.lot)).version == 1


async def test_the_storage_life_counts_from_the_day_it_was_made(people: People) -> None:
    where = await make.source(people, storage_life_days=180)
    made = await receive_lot(
        supplier=where.supplier,
        material=where.material,
        receipt=make.receipt(made_on=date(2026, 11, 1), expires_on=date(2028, 1, 1)),
        actor=people.warehouse,
    )
    assert (await lot_by_code(made.lot)).expires_on == date(2026, 11, 1) + timedelta(days=180)
