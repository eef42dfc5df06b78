"""A reading outside the limits of a place or a material holds what was stored there then, wherever it is by now."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskqms.batches.actions.issue import issue_unit
from maskqms.db.clock import now
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.materials.actions.conditions import Recorded, record_readings, set_storage_limits
from maskqms.materials.actions.locations import put_away
from maskqms.materials.queries.conditions import excursion, excursions
from maskqms.materials.rules.conditions import Limits, Reading, breach
from maskqms.materials.stock_forms import read_logger_file
from maskqms.quality.queries import open_deviations
from maskqms.trace.queries.units import unit_by_code
from tests.conftest import ClientAs, Clock, People
from tests.make import materials as make
from tests.make import warehouse
from tests.make.batches import make_roll, make_started

pytestmark = pytest.mark.usefixtures("db")
DRY = Limits(temperature_to=Decimal(30), humidity_to=Decimal(70))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted({reason.code for reason in refused.value.reasons})


async def read(people: People, place: str, temperature: str, at: datetime | None = None) -> Recorded:
    one = Reading(at or await now(), Decimal(temperature), Decimal(50))
    return await record_readings(place, [one], actor=people.warehouse)


async def limited(people: People, place: str = "Q-01") -> None:
    await warehouse.places(people)
    await set_storage_limits(DRY, basis="熔喷布规格书 v1", location=place, actor=people.quality)


@given(st.decimals(-50, 80, places=1), st.decimals(-50, 80, places=1), st.decimals(-50, 80, places=1))
def test_the_limit_itself_is_within_and_nothing_beyond_it(low: Decimal, high: Decimal, value: Decimal) -> None:
    low, high = sorted((low, high))
    outside = breach(Limits(low, high), value, None)
    assert (outside is None) is (low <= value <= high)
    assert breach(None, value, value) is None
    assert breach(Limits(), value, value) is None


async def test_an_excursion_holds_what_stands_there_and_opens_a_deviation_of_each_lot(people: People) -> None:
    await limited(people, "W-01")
    made = await make.received(people)
    await put_away(made.lot, location="W-01", actor=people.warehouse)
    await make_roll("R-9")
    assert (await read(people, "W-01", "30")).excursion is None
    done = await read(people, "W-01", "31.5")
    assert done.units == 4
    assert done.excursion
    row = await excursion(done.excursion)
    assert row.units == [f"{made.lot}-R0{n}" for n in range(1, 5)]
    assert len(row.deviations) == 1, "one for the lot, not for each roll"
    unit = await unit_by_code(f"{made.lot}-R01")
    assert unit.holds == (row.hold,)
    assert not (await unit_by_code("R-9")).held
    [deviation] = await open_deviations([(await unit_by_code(made.lot)).id])
    assert deviation.source == row.code
    assert "31.5 °C" in deviation.title
    again = await read(people, "W-01", "33")
    assert again.excursion is None, "it goes on and reaches nothing new"


async def test_what_was_there_then_is_held_where_it_is_now_with_what_was_made_of_it(people: People) -> None:
    await limited(people)
    batch = await make_started(people)
    for roll in ("R-1", "R-2", "R-3"):
        await make_roll(roll)
    await put_away("R-1", location="Q-01", actor=people.warehouse)
    await put_away("R-2", location="Q-01", actor=people.warehouse)
    then = await now()
    await put_away("R-2", location="L1-IN", actor=people.warehouse)
    await put_away("R-3", location="Q-01", actor=people.warehouse)
    await issue_unit(batch=batch.code, code="R-1", actor=people.operator)
    done = await read(people, "Q-01", "35", at=then)
    assert done.excursion
    assert (await excursion(done.excursion)).units == ["R-1", "R-2"]
    held = {code: (await unit_by_code(code)).held for code in ("R-1", "R-2", "R-3", batch.code)}
    assert held == {"R-1": True, "R-2": True, "R-3": False, batch.code: True}


async def test_the_limits_of_a_material_hold_only_that_material(people: People) -> None:
    await warehouse.places(people)
    made = await make.received(people, count=1)
    await make_roll("R-2", "M-SB-30")
    await put_away(made.lot, location="W-01", actor=people.warehouse)
    await set_storage_limits(DRY, basis="规格书", material="M-MB-25", actor=people.quality)
    assert (await read(people, "Q-01", "40")).excursion is None, "none of it stands there"
    done = await read(people, "W-01", "40")
    assert done.units == 1
    assert (await unit_by_code(f"{made.lot}-R01")).held


async def test_nothing_is_put_into_a_place_that_is_outside_its_limits(people: People) -> None:
    await limited(people)
    await make_roll("R-1")
    done = await read(people, "Q-01", "35")
    assert done.excursion
    assert (done.units, (await excursion(done.excursion)).hold) == (0, None)
    with pytest.raises(Refused) as refused:
        await put_away("R-1", location="Q-01", actor=people.warehouse)
    assert codes(refused) == ["location.excursion"]
    with in_locale("zh"):
        assert "Q-01 储存条件超限：实测 35 °C，限度 ≤ 30 °C, ≤ 70 % RH。" in str(refused.value)
    with in_locale("en"):
        assert "35 °C, the limit is ≤ 30 °C, ≤ 70 % RH" in str(refused.value)
    await read(people, "Q-01", "25")
    await put_away("R-1", location="Q-01", actor=people.warehouse)
    await set_storage_limits(Limits(), basis="恒温库停用", location="Q-01", actor=people.quality)
    await read(people, "Q-01", "40")
    assert len(await excursions()) == 1, "without limits nothing is outside"


async def test_readings_that_cannot_be_true_are_refused_together(people: People) -> None:
    await limited(people)
    at = await now()
    await record_readings("Q-01", [Reading(at, Decimal(20), None)], actor=people.warehouse)
    wrong = [
        Reading(at, Decimal(20), None),
        Reading(at, Decimal(200), Decimal(120)),
        Reading(at + timedelta(days=1), None, None),
    ]
    with pytest.raises(Refused) as refused:
        await record_readings("Q-01", wrong, actor=people.regulator)
    assert codes(refused) == ["actor.role", "reading.future", "reading.humidity", "reading.known", "reading.none",
                              "reading.temperature", "reading.twice"]  # fmt: skip
    with in_locale("zh"):
        assert "第 3 条读数的时间晚于现在。" in str(refused.value)
    for limits, basis, who, said in (
        (Limits(Decimal(30), Decimal(10)), "规格书", people.quality, ["storage.limit"]),
        (Limits(humidity_to=Decimal(170)), " ", people.quality, ["reason.missing", "storage.limit"]),
        (DRY, "规格书", people.warehouse, ["actor.role"]),
    ):
        with pytest.raises(Refused) as refused:
            await set_storage_limits(limits, basis=basis, location="Q-01", actor=who)
        assert codes(refused) == said


def test_a_loggers_file_is_read_with_head_zone_and_units() -> None:
    text = "时间,温度,湿度\n2026-11-21 08:00,22.5,48\n2026/11/21 08:10:00,22.6 ℃,48.5 %\n2026-11-21T00:20:00Z,,49\n"
    readings, fault = read_logger_file(text.encode("gb18030"))
    assert fault is None
    assert [(one.temperature, one.humidity) for one in readings] == [
        (Decimal("22.5"), Decimal(48)), (Decimal("22.6"), Decimal("48.5")), (None, Decimal(49)),
    ]  # fmt: skip
    assert readings[0].at.isoformat() == "2026-11-21T08:00:00+08:00"
    assert readings[2].at == readings[0].at + timedelta(minutes=20)
    assert read_logger_file(b"a,b\n")[1] is not None
    broken = read_logger_file(b"2026-11-21 08:00,22,48\n2026-11-21 08:10,warm,48\n")
    assert broken[0] == []
    assert "warm" in str(broken[1])


async def test_the_pages_take_limits_readings_and_files(people: People, clock: Clock, client_as: ClientAs) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    await warehouse.places(people)
    await make_roll("R-1")
    await put_away("R-1", location="Q-01", actor=people.warehouse)
    boss, clerk = await client_as(people.quality), await client_as(people.warehouse)
    limits = {"temperature_to": "30", "humidity_to": "70", "basis": "熔喷布规格书"}
    assert (await boss.post("/locations/Q-01/limits", data=limits)).status_code == 303
    assert "≤ 30 °C, ≤ 70 % RH" in (await clerk.get("/locations/Q-01")).text
    await clock.set("2026-11-21T12:00+08:00")
    assert (await clerk.post("/locations/Q-01/readings", data={"temperature": "25"})).status_code == 303
    wrong = await clerk.post("/locations/Q-01/readings", data={"temperature": "warm"})
    assert wrong.status_code == 422
    assert 'value="warm"' in wrong.text
    for content, status in ((b"nothing", 422), (b"2026-11-21 11:00,31,60\n2026-11-21 11:10,32,60\n", 303)):
        sent = {"file": ("log.csv", content, "text/csv")}
        answer = await clerk.post("/locations/Q-01/readings/file", files=sent)
        assert answer.status_code == status, answer.text
    page = await clerk.get(answer.headers["location"])
    assert "R-1" in page.text
    assert "DV-20261121-001" in page.text
    storage = await clerk.get("/storage")
    assert "合格范围内" in storage.text
    assert answer.headers["location"].rpartition("/")[2] in storage.text
    await make.material(people, code="M-EL-01", name="耳带")
    sent_limits = {"material": "M-EL-01", "humidity_to": "65", "basis": "标签"}
    assert (await boss.post("/storage/limits", data=sent_limits)).status_code == 303
    assert "≤ 65 % RH" in (await clerk.get("/storage")).text
