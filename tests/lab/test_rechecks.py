"""With which instrument a value was measured, and what becomes of it when that instrument fails afterwards (R125)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maskqms.db.clock import today
from maskqms.devices.actions.calibrate import record_calibration, verify_instrument
from maskqms.devices.actions.register import set_instrument_state
from maskqms.devices.states import InstrumentKind, InstrumentState
from maskqms.errors import Refused
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.plan import planned
from maskqms.lab.queries.inspections import InspectionRow, inspection
from maskqms.lab.queries.investigations import questions_of
from maskqms.lab.queries.measuring import last_instruments
from maskqms.lab.queries.rechecks import doubts_of, failures
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Cause, Decision, InspectionState, Recheck
from maskqms.quality.queries import open_deviations
from maskqms.trace.queries.units import unit_by_code
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.lab.test_actions import codes, decide
from tests.lab.test_investigations import said
from tests.make import devices, lab
from tests.make import investigations as make

MASS = lab.PFE.model_copy(update={"code": "GSM", "unit": "g"})


async def weighed(people: People, unit: str = "MB-20261121-001", *, finish: bool = True) -> InspectionRow:
    """A sheet of three weighings, typed, with the scale named."""
    row = await lab.inspection(
        people.quality,
        tests=[planned(MASS, instrument=InstrumentKind.SCALE)],
        subject=await lab.unit(people.quality, unit),
    )
    for n, value in enumerate(("96", "97", "98"), start=1):
        await enter_result(row.code, test="GSM", specimen=n, value=value, instrument="SC-01", actor=people.inspector)
    return await finish_entry(row.code, actor=people.inspector) if finish else row


async def fail(people: People) -> None:
    await record_calibration(
        "SC-01", done_on=await today(), passed=False, due=None, certificate="C-9", actor=people.quality
    )


async def test_a_typed_value_names_the_instrument_that_the_plan_asks_for(people: People) -> None:
    await devices.scale(people.quality)
    await devices.scale(people.quality, "PG-01", kind=InstrumentKind.PRESSURE_GAUGE, unit="Pa", name="压力计")
    row = await lab.inspection(people.quality, tests=[planned(MASS, instrument=InstrumentKind.SCALE)])
    with pytest.raises(Refused) as refused:
        await enter_result(row.code, test="GSM", specimen=1, value="96", actor=people.inspector)
    assert codes(refused) == {"result.no_instrument"}
    assert "须用仪器测量：天平" in said(refused, "zh")
    assert "is measured with an instrument: Scale." in said(refused, "en")
    with pytest.raises(Refused) as refused:
        await enter_result(row.code, test="GSM", specimen=1, value="96", instrument="PG-01", actor=people.inspector)
    assert codes(refused) == {"result.instrument_kind"}
    await enter_result(row.code, test="GSM", specimen=1, value="96", instrument="SC-01", actor=people.inspector)
    found = (await sheet(row.code)).current("GSM", 1)
    assert found is not None
    assert (found.instrument, found.reading) == ("SC-01", None)
    assert await last_instruments(["GSM", "PFE"]) == {"GSM": "SC-01"}


async def test_a_value_of_an_instrument_out_of_calibration_is_refused_at_entry(people: People, clock: Clock) -> None:
    await devices.scale(people.quality, calibration_due=await today())
    row = await lab.inspection(people.quality, tests=[planned(MASS)])
    await clock.shift(timedelta(days=2))
    with pytest.raises(Refused) as refused:
        await enter_result(row.code, test="GSM", specimen=1, value="96", instrument="SC-01", actor=people.inspector)
    assert codes(refused) == {"instrument.calibration_overdue"}
    await set_instrument_state("SC-01", InstrumentState.OUT_OF_SERVICE, reason="摔落", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await enter_result(row.code, test="GSM", specimen=1, value="96", instrument="SC-01", actor=people.inspector)
    assert codes(refused) == {"instrument.calibration_overdue", "instrument.out_of_service"}


async def test_the_instruments_are_asked_again_when_entry_is_finished(people: People) -> None:
    await devices.scale(people.quality)
    row = await weighed(people, finish=False)
    await fail(people)
    with pytest.raises(Refused) as refused:
        await finish_entry(row.code, actor=people.inspector)
    assert codes(refused) == {"instrument.not_calibrated", "instrument.out_of_service"}
    assert [link.label for link in refused.value.reasons[0].path] == [row.code, "SC-01"]


async def test_a_calibration_that_ended_after_the_measurement_does_not_spoil_it(people: People, clock: Clock) -> None:
    await devices.scale(people.quality, calibration_due=await today())
    row = await weighed(people, finish=False)
    await clock.shift(timedelta(days=3))
    assert (await finish_entry(row.code, actor=people.inspector)).state is InspectionState.ENTERED


async def test_a_failed_calibration_lists_every_result_since_the_last_good_one(people: People, clock: Clock) -> None:
    await devices.scale(people.quality)
    old = await weighed(people, "MB-1")
    await clock.shift(timedelta(days=10))
    due = await today() + timedelta(days=365)
    await record_calibration(
        "SC-01", done_on=await today(), passed=True, due=due, certificate="C-1", actor=people.quality
    )
    row = await weighed(people, "MB-2")
    read = await lab.inspection(
        people.quality, tests=[planned(lab.PFE)], subject=await lab.unit(people.quality, "MB-3")
    )
    await enter_result(read.code, test="PFE", specimen=1, value="96", actor=people.inspector)
    assert await failures() == []
    await clock.shift(timedelta(days=20))
    await fail(people)
    (found,) = await failures("SC-01")
    assert (found.kind, found.results, found.waiting) == ("calibration", 3, 3)
    assert {(one.inspection, one.unit_code) for one in await doubts_of(found.kind, found.id)} == {(row.code, "MB-2")}
    assert [(q.kind, q.code) for q in await questions_of([row.subject, old.subject])] == [("doubt", "SC-01")]


async def test_found_out_of_tolerance_counts_as_failed_even_when_it_was_adjusted_and_passed(people: People) -> None:
    await devices.scale(people.quality)
    await weighed(people)
    due = await today() + timedelta(days=365)
    await record_calibration(
        "SC-01", done_on=await today(), passed=True, as_found=False, due=due, certificate="C-2", actor=people.quality
    )
    (found,) = await failures()
    assert found.waiting == 3


async def test_a_failed_check_puts_in_doubt_what_was_measured_since_the_last_one(people: People, clock: Clock) -> None:
    await devices.scale(people.quality, check_days=1)
    with pytest.raises(Refused) as refused:
        await weighed(people, "MB-0")
    assert codes(refused) == {"instrument.not_verified"}
    assert "期间核查已到期" in said(refused, "zh")
    for unit in ("MB-1", "MB-2"):
        await verify_instrument("SC-01", reference="100 g E2", found="100.001 g", passed=True, actor=people.inspector)
        await weighed(people, unit)
        await clock.shift(timedelta(hours=2) if unit == "MB-1" else timedelta(hours=4))
    await verify_instrument("SC-01", reference="100 g E2", found="101.2 g", passed=False, actor=people.inspector)
    (found,) = await failures()
    assert (found.kind, found.waiting) == ("verification", 3)
    assert {one.unit_code for one in await doubts_of(found.kind, found.id)} == {"MB-2"}


async def test_still_valid_is_signed_by_quality_who_did_not_test(people: People) -> None:
    await devices.scale(people.quality)
    row = await weighed(people)
    await lab.review(row.code, people)
    await fail(people)
    with pytest.raises(Refused) as refused:
        await decide(row.code, people)
    assert codes(refused) == {"result.in_doubt"}
    assert "其后校准或核查不合格" in said(refused, "zh")
    with pytest.raises(Refused) as refused:
        await make.recheck(people, row.code, Recheck.VALID, who="inspector", reason=" ")
    assert codes(refused) == {"actor.role", "person.analyst", "reason.missing"}
    done = await make.recheck(people, row.code, Recheck.VALID)
    assert (done.results, done.deviation, done.hold) == (3, None, None)
    with pytest.raises(Refused) as refused:
        await make.recheck(people, row.code, Recheck.VALID)
    assert codes(refused) == {"recheck.nothing"}
    await decide(row.code, people)
    assert (await failures())[0].waiting == 0


async def test_not_valid_holds_the_unit_opens_a_deviation_and_takes_the_values_out(people: People) -> None:
    await devices.scale(people.quality)
    await devices.scale(people.quality, "SC-02")
    row = await weighed(people)
    await fail(people)
    done = await make.recheck(people, row.code, Recheck.INVALID, reason="偏差大于允差，无法挽回")
    unit = await unit_by_code("MB-20261121-001")
    assert unit.holds == (done.hold,)
    assert [d.code for d in await open_deviations([unit.id])] == [done.deviation]
    again = await sheet(row.code)
    assert (again.inspection.state, again.inspection.outcome) == (InspectionState.OPEN, None)
    assert [(r.counts, r.invalid) for r in again.results] == [(False, Cause.INSTRUMENT)] * 3
    for n in (1, 2, 3):
        await enter_result(
            row.code, test="GSM", specimen=n, value="96.5", instrument="SC-02", reason="换仪器重测",
            actor=people.inspector2,
        )  # fmt: skip
    assert (await finish_entry(row.code, actor=people.inspector2)).outcome is not None


async def test_a_decided_sheet_keeps_its_values_and_the_goods_are_held(people: People) -> None:
    await devices.scale(people.quality)
    row = await weighed(people)
    await lab.review(row.code, people)
    await decide(row.code, people, Decision.ACCEPTED)
    await fail(people)
    done = await make.recheck(people, row.code, Recheck.INVALID)
    assert done.hold
    again = await sheet(row.code)
    assert again.inspection.state is InspectionState.DECIDED
    assert all(r.counts for r in again.results)


async def test_the_worklist_over_http(people: People, client_as: ClientAs) -> None:
    await devices.scale(people.quality)
    row = await weighed(people)
    await fail(people)
    client = await client_as(people.quality)
    assert "/rechecks/calibration/1" in (await client.get("/rechecks")).text
    assert "须重新评价" in (await client.get("/instruments/SC-01")).text
    page = (await client.get("/rechecks/calibration/1")).text
    assert "MB-20261121-001" in page
    digest = page.split('name="digest" value="')[1].split('"')[0]
    given = {
        "inspection": row.code, "verdict": "valid", "reason": "留样复核一致", "digest": digest, "username": "quality",
        "password": PASSWORD, "key": "recheck-key-1",
    }  # fmt: skip
    assert (await client.post("/rechecks/calibration/1", data={**given, "verdict": ""})).status_code == 422
    assert (await client.post("/rechecks/calibration/1", data={**given, "digest": "0" * 64})).status_code == 409
    for _time in range(2):
        assert (await client.post("/rechecks/calibration/1", data=given)).status_code == 303
    assert "已全部签名" in (await client.get("/rechecks/calibration/1")).text
    assert (await client.get("/rechecks/calibration/9")).status_code == 404
    assert (await inspection(row.code)).state is InspectionState.ENTERED


async def test_the_grid_offers_the_instrument_of_the_row_and_the_last_one_first(
    people: People, client_as: ClientAs
) -> None:
    await devices.scale(people.quality)
    await devices.scale(people.quality, "SC-02")
    row = await lab.inspection(people.quality, tests=[planned(MASS, instrument=InstrumentKind.SCALE), *lab.plan()])
    client = await client_as(people.inspector)
    assert 'value="SC-01" selected' not in (await client.get(f"/inspections/{row.code}")).text
    given = {"test": "GSM", "specimen": "1", "value": "96", "row": "0", "instrument": "SC-02", "key": "cell-key-01"}
    answer = await client.post(f"/inspections/{row.code}/results", data=given, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "SC-02" in answer.text
    page = (await client.get(f"/inspections/{row.code}")).text
    assert page.count("data-instrument") == 1
    assert 'value="SC-02" selected' in page
