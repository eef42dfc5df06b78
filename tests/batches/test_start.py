"""A batch starts when everything is right that day, and says everything that is not (R59, R60, R65)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import asyncpg
import pytest

from maskqms.batches.actions.clearance import check_clearance, clear_line
from maskqms.batches.actions.masters import approve_master_record, draft_master_record, retire_master_record
from maskqms.batches.actions.plan import plan_batch
from maskqms.batches.actions.start import start_batch
from maskqms.batches.queries.batches import batch_by_code
from maskqms.batches.states import BatchState, ClearanceMoment
from maskqms.errors import Refused
from maskqms.products.actions.licences import revoke_licence
from maskqms.products.actions.register import change_product
from maskqms.products.states import LicenceKind, ProductKind
from tests.conftest import Clock, People
from tests.make.batches import DETAILS, POINTS, clear, make_batch, make_master, make_materials, make_started
from tests.make.products import SURGICAL, make_licence, make_product, signer


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def test_every_reason_is_given_at_once(people: People) -> None:
    await make_product(people, licensed=False, pieces_per_box=None, boxes_per_carton=None)
    batch = await plan_batch(product="P-01", line="L1", quantity=Decimal(100), actor=people.manager)
    with pytest.raises(Refused) as refused:
        await start_batch(batch=batch.code, actor=people.inspector)
    assert codes(refused) == {
        "actor.role",
        "licence.missing",
        "product.pieces_per_box",
        "product.boxes_per_carton",
        "master.none_in_force",
        "clearance.missing",
    }
    assert len([r for r in refused.value.reasons if r.code == "licence.missing"]) == 2


async def test_the_edition_follows_the_production_date_and_stays(people: People, clock: Clock) -> None:
    await clock.set("2026-11-30T23:30+08:00")
    old = await make_started(people, line="L1")
    assert (old.made_on, old.edition) == (date(2026, 11, 30), "YY 0469-2011")
    await clock.set("2026-12-01T00:30+08:00")
    new = await make_started(people, line="L2")
    assert (new.made_on, new.edition, new.expires_on) == (date(2026, 12, 1), "YY 0469-2023", date(2028, 11, 30))
    assert new.snapshot is not None
    assert new.snapshot["edition_open"]
    assert (await batch_by_code(old.code)).edition == "YY 0469-2011"


async def test_a_licence_that_ends_the_day_before_stops_the_start(people: People, clock: Clock) -> None:
    await clock.set("2026-11-20T08:00+08:00")
    await make_product(people, licensed=False)
    await make_licence(people, ["P-01"], valid_until=date(2026, 11, 20))
    await make_licence(
        people, ["P-01"], LicenceKind.PRODUCTION_LICENCE, number="生产许 1", valid_from=date(2026, 11, 22)
    )
    batch = await make_batch(people)
    await clock.set("2026-11-21T08:00+08:00")
    await clear(people, batch.code)
    with pytest.raises(Refused) as refused:
        await start_batch(batch=batch.code, actor=people.operator)
    assert codes(refused) == {"licence.expired", "licence.not_yet"}
    await clock.set("2026-11-22T08:00+08:00")
    await make_licence(people, ["P-01"], valid_from=date(2026, 11, 21), valid_until=date(2031, 11, 20))
    await clear(people, batch.code)
    await start_batch(batch=batch.code, actor=people.operator)


async def test_a_revoked_licence_and_one_of_another_product_do_not_count(people: People) -> None:
    await make_product(people, licensed=False)
    await make_product(people, "P-02", licensed=False, gtin="6901234000023")
    registration = await make_licence(people, ["P-01"])
    await make_licence(people, ["P-02"], LicenceKind.PRODUCTION_LICENCE, number="生产许 2")
    await revoke_licence(licence=registration.id, reason="注销", signer=await signer(people, "quality"))
    batch = await make_batch(people)
    await clear(people, batch.code)
    with pytest.raises(Refused) as refused:
        await start_batch(batch=batch.code, actor=people.operator)
    assert codes(refused) == {"licence.revoked", "licence.scope"}


async def test_a_civil_mask_needs_no_certificate(people: People) -> None:
    await make_product(
        people, "P-03", licensed=False, kind=ProductKind.CIVIL, standard="GB/T 32610", grade="A", gtin=None
    )
    batch = await make_started(people, "P-03")
    assert batch.state is BatchState.IN_PRODUCTION


async def test_the_clearance_must_be_checked_by_another_person(people: People) -> None:
    batch = await make_batch(people)
    await clear_line(
        batch=batch.code, moment=ClearanceMoment.BEFORE, confirmed=POINTS, signer=await signer(people, "operator")
    )
    with pytest.raises(Refused) as refused:
        await start_batch(batch=batch.code, actor=people.operator)
    assert codes(refused) == {"clearance.unchecked"}
    with pytest.raises(Refused) as refused:
        await check_clearance(
            batch=batch.code, moment=ClearanceMoment.BEFORE, clean=True, signer=await signer(people, "operator")
        )
    assert codes(refused) == {"clearance.same-person"}
    await check_clearance(
        batch=batch.code, moment=ClearanceMoment.BEFORE, clean=True, signer=await signer(people, "inspector")
    )
    await start_batch(batch=batch.code, actor=people.operator)


async def test_a_line_found_not_clean_is_cleared_again(people: People) -> None:
    batch = await make_batch(people)
    with pytest.raises(Refused) as refused:
        await clear_line(
            batch=batch.code,
            moment=ClearanceMoment.BEFORE,
            confirmed=POINTS[1:],
            signer=await signer(people, "operator"),
        )
    assert codes(refused) == {"clearance.points"}
    await clear_line(
        batch=batch.code, moment=ClearanceMoment.BEFORE, confirmed=POINTS, signer=await signer(people, "operator")
    )
    checker = await signer(people, "operator2")
    with pytest.raises(Refused) as refused:
        await check_clearance(batch=batch.code, moment=ClearanceMoment.BEFORE, clean=False, signer=checker)
    assert codes(refused) == {"clearance.remark"}
    await check_clearance(
        batch=batch.code, moment=ClearanceMoment.BEFORE, clean=False, remark="台面有上一批口罩", signer=checker
    )
    with pytest.raises(Refused) as refused:
        await start_batch(batch=batch.code, actor=people.operator)
    assert codes(refused) == {"clearance.faulty"}


async def test_a_clearance_grows_old(people: People, clock: Clock) -> None:
    await clock.set("2026-11-21T08:00+08:00")
    batch = await make_batch(people)
    await clear(people, batch.code)
    await clock.set("2026-11-21T16:05+08:00")
    with pytest.raises(Refused) as refused:
        await start_batch(batch=batch.code, actor=people.operator)
    assert codes(refused) == {"clearance.too-old"}


async def test_the_end_of_a_batch_is_no_time_to_clear_before_it(people: People) -> None:
    batch = await make_started(people)
    with pytest.raises(Refused) as refused:
        await clear_line(
            batch=batch.code, moment=ClearanceMoment.BEFORE, confirmed=POINTS, signer=await signer(people, "operator")
        )
    assert codes(refused) == {"clearance.moment"}


async def test_one_line_runs_one_batch(people: People) -> None:
    first = await make_started(people, line="L1")
    second = await make_batch(people, line="L1")
    await clear(people, second.code)
    with pytest.raises(Refused) as refused:
        await start_batch(batch=second.code, actor=people.operator)
    assert codes(refused) == {"line.busy"}
    assert first.code in str(refused.value)
    with pytest.raises(Refused) as refused:
        await start_batch(batch=first.code, actor=people.operator)
    assert "state.move" in codes(refused)


async def test_a_line_that_the_master_record_does_not_name_is_refused(people: People) -> None:
    await make_batch(people)
    with pytest.raises(Refused) as refused:
        await plan_batch(product="P-01", line="L9", quantity=Decimal("10.5"), actor=people.operator)
    assert codes(refused) == {"actor.role", "line.not_allowed", "output.whole"}


async def test_without_a_master_record_in_force_nothing_starts(people: People) -> None:
    batch = await make_batch(people)
    await clear(people, batch.code)
    await retire_master_record(product="P-01", version=1, reason="设备改造", signer=await signer(people, "quality"))
    with pytest.raises(Refused) as refused:
        await start_batch(batch=batch.code, actor=people.operator)
    assert codes(refused) == {"master.none_in_force"}


async def test_the_snapshot_outlives_every_change(people: People, owner: asyncpg.Connection) -> None:
    batch = await make_started(people)
    await change_product(
        code="P-01",
        details=replace(SURGICAL, pieces_per_box=10, shelf_life_months=12),
        reason="改包装",
        actor=people.manager,
    )
    await make_master(people, details=replace(DETAILS, bill=DETAILS.bill[:1], change="第二版"))
    again = await batch_by_code(batch.code)
    assert again.snapshot == batch.snapshot
    assert again.packing == (50, 4)
    assert again.version == 1
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await owner.execute("UPDATE batch SET edition = 'YY 0469-2011 x' WHERE id = $1", batch.id)


async def test_numbers_count_up_by_day(people: People, clock: Clock) -> None:
    await clock.set("2026-11-21T08:00+08:00")
    first, second = await make_batch(people), await make_batch(people)
    assert [first.code, second.code] == ["MB-20261121-01", "MB-20261121-02"]


async def test_who_wrote_a_master_record_does_not_approve_it(people: People) -> None:
    await make_product(people)
    await make_materials(people)
    await draft_master_record(product="P-01", details=DETAILS, actor=people.quality)
    with pytest.raises(Refused) as refused:
        await make_master_by("quality", people)
    assert codes(refused) == {"master.own-draft"}
    with pytest.raises(Refused) as refused:
        await make_master_by("manager", people)
    assert codes(refused) == {"actor.role"}
    await make_master_by("quality2", people)


async def make_master_by(name: str, people: People) -> None:
    await approve_master_record(product="P-01", version=1, signer=await signer(people, name))


async def test_a_bill_names_known_materials_in_their_unit(people: People) -> None:
    await make_product(people)
    await make_materials(people)
    bill = (replace(DETAILS.bill[0], unit="kg"), replace(DETAILS.bill[1], material="M-XX", loss_percent=Decimal(101)))
    with pytest.raises(Refused) as refused:
        await draft_master_record(
            product="P-01", details=replace(DETAILS, bill=bill, route=(), change=" "), actor=people.operator
        )
    assert codes(refused) == {
        "actor.role",
        "master.unit",
        "master.unknown_material",
        "master.loss",
        "master.no-route",
        "master.change",
    }
