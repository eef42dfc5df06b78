"""Lots of a changed source go only into batches that validate the change, and those out only with it (R46, S16)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.actions.plan import plan_batch
from maskqms.batches.actions.start import start_batch
from maskqms.batches.queries.batches import BatchRow, batch_by_code
from maskqms.batches.queries.stock import candidates
from maskqms.db.clock import now
from maskqms.errors import NotFound, Refused
from maskqms.materials.actions.changes import report_source_change
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.states import SourceChangeKind
from maskqms.quality.states import ChangeState
from maskqms.release.queries.gate import gate
from tests.batches.test_start import codes
from tests.conftest import ClientAs, Clock, People
from tests.make import materials as make
from tests.make.batches import MELTBLOWN, clear, make_batch, make_roll, make_started


async def changed_source(people: People, clock: Clock) -> tuple[str, str]:
    """A released lot that came after its source changed, and the open change."""
    await clock.set("2026-12-02T08:00+08:00")
    where = await make.source(people)
    change = await report_source_change(
        where.supplier, material=MELTBLOWN, kind=SourceChangeKind.SITE, description="迁至新厂区生产",
        actor=people.warehouse,
    )  # fmt: skip
    made = await receive_lot(
        supplier=where.supplier, material=MELTBLOWN, receipt=make.receipt(count=2), actor=people.warehouse
    )
    await make.inspected(people, made.inspection)
    await make.decide(people, made.lot)
    return made.lot, change


async def validation_batch(people: People, change: str, line: str = "L2") -> BatchRow:
    planned = await plan_batch(
        product="P-01", line=line, quantity=Decimal(1000), validates=change, actor=people.manager
    )
    await clear(people, planned.code)
    await start_batch(batch=planned.code, actor=people.operator)
    return await batch_by_code(planned.code)


async def test_a_normal_batch_refuses_what_only_a_validation_batch_takes(people: People, clock: Clock) -> None:
    lot, change = await changed_source(people, clock)
    normal = await make_started(people)
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=normal.code, code=f"{lot}-R01", actor=people.operator)
    assert codes(refused) == {"lot.validation_only"}
    [reason] = refused.value.reasons
    assert reason.remedy is not None
    assert reason.text.in_locale("zh") == f"{lot}-R01 来自变更后的来源，变更 {change} 未批准：验证中。"
    assert f"planned to validate {change}" in reason.remedy.in_locale("en")
    validating = await validation_batch(people, change)
    assert (validating.validates, validating.snapshot and validating.snapshot["validates"]) == (change, change)
    await issue_unit(batch=validating.code, code=f"{lot}-R01", quantity=Decimal(100), actor=people.operator)

    report = await gate(validating.code)
    found = {reason.code: reason for check in report.checks for reason in check.reasons}
    assert {"lot.validation_only", "batch.validation"} <= set(found)
    assert "为验证变更" in found["batch.validation"].text.in_locale("zh")
    assert "was made to validate change" in found["batch.validation"].text.in_locale("en")
    assert found["lot.validation_only"].path[-1].href == f"/changes/{change}"

    await make.change_decided(people, change)
    report = await gate(validating.code)
    still = {reason.code for check in report.checks for reason in check.reasons}
    assert not still & {"lot.validation_only", "batch.validation"}
    await issue_unit(batch=normal.code, code=f"{lot}-R01", actor=people.operator)


async def test_what_is_limited_is_not_offered_to_a_normal_batch(people: People, clock: Clock) -> None:
    lot, change = await changed_source(people, clock)
    normal = await make_started(people)
    await make_roll("R-1", days=900)
    offered = (await candidates([MELTBLOWN], await now()))[MELTBLOWN]
    assert [one.code for one in offered] == ["R-1"]
    validating = await validation_batch(people, change)
    offered = (await candidates([MELTBLOWN], await now(), change=validating.change))[MELTBLOWN]
    assert {one.code for one in offered} == {"R-1", f"{lot}-R01", f"{lot}-R02"}
    await issue_unit(batch=normal.code, code="R-1", actor=people.operator)


async def test_after_a_rejection_nothing_takes_it(people: People, clock: Clock) -> None:
    lot, change = await changed_source(people, clock)
    await make_batch(people)
    validating = await validation_batch(people, change)
    await make.change_decided(people, change, decision=ChangeState.REJECTED)
    with pytest.raises(Refused) as refused:
        await issue_unit(batch=validating.code, code=f"{lot}-R01", actor=people.operator)
    assert codes(refused) == {"lot.validation_only"}
    with pytest.raises(Refused) as refused:
        await plan_batch(product="P-01", line="L1", quantity=Decimal(1), validates=change, actor=people.manager)
    assert codes(refused) == {"change.decided"}
    assert "变更已否决" in refused.value.reasons[0].text.in_locale("zh")
    with pytest.raises(NotFound):
        await plan_batch(product="P-01", line="L1", quantity=Decimal(1), validates="CC-0", actor=people.manager)


async def test_a_validation_batch_is_planned_on_the_page(people: People, clock: Clock, client_as: ClientAs) -> None:
    _lot, change = await changed_source(people, clock)
    await make_batch(people)
    manager = await client_as(people.manager)
    assert "验证批" in (await manager.get("/batches/new")).text
    given = {"product": "P-01", "line": "L1", "quantity": "500", "validates": change, "key": "plan-key-1"}
    made = await manager.post("/batches/new", data=given)
    page = (await manager.get(made.headers["location"])).text
    assert f"/changes/{change}" in page
    code = made.headers["location"].rsplit("/", 1)[1]
    assert "验证批" in (await manager.get(f"/station/{code}")).text
