"""Tests that were given out name a qualified laboratory; tests meant for here are not given out silently (R125)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from maskqms.db.clock import today
from maskqms.errors import Refused
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.outside import record_report, register_laboratory, suspend_laboratory
from maskqms.lab.plan import planned
from maskqms.lab.queries.measuring import laboratories, reports_of
from maskqms.lab.states import Evidence, LaboratoryState
from tests.conftest import ClientAs, People
from tests.lab.test_actions import codes
from tests.lab.test_investigations import said
from tests.make import lab


async def laboratory(people: People, code: str = "LAB-1", *, scope: tuple[str, ...] = ("PFE",)) -> str:
    return await register_laboratory(
        code=code,
        name="省医疗器械检验所",
        accreditation="CNAS L0000",
        scope=scope,
        valid_until=await today() + timedelta(days=30),
        actor=people.quality,
    )


async def test_a_commissioned_test_has_no_value_before_its_laboratory_is_named(people: People) -> None:
    row = await lab.inspection(people.quality, tests=[planned(lab.PFE, evidence=Evidence.COMMISSIONED)])
    await laboratory(people)
    with pytest.raises(Refused) as refused:
        await enter_result(row.code, test="PFE", specimen=1, value="96", actor=people.inspector)
    assert codes(refused) == {"result.no_laboratory"}
    assert "尚未指明实验室" in said(refused, "zh")
    assert "none is named yet" in said(refused, "en")
    await record_report(
        row.code, test="PFE", laboratory="LAB-1", report="R-1", reported_on=await today(), actor=people.inspector
    )
    await enter_result(row.code, test="PFE", specimen=1, value="96", actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await record_report(
            row.code, test="PFE", laboratory="LAB-1", report="R-1", reported_on=await today(), actor=people.inspector
        )
    assert codes(refused) == {"report.exists"}


async def test_a_test_meant_for_here_refuses_an_outside_report_without_justification(people: People) -> None:
    row = await lab.inspection(people.quality)
    await laboratory(people)
    with pytest.raises(Refused) as refused:
        await record_report(
            row.code, test="PFE", laboratory="LAB-1", report="R-1", reported_on=await today(), actor=people.inspector
        )
    assert codes(refused) == {"report.in_house"}
    assert "规定自行检验" in said(refused, "zh")
    assert "is tested here" in said(refused, "en")
    await record_report(
        row.code, test="PFE", laboratory="LAB-1", report="R-1", reported_on=await today(),
        justification="自有滤料测试仪送修", actor=people.inspector,
    )  # fmt: skip
    assert [r.justification for r in await reports_of(row.id)] == ["自有滤料测试仪送修"]


async def test_a_laboratory_is_qualified_in_scope_and_in_time_or_its_report_is_refused(people: People) -> None:
    row = await lab.inspection(people.quality, tests=[planned(lab.PFE, evidence=Evidence.COMMISSIONED)])
    await laboratory(people, scope=("BFE",))
    await suspend_laboratory("LAB-1", reason="能力验证不满意", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await record_report(
            row.code, test="PFE", laboratory="LAB-1", report="R-1", reported_on=await today() + timedelta(days=60),
            actor=people.operator,
        )  # fmt: skip
    assert codes(refused) == {
        "actor.role", "laboratory.suspended", "laboratory.expired", "laboratory.scope", "report.future",
    }  # fmt: skip
    assert "认可范围不含 PFE" in said(refused, "zh")


async def test_the_register_is_kept_by_quality(people: People, client_as: ClientAs) -> None:
    with pytest.raises(Refused) as refused:
        await register_laboratory(
            code="L", name="x", accreditation="y", scope=(), valid_until=date(2020, 1, 1), actor=people.inspector
        )
    assert codes(refused) == {"actor.role", "laboratory.expired", "laboratory.scope"}
    client = await client_as(people.quality)
    assert "尚未登记实验室" in (await client.get("/laboratories")).text
    given = {
        "code": "LAB-2", "name": "检验所", "accreditation": "CNAS L0000", "scope": "PFE， BFE", "key": "lab-key-001",
        "valid_until": (await today() + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    assert (await client.post("/laboratories", data={**given, "code": ""})).status_code == 422
    assert (await client.post("/laboratories", data=given)).status_code == 303
    assert (await client.post("/laboratories", data={**given, "key": "lab-key-002"})).status_code == 409
    (row,) = await laboratories()
    assert row.scope == ("PFE", "BFE")
    assert (await client.post("/laboratories/LAB-2/state", data={"reason": "到期复审"})).status_code == 303
    assert (await laboratories())[0].state is LaboratoryState.SUSPENDED


async def test_a_report_and_an_investigation_are_begun_on_the_sheet(people: People, client_as: ClientAs) -> None:
    row = await lab.inspection(people.quality)
    await lab.fill(row.code, people.inspector)
    await laboratory(people)
    client = await client_as(people.inspector)
    page = (await client.get(f"/inspections/{row.code}")).text
    assert "登记外部报告" in page
    url = f"/inspections/{row.code}/reports"
    given = {"report_test": "PFE", "laboratory": "LAB-1", "report": "R-7", "reported_on": (await today()).isoformat()}
    assert (await client.post(url, data={"report_test": "PFE"})).status_code == 422
    assert (await client.post(url, data=given)).status_code == 409
    assert (await client.post(url, data={**given, "justification": "仪器送修"})).status_code == 303
    assert "R-7" in (await client.get(f"/inspections/{row.code}")).text
    made = await client.post(f"/inspections/{row.code}/investigations", data={"test": "PFE", "why": "试样 3 偏高"})
    assert made.headers["location"].startswith("/investigations/OOS-")
