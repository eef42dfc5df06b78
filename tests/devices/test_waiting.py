"""Which of many readings is the one somebody waits for; and the refusals on the way."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskqms.db.clock import today
from maskqms.devices.actions.arm import arm, claim_reading, disarm
from maskqms.devices.actions.calibrate import record_calibration
from maskqms.devices.actions.register import set_instrument_state
from maskqms.devices.queries.readings import offer, offers
from maskqms.devices.rules import Heard, InstrumentFacts, next_stable, use_blockers
from maskqms.devices.states import InstrumentKind, InstrumentState, OfferState
from maskqms.errors import Forbidden, NotFound, Refused
from tests.make import devices as make

BEGIN = datetime(2026, 11, 21, 8, tzinfo=UTC)
SCALE = InstrumentFacts(
    "SC-01", InstrumentKind.SCALE, InstrumentState.IN_USE, "g", Decimal("0.02"), Decimal(220), date(2027, 1, 1)
)


def heard(number: int, seconds: float, value: str, *, stable: bool = True, unit: str = "g") -> Heard:
    at = BEGIN + timedelta(seconds=seconds)
    return Heard(number, at, at + timedelta(hours=1), Decimal(value), unit, stable, overload=False)


def chosen(*readings: Heard, used: tuple[int, ...] = (), since: float = 0) -> int | None:
    until = BEGIN + timedelta(minutes=2)
    found = next_stable(readings, SCALE, since=BEGIN + timedelta(seconds=since), until=until, used=used)
    return found.id if found else None


def test_the_first_stable_value_in_unit_and_range_is_chosen() -> None:
    assert chosen(heard(1, 1, "12", stable=False), heard(2, 2, "12.5"), heard(3, 3, "12.6")) == 2
    assert chosen(heard(1, 1, "0.000"), heard(2, 2, "250"), heard(3, 3, "12", unit="kg"), heard(4, 4, "12")) == 4
    assert chosen(heard(1, -1, "12.5"), heard(2, 121, "12.5")) is None


def test_a_full_pan_that_repeats_its_value_gives_no_second_one() -> None:
    repeated = [heard(n, n * 0.4, "25.001") for n in range(1, 9)]
    assert chosen(*repeated, used=(2,), since=1) is None
    emptied = [*repeated, heard(9, 3.6, "8", stable=False), heard(10, 4, "0.000"), heard(11, 8, "25.2")]
    assert chosen(*emptied, used=(2,), since=1) == 11


def test_an_instrument_that_prints_one_line_a_test_gives_each() -> None:
    assert chosen(heard(1, 1, "97.1"), heard(2, 7, "97.1"), used=(1,), since=2) == 2


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 3), st.sampled_from(["0", "12", "13"])), max_size=12))
def test_whatever_comes_the_chosen_one_is_stable_in_range_and_not_used(talk: list[tuple[bool, float, str]]) -> None:
    at, readings = 0.0, []
    for number, (stable, gap, value) in enumerate(talk, 1):
        at += gap
        readings.append(heard(number, at, value, stable=stable))
    used = (1,) if readings else ()
    found = chosen(*readings, used=used)
    if found is not None:
        reading = readings[found - 1]
        assert reading.stable
        assert reading.value != 0
        assert found not in used


def test_every_reason_against_an_instrument_is_given() -> None:
    old = InstrumentFacts(
        "SC-01", InstrumentKind.SCALE, InstrumentState.OUT_OF_SERVICE, "g", None, None, date(2026, 11, 20)
    )
    codes = [reason.code for reason in use_blockers(old, date(2026, 11, 21))]
    assert codes == ["instrument.out_of_service", "instrument.calibration_overdue"]
    assert not use_blockers(SCALE, date(2027, 1, 1))
    assert [reason.code for reason in use_blockers(SCALE, date(2027, 1, 2))] == ["instrument.calibration_overdue"]
    scanner = InstrumentFacts("BC-1", InstrumentKind.SCANNER, InstrumentState.IN_USE, None, None, None, None)
    assert not use_blockers(scanner, date(2026, 1, 1))


TARGET = "IN-20261121-001/BFE/3"


async def test_the_value_after_arming_is_offered_and_taken_once(people) -> None:
    await make.scale(people.quality)
    talk = make.Talk(await make.gateway(people.admin))
    await talk.say(b"S S      11.111 g\r\n")
    await arm("SC-01", TARGET, actor=people.inspector)
    waiting = await offer(TARGET, actor=people.inspector)
    assert waiting is not None
    assert (waiting.state, waiting.reading) == (OfferState.WAITING, None)
    # Heard long before arming, brought only now: an outage must not put yesterday's weight into today's result.
    await talk.say(b"S S      22.222 g\r\n", age=30)
    await talk.say(b"S S       0.000 g\r\n", b"S D      20.100 g\r\n")
    moving = await offer(TARGET, actor=people.inspector)
    assert moving is not None
    assert moving.state is OfferState.WAITING
    assert moving.live is not None
    assert moving.live.value_text == "20.100"
    await talk.say(b"S S      25.010 g\r\n", b"S S      25.011 g\r\n")
    ready = await offer(TARGET, actor=people.inspector)
    assert ready is not None
    assert ready.state is OfferState.READY
    assert ready.reading is not None
    assert str(ready.reading.value) == "25.010"
    assert await offer(TARGET, actor=people.inspector2) is None
    taken = await claim_reading(TARGET, actor=people.inspector, reading=ready.reading.id)
    assert (taken.id, taken.frame, taken.stable) == (ready.reading.id, b"S S      25.010 g\r\n", True)
    assert await offer(TARGET, actor=people.inspector) is None
    with pytest.raises(Refused) as again:
        await claim_reading(TARGET, actor=people.inspector)
    assert [reason.code for reason in again.value.reasons] == ["reading.no_wait"]


async def test_the_next_specimen_needs_a_new_weighing(people) -> None:
    await make.scale(people.quality)
    talk = make.Talk(await make.gateway(people.admin))
    await arm("SC-01", "one", actor=people.inspector)
    await talk.say(b"S S      25.010 g\r\n")
    await claim_reading("one", actor=people.inspector)
    await arm("SC-01", "two", actor=people.inspector)
    await talk.say(b"S S      25.010 g\r\n")
    with pytest.raises(Refused) as nothing:
        await claim_reading("two", actor=people.inspector)
    assert [reason.code for reason in nothing.value.reasons] == ["reading.none"]
    await talk.say(b"S D       3.000 g\r\n", b"S S       0.000 g\r\n", b"S S      25.020 g\r\n")
    assert (await claim_reading("two", actor=people.inspector)).value == Decimal("25.020")


async def test_one_person_waits_at_a_time(people, clock) -> None:
    await make.scale(people.quality)
    await arm("SC-01", TARGET, actor=people.inspector)
    with pytest.raises(Refused) as armed:
        await arm("SC-01", "other", actor=people.inspector2)
    assert [reason.code for reason in armed.value.reasons] == ["instrument.armed"]
    await arm("SC-01", "mine too", actor=people.inspector)
    assert await offer(TARGET, actor=people.inspector) is None
    await disarm("mine too", actor=people.inspector)
    await arm("SC-01", "other", actor=people.inspector2)
    await clock.shift(timedelta(minutes=3))
    expired = await offer("other", actor=people.inspector2)
    assert expired is not None
    assert expired.state is OfferState.EXPIRED
    await arm("SC-01", TARGET, actor=people.inspector)


async def test_two_at_once_get_one_instrument(people) -> None:
    await make.scale(people.quality)
    tries = await asyncio.gather(
        arm("SC-01", TARGET, actor=people.inspector),
        arm("SC-01", TARGET, actor=people.inspector2),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in tries) == ["LeaseRow", "Refused"]


async def test_calibration_and_service_are_asked_at_arming_and_at_taking(people, clock) -> None:
    day = await today()
    await make.scale(people.quality, calibration_due=day)
    talk = make.Talk(await make.gateway(people.admin))
    await arm("SC-01", TARGET, actor=people.inspector)
    await talk.say(b"S S      25.010 g\r\n")
    await set_instrument_state("SC-01", InstrumentState.OUT_OF_SERVICE, reason="dropped", actor=people.quality)
    with pytest.raises(Refused) as out:
        await claim_reading(TARGET, actor=people.inspector)
    assert [reason.code for reason in out.value.reasons] == ["instrument.out_of_service"]
    await set_instrument_state("SC-01", InstrumentState.IN_USE, reason="checked", actor=people.quality)
    await clock.shift(timedelta(days=2))
    with pytest.raises(Refused) as overdue:
        await arm("SC-01", TARGET, actor=people.inspector)
    assert [reason.code for reason in overdue.value.reasons] == ["instrument.calibration_overdue"]
    done_on = day + timedelta(days=1)
    await record_calibration(
        "SC-01", done_on=done_on, passed=True, due=day + timedelta(days=400), certificate="C-1", actor=people.quality
    )
    await arm("SC-01", TARGET, actor=people.inspector)
    await record_calibration("SC-01", done_on=done_on, passed=False, due=None, certificate="C-2", actor=people.quality)
    with pytest.raises(Refused) as failed:
        await arm("SC-01", TARGET, actor=people.inspector)
    assert {reason.code for reason in failed.value.reasons} == {
        "instrument.out_of_service",
        "instrument.not_calibrated",
    }


async def test_roles_units_and_unknown_instruments(people) -> None:
    await make.scale(people.quality)
    with pytest.raises(Refused) as wrong:
        await arm("SC-01", TARGET, actor=people.regulator, unit="Pa")
    assert {reason.code for reason in wrong.value.reasons} == {"actor.role", "instrument.unit"}
    with pytest.raises(NotFound):
        await arm("SC-09", TARGET, actor=people.inspector)
    with pytest.raises((Refused, Forbidden)):
        await make.scale(people.operator, "SC-02")
    with pytest.raises(Refused) as twice:
        await make.scale(people.quality)
    assert twice.value.reasons[0].code == "instrument.exists"


async def test_a_wait_as_a_stream(people) -> None:
    await make.scale(people.quality)
    talk = make.Talk(await make.gateway(people.admin))
    await arm("SC-01", TARGET, actor=people.inspector)
    seen = []

    async def listen() -> None:
        async for found in offers(TARGET, actor=people.inspector, every=0.02):
            seen.append(found)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.1)
    await talk.say(b"S D      20.100 g\r\n")
    await asyncio.sleep(0.1)
    await talk.say(b"S S      25.010 g\r\n")
    await asyncio.wait_for(listening, 5)
    assert [found.state for found in seen] == [OfferState.WAITING, OfferState.WAITING, OfferState.READY]
