"""With what and where a value was measured, and in whose hands its sample is: refusals in the words people read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.devices.rules import InstrumentFacts
from maskqms.devices.states import InstrumentKind, InstrumentState
from maskqms.errors import Reason
from maskqms.lab import custody, measuring
from maskqms.lab.measuring import LaboratoryFacts
from maskqms.lab.plan import planned
from maskqms.lab.states import Evidence, LaboratoryState, SampleState
from tests.make.lab import PFE
from tests.refusals import DAY, Row, Unit, code_of, said, wanted

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
SCALE = InstrumentFacts("SC-01", InstrumentKind.SCALE, InstrumentState.IN_USE, "g", None, None, AFTER)
WITH_TESTER = planned(PFE, instrument=InstrumentKind.FILTER_TESTER)
GIVEN_OUT = planned(PFE, evidence=Evidence.COMMISSIONED)
QUALIFIED = LaboratoryFacts("LAB-1", LaboratoryState.QUALIFIED, ("PFE",), DAY)


def report(
    laboratory: LaboratoryFacts = QUALIFIED, evidence: Evidence = Evidence.COMMISSIONED, reported_on: date = DAY
) -> list[Reason]:
    test = planned(PFE, evidence=evidence)
    return measuring.report_blockers(test, laboratory, reported_on=reported_on, today=DAY, justification=" ")


def moved(state: SampleState, wanted: SampleState, **facts: Any) -> list[Reason]:
    return custody.move_blockers(
        "SP-001", state, wanted, **{"holder": "李检验", "is_holder": True, "to": "inspector2", **facts}
    )


ROWS = (
    Row(
        "result.no_instrument",
        lambda: measuring.measured_blockers(WITH_TESTER, None, DAY),
        "PFE 须用仪器测量：过滤效率测试仪。 → 请在该行行首选择仪器。",
        "PFE is measured with an instrument: Filter tester. → Choose the instrument at the head of the row.",
    ),
    Row(
        "result.instrument_kind",
        lambda: measuring.measured_blockers(WITH_TESTER, SCALE, DAY),
        "PFE 须用过滤效率测试仪测量；SC-01 是天平/秤。 → 请选择该类仪器。",
        "PFE is measured with a Filter tester; SC-01 is a Scale. → Choose an instrument of that kind.",
    ),
    Row(
        "result.no_laboratory",
        lambda: measuring.commissioned_blockers(GIVEN_OUT, 0),
        "PFE 委托外部实验室检验，尚未指明实验室。 → 请先登记报告及其实验室。",
        "PFE is tested by an outside laboratory; none is named yet. → Record the report with its laboratory first.",
    ),
    Row(
        "result.test",
        lambda: measuring.report_blockers(None, QUALIFIED, reported_on=DAY, today=DAY, justification=None),
        "检验方案中没有该项目。",
        "The plan has no such test.",
    ),
    Row(
        "report.future",
        lambda: report(replace(QUALIFIED, valid_until=AFTER), reported_on=AFTER),
        "报告日期晚于今天。",
        "The day of the report is in the future.",
    ),
    Row(
        "report.in_house",
        lambda: report(evidence=Evidence.OWN),
        "PFE 规定自行检验，不接受外部报告。 → 请书面说明委外的理由（R125）。",
        ("PFE is tested here; an outside report is not taken for it. → Justify in words why it was given out (R125)."),
    ),
    Row(
        "report.certificate",
        lambda: report(evidence=Evidence.CERTIFICATE),
        "PFE 以供应商质保书为据，不是委托检验项目。",
        "PFE rests on the supplier's certificate, not on a commissioned test.",
    ),
    Row(
        "laboratory.suspended",
        lambda: report(replace(QUALIFIED, state=LaboratoryState.SUSPENDED)),
        "实验室 LAB-1 不具备资格：暂停。 → 请委托其他实验室。",
        "Laboratory LAB-1 is not qualified: Suspended. → Give the test to another one.",
    ),
    Row(
        "laboratory.expired",
        lambda: report(replace(QUALIFIED, valid_until=BEFORE)),
        "实验室 LAB-1 的认可已于 2026-11-20 到期。 → 请委托其他实验室。",
        "The accreditation of laboratory LAB-1 ended on 2026-11-20. → Give the test to another one.",
    ),
    Row(
        "laboratory.scope",
        lambda: report(replace(QUALIFIED, scope=("BFE",))),
        "实验室 LAB-1 的认可范围不含 PFE。 → 请委托其他实验室。",
        "The accreditation of laboratory LAB-1 does not cover PFE. → Give the test to another one.",
    ),
    Row(
        "sample.other_unit",
        lambda: custody.take_blockers(Unit(), Decimal(2), "MB-001", belongs=False),
        "ML-001-R01 不属于本检验的对象 MB-001。 → 请扫描该对象的卷或箱，或打开正确的检验单。",
        (
            "ML-001-R01 is not of MB-001, which this inspection is about. → Scan a roll or carton of it, or open "
            "the right inspection."
        ),
    ),
    Row(
        "sample.not_in_hand",
        lambda: moved(SampleState.HANDED, SampleState.RECEIVED, is_holder=False),
        "样品 SP-001 已移交给 李检验。 → 请由 李检验 接收或移交。",
        "Sample SP-001 was handed to 李检验. → 李检验 receives it or hands it on.",
    ),
    Row(
        "sample.not_in_hand",
        lambda: moved(SampleState.RECEIVED, SampleState.IN_TEST, is_holder=False),
        "样品 SP-001 在 李检验 手中。 → 请由 李检验 接收或移交。",
        "Sample SP-001 is in the hands of 李检验. → 李检验 receives it or hands it on.",
    ),
    Row(
        "sample.to_whom",
        lambda: moved(SampleState.TAKEN, SampleState.HANDED, to=None),
        "请选择移交给谁。",
        "Say to whom the sample is handed.",
    ),
    Row(
        "reason.missing",
        lambda: custody.dispose_blockers(SampleState.DISPOSED, " ", None),
        "请说明样品如何处置及原因。",
        "Say how and why the sample was disposed of.",
    ),
    Row(
        "sample.where",
        lambda: custody.dispose_blockers(SampleState.RETAINED, None, " "),
        "请说明留样存放在哪里。",
        "Say where the retained sample lies.",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_measurement_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
