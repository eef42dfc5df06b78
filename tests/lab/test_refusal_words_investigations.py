"""Why a step of an investigation or its retest is not taken, in the words that a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.lab import investigating
from maskqms.lab.investigating import InvestigationFacts, RetestFacts
from maskqms.lab.plan import planned
from maskqms.lab.states import Cause, InspectionState, InvestigationState, Outcome
from tests.make.lab import PFE
from tests.refusals import MOMENT, Row, code_of, said, wanted

ANALYST, QUALITY, RETESTER = 7, 2, 9
DONE = RetestFacts(1, (1, 2), {1: Outcome.PASS, 2: Outcome.PASS}, QUALITY, "陈质量")
HALF = replace(DONE, outcomes={1: Outcome.PASS})
BAD = replace(DONE, outcomes={1: Outcome.PASS, 2: Outcome.FAIL})
FACTS = InvestigationFacts(
    code="OOS-001",
    inspection="IQ-001",
    inspection_state=InspectionState.ENTERED,
    state=InvestigationState.LABORATORY,
    test=planned(PFE, retests=2),
    checks=1,
    retests=(),
    analysts={ANALYST: "李检验"},
)
DECIDED = replace(FACTS, inspection_state=InspectionState.DECIDED)
CONCLUDED = replace(FACTS, state=InvestigationState.CONCLUDED)


def handed_in() -> list[Reason]:
    return investigating.handed_in_blockers(
        test="PFE",
        specimen=2,
        outcome=Outcome.FAIL,
        at=MOMENT - timedelta(hours=1),
        counts=True,
        handed_in_at=MOMENT,
        investigation="OOS-001",
    )


def allowing(facts: InvestigationFacts = FACTS, **given: Any) -> list[Reason]:
    return investigating.retest_blockers(
        facts, **{"account": QUALITY, "specimens": [1, 2], "reason": "夹具漏气", **given}
    )


def repeated(retest: RetestFacts | None = HALF, **given: Any) -> list[Reason]:
    more = {"specimen": 2, "account": RETESTER, "has_value": False, "reason": None, **given}
    return investigating.retest_value_blockers(FACTS, retest, **more)


def concluding(facts: InvestigationFacts = replace(FACTS, retests=(DONE,)), **given: Any) -> list[Reason]:  # noqa: B008
    more = {"account": QUALITY, "cause": Cause.PREPARATION, "conclusion": "夹具密封圈破损", **given}
    return investigating.conclude_blockers(facts, retesters={RETESTER: "赵检验"}, **more)


ROWS = (
    Row(
        "result.handed_in",
        lambda: handed_in(),
        ("PFE 试样 2：该项目已以不合格结果提交，不得更正。 → 须由调查查明差错；经批准后复测，结果与首次结果并列。"),
        (
            "PFE, specimen 2: the test was handed in with a failing result and is not corrected. → An "
            "investigation has to find the error; with its approval the test is repeated beside the first value."
        ),
    ),
    Row(
        "investigation.concluded",
        lambda: investigating.going_on_blockers(CONCLUDED),
        "调查 OOS-001 已作结论。",
        "Investigation OOS-001 is concluded.",
    ),
    Row(
        "investigation.unchecked",
        lambda: investigating.widen_blockers(replace(FACTS, checks=0)),
        "调查 OOS-001 尚未作任何核查。 → 请记录查了什么、查到什么，先从原始记录查起。",
        (
            "Nothing was checked yet in investigation OOS-001. → Record what was looked at and what was found, "
            "beginning with the raw record."
        ),
    ),
    Row(
        "person.analyst",
        lambda: allowing(account=ANALYST),
        "李检验 录入过该项目的数值。 → 须由未参与检验的质量部人员办理（R10）。",
        ("李检验 entered values of this test. → Somebody of quality who took no part in the testing must do it (R10)."),
    ),
    Row(
        "inspection.decided",
        lambda: allowing(DECIDED),
        "检验 IQ-001 已判定，结论不再改变。 → 请按“无可归因原因”作结论；货物如何处理由偏差决定。",
        (
            "Inspection IQ-001 is decided; its verdict does not change any more. → Conclude without an "
            "assignable cause; what follows for the goods is a matter of the deviation."
        ),
    ),
    Row(
        "retest.spent",
        lambda: allowing(replace(FACTS, retests=(DONE, DONE))),
        "PFE 允许复测 2 次，已复测 2 次。 → 以首次结果为准。",
        "PFE may be retested 2 times, and was 2 times. → The first result stands.",
    ),
    Row(
        "retest.failed",
        lambda: allowing(replace(FACTS, retests=(BAD,))),
        "第 1 次复测不合格。 → 复测仍不合格的，不得反复测到合格为止。",
        "Retest 1 failed. → What failed again is not repeated until it passes.",
    ),
    Row(
        "retest.missing",
        lambda: allowing(replace(FACTS, retests=(HALF,))),
        "第 1 次复测：试样 2 没有数值。 → 请先录入。",
        "Retest 1: specimens 2 have no value. → Enter them first.",
    ),
    Row(
        "retest.specimens",
        lambda: allowing(specimens=[4]),
        "PFE 的试样编号为 1 至 3。 → 请指定要复测的试样。",
        "PFE has specimens 1 to 3. → Name the specimens that are to be repeated.",
    ),
    Row(
        "reason.missing",
        lambda: allowing(reason=" "),
        "需要填写原因。 → 请说明为何怀疑首次结果。",
        "A reason is needed. → Say why the first result is doubted.",
    ),
    Row(
        "retest.none",
        lambda: repeated(None),
        "PFE 没有获批的复测。 → 由质量部在调查中批准。",
        "No retest of PFE is allowed. → Quality allows it in the investigation.",
    ),
    Row(
        "retest.specimen",
        lambda: repeated(specimen=3),
        "试样 3 不在第 1 次复测之内。",
        "Specimen 3 is not part of retest 1.",
    ),
    Row(
        "retest.same_analyst",
        lambda: repeated(account=ANALYST),
        "李检验 做过该项目的首次检验。 → 复测须由另一名检验员进行。",
        "李检验 measured the first values of this test. → Another analyst makes the retest.",
    ),
    Row(
        "retest.approver",
        lambda: repeated(account=QUALITY),
        "陈质量 批准了本次复测。 → 复测须由另一名检验员进行。",
        "陈质量 allowed this retest. → Another analyst makes the retest.",
    ),
    Row(
        "result.exists",
        lambda: repeated(has_value=True),
        "PFE 试样 2 已有数值，不能覆盖。 → 请写明原因后更正，原值仍保留可查。",
        (
            "PFE, specimen 2 already has a value. It is never overwritten. → Correct it with a reason; the first "
            "value stays readable."
        ),
    ),
    Row(
        "person.retester",
        lambda: concluding(account=RETESTER),
        "赵检验 做了复测。 → 须由质量部另一人作结论。",
        "赵检验 made the retest. → Another person of quality concludes.",
    ),
    Row(
        "investigation.conclusion",
        lambda: concluding(conclusion="无"),
        "请写明查明了什么，对结果意味着什么。",
        "Say what was found out and what it means for the result.",
    ),
    Row(
        "investigation.no_retest",
        lambda: concluding(FACTS),
        "没有数值可以替代将判为无效的结果。 → 请先由质量部批准复测，并录入复测结果。",
        (
            "Nothing takes the place of the values that would be made invalid. → Let quality allow a retest "
            "first, and enter its values."
        ),
    ),
    Row(
        "investigation.open",
        lambda: investigating.question_blockers([("OOS-001", "PFE")], []),
        "PFE 的调查 OOS-001 尚未作结论。 → 请质量部签名作结论。",
        "Investigation OOS-001 of PFE is not concluded. → Quality concludes it with a signature.",
    ),
    Row(
        "result.in_doubt",
        lambda: investigating.question_blockers([], [("FT-01", "PFE")]),
        "PFE 由 FT-01 测得，该仪器其后校准或核查不合格。 → 请质量部重新评价该结果并签名。",
        (
            "PFE was measured with FT-01, which failed its calibration or check afterwards. → Quality "
            "re-evaluates the result and signs."
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_an_investigation_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
