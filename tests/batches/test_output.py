"""Output, packing, completion: each piece counted once, no carton of two batches, both balances (R66, R67, R82)."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from maskqms.batches.actions.complete import complete_batch, explain_balance
from maskqms.batches.actions.conclude import conclude_batch
from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.actions.output import record_output, reverse_output
from maskqms.batches.actions.pack import Packed, carton_boxes, pack_boxes, pack_carton, unpack_carton
from maskqms.batches.queries.balances import balances_of, standing_balance_blockers
from maskqms.batches.queries.batches import batch_by_code
from maskqms.batches.queries.packing import cartons_of, loose_boxes
from maskqms.batches.queries.record import output_totals, outputs_of
from maskqms.batches.states import BatchState, OutputKind, ScrapReason
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import UnitState
from tests.batches.test_start import codes
from tests.conftest import People
from tests.make.batches import MELTBLOWN, make_completed, make_roll, make_running, make_started
from tests.make.products import signer


async def test_output_needs_material_whole_pieces_and_words_for_scrap(people: People) -> None:
    batch = await make_started(people)
    with pytest.raises(Refused) as refused:
        await record_output(batch=batch.code, kind=OutputKind.SCRAP, quantity=Decimal("1.5"), actor=people.warehouse)
    assert codes(refused) == {"actor.role", "output.whole", "output.no_material", "output.scrap_reason"}
    await make_roll("R-1")
    await issue_unit(batch=batch.code, code="R-1", actor=people.operator)
    with pytest.raises(Refused) as refused:
        await record_output(
            batch=batch.code,
            kind=OutputKind.SCRAP,
            quantity=Decimal(3),
            scrap_reason=ScrapReason.OTHER,
            actor=people.operator,
        )
    assert codes(refused) == {"output.note"}


async def test_each_piece_is_counted_once_and_shares_follow(people: People) -> None:
    batch = await make_running(people, good=400)
    await pack_carton(batch=batch.code, actor=people.operator)
    share = await sql.fetch_value("SELECT share FROM trace_edge WHERE parent = $1 LIMIT 1", batch.id)
    assert share == pytest.approx(50 / 400)
    await record_output(
        batch=batch.code,
        kind=OutputKind.SCRAP,
        quantity=Decimal(90),
        scrap_reason=ScrapReason.WELD,
        actor=people.operator,
    )
    await record_output(batch=batch.code, kind=OutputKind.SAMPLE, quantity=Decimal(10), actor=people.inspector)
    again = await batch_by_code(batch.code)
    assert (again.quantity, again.on_hand) == (Decimal(500), Decimal(200))
    share = await sql.fetch_value("SELECT share FROM trace_edge WHERE parent = $1 LIMIT 1", batch.id)
    assert share == pytest.approx(50 / 500)


async def test_a_wrong_entry_is_reversed_once_and_stays_readable(people: People) -> None:
    batch = await make_running(people, good=200)
    scrap = await record_output(
        batch=batch.code,
        kind=OutputKind.SCRAP,
        quantity=Decimal(50),
        scrap_reason=ScrapReason.DIRT,
        actor=people.operator,
    )
    await reverse_output(batch=batch.code, entry=scrap.entry, reason="看错数", actor=people.operator)
    assert (await output_totals(batch.id))[OutputKind.SCRAP] == 0
    assert (await batch_by_code(batch.code)).quantity == Decimal(200)
    with pytest.raises(Refused) as refused:
        await reverse_output(batch=batch.code, entry=scrap.entry, reason="", actor=people.operator)
    assert codes(refused) == {"output.reversed", "reason.missing"}
    assert len(await outputs_of(batch.id)) == 3


async def test_packed_pieces_cannot_be_taken_back(people: People) -> None:
    batch = await make_running(people, good=200)
    await pack_carton(batch=batch.code, actor=people.operator)
    [entry] = await outputs_of(batch.id)
    with pytest.raises(Refused) as refused:
        await reverse_output(batch=batch.code, entry=entry.id, reason="看错数", actor=people.operator)
    assert codes(refused) == {"output.packed"}


async def test_no_more_is_packed_than_was_made(people: People) -> None:
    batch = await make_running(people, good=190)
    with pytest.raises(Refused) as refused:
        await pack_carton(batch=batch.code, actor=people.inspector)
    assert codes(refused) == {"actor.role", "pack.too_few"}
    with pytest.raises(Refused) as refused:
        await pack_carton(batch=batch.code, boxes=5, actor=people.operator)
    assert codes(refused) == {"pack.too_few", "pack.too_many"}
    done = await pack_carton(batch=batch.code, boxes=3, actor=people.operator)
    assert (done.pieces, done.loose) == (Decimal(150), Decimal(40))


async def test_two_tablets_pack_the_last_carton_and_one_wins(people: People) -> None:
    batch = await make_running(people, good=300)
    answers = await asyncio.gather(
        *(pack_carton(batch=batch.code, actor=actor) for actor in (people.operator, people.operator2)),
        return_exceptions=True,
    )
    assert len([answer for answer in answers if isinstance(answer, Packed)]) == 1
    assert (await batch_by_code(batch.code)).on_hand == Decimal(100)
    assert len(await cartons_of(batch.id)) == 1


async def test_a_carton_says_what_its_label_needs(people: People) -> None:
    batch = await make_running(people, good=200)
    done = await pack_carton(batch=batch.code, actor=people.operator)
    carton = await unit_by_code(str(done.carton))
    assert carton.identifiers["gtin"] == "16901234000013"
    assert carton.identifiers["sscc"] == done.sscc
    assert carton.identifiers["serial"] == str(done.carton).removeprefix("MB-")
    assert (carton.identifiers["boxes"], carton.identifiers["pieces"]) == (4, 200)
    assert carton.identifiers["registration"] == "豫械注准 P-01"
    assert carton.identifiers["standard"] == batch.edition
    assert carton.state is UnitState.QUARANTINE
    box = await unit_by_code(done.boxes[0])
    assert box.identifiers["gtin"] == "06901234000016"
    assert box.usable_until == (await unit_by_code(batch.code)).usable_until


async def test_loose_boxes_go_into_a_carton_but_not_those_of_another_batch(people: People) -> None:
    batch = await make_running(people, good=200)
    made = await pack_boxes(batch=batch.code, boxes=2, actor=people.operator)
    with pytest.raises(Refused) as refused:
        await carton_boxes(batch=batch.code, boxes=[*made.boxes, "MB-20200101-01-B0001"], actor=people.operator)
    assert codes(refused) == {"pack.not_loose"}
    done = await carton_boxes(batch=batch.code, boxes=made.boxes, actor=people.operator)
    assert done.pieces == Decimal(100)
    assert await loose_boxes(batch.id) == []
    with pytest.raises(Refused) as refused:
        await carton_boxes(batch=batch.code, boxes=made.boxes, actor=people.operator)
    assert codes(refused) == {"pack.not_loose"}


async def test_an_unpacked_carton_leaves_its_boxes_loose(people: People) -> None:
    batch = await make_running(people, good=200)
    done = await pack_carton(batch=batch.code, actor=people.operator)
    await unpack_carton(carton=str(done.carton), reason="箱破", actor=people.operator)
    carton = await unit_by_code(str(done.carton))
    assert (carton.state, carton.on_hand) == (UnitState.SCRAPPED, Decimal(0))
    assert len(await loose_boxes(batch.id)) == 4
    with pytest.raises(Refused) as refused:
        await unpack_carton(carton=str(done.carton), reason="", actor=people.operator)
    assert codes(refused) == {"carton.unpacked", "reason.missing"}
    again = await carton_boxes(batch=batch.code, boxes=done.boxes, actor=people.operator)
    assert str(again.carton).endswith("C0002")
    assert again.sscc != done.sscc


async def test_a_held_batch_still_records_what_was_made_but_packs_nothing(people: People) -> None:
    batch = await make_running(people, good=400)
    first = await pack_carton(batch=batch.code, actor=people.operator)
    await place_hold(unit=f"ML-{batch.code}-R01", reason="过滤效率复测", actor=people.quality)
    await record_output(batch=batch.code, kind=OutputKind.GOOD, quantity=Decimal(10), actor=people.operator)
    with pytest.raises(Refused) as refused:
        await pack_carton(batch=batch.code, actor=people.operator)
    assert codes(refused) == {"batch.held"}
    assert (await unit_by_code(str(first.carton))).held
    await unpack_carton(carton=str(first.carton), reason="隔离", actor=people.operator)
    assert (await unit_by_code(first.boxes[0])).held


async def test_loose_pieces_and_boxes_are_put_right_before_the_end(people: People) -> None:
    batch = await make_running(people, good=260)
    await pack_carton(batch=batch.code, actor=people.operator)
    await pack_boxes(batch=batch.code, boxes=1, actor=people.operator)
    with pytest.raises(Refused) as refused:
        await complete_batch(batch=batch.code, counted=Decimal(260), actor=people.operator)
    assert codes(refused) == {"batch.loose_pieces", "batch.loose_boxes"}
    assert (await batch_by_code(batch.code)).state is BatchState.IN_PRODUCTION


async def test_figures_out_of_their_limits_wait_for_quality(people: People) -> None:
    batch = await make_running(people, good=200)
    await make_roll("R-X", MELTBLOWN, quantity="400")
    await issue_unit(batch=batch.code, code="R-X", actor=people.operator)
    await record_output(
        batch=batch.code,
        kind=OutputKind.SCRAP,
        quantity=Decimal(40),
        scrap_reason=ScrapReason.WELD,
        actor=people.operator,
    )
    await pack_carton(batch=batch.code, actor=people.operator)
    done = await complete_batch(batch=batch.code, counted=Decimal(260), actor=people.operator)
    found = {reason.code for reason in await standing_balance_blockers(batch.id)}
    assert found == {"balance.pieces", "balance.yield", "balance.material_over", "balance.material_short"}
    assert done.out_of_limits == 4
    with pytest.raises(Refused) as refused:
        await explain_balance(batch=batch.code, cause="", signer=await signer(people, "operator"))
    assert codes(refused) == {"actor.role", "balance.own_work", "reason.missing"}
    digest = (await balances_of(batch.id)).digest
    await explain_balance(
        batch=batch.code, cause="整卷边料报废, 已核对", digest=digest, signer=await signer(people, "quality")
    )
    assert await standing_balance_blockers(batch.id) == []


async def test_what_is_within_its_limits_needs_no_explanation(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    with pytest.raises(Refused) as refused:
        await explain_balance(batch=batch.code, cause="x", signer=await signer(people, "quality"))
    assert codes(refused) == {"balance.within"}


async def test_after_the_end_nothing_is_recorded_any_more(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    with pytest.raises(Refused) as refused:
        await record_output(batch=batch.code, kind=OutputKind.GOOD, quantity=Decimal(1), actor=people.operator)
    assert codes(refused) == {"batch.not_in_production"}
    with pytest.raises(Refused) as refused:
        await conclude_batch((await make_started(people, line="L2")).id, BatchState.RELEASED, actor=people.quality)
    assert codes(refused) == {"state.move"}
