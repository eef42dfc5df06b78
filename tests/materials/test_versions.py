"""Versions in force from a day on, templates by grade and use, a test's own sampling, and two versions compared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.lab.nearness import is_warning
from maskqms.lab.queries.inspections import inspection
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.actions.specifications import approve_specification, draft_specification
from maskqms.materials.customary import template, templates, templates_of
from maskqms.materials.queries.materials import material_by_code, specification, specification_in_force
from maskqms.materials.specification import SpecificationTest, SpecifiedTests
from maskqms.materials.states import Category, SpecificationState
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make import materials as make

M = "M-MB-25"


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


async def put_in_force(people: People, version: int, day: date | None) -> None:
    digest = content_digest((await specification(M, version)).content)
    await approve_specification(M, version, digest=digest, signer=await people.signer("quality2"), from_day=day)


async def test_a_version_signed_for_a_later_day_takes_over_at_midnight_by_itself(people: People, clock: Clock) -> None:
    where = await make.source(people)
    draft = await draft_specification(M, actor=people.quality)
    await put_in_force(people, draft.version, date(2026, 12, 1))
    assert (await specification(M, 2)).state is SpecificationState.COMING
    assert (await specification(M, 1)).state is SpecificationState.IN_FORCE
    await clock.set("2026-11-30T23:59:30+08:00")
    before = await receive_lot(
        supplier=where.supplier, material=M, receipt=make.receipt(delivery_note="1"), actor=people.warehouse
    )
    await clock.set("2026-12-01T00:00+08:00")
    after = await receive_lot(
        supplier=where.supplier, material=M, receipt=make.receipt(delivery_note="2"), actor=people.warehouse
    )
    assert (await inspection(before.inspection)).source == f"{M} v1"
    assert (await inspection(after.inspection)).source == f"{M} v2"
    assert (await specification(M, 1)).state is SpecificationState.RETIRED
    assert (await specification(M, 2)).state is SpecificationState.IN_FORCE
    about = await material_by_code(M)
    assert about.version == 2
    past = await specification_in_force(about.id, (await inspection(before.inspection)).opened_at)
    assert past is not None
    assert past.version == 1


async def test_a_day_that_cannot_be_is_refused(people: People) -> None:
    await make.material(people)
    for version, day in ((2, date(2026, 12, 10)), (3, None)):
        await draft_specification(M, actor=people.quality)
        if day is not None:
            await put_in_force(people, version, day)
    said = {
        date(2026, 11, 20): {"specification.past_day", "specification.before_other"},
        date(2026, 12, 9): {"specification.before_other"},
    }
    for day, codes in said.items():
        with pytest.raises(Refused) as refused:
            await put_in_force(people, 3, day)
        assert {reason.code for reason in refused.value.reasons} == codes
    reason = refused.value.reasons[0]
    assert reason.text.in_locale("zh") == "版本 2 已签名自 2026-12-10 起生效。"
    assert reason.text.in_locale("en") == "Version 2 is signed to be in force from 2026-12-10."
    await put_in_force(people, 3, date(2026, 12, 10))


async def test_a_draft_starts_from_a_template_of_its_category(people: People) -> None:
    await make.material(people)
    with pytest.raises(Refused) as refused:
        await draft_specification(M, actor=people.quality, start="ear_loop")
    assert [reason.code for reason in refused.value.reasons] == ["specification.template"]
    assert refused.value.reasons[0].text.in_locale("zh") == "熔喷布 没有这个模板。"
    draft = await draft_specification(M, actor=people.quality, start="meltblown_respirator.kn100")
    own = draft.tests.test("PFE")
    assert own is not None
    assert (own.requirement.limit_text, own.flow, own.area) == (">= 99.97", Decimal(85), Decimal(100))


def test_meltblown_has_a_template_for_every_grade_and_both_uses() -> None:
    found = templates_of(Category.MELTBLOWN)
    flows = {(one.key.rpartition(".")[2], one.tests[3].flow) for one in found}
    grades = {"kn30", "kn60", "kn80", "kn90", "kn95", "kn100"}
    assert flows == {(grade, Decimal(flow)) for grade in grades for flow in (32, 85)}
    assert {one.category for one in templates()} == set(Category)
    assert all(sum(one.default for one in templates_of(category)) == 1 for category in Category)
    assert len({one.key for one in templates()}) == len(templates())
    outer, inner = (next(t for t in templates() if t.key == f"spunbond.{side}") for side in ("outer", "inner"))
    assert "WETRES" in {test.code for test in outer.tests}
    assert {"FORMALD", "PH", "FLUOR"} <= {test.code for test in inner.tests}


def pfe(**more: object) -> SpecificationTest:
    found = SpecifiedTests(tests=template(Category.MELTBLOWN).tests).test("PFE")
    assert found is not None
    return SpecificationTest.model_validate({**found.model_dump(), **more})


def test_a_value_between_warning_and_limit_passes_and_is_near() -> None:
    (planned,) = SpecifiedTests(tests=(pfe(warning={"comparator": ">=", "number": "96"}),)).plan(4, "S-2", "4.0")
    assert [is_warning(planned, value) for value in ("94.9", "95", "95.99", "96", "99")] == [
        False, True, True, False, False,
    ]  # fmt: skip
    (plain,) = SpecifiedTests(tests=(pfe(),)).plan(4, "S-2", "4.0")
    assert not is_warning(plain, "95")


@pytest.mark.parametrize(
    "wrong",
    [
        {"warning": {"comparator": ">=", "number": "95"}},
        {"warning": {"comparator": ">=", "number": "90"}},
        {"warning": {"comparator": "<=", "number": "96"}},
        {"level": "IV"},
        {"aql": "3"},
        {"flow": "0"},
    ],
)
def test_a_test_that_contradicts_itself_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"PFE|greater"):
        pfe(**wrong)


def test_every_roll_is_tested_and_a_measured_test_follows_its_aql() -> None:
    (planned,) = SpecifiedTests(tests=(pfe(per_roll=2),)).plan(4, "S-2", "4.0", rolls=4)
    assert planned.cells == 8
    assert [planned.roll_of(specimen) for specimen in (1, 2, 3, 8)] == [1, 1, 2, 4]
    own = pfe(level="S-4")
    by_aql = own.model_copy(
        update={"requirement": own.requirement.model_validate({**own.requirement.model_dump(), "rule": "AQL 4.0"})}
    )
    (sampled,) = SpecifiedTests(tests=(by_aql,)).plan(2000, "S-2", "1.0", "tightened")
    assert sampled.tally is not None
    assert (sampled.tally.level, sampled.tally.aql, sampled.tally.severity) == ("S-4", "4.0", "tightened")


async def test_pages_draft_write_compare_and_sign_for_a_day(people: People, client_as: ClientAs) -> None:
    await make.material(people)
    client = await client_as(people.quality)
    assert "meltblown_respirator.kn95" in (await client.get(f"/materials/{M}")).text
    drafted = await client.post(
        f"/materials/{M}/specifications", data={"start": "meltblown.kn90", "key": "draft-key-1"}
    )
    where = drafted.headers["location"]
    assert where == f"/materials/{M}/specifications/2"
    typed = {
        "code": "PFE", "name_zh": "过滤效率", "name_en": "Filtration efficiency", "kind": "variable", "limit": ">=90",
        "warning": "≥89", "unit": "%", "rule": "each", "per_roll": "1", "flow": "32", "evidence": "own",
        "required": "true", "key": "write-key-1",
    }  # fmt: skip
    wrong = await client.post(f"{where}/tests", data={**typed, "rule": "mean"})
    assert wrong.status_code == 422
    assert "警戒限须为计量项目限值以内的数值。" in wrong.text
    assert "每卷检验的项目逐个判定，不按计数抽样。" in wrong.text
    assert 'value="≥89"' in wrong.text
    assert (await client.post(f"{where}/tests", data={**typed, "warning": "≥92"})).status_code == 303
    page = (await client.get(f"{where}?lot=1200")).text
    assert "警戒 ≥ 92" in page
    assert "每卷，各 1 个" in page
    assert "32 L/min" in page
    compared = (await client.get(f"/materials/{M}/compare")).text
    assert "<del>≥ 95 %</del>" in compared
    assert "<ins>≥ 90 %</ins>" in compared
    assert (await client.get(f"/materials/{M}/compare?right=9")).status_code == 404
    second = await client_as(people.quality2)
    signed = {"username": "quality2", "password": PASSWORD, "from_day": "2026-12-01", "key": "approve-key-1",
              "digest": content_digest((await specification(M, 2)).content)}  # fmt: skip
    kept = await second.post(f"{where}/approve", data={**signed, "from_day": "soon"})
    assert kept.status_code == 422
    assert (await second.post(f"{where}/approve", data=signed)).status_code == 303
    with in_locale("zh"):
        shown = (await second.get(where)).text
    assert "已批准，待生效" in shown
    assert "周质量" in shown
