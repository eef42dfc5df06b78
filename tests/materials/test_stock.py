"""Samples and scrap out of stock: on record in the balance, whole boxes and cartons, and the gate knows of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maskqms.batches.actions.output import record_output, reverse_output
from maskqms.batches.actions.pack import carton_boxes, unpack_carton
from maskqms.batches.queries.packing import cartons_of
from maskqms.batches.queries.record import outputs_of
from maskqms.batches.states import OutputKind
from maskqms.errors import Refused
from maskqms.materials.actions.stock import Taken, take_from_stock
from maskqms.release.queries.gate import dossier, gate
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import MovementKind, UnitState
from tests.conftest import ClientAs, People
from tests.make import materials as make
from tests.make import release
from tests.make.batches import make_completed, make_roll

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted(reason.code for reason in refused.value.reasons)


async def take(
    people: People, code: str, kind: MovementKind, quantity: int, who: str = "warehouse", reason: str = "受潮"
) -> Taken:
    return await take_from_stock(code, kind=kind, quantity=Decimal(quantity), reason=reason, actor=getattr(people, who))


async def test_of_a_roll_a_part_is_taken_also_while_it_is_held(people: People) -> None:
    await make_roll("R-1", quantity="500")
    assert (await take(people, "R-1", MovementKind.SAMPLE, 3, "inspector")).left == 497
    await place_hold(unit="R-1", reason="过滤效率存疑", actor=people.quality)
    assert (await take(people, "R-1", MovementKind.SCRAP, 97)).left == 400
    found = await balance("R-1")
    assert (found.samples, found.scrap, found.on_hand, found.residue) == (3, 97, 400, 0)
    assert (await unit_by_code("R-1")).state is UnitState.RELEASED, "what was made of it stays what it is"


async def test_everything_that_speaks_against_it_is_said(people: People) -> None:
    await make_roll("R-1", quantity="500")
    with pytest.raises(Refused) as refused:
        await take(people, "R-1", MovementKind.SCRAP, 501, "operator", " ")
    assert codes(refused) == ["actor.role", "reason.missing", "unit.not_enough"]
    await take(people, "R-1", MovementKind.SCRAP, 500)
    with pytest.raises(Refused) as refused:
        await take(people, "R-1", MovementKind.SCRAP, 1)
    assert codes(refused) == ["stock.nothing"]
    batch = await make_completed(people, cartons=1)
    for code, kind, quantity, said in (
        (batch.code, MovementKind.SCRAP, 1, "stock.kind"),
        (f"{batch.code}-C0001", MovementKind.SAMPLE, 1, "stock.kind"),
        (f"{batch.code}-C0001", MovementKind.SCRAP, 1, "stock.whole"),
        (f"{batch.code}-B0001", MovementKind.SCRAP, 50, "stock.nothing"),
    ):
        with pytest.raises(Refused) as refused:
            await take(people, code, kind, quantity)
        assert codes(refused) == [said]
        assert refused.value.reasons[0].remedy


async def test_a_box_of_an_opened_carton_becomes_the_retained_sample_and_the_batch_goes_on(people: People) -> None:
    batch = await make_completed(people, cartons=3)
    await release.fill_limits(people, batch.code)
    await release.factory_tested(people, batch.code)
    [kept] = [row for row in await outputs_of(batch.id) if row.kind is OutputKind.RETAINED]
    await reverse_output(batch=batch.code, entry=kept.id, reason="未留样", actor=people.operator)
    await record_output(batch=batch.code, kind=OutputKind.SAMPLE, quantity=Decimal(4), actor=people.operator)
    assert "sample.not_retained" in {reason.code for reason in (await gate(batch.code)).blockers}
    first, second, _third = reversed(await cartons_of(batch.id))
    out = await unpack_carton(carton=first.code, reason="补留样", actor=people.warehouse)
    await take(people, out.boxes[0], MovementKind.RETAIN, 50, "inspector", "留样")
    with pytest.raises(Refused) as refused:
        await carton_boxes(batch=batch.code, boxes=out.boxes, actor=people.warehouse)
    assert codes(refused) == ["pack.not_loose"]
    await carton_boxes(batch=batch.code, boxes=out.boxes[1:], actor=people.warehouse)
    await take(people, second.code, MovementKind.SCRAP, 200)
    assert (await unit_by_code(second.code)).state is UnitState.SCRAPPED
    await release.reviewed(people, batch.code)
    await release.authorise(people)
    found = await dossier(batch.code)
    assert found.report.passed, found.report.blockers
    assert (found.facts.output.packed, found.facts.output.taken, found.facts.output.retained) == (350, 250, 50)
    assert len(found.facts.cartons) == 2
    row = await release.release(people, batch.code)
    assert row.quantity == 350
    assert (await unit_by_code(second.code)).state is UnitState.SCRAPPED
    for code in (batch.code, second.code, out.boxes[0]):
        assert (await balance(code)).residue == 0, code


async def test_what_is_taken_after_the_reviews_voids_them(people: People) -> None:
    batch = await release.ready(people, cartons=2)
    await take(people, f"{batch.code}-C0001", MovementKind.SCRAP, 200)
    blocked = {reason.code for reason in (await gate(batch.code)).blockers}
    assert blocked == {"review.production_void", "review.quality_void"}


async def test_the_form_takes_a_sample(people: People, client_as: ClientAs) -> None:
    made = await make.released(people)
    client = await client_as(people.warehouse)
    roll = f"{made.code}-R01"
    assert f'href="/stock/take?unit={roll}"' in (await client.get(f"/units/{roll}")).text
    assert "取样或报废" in (await client.get(f"/stock/take?unit={roll}")).text
    posted = {"unit": roll, "kind": "sample", "quantity": "2", "reason": "复验", "key": "a" * 32}
    assert (await client.post("/stock/take", data={**posted, "quantity": ""})).status_code == 422
    for _time in range(2):
        done = await client.post("/stock/take", data=posted)
        assert (done.status_code, done.headers["location"]) == (303, f"/units/{roll}")
    assert (await balance(roll)).samples == 2
