"""The register of equipment: classes, certificates, checks between calibrations, and what is due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.devices.actions.calibrate import Certificate, record_calibration, verify_instrument
from maskqms.devices.queries.calibrations import calibrations_of, due_list
from maskqms.devices.queries.instruments import equipment_of_line, instrument_by_code
from maskqms.devices.rules import InstrumentFacts, line_blockers, standing, use_blockers
from maskqms.devices.states import EquipmentClass, InstrumentKind, InstrumentState, Standing
from maskqms.errors import Refused
from tests.make import devices as make
from tests.make import papers

DAY = date(2026, 11, 27)
PDF = papers.pdf("certificate")


def facts(**given: object) -> InstrumentFacts:
    known: dict[str, object] = {
        "code": "SC-01", "kind": InstrumentKind.SCALE, "state": InstrumentState.IN_USE, "unit": "g",
        "range_from": None, "range_to": None, "calibration_due": DAY + timedelta(days=90),
    }  # fmt: skip
    return InstrumentFacts(**{**known, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Standing.IN_SERVICE),
        ({"calibration_due": DAY + timedelta(days=30)}, Standing.DUE_SOON),
        ({"calibration_due": DAY - timedelta(days=1)}, Standing.OUT_OF_CALIBRATION),
        ({"calibration_due": None}, Standing.OUT_OF_CALIBRATION),
        ({"check_days": 1, "check_due": DAY - timedelta(days=1)}, Standing.OUT_OF_CALIBRATION),
        ({"check_days": 1, "check_due": DAY}, Standing.IN_SERVICE),
        ({"state": InstrumentState.OUT_OF_SERVICE}, Standing.OUT_OF_SERVICE),
        ({"state": InstrumentState.RETIRED}, Standing.RETIRED),
        ({"kind": InstrumentKind.MACHINE, "unit": None, "calibration_due": None}, Standing.IN_SERVICE),
    ],
)
def test_one_word_says_how_an_instrument_stands(given: dict[str, object], expected: Standing) -> None:
    assert standing(facts(**given), DAY) is expected


def test_a_line_does_not_start_with_equipment_out_of_calibration() -> None:
    overdue = {"calibration_due": DAY - timedelta(days=1)}
    asked = [
        facts(equipment_class=EquipmentClass.MONITORING, **overdue),
        facts(code="ST-01", equipment_class=EquipmentClass.PRODUCTION, state=InstrumentState.OUT_OF_SERVICE),
        facts(code="FT-01", equipment_class=EquipmentClass.TESTING, **overdue),
        facts(code="TH-01", equipment_class=EquipmentClass.MONITORING),
    ]
    reasons = line_blockers(asked, DAY)
    assert [(r.code, r.path[0].label) for r in reasons] == [
        ("instrument.calibration_overdue", "SC-01"), ("instrument.out_of_service", "ST-01"),
    ]  # fmt: skip


async def test_the_certificate_is_kept_with_its_digest_and_nothing_else_passes_for_one(people, client_as) -> None:
    await make.scale(people.quality)
    day = await today()
    given = {"done_on": day, "passed": True, "due": day + timedelta(days=365), "certificate": "C-1"}
    with pytest.raises(Refused) as refused:
        await record_calibration("SC-01", **given, file=Certificate("c.pdf", b"MZ\x90"), actor=people.quality)
    assert [reason.code for reason in refused.value.reasons] == ["file.type"]
    client = await client_as(people.quality)
    form = {
        **{k: str(v) for k, v in given.items()},
        "as_found": "in_tolerance",
        "laboratory": "计量院",
        "key": "cal-key-1",
    }
    sent = {"certificate_file": ("证书.pdf", PDF, "text/html")}
    bad = await client.post(
        "/instruments/SC-01/calibrations", data=form, files={"certificate_file": ("c.pdf", b"<html>")}
    )
    assert bad.status_code == 409
    assert "不是 PDF、JPEG 或 PNG" in bad.text
    for _time in range(2):
        answer = await client.post("/instruments/SC-01/calibrations", data=form, files=sent)
        assert answer.status_code == 303
    (row,) = await calibrations_of((await instrument_by_code("SC-01")).id)
    assert (row.as_found, row.laboratory, row.file_name) == (True, "计量院", "证书.pdf")
    kept = await client.get(f"/instruments/SC-01/calibrations/{row.id}/certificate")
    assert kept.content == PDF
    assert kept.headers["content-type"] == "application/pdf"
    assert kept.headers["content-disposition"].startswith("attachment")
    assert row.file_sha256 is not None
    assert "证书.pdf" in (await client.get("/instruments/SC-01")).text
    assert (await client.get("/instruments/SC-01/calibrations/99/certificate")).status_code == 404


async def test_a_check_holds_for_its_days_and_a_failed_one_stops_the_instrument(people, client_as) -> None:
    await make.scale(people.quality, check_days=7)
    day = await today()
    row = await instrument_by_code("SC-01")
    assert [reason.code for reason in use_blockers(row.facts, day)] == ["instrument.not_verified"]
    client = await client_as(people.inspector)
    given = {"reference": "100 g E2", "found": "100.000 g", "passed": "true", "key": "check-key-1"}
    assert (await client.post("/instruments/SC-01/verifications", data={"passed": "true"})).status_code == 422
    for _time in range(2):
        assert (await client.post("/instruments/SC-01/verifications", data=given)).status_code == 303
    assert await sql.fetch_value("SELECT count(*) FROM verification") == 1
    row = await instrument_by_code("SC-01")
    assert row.check_due == day + timedelta(days=6)
    assert use_blockers(row.facts, day) == []
    with pytest.raises(Refused) as refused:
        await verify_instrument("SC-01", reference="x", found="y", passed=True, actor=people.operator)
    assert [reason.code for reason in refused.value.reasons] == ["actor.role"]
    await verify_instrument("SC-01", reference="100 g E2", found="101 g", passed=False, actor=people.inspector)
    row = await instrument_by_code("SC-01")
    assert (row.state, row.check_due) == (InstrumentState.OUT_OF_SERVICE, None)


async def test_equipment_is_registered_with_its_class_and_found_by_its_line(people, client_as) -> None:
    client = await client_as(people.quality)
    given = {
        "code": "UW-01", "kind": "machine", "name": "超声波焊接机", "equipment_class": "production", "line": "L1",
        "responsible": "设备科", "key": "register-key-1",
    }  # fmt: skip
    assert (await client.post("/instruments", data=given)).status_code == 303
    (row,) = await equipment_of_line("L1")
    assert (row.code, row.equipment_class, row.unit) == ("UW-01", EquipmentClass.PRODUCTION, None)
    page = (await client.get("/instruments/UW-01")).text
    assert "生产线设备" in page
    assert "设备科" in page


async def test_what_is_due_stands_in_its_month_and_the_overdue_on_top(people, client_as) -> None:
    day = await today()
    await make.scale(people.quality, "SC-01", calibration_due=day - timedelta(days=3))
    await make.scale(people.quality, "SC-02", calibration_due=day + timedelta(days=70), check_days=1)
    await make.scale(people.quality, "BS-01", kind=InstrumentKind.SCANNER, unit=None, range_from=None, range_to=None)
    assert [(row.code, row.what) for row in await due_list()] == [
        ("SC-02", "check"), ("SC-01", "calibration"), ("SC-02", "calibration"),
    ]  # fmt: skip
    client = await client_as(people.quality)
    page = (await client.get("/instruments/calendar")).text
    assert page.index("已逾期或无有效日期") < page.index("SC-01") < page.index(f"{day + timedelta(days=70):%Y-%m}</h2>")
    home = (await client.get("/")).text
    assert "到期的校准与核查" in home
