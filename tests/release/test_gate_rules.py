"""The gate over plain facts: a sound batch passes; every single fault is found, with the way to it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.errors import Link, Reason
from maskqms.i18n import _, in_locale
from maskqms.quality.states import ChangeState
from maskqms.release.rules.facts import (
    BatchFact,
    CartonFact,
    CheckFact,
    ClearanceFact,
    DeviationFact,
    FailureFact,
    GateFacts,
    InspectionFact,
    LinkFact,
    OutputFact,
    QuestionFact,
    ReadingFact,
    ResultFact,
    ReviewFact,
    StandardFact,
    UnitFact,
)
from maskqms.release.rules.gate import judge_gate
from maskqms.release.states import ReviewPart
from maskqms.trace.states import Activity, UnitKind, UnitState

AT = datetime(2026, 12, 10, 8, tzinfo=UTC)
ISSUED = datetime(2026, 12, 1, 8, tzinfo=UTC)
FAILED = FailureFact("IN-1", ISSUED)
LOT = UnitFact(1, "ML-1", UnitKind.LOT, "熔喷布", UnitState.RELEASED, material="M-MB", usable_until=AT)
ROLL = UnitFact(2, "ML-1-R01", UnitKind.ROLL, "熔喷布", UnitState.RELEASED, material="M-MB")
SPUN = UnitFact(3, "ML-2", UnitKind.LOT, "纺粘布", UnitState.RELEASED, material="M-SB")
BATCH = BatchFact(
    9, "MB-1", "P-01", "口罩", date(2026, 12, 1), date(2028, 11, 30), UnitState.QUARANTINE, False, (), True,
    _("Production complete"), carton_gtin="16901234000013", materials={"M-MB": "熔喷布", "M-SB": "纺粘布"},
)  # fmt: skip
SOUND = GateFacts(
    at=AT,
    batch=BATCH,
    ancestors={unit.id: unit for unit in (LOT, ROLL, SPUN)},
    links=[
        LinkFact(1, 2, Activity.SPLIT, ISSUED),
        LinkFact(2, 9, Activity.ISSUE, ISSUED),
        LinkFact(3, 9, Activity.ISSUE, ISSUED),
    ],
    licence_numbers=["豫械注准 1"],
    unlicensed=[],
    standard=StandardFact("YY 0469-2023", True, "YY 0469-2023", required=("BFE",)),
    inspections=[InspectionFact("IN-1", _("reviewed"), True)],
    tests=[ResultFact("BFE", "细菌过滤效率", "pass", "IN-1")],
    readings=[ReadingFact("DP", "DP-01", date(2026, 12, 3), date(2027, 1, 1), 77)],
    checks=[CheckFact("IN-0", "首件", _("reviewed"), True, True, ISSUED)],
    clearances=[ClearanceFact("before", True, True), ClearanceFact("after", True, True)],
    output=OutputFact("piece", Decimal(400), Decimal(400), Decimal(5), Decimal(6), Decimal(4)),
    unbalanced=[],
    findings=0,
    cartons=[CartonFact("MB-1-C0001", False, "16901234000013", "MB-1", "2028-11-30")],
    loose_boxes=0,
    deviations=[],
    reviews=[
        ReviewFact(ReviewPart.PRODUCTION, 1, "孙厂长", AT, True),
        ReviewFact(ReviewPart.QUALITY, 2, "陈质量", AT, True),
    ],
)  # fmt: skip


def codes(**changes: Any) -> set[str]:
    return {reason.code for reason in judge_gate(replace(SOUND, **changes)).blockers}


def test_a_sound_batch_passes_and_every_question_was_asked() -> None:
    report = judge_gate(SOUND)
    assert report.blockers == []
    assert report.passed
    assert len({check.code for check in report.checks}) == len(report.checks) == 24
    assert all(check.evidence or check.link for check in report.checks)


def _ancestors(*units: UnitFact) -> dict[int, UnitFact]:
    return {**SOUND.ancestors, **{unit.id: unit for unit in units}}


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("licence.expired", {"unlicensed": [Reason("licence.expired", _("x"))]}),
    ("standard.unknown", {"standard": replace(SOUND.standard, known=False)}),
    ("standard.other_edition", {"standard": replace(SOUND.standard, due="YY 0469-2011")}),
    ("standard.limit_missing", {"standard": replace(SOUND.standard, missing=("BFE",))}),
    ("material.not_issued", {"batch": replace(BATCH, materials={**BATCH.materials, "M-EAR": "耳带"})}),
    ("material.none", {"batch": replace(BATCH, materials={}), "links": [], "ancestors": {}}),
    ("lot.not_released", {"ancestors": _ancestors(replace(LOT, state=UnitState.QUARANTINE))}),
    ("lot.not_released", {"ancestors": _ancestors(replace(LOT, state=UnitState.REJECTED))}),
    ("roll.conditional", {"ancestors": _ancestors(replace(ROLL, state=UnitState.CONDITIONAL))}),
    (
        "roll.conditional",
        {"ancestors": _ancestors(replace(ROLL, state=UnitState.CONSUMED, before=UnitState.CONDITIONAL))},
    ),
    ("lot.expired_when_used", {"ancestors": _ancestors(replace(SPUN, usable_until=ISSUED))}),
    ("roll.expired_when_used", {"ancestors": _ancestors(replace(LOT, usable_until=ISSUED))}),
    ("lot.held", {"ancestors": _ancestors(replace(LOT, held=True, holds=("HD-1",)))}),
    ("lot.validation_only", {"ancestors": _ancestors(replace(LOT, changes=("CC-1",)))}),
    ("batch.validation", {"batch": replace(BATCH, validates="CC-1", change_state=ChangeState.REJECTED)}),
    ("batch.not_finished", {"batch": replace(BATCH, finished=False)}),
    ("clearance.before", {"clearances": [ClearanceFact("after", True, True)]}),
    ("clearance.after", {"clearances": [ClearanceFact("before", True, True), ClearanceFact("after", False, False)]}),
    (
        "clearance.before",
        {"clearances": [ClearanceFact("before", True, True, in_time=False), ClearanceFact("after", True, True)]},
    ),
    ("check.not_reviewed", {"checks": [replace(SOUND.checks[0], reviewed=False)]}),
    ("check.failed", {"checks": [replace(SOUND.checks[0], passed=False)]}),
    ("balance.yield", {"unbalanced": [Reason("balance.yield", _("x"))]}),
    ("balance.no_output", {"output": replace(SOUND.output, good=Decimal(0), packed=Decimal(0))}),
    ("sample.not_retained", {"output": replace(SOUND.output, retained=Decimal(0))}),
    ("tests.none", {"inspections": [], "tests": []}),
    ("tests.not_planned", {"standard": replace(SOUND.standard, required=("BFE", "DP"))}),
    ("tests.incomplete", {"tests": [replace(SOUND.tests[0], verdict="incomplete")]}),
    ("tests.failed", {"tests": [replace(SOUND.tests[0], verdict="fail")]}),
    ("tests.failed_before", {"tests": [replace(SOUND.tests[0], failures=(FAILED,))]}),
    ("tests.too_few", {"tests": [replace(SOUND.tests[0], sampled=20, due=32)]}),
    ("tests.not_reviewed", {"inspections": [InspectionFact("IN-1", _("open"), False)]}),
    ("instrument.not_calibrated", {"readings": [replace(SOUND.readings[0], day=date(2027, 1, 2))]}),
    ("instrument.not_calibrated", {"readings": [replace(SOUND.readings[0], calibration_due=None)]}),
    ("packing.difference", {"output": replace(SOUND.output, packed=Decimal(399))}),
    ("packing.loose_boxes", {"loose_boxes": 1}),
    ("packing.no_carton", {"cartons": []}),
    ("label.not_consistent", {"cartons": [replace(SOUND.cartons[0], gtin="16901234000020")]}),
    ("label.not_consistent", {"cartons": [replace(SOUND.cartons[0], batch="MB-2")]}),
    ("label.not_consistent", {"cartons": [replace(SOUND.cartons[0], expires_on="2028-12-01")]}),
    ("investigation.open", {"questions": [QuestionFact("investigation", 9, "IN-1", "OOS-1", "BFE")]}),
    ("result.in_doubt", {"questions": [QuestionFact("doubt", 1, "IN-3", "FT-01", "PFE")]}),
    ("deviation.open", {"deviations": [DeviationFact("DV-1", "x", 9, True, AT)]}),
    ("deviation.open", {"deviations": [DeviationFact("DV-1", "x", 1, True, AT)]}),
    ("batch.held", {"batch": replace(BATCH, held=True, holds=("HD-1",))}),
    ("batch.held", {"batch": replace(BATCH, held=True)}),
    ("carton.held", {"cartons": [replace(SOUND.cartons[0], held=True)]}),
    ("review.production_missing", {"reviews": SOUND.reviews[1:]}),
    ("review.quality_missing", {"reviews": SOUND.reviews[:1]}),
    ("review.quality_void", {"reviews": [SOUND.reviews[0], replace(SOUND.reviews[1], current=False)]}),
    ("review.same_person", {"reviews": [SOUND.reviews[0], replace(SOUND.reviews[1], account=1)]}),
]


@pytest.mark.parametrize(("code", "fault"), FAULTS)
def test_one_fault_is_found_and_nothing_else(code: str, fault: dict[str, Any]) -> None:
    found = codes(**fault)
    assert code in found
    companions = {
        "tests.none": {"tests.none_reviewed", "tests.not_planned"},
        "balance.no_output": {"packing.difference"},
    }
    assert found - {code} <= companions.get(code, set())


def test_faults_do_not_hide_each_other() -> None:
    assert codes(
        ancestors=_ancestors(replace(LOT, state=UnitState.REJECTED, held=True)),
        deviations=[DeviationFact("DV-1", "x", 9, True, AT)],
        output=replace(SOUND.output, retained=Decimal(0)),
        reviews=[],
    ) == {
        "lot.not_released", "lot.held", "deviation.open", "sample.not_retained", "review.production_missing",
        "review.quality_missing",
    }  # fmt: skip


def test_the_path_goes_from_the_batch_through_the_roll_to_the_lot() -> None:
    report = judge_gate(replace(SOUND, ancestors=_ancestors(replace(LOT, state=UnitState.QUARANTINE))))
    assert report.blockers[0].path == (
        Link("MB-1", "/batches/MB-1"), Link("ML-1-R01", "/units/ML-1-R01"), Link("ML-1", "/lots/ML-1"),
    )  # fmt: skip


def test_a_used_up_roll_counts_as_what_it_was_before() -> None:
    assert codes(ancestors=_ancestors(replace(ROLL, state=UnitState.CONSUMED, before=UnitState.RELEASED))) == set()


def test_imported_history_releases_and_is_named_with_its_digest() -> None:
    report = judge_gate(replace(SOUND, ancestors=_ancestors(replace(LOT, history="ab12cd34" * 8))))
    check = next(check for check in report.checks if check.code == "materials.released")
    assert check.passed
    assert "ab12cd34ab12cd34" in str(check.evidence)


def test_an_imported_lot_that_was_rejected_is_no_better_for_it() -> None:
    rejected = replace(LOT, history="ab" * 32, state=UnitState.REJECTED)
    assert codes(ancestors=_ancestors(rejected)) == {"lot.not_released"}


def test_a_newer_sheet_does_not_undo_a_failure_whose_investigation_found_no_cause() -> None:
    older = FailureFact("IN-0", FAILED.at)
    again = [replace(SOUND.tests[0], failures=(older,))]
    closed = [DeviationFact("DV-1", "OOS", 9, False, FAILED.at + timedelta(hours=1))]
    assert codes(tests=again, deviations=closed) == set()
    stands = [QuestionFact("stands", 9, "IN-0", "OOS-1", SOUND.tests[0].code)]
    assert codes(tests=again, deviations=closed, questions=stands) == {"tests.stands"}


def test_a_failed_first_result_needs_an_investigation_that_is_closed() -> None:
    again = [replace(SOUND.tests[0], failures=(FAILED,))]
    after, before = FAILED.at + timedelta(hours=1), FAILED.at - timedelta(hours=1)
    assert codes(tests=again, deviations=[DeviationFact("DV-1", "OOS", 9, False, after)]) == set()
    assert codes(tests=again, deviations=[DeviationFact("DV-1", "OOS", 9, False, before, "IN-1")]) == set()
    for other in (
        DeviationFact("DV-1", "OOS", 1, False, after),
        DeviationFact("DV-1", "破损", 9, False, before),
        DeviationFact("DV-1", "OOS", 9, False, before, "IN-7"),
    ):
        assert codes(tests=again, deviations=[other]) == {"tests.failed_before"}
    failed = [replace(SOUND.checks[0], passed=False)]
    assert codes(checks=failed, deviations=[DeviationFact("DV-1", "首件", 9, False, after)]) == set()
    assert codes(checks=failed, deviations=[DeviationFact("DV-1", "首件", 9, False, before, "IN-0")]) == set()
    assert codes(checks=failed, deviations=[DeviationFact("DV-1", "破损", 9, False, before)]) == {"check.failed"}


def remedies(**changes: Any) -> dict[str, str]:
    reasons = judge_gate(replace(SOUND, **changes)).blockers
    with in_locale("en"):
        return {reason.code: str(reason.remedy) for reason in reasons}


def test_a_remedy_can_be_done_at_that_point_of_the_work() -> None:
    running = replace(BATCH, finished=False, materials={**BATCH.materials, "M-EAR": "耳带"})
    assert "Scan" in remedies(batch=running)["material.not_issued"]
    ended = replace(running, finished=True)
    assert "reject the batch" in remedies(batch=ended)["material.not_issued"]
    assert "Clear the line" in remedies(clearances=SOUND.clearances[:1])["clearance.after"]
    assert "reject the batch" in remedies(clearances=SOUND.clearances[1:])["clearance.before"]
    old = remedies(ancestors=_ancestors(replace(SPUN, usable_until=ISSUED)))
    assert "reject the batch" in old["lot.expired_when_used"]
    for said in (remedies(batch=ended), old, remedies(clearances=[])):
        assert "deviation" not in " ".join(said.values()).lower()


def test_the_title_of_a_question_is_true_whatever_the_answer() -> None:
    """Beside a cross stands the same title as beside a tick, so it claims nothing."""
    claims = re.compile(r"\b(is|are|was|were|has|have|does|no|every)\b", re.IGNORECASE)
    with in_locale("en"):
        assert [str(check.label) for check in judge_gate(SOUND).checks if claims.search(str(check.label))] == []
    with in_locale("zh"):
        assert [
            str(check.label) for check in judge_gate(SOUND).checks if re.search("均已|已由|没有|完成", str(check.label))
        ] == []


def test_a_reworked_batch_above_need_not_have_been_released_but_not_be_held() -> None:
    above = UnitFact(7, "MB-0", UnitKind.BATCH, "口罩", UnitState.REJECTED)
    links = [*SOUND.links, LinkFact(7, 9, Activity.REWORK, ISSUED)]
    assert codes(ancestors=_ancestors(above), links=links) == set()
    assert codes(ancestors=_ancestors(replace(above, held=True)), links=links) == {"batch.held"}


def test_a_loop_in_the_facts_does_not_hang_the_gate() -> None:
    links = [*SOUND.links, LinkFact(2, 1, Activity.SPLIT, ISSUED)]
    assert codes(links=links) == set()


def test_the_snapshot_does_not_depend_on_the_moment_or_the_language() -> None:
    assert judge_gate(SOUND).snapshot() == judge_gate(replace(SOUND, at=ISSUED)).snapshot()
    assert "Licences" not in str(judge_gate(SOUND).snapshot()["checks"][0]["code"])
