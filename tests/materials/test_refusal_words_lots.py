"""Why a lot, its rolls or its retest are not decided, in the words that a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.lab.plan import Plan, planned
from maskqms.lab.rules import JudgedSheet, judge_sheet
from maskqms.lab.states import InspectionState, Outcome
from maskqms.materials.rules import conditional, decision, parting, retest
from maskqms.materials.states import Category, LotDecision
from maskqms.trace.states import UnitState
from tests.make.lab import APPEAR, PFE
from tests.refusals import DAY, MOMENT, Row, Unit, code_of, said, wanted

OPEN, ENTERED, REVIEWED = InspectionState.OPEN, InspectionState.ENTERED, InspectionState.REVIEWED
QUARANTINE, RELEASED, REJECTED = UnitState.QUARANTINE, UnitState.RELEASED, UnitState.REJECTED
PASS, FAIL = Outcome.PASS, Outcome.FAIL
PLAN = Plan(tests=(planned(PFE), planned(APPEAR, lot_size=500, level="II", aql="1.0")))


@dataclass(frozen=True)
class Value:
    test: str
    specimen: int
    text: str


@dataclass(frozen=True)
class Roll:
    code: str
    state: UnitState = QUARANTINE
    inspection: str | None = None
    inspection_state: InspectionState | None = None
    outcome: Outcome | None = None


FAILED_ROLL = Unit("ML-001-R01", state=RELEASED)
R1, R2 = Roll("ML-001-R01"), Roll("ML-001-R02")
ROLLS = (R1, R2)


def own(outcome: Outcome = PASS, state: InspectionState = REVIEWED, code: str = "ML-001-R01") -> Roll:
    """A roll that was inspected by itself."""
    return Roll(code, inspection="IQ-002", inspection_state=state, outcome=outcome)


def sheet(*values: str) -> JudgedSheet:
    """A sheet with filtration values, its appearance counted as good."""
    filtered = [Value("PFE", n, value) for n, value in enumerate(values, start=1)]
    return judge_sheet(PLAN, [*filtered, Value("APPEAR", 1, "0")])


def waiting(sheet: JudgedSheet, state: InspectionState = OPEN, reason: str = "订单急用") -> list[Reason]:
    return conditional.conditional_blockers("IQ-001", state, PLAN, sheet, reason)


def sorted_out(*named: str, **facts: Any) -> list[Reason]:
    given: dict[str, Any] = {"state": QUARANTINE, "outcome": FAIL, "rolls": ROLLS, **facts}
    return parting.sorting_blockers(
        "ML-001", given["state"], "IQ-001", given["outcome"], given["rolls"], named or ("ML-001-R01",)
    )


def parted(
    rolls: tuple[Roll, ...], outcome: Outcome = PASS, rejected: str = "ML-001-R01", **facts: Any
) -> list[Reason]:
    given: dict[str, Any] = {"loose": False, "deviating": ["ML-001-R01"], "reason": "破边", **facts}
    return parting.parting_blockers("ML-001", outcome, rolls, [rejected] if rejected else [], **given)


def retested(state: UnitState = RELEASED, **facts: Any) -> list[Reason]:
    given: dict[str, Any] = {"expires": None, "running": None, "has_tests": True, **facts}
    return retest.open_blockers("ML-001", state, given["expires"], DAY, given["running"], has_tests=given["has_tests"])


PART = own(FAIL), own(PASS, code="ML-001-R02")

ROWS = (
    Row(
        "lot.test_failed",
        lambda: decision.failed_blockers(FAILED_ROLL, ["IN-002"]),
        "ML-001-R01：检验 IN-002 不合格，尚未判定。 → 请单独存放。须先由质量部对该检验作出判定；仅解除冻结不够。",
        "ML-001-R01: inspection IN-002 failed and is not decided."
        " → Put it aside. Quality decides on the inspection first; lifting the hold is not enough.",
    ),
    Row(
        "lot.decided",
        lambda: decision.decided_blockers("ML-001", RELEASED),
        "ML-001 已判定：已放行。",
        "ML-001 is decided already: Released.",
    ),
    Row(
        "unit.expired",
        lambda: decision.release_blockers(Unit("ML-001", usable_until=MOMENT), MOMENT),
        "ML-001 已过最后可用日。 → 请判不合格。",
        "ML-001 is past its last usable day. → Reject it.",
    ),
    Row(
        "lot.own_test",
        lambda: decision.own_test_blockers(Category.MELTBLOWN, PLAN, sheet("90"), "ML-001"),
        "ML-001 没有合格的自检或委托过滤效率检验（R47）。 → 请检验；仅凭供应商质保书不能放行。",
        (
            "No own or commissioned test of filtration passed for ML-001 (R47). → Test it; a certificate of the "
            "supplier is not enough."
        ),
    ),
    Row(
        "reason.missing",
        lambda: decision.reason_blockers(LotDecision.REJECT, " "),
        "请写明判不合格的原因。",
        "Say why the lot is rejected.",
    ),
    Row(
        "conditional.complete",
        lambda: waiting(sheet("96"), ENTERED),
        "检验 IQ-001 不再接受录入：待复核。 → 没有缺项：请复核，再将整批放行或判不合格。",
        (
            "Inspection IQ-001 takes no values any more: Waits for review. → Nothing is missing: review it, then "
            "release or reject the lot."
        ),
    ),
    Row(
        "conditional.complete",
        lambda: waiting(sheet("96", "97", "98")),
        "检验 IQ-001 不缺结果。 → 请完成录入并复核，再将整批放行或判不合格。",
        "Inspection IQ-001 misses no result. → Finish and review it, then release or reject the lot.",
    ),
    Row(
        "conditional.failed",
        lambda: waiting(sheet("96", "94.9")),
        "PFE（过滤效率）超出限值 >= 95：96, 94.9。 → 缺的结果可以后补，不合格的不会变好。请完成检验并据此判定。",
        (
            "PFE (Filtration efficiency) is out of its limit >= 95: 96, 94.9. → A missing result may come later, "
            "a bad one does not get better. Finish the sheet and decide by it."
        ),
    ),
    Row(
        "reason.missing",
        lambda: waiting(sheet("96"), reason=" "),
        "请说明生产为何不能等结果。",
        "Say why production cannot wait for the result.",
    ),
    Row(
        "sort.not_failed",
        lambda: sorted_out(outcome=PASS),
        "检验 IQ-001 未判不合格。 → 整批不合格后才逐卷检验。",
        "Inspection IQ-001 did not fail. → Rolls are inspected one by one when the lot failed as a whole.",
    ),
    Row(
        "sort.twice",
        lambda: sorted_out(rolls=(own(), R2)),
        "ML-001-R01 已有单卷检验：IQ-002。",
        "ML-001-R01 has its own inspection already: IQ-002.",
    ),
    Row(
        "lot.decided",
        lambda: sorted_out(state=REJECTED),
        "ML-001 已判定：不合格。",
        "ML-001 is decided already: Rejected.",
    ),
    Row(
        "lot.decided",
        lambda: sorted_out(rolls=(Roll("ML-001-R01", RELEASED), R2)),
        "ML-001-R01 已判定：已放行。",
        "ML-001-R01 is decided already: Released.",
    ),
    Row(
        "part.none",
        lambda: parted(ROLLS, rejected=""),
        "没有选择卷。 → 请至少选择一卷。",
        "No roll is chosen. → Choose at least one roll.",
    ),
    Row(
        "part.foreign",
        lambda: sorted_out("ML-009-R01"),
        "ML-009-R01 不是 ML-001 的卷。",
        "ML-009-R01 is no roll of ML-001.",
    ),
    Row(
        "part.loose",
        lambda: parted(ROLLS, loose=True),
        "ML-001 有一部分不在卷上。 → 这样的批只能整批放行或整批判不合格。",
        "Part of ML-001 is on no roll. → Such a lot is released or rejected as a whole.",
    ),
    Row(
        "part.all",
        lambda: parted((R1,)),
        "没有剩下可放行的卷。 → 请改为整批判不合格。",
        "No roll would be left. → Reject the whole lot instead.",
    ),
    Row(
        "reason.missing",
        lambda: parted(ROLLS, reason=" "),
        "请写明这些卷判不合格的原因。",
        "Say why these rolls are rejected.",
    ),
    Row(
        "part.untested",
        lambda: parted((own(FAIL), R2), FAIL),
        "ML-001-R02 将被放行，但整批不合格后没有单独检验过。 → 请对它单独检验；否则随整批判定。",
        (
            "ML-001-R02 would be released, but it was not inspected by itself after the lot failed. → Inspect it "
            "by itself; without that it goes with the verdict of the lot."
        ),
    ),
    Row(
        "part.failed",
        lambda: parted((own(FAIL), own(FAIL, code="ML-001-R02")), FAIL),
        "ML-001-R02 将被放行，但其单卷检验 IQ-002 不合格。 → 请一并判不合格。",
        "ML-001-R02 would be released, but its own inspection IQ-002 failed. → Reject it as well.",
    ),
    Row(
        "part.passed",
        lambda: parted(ROLLS, deviating=[]),
        "ML-001-R01 的检验全部合格。 → 请先对该卷开启偏差写明问题，再判不合格。",
        "All tests of ML-001-R01 passed. → Open a deviation of this roll that says what is wrong, then reject it.",
    ),
    Row(
        "inspection.not_reviewed",
        lambda: parted((own(FAIL, ENTERED), R2)),
        "检验 IQ-002 尚未复核：待复核。 → 请先由第二人复核检验单。",
        "Inspection IQ-002 is not reviewed: Waits for review. → A second person reviews the sheet first.",
    ),
    Row(
        "lot.roll_failed",
        lambda: parting.own_sheet_blockers([own(FAIL), R2]),
        "ML-001-R01 已单独检验，检验 IQ-002 未判合格。 → 请按卷判定：该卷判不合格，其余各卷放行。",
        (
            "ML-001-R01 was inspected by itself, and inspection IQ-002 did not pass. → Divide the lot: reject "
            "this roll, release the others."
        ),
    ),
    Row(
        "retest.days",
        lambda: retest.rule_blockers(0, ["PFE"], ["PFE"]),
        "复检周期至少一天。",
        "The interval needs at least one day.",
    ),
    Row(
        "retest.no_tests",
        lambda: retest.rule_blockers(90, [], ["PFE"]),
        "请至少选择一个复检项目。",
        "Choose at least one test that is repeated.",
    ),
    Row(
        "retest.test",
        lambda: retest.rule_blockers(90, ["BFE"], ["PFE"]),
        "现行规格没有测量项目 BFE。",
        "The specification in force has no measured test BFE.",
    ),
    Row(
        "retest.state",
        lambda: retested(QUARANTINE),
        "ML-001 不在使用状态：待验。 → 只有已放行的批才复检。",
        "ML-001 is not in use: Quarantine. → Only a released lot is tested again.",
    ),
    Row(
        "retest.expired",
        lambda: retested(expires=DAY - timedelta(days=1)),
        "ML-001 的储存期已于 2026-11-20 届满，复检不能延长储存期（R51）。 → 请报废或退货。",
        (
            "The storage life of ML-001 ended on 2026-11-20; a retest cannot prolong it (R51). → Have it "
            "scrapped or returned."
        ),
    ),
    Row(
        "retest.running",
        lambda: retested(running="IQ-009"),
        "ML-001 的复检 IQ-009 尚未判定。",
        "Retest IQ-009 of ML-001 is not decided yet.",
    ),
    Row(
        "retest.no_tests",
        lambda: retested(has_tests=False),
        "ML-001 的规格中没有复检项目。 → 请设定该物料的复检周期。",
        (
            "The specification of ML-001 has none of the tests that a retest repeats. → Set the retest interval "
            "of the material."
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_lot_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
