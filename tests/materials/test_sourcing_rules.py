"""A trader's maker, orders, evaluations, letters, ends and drift, without a database; words in zh and en."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.actor import Role
from maskqms.errors import Reason
from maskqms.kept_file import file_blockers, media_type
from maskqms.materials.rules import approval, changes, sourcing
from maskqms.materials.rules.expiries import months_later, nearness
from maskqms.materials.rules.scorecard import drift
from maskqms.materials.states import (
    ApprovalState,
    Category,
    CredentialType,
    EvaluationKind,
    Nearness,
    SourceChangeKind,
    SupplierKind,
)
from maskqms.quality.states import ChangeState
from maskqms.settings import Settings, settings
from tests.make.papers import PAPER, pdf, picture

DAY = date(2026, 11, 21)
LICENCE, PRODUCTION = CredentialType.BUSINESS_LICENCE, CredentialType.PRODUCTION_LICENCE
LETTER, AGREEMENT = CredentialType.AUTHORISATION_LETTER, CredentialType.QUALITY_AGREEMENT
REPORT = CredentialType.TEST_REPORT


@dataclass(frozen=True)
class Paper:
    type: CredentialType
    maker: str | None = None
    valid_until: date | None = DAY
    valid_from: date = DAY - timedelta(days=9)
    number: str = "A1"
    material: int | None = None
    names_item: bool = True
    withdrawn: bool = False


@dataclass(frozen=True)
class Decision:
    state: ApprovalState = ApprovalState.APPROVED
    valid_from: date | None = DAY
    valid_until: date | None = DAY
    evaluate_by: date | None = DAY
    evaluation: int | None = 1


@dataclass(frozen=True)
class Evaluated:
    id: int
    kind: EvaluationKind = EvaluationKind.AUDIT


@dataclass(frozen=True)
class Person:
    name: str = "王"
    active: bool = True
    roles: tuple[Role, ...] = (Role.WAREHOUSE,)


def codes(reasons: list[Reason]) -> list[str]:
    return [reason.code for reason in reasons]


def words(reason: Reason, locale: str) -> str:
    return " ".join(part.in_locale(locale) for part in (reason.text, reason.remedy) if part is not None)


ORDER = sourcing.OrderFacts(
    supplier_code="S001", supplier_name="甲", supplier_kind=SupplierKind.MANUFACTURER, material=7, material_code="M-1",
    category=Category.MELTBLOWN, configured=None,
    credentials=(Paper(LICENCE), Paper(PRODUCTION), Paper(AGREEMENT)), approval=Decision(), day=DAY,
)  # fmt: skip
OF_TRADER = (Paper(LICENCE), Paper(LETTER), Paper(AGREEMENT), Paper(LICENCE, "原厂"), Paper(PRODUCTION, "原 厂"))
TRADED = replace(ORDER, supplier_kind=SupplierKind.TRADER, credentials=OF_TRADER)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ORDER, []),
        (TRADED, []),
        (replace(TRADED, maker="原厂"), []),
        (replace(TRADED, maker="别厂"), ["maker.missing"]),
        (replace(TRADED, credentials=OF_TRADER[:3]), ["maker.missing"]),
        (replace(TRADED, credentials=OF_TRADER[:4]), ["credential.missing"]),
        (replace(TRADED, credentials=(*OF_TRADER[:4], Paper(PRODUCTION, "原厂", DAY - timedelta(days=1)))),
         ["credential.expired"]),
        (replace(TRADED, credentials=OF_TRADER[1:]), ["credential.missing"]),
        (replace(ORDER, approval=Decision(evaluate_by=DAY - timedelta(days=1))), ["approval.evaluation_overdue"]),
        (replace(ORDER, approval=Decision(evaluate_by=None)), []),
        (replace(ORDER, approval=Decision(ApprovalState.CONDITIONAL)), []),
        (replace(ORDER, approval=Decision(ApprovalState.SUSPENDED)), ["approval.missing"]),
        (replace(ORDER, credentials=ORDER.credentials[:2]), ["credential.missing"]),
        (replace(ORDER, credentials=ORDER.credentials[:2], category=Category.EAR_LOOP), []),
        (replace(ORDER, credentials=ORDER.credentials[:2], configured=(LICENCE, AGREEMENT)), ["credential.missing"]),
        (replace(ORDER, credentials=(), approval=None), ["approval.missing", *["credential.missing"] * 3]),
    ],
)  # fmt: skip
def test_an_order_asks_for_approval_papers_maker_evaluation_and_agreement(
    facts: sourcing.OrderFacts, expected: list[str]
) -> None:
    assert codes(sourcing.order_blockers(facts)) == expected


def test_a_report_may_be_in_anybody_s_name() -> None:
    facts = replace(TRADED, configured=(LICENCE, REPORT), credentials=(*OF_TRADER, Paper(REPORT, "原厂")))
    assert sourcing.order_blockers(facts) == []


def test_the_words_of_an_order_s_refusals() -> None:
    facts = replace(TRADED, credentials=OF_TRADER[:3], approval=Decision(evaluate_by=date(2026, 11, 1)))
    overdue, missing = sourcing.order_blockers(facts)
    assert words(overdue, "zh").startswith("甲 供应 M-1 的再评价应于 2026-11-01 前完成，现已逾期。")
    assert words(overdue, "en").startswith("甲 was to be evaluated again for M-1 by 2026-11-01.")
    assert "原生产企业的证照存档" in words(missing, "zh")
    assert "no papers of the original maker of M-1 are kept" in words(missing, "en")


@pytest.mark.parametrize(
    ("wanted", "evaluations", "history", "by", "expected"),
    [
        (ApprovalState.APPROVED, [], [], DAY, ["approval.evaluation"]),
        (ApprovalState.APPROVED, [Evaluated(1)], [], DAY, []),
        (ApprovalState.CONDITIONAL, [Evaluated(1, EvaluationKind.SURVEY)], [], DAY, []),
        (ApprovalState.APPROVED, [Evaluated(1, EvaluationKind.REVIEW)], [], DAY, ["approval.evaluation"]),
        (ApprovalState.SUSPENDED, [], [Decision()], None, []),
        (ApprovalState.APPROVED, [Evaluated(1)], [Decision()], DAY, []),
        (ApprovalState.APPROVED, [Evaluated(1)], [Decision()], DAY + timedelta(days=1), ["approval.evaluation"]),
        (ApprovalState.APPROVED, [Evaluated(2, EvaluationKind.REVIEW), Evaluated(1)], [Decision()],
         DAY + timedelta(days=400), []),
        (ApprovalState.APPROVED, [Evaluated(1)], [Decision(ApprovalState.REMOVED), Decision()], DAY,
         ["approval.evaluation"]),
        (ApprovalState.APPROVED, [Evaluated(1)], [], DAY - timedelta(days=1), ["approval.evaluate_by"]),
    ],
)  # fmt: skip
def test_an_approval_rests_on_an_evaluation(
    wanted: ApprovalState, evaluations: list[Evaluated], history: list[Decision], by: date | None, expected: list[str]
) -> None:
    found = approval.evaluation_blockers(
        wanted, evaluations, history, evaluate_by=by, supplier_name="甲", material_code="M-1", day=DAY
    )
    assert codes(found) == expected


def test_the_words_about_evaluations_and_conditions() -> None:
    facts: dict[str, Any] = {"evaluate_by": DAY, "supplier_name": "甲", "material_code": "M-1", "day": DAY}
    [first] = approval.evaluation_blockers(ApprovalState.APPROVED, [], [], **facts)
    assert "甲 供应 M-1 尚无现场审核报告或书面质量调查报告存档。" in words(first, "zh")
    assert "No audit report and no written survey of 甲 for M-1 is kept." in words(first, "en")
    [condition] = approval.approval_decision_blockers(
        ApprovalState.PENDING, ApprovalState.CONDITIONAL, basis="审核报告", valid_from=DAY, valid_until=DAY, day=DAY
    )
    assert condition.code == "approval.condition"
    assert "有条件批准须写明条件。" in words(condition, "zh")
    assert "says in writing under which condition" in words(condition, "en")


@pytest.mark.parametrize(
    ("type_", "facts", "expected"),
    [
        (LETTER, {"person": "李", "scope": "熔喷布", "valid_until": DAY}, []),
        (LETTER, {"person": " ", "scope": None, "valid_until": None},
         ["letter.person", "letter.products", "letter.until"]),
        (LICENCE, {"person": None, "scope": None, "valid_until": None}, []),
    ],
)  # fmt: skip
def test_a_letter_names_person_products_and_last_day(
    type_: CredentialType, facts: dict[str, Any], expected: list[str]
) -> None:
    found = approval.letter_blockers(type_, **facts)
    assert codes(found) == expected
    assert all("授权书" in words(one, "zh") and "letter" in words(one, "en") for one in found)


def test_only_a_trader_shows_papers_of_another_maker() -> None:
    assert approval.maker_entry_blockers("原厂", supplier_name="甲", kind=SupplierKind.TRADER) == []
    assert approval.maker_entry_blockers(" ", supplier_name="甲", kind=SupplierKind.MANUFACTURER) == []
    found = approval.maker_entry_blockers("原厂", supplier_name="甲", kind=SupplierKind.MANUFACTURER)
    assert codes(found) == ["credential.maker"]


def test_a_paper_is_handed_to_somebody_who_can_renew_it() -> None:
    roles = (Role.WAREHOUSE, Role.QUALITY)
    assert approval.owner_blockers("w", Person(), roles) == []
    assert codes(approval.owner_blockers("w", None, roles)) == ["owner.unknown"]
    assert codes(approval.owner_blockers("w", Person(active=False), roles)) == ["owner.unknown"]
    [role] = approval.owner_blockers("w", Person(roles=(Role.OPERATOR,)), roles)
    assert (role.code, words(role, "zh")[:1]) == ("owner.role", "王")


def test_an_evaluation_has_a_number_and_lies_behind() -> None:
    assert approval.evaluation_entry_blockers("AU-1", DAY, DAY) == []
    found = approval.evaluation_entry_blockers(" ", DAY + timedelta(days=1), DAY)
    assert codes(found) == ["evaluation.number", "evaluation.date"]


def test_which_change_limits_a_lot_and_in_which_batch_it_may_go() -> None:
    limit = changes.Limit("ML-1-R01", "ML-1", "CC-1", "新供方", ChangeState.OPEN)
    assert changes.limit_blockers([limit], validates="CC-1") == []
    assert codes(changes.limit_blockers([limit], validates="CC-2")) == ["lot.validation_only"]
    rejected = replace(limit, state=ChangeState.REJECTED)
    assert codes(changes.limit_blockers([rejected], validates="CC-1")) == ["lot.validation_only"]
    [reason] = changes.limit_blockers([limit], validates=None)
    assert "ML-1-R01 来自变更后的来源，变更 CC-1 未批准：验证中。" in words(reason, "zh")
    assert "change CC-1 is not approved: Under validation." in words(reason, "en")
    assert "planned to validate CC-1" in words(reason, "en")
    assert [link.href for link in reason.path] == ["/lots/ML-1", "/changes/CC-1"]


def test_a_change_is_of_a_key_material_and_beside_another_source() -> None:
    assert changes.opens_change(Category.MELTBLOWN, first_approval=True, others=["S001"])
    assert not changes.opens_change(Category.MELTBLOWN, first_approval=True, others=[])
    assert not changes.opens_change(Category.MELTBLOWN, first_approval=False, others=["S001"])
    assert not changes.opens_change(Category.LABEL, first_approval=True, others=["S001"])
    reported = changes.source_change_blockers
    assert reported(Category.MELTBLOWN, "M-1", SourceChangeKind.GRADE, "换牌号 1500", approved=True) == []
    found = reported(Category.LABEL, "M-1", SourceChangeKind.SUPPLIER, " ", approved=False)
    assert codes(found) == ["change.not_key", "change.kind", "change.not_approved", "change.description"]
    assert all(words(one, "zh") != words(one, "en") for one in found)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, Nearness.PAST), (0, Nearness.URGENT), (7, Nearness.URGENT), (8, Nearness.SOON), (30, Nearness.SOON),
     (31, Nearness.COMING), (90, Nearness.COMING), (91, Nearness.FAR)],
)  # fmt: skip
def test_how_near_an_end_is(days: int, expected: Nearness) -> None:
    assert nearness(DAY + timedelta(days=days), DAY, (90, 30, 7)) is expected


def test_one_day_of_warning_is_enough() -> None:
    assert nearness(DAY + timedelta(days=3), DAY, (7,)) is Nearness.URGENT
    assert nearness(DAY + timedelta(days=8), DAY, (7,)) is Nearness.FAR


def test_the_days_of_warning_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().warning_days == (90, 30, 7)
    monkeypatch.setenv("MASKQMS_WARNING_DAYS", "5，60, 60")
    assert Settings().warning_days == (60, 5)
    monkeypatch.setenv("MASKQMS_WARNING_DAYS", "0")
    with pytest.raises(ValueError, match="days from 1"):
        Settings()


def test_months_end_on_their_last_day() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 11, 21), 12) == date(2027, 11, 21)
    assert months_later(date(2026, 12, 31), 2) == date(2027, 2, 28)


def test_a_drift_needs_four_lots_and_compares_the_last_with_those_before() -> None:
    assert drift([Decimal(96)] * 3) is None
    found = drift([Decimal(97), Decimal(97), Decimal(95), Decimal(96)])
    assert found is not None
    assert (found.before, found.recent, found.change, found.lots) == (97, Decimal("95.5"), Decimal("-1.5"), 2)
    many = drift([Decimal(97)] * 20 + [Decimal(95)] * 5)
    assert many is not None
    assert (many.lots, many.change) == (5, Decimal(-2))


def test_a_file_is_what_its_content_says(monkeypatch: pytest.MonkeyPatch) -> None:
    jpeg, png = picture("JPEG"), picture("PNG")
    assert [media_type(one) for one in (PAPER, jpeg, png)] == ["application/pdf", "image/jpeg", "image/png"]
    for bad in (PAPER[:100], jpeg[:-300], png[:-40], b"%PDF-1.4 x", b"GIF89a", b"<html>", jpeg[:3] + PAPER, b"PK\x03"):
        assert media_type(bad) is None
        assert codes(file_blockers("a.pdf", bad)) == ["file.type"]
    assert codes(file_blockers("a.pdf", b"")) == ["file.empty"]
    monkeypatch.setattr("maskqms.kept_file.MEGABYTE", 50)
    [large] = file_blockers("a.pdf", pdf("x" * 600))
    assert (large.code, "a.pdf 超过 10 MB。" in words(large, "zh")) == ("file.size", True)
    assert "larger than 10 MB" in words(large, "en")
