"""What may still be done once production is complete or the batch released: samples written down, cartons opened and
packed again. Nothing of it is a dead end, and nothing of it hides what is missing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.complete import complete_batch
from maskqms.batches.actions.conclude import conclude_batch
from maskqms.batches.actions.output import record_output, reverse_output
from maskqms.batches.actions.pack import carton_boxes, pack_boxes, pack_carton, unpack_carton
from maskqms.batches.controllers.station import _complete_page
from maskqms.batches.controllers.tasks import tasks_of
from maskqms.batches.queries.batches import batch_by_code
from maskqms.batches.queries.packing import cartons_of, loose_boxes
from maskqms.batches.queries.record import output_totals, people_of
from maskqms.batches.states import BatchState, Deed, OutputKind
from maskqms.errors import Refused
from maskqms.release.queries.gate import gate
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import UnitState
from maskqms.web.forms import blank
from tests.batches.test_start import codes
from tests.conftest import People
from tests.make.batches import make_completed, make_running

pytestmark = pytest.mark.usefixtures("db")


async def record(people: People, batch: str, kind: OutputKind, by: str = "inspector") -> int:
    done = await record_output(batch=batch, kind=kind, quantity=Decimal(4), actor=getattr(people, by))
    return done.entry


async def concluded(people: People, code: str, state: BatchState) -> None:
    batch = await batch_by_code(code)
    async with act(Tag.RELEASE_SIGN, actor=people.quality):
        await conclude_batch(batch.id, state, actor=people.quality)


async def test_a_sample_forgotten_at_the_line_is_recorded_until_the_batch_is_decided(people: People) -> None:
    batch = await make_running(people, good=200)
    await pack_carton(batch=batch.code, actor=people.operator)
    warned = (await _complete_page(batch.code, blank())).reasons
    assert "batch.no_retained_sample" in {reason.code for reason in warned}
    await complete_batch(batch=batch.code, counted=Decimal(200), actor=people.operator)
    assert "sample.not_retained" in {reason.code for reason in (await gate(batch.code)).blockers}
    with pytest.raises(Refused) as refused:
        await record(people, batch.code, OutputKind.GOOD, "operator")
    assert codes(refused) == {"batch.not_in_production"}
    wrong = await record(people, batch.code, OutputKind.SAMPLE)
    await reverse_output(batch=batch.code, entry=wrong, reason="输错", actor=people.operator)
    await record(people, batch.code, OutputKind.RETAINED)
    assert (await output_totals(batch.id))[OutputKind.RETAINED] == 4
    assert "sample.not_retained" not in {reason.code for reason in (await gate(batch.code)).blockers}
    assert (await balance(batch.code)).residue == 0
    await concluded(people, batch.code, BatchState.REJECTED)
    with pytest.raises(Refused) as refused:
        await record(people, batch.code, OutputKind.RETAINED)
    assert codes(refused) == {"batch.not_in_production"}


@pytest.mark.parametrize(
    ("decided", "state"), [(None, UnitState.QUARANTINE), (BatchState.RELEASED, UnitState.RELEASED)]
)
async def test_a_carton_opened_after_production_is_packed_again(
    people: People, decided: BatchState | None, state: UnitState
) -> None:
    batch = await make_completed(people, cartons=2)
    if decided:
        await concluded(people, batch.code, decided)
    opened = (await cartons_of(batch.id))[0]
    out = await unpack_carton(carton=opened.code, reason="抽查", actor=people.warehouse)
    tasks = {str(task.href).rsplit("/", 1)[1] for task in await tasks_of(await batch_by_code(batch.code))}
    assert "packing" in tasks
    again = await carton_boxes(batch=batch.code, boxes=out.boxes, actor=people.warehouse)
    assert again.carton is not None
    made = await unit_by_code(again.carton)
    assert (made.state, made.quantity, made.on_hand) == (state, 200, 200)
    assert not await loose_boxes(batch.id)
    for code in (batch.code, opened.code, again.carton, *out.boxes):
        assert (await balance(code)).residue == 0, code


async def test_a_carton_of_a_rejected_batch_is_opened_and_never_packed_again(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    await concluded(people, batch.code, BatchState.REJECTED)
    carton = (await cartons_of(batch.id))[0]
    out = await unpack_carton(carton=carton.code, reason="销毁前清点", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await carton_boxes(batch=batch.code, boxes=out.boxes, actor=people.warehouse)
    assert codes(refused) == {"batch.not_in_production", "unit.not_released"}


async def test_a_held_or_expired_box_goes_into_no_carton(people: People, clock: object) -> None:
    batch = await make_running(people, good=200)
    made = await pack_boxes(batch=batch.code, boxes=2, actor=people.operator)
    await place_hold(unit=made.boxes[0], reason="异物", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await carton_boxes(batch=batch.code, boxes=made.boxes, actor=people.operator)
    assert codes(refused) == {"unit.held"}
    await clock.set("2036-12-01T08:00+08:00")  # type: ignore[attr-defined]
    with pytest.raises(Refused) as refused:
        await carton_boxes(batch=batch.code, boxes=made.boxes[1:], actor=people.operator)
    assert codes(refused) == {"unit.expired"}


async def test_who_opened_a_carton_had_a_hand_in_the_batch(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    before = {person.account for person in await people_of(batch.id)}
    assert people.quality.account_id not in before
    carton = (await cartons_of(batch.id))[0]
    await unpack_carton(carton=carton.code, reason="抽查", actor=people.quality)
    deeds = {person.account: person.deeds for person in await people_of(batch.id)}
    assert deeds[people.quality.account_id or 0] == (Deed.PACKED,)
