"""A specification says with what a test is measured: no value of ours comes from nowhere, or from an instrument that is
out of calibration."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.db.clock import today
from maskqms.devices.states import InstrumentKind
from maskqms.errors import Refused
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.queries.inspections import inspection
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.actions.specifications import approve_specification, draft_specification, write_test
from maskqms.materials.queries.materials import specification
from maskqms.materials.specification import SpecificationTest
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make import devices
from tests.make import materials as make

M = "M-MB-25"


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


async def received(people: People, where: make.Source, note: str) -> str:
    made = await receive_lot(
        supplier=where.supplier, material=M, receipt=make.receipt(delivery_note=note), actor=people.warehouse
    )
    return made.inspection


async def measured(people: People, **more: object) -> None:
    """The next version, in force now, names a filter tester for PFE."""
    draft = await draft_specification(M, actor=people.quality)
    found = draft.tests.test("PFE")
    assert found is not None
    test = SpecificationTest.model_validate({**found.model_dump(), "instrument": InstrumentKind.FILTER_TESTER, **more})
    await write_test(M, draft.version, test, actor=people.quality)
    digest = content_digest((await specification(M, draft.version)).content)
    await approve_specification(M, draft.version, digest=digest, signer=await people.signer("quality2"))


async def enter(people: People, code: str, instrument: str | None) -> None:
    await enter_result(code, test="PFE", specimen=1, value="97", instrument=instrument, actor=people.inspector)


async def test_a_value_names_an_instrument_of_the_kind_that_the_version_at_receipt_asked_for(
    people: People, clock: Clock
) -> None:
    where = await make.source(people)
    before = await received(people, where, "SH-1")
    await measured(people)
    after = await received(people, where, "SH-2")
    await devices.scale(people.quality)
    due = await today() + timedelta(days=10)
    await devices.scale(
        people.quality, "FT-01", kind=InstrumentKind.FILTER_TESTER, name="过滤效率测试仪", unit="%", calibration_due=due
    )
    await enter(people, before, None)
    said = {
        None: (
            "result.no_instrument",
            "PFE 须用仪器测量：过滤效率测试仪。",
            "PFE is measured with an instrument: Filter tester.",
        ),
        "SC-01": (
            "result.instrument_kind",
            "PFE 须用过滤效率测试仪测量；SC-01 是天平/秤。",
            "PFE is measured with a Filter tester; SC-01 is a Scale.",
        ),
    }
    for instrument, (code, zh, en) in said.items():
        with pytest.raises(Refused) as refused:
            await enter(people, after, instrument)
        (reason,) = refused.value.reasons
        assert (reason.code, reason.text.in_locale("zh"), reason.text.in_locale("en")) == (code, zh, en)
    await enter(people, after, "FT-01")
    await clock.set("2026-12-02T10:00+08:00")
    with pytest.raises(Refused) as refused:
        await enter_result(after, test="PFE", specimen=2, value="97", instrument="FT-01", actor=people.inspector)
    assert [reason.code for reason in refused.value.reasons] == ["instrument.calibration_overdue"]


async def test_the_number_of_retests_is_the_version_s(people: People) -> None:
    where = await make.source(people)
    plain = (await inspection(await received(people, where, "SH-1"))).plan.test("PFE")
    await measured(people, retests=0)
    strict = (await inspection(await received(people, where, "SH-2"))).plan.test("PFE")
    assert plain is not None
    assert strict is not None
    assert (plain.retests_allowed, strict.retests_allowed) == (1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"instrument": InstrumentKind.SCANNER},
        {"instrument": InstrumentKind.MACHINE},
        {"retests": 6},
        {"retests": -1},
    ],
)
def test_a_test_that_nothing_can_measure_is_none(wrong: dict[str, object]) -> None:
    requirement = {
        "code": "PFE", "name": {"zh": "过滤效率", "en": "PFE"}, "kind": "variable", "comparator": ">=",
        "limit": {"comparator": ">=", "number": "95"}, "specimens": 5, "provenance": "factory", "source": "x",
    }  # fmt: skip
    SpecificationTest.model_validate({"requirement": requirement})
    with pytest.raises(ValueError, match=r"PFE|equal"):
        SpecificationTest.model_validate({"requirement": requirement, **wrong})


async def test_the_pages_say_with_what_and_warn_where_nobody_said_it(people: People, client_as: ClientAs) -> None:
    await make.material(people)
    client = await client_as(people.quality)
    drafted = await client.post(
        f"/materials/{M}/specifications", data={"start": "meltblown.kn90", "key": "draft-key-1"}
    )
    where = drafted.headers["location"]
    assert "未指定仪器类别" in (await client.get(where)).text
    assert 'value="filter_tester"' in (await client.get(f"{where}/test?test=PFE")).text
    assert 'value="scanner"' not in (await client.get(f"{where}/test?test=PFE")).text
    typed = {
        "code": "PFE", "name_zh": "过滤效率", "name_en": "Filtration efficiency", "kind": "variable", "limit": ">=90",
        "unit": "%", "rule": "each", "specimens": "5", "evidence": "own", "required": "true", "retests": "0",
        "instrument": "filter_tester", "key": "write-key-1",
    }  # fmt: skip
    wrong = await client.post(f"{where}/tests", data={**typed, "instrument": "scanner"})
    assert wrong.status_code == 422
    assert "扫描枪和生产设备不能作测量仪器" in wrong.text
    assert (await client.post(f"{where}/tests", data=typed)).status_code == 303
    page = (await client.get(where)).text
    assert "过滤效率测试仪" in page
    assert "允许复测 0 次" in page
    compared = (await client.get(f"/materials/{M}/compare")).text
    assert "<ins>过滤效率测试仪</ins>" in compared
    assert "<ins>允许复测 0 次</ins>" in compared
    kept = (await specification(M, 2)).content
    assert [test["instrument"] for test in kept["tests"] if test["requirement"]["code"] == "PFE"] == ["filter_tester"]
    second = await client_as(people.quality2)
    signed = {"username": "quality2", "password": PASSWORD, "key": "approve-key-1", "digest": content_digest(kept)}
    assert (await second.post(f"{where}/approve", data=signed)).status_code == 303
