"""Why a supplier may not deliver, in the words that a person reads: papers, approvals, makers, changed sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.materials.rules import approval, changes, papers, sourcing
from maskqms.materials.states import (
    ApprovalState,
    Category,
    EvaluationKind,
    SourceChangeKind,
)
from maskqms.quality.states import ChangeState
from tests.materials.test_sourcing_rules import ORDER, Decision, Evaluated
from tests.refusals import DAY, Row, code_of, said, wanted

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def deciding(state: ApprovalState = ApprovalState.APPROVED, **facts: Any) -> list[Reason]:
    given = {"basis": "审核报告 SH-7", "valid_from": DAY, "valid_until": AFTER, "condition": "先收一批，三个月内"}
    return approval.approval_decision_blockers(ApprovalState.PENDING, state, day=DAY, **{**given, **facts})


def evaluated(
    evaluations: Sequence[Evaluated], history: Sequence[Decision], evaluate_by: date | None = AFTER
) -> list[Reason]:
    return approval.evaluation_blockers(
        ApprovalState.APPROVED,
        evaluations,
        history,
        evaluate_by=evaluate_by,
        supplier_name="恒通无纺",
        material_code="M-MB-25",
        day=DAY,
    )


def approved(one: Decision | None) -> list[Reason]:
    return papers.approval_blockers(
        one, supplier_code="S001", supplier_name="恒通无纺", material_code="M-MB-25", day=DAY
    )


def changed(category: Category = Category.MELTBLOWN, **facts: Any) -> list[Reason]:
    given: dict[str, Any] = {"kind": SourceChangeKind.GRADE, "description": "牌号由 A 改为 B", "approved": True}
    return changes.source_change_blockers(category, "M-MB-25", **{**given, **facts})


LIMIT = changes.Limit("ML-001-R01", "ML-001", "CC-001", "第二供应商", ChangeState.OPEN)
OF_OLD = Evaluated(1)

ROWS = (
    Row(
        "approval.basis",
        lambda: deciding(basis=" "),
        "请写明依据：审核报告、书面调查报告或发生的情况。",
        "Name the audit report or the written survey this is based on, or what happened.",
    ),
    Row(
        "approval.condition",
        lambda: deciding(ApprovalState.CONDITIONAL, condition=" "),
        "有条件批准须写明条件。 → 请写明允许的内容、数量和期限。",
        (
            "A conditional approval says in writing under which condition. → Write what is allowed, how much, "
            "and until when."
        ),
    ),
    Row(
        "approval.dates",
        lambda: deciding(valid_until=None),
        "批准须有起止日期。",
        "An approval has a first and a last day.",
    ),
    Row(
        "approval.dates",
        lambda: deciding(valid_until=BEFORE),
        "批准的截止日 2026-11-20 早于开始日或已过去。",
        "The approval would end on 2026-11-20, before it begins or in the past.",
    ),
    Row(
        "approval.evaluate_by",
        lambda: evaluated([OF_OLD], [], BEFORE),
        "下次评价期限 2026-11-20 已过。",
        "The next evaluation would be due on 2026-11-20, in the past.",
    ),
    Row(
        "approval.evaluation",
        lambda: evaluated([Evaluated(1, EvaluationKind.REVIEW)], []),
        (
            "恒通无纺 供应 M-MB-25 尚无现场审核报告或书面质量调查报告存档。 → 请在本页上传现场审核报告或书面质量"
            "调查报告。"
        ),
        (
            "No audit report and no written survey of 恒通无纺 for M-MB-25 is kept. → Upload the report of the "
            "on-site audit, or the written quality survey, on this page."
        ),
    ),
    Row(
        "approval.evaluation",
        lambda: evaluated([OF_OLD], [Decision()]),
        "完成新的评价后，恒通无纺 的下次评价期限才能顺延。 → 请在本页上传新的评价，或保持原期限。",
        (
            "The next evaluation of 恒通无纺 moves only when a new one was made. → Upload the new evaluation on "
            "this page, or leave the day as it is."
        ),
    ),
    Row(
        "evaluation.number",
        lambda: approval.evaluation_entry_blockers(" ", DAY, DAY),
        "报告须有编号或名称以便查找。",
        "A report has a number or a name by which it is found.",
    ),
    Row(
        "evaluation.date",
        lambda: approval.evaluation_entry_blockers("SH-7", AFTER, DAY),
        "报告日期 2026-11-22 晚于今天。",
        "The report would be of 2026-11-22, in the future.",
    ),
    Row(
        "approval.missing",
        lambda: approved(None),
        "恒通无纺 不是 M-MB-25 的合格供方：待批准。 → 由质量部批准合格供方。",
        "恒通无纺 is not approved for M-MB-25: Pending. → Quality approves suppliers.",
    ),
    Row(
        "approval.not_yet",
        lambda: approved(Decision(valid_from=AFTER, valid_until=None)),
        "恒通无纺 供应 M-MB-25 的批准自 2026-11-22 起有效。 → 由质量部批准合格供方。",
        "The approval of 恒通无纺 for M-MB-25 begins on 2026-11-22. → Quality approves suppliers.",
    ),
    Row(
        "approval.expired",
        lambda: approved(Decision(valid_until=BEFORE)),
        "恒通无纺 供应 M-MB-25 的批准已于 2026-11-20 到期。 → 由质量部重新评价后批准。",
        (
            "The approval of 恒通无纺 for M-MB-25 ended on 2026-11-20. → Quality evaluates the supplier again "
            "and approves."
        ),
    ),
    Row(
        "approval.evaluation_overdue",
        lambda: sourcing.order_blockers(replace(ORDER, approval=Decision(evaluate_by=BEFORE))),
        "甲 供应 M-1 的再评价应于 2026-11-20 前完成，现已逾期。 → 由质量部重新评价后批准。",
        "甲 was to be evaluated again for M-1 by 2026-11-20. → Quality evaluates the supplier again and approves.",
    ),
    Row(
        "change.not_key",
        lambda: changed(Category.EAR_LOOP),
        "M-MB-25 不是关键物料，来源变化无需变更记录。",
        "M-MB-25 is no key material: its source may change without a change record.",
    ),
    Row(
        "change.kind",
        lambda: changed(kind=SourceChangeKind.SUPPLIER),
        "新供应商首次获批时自动提出变更；更换生产企业时，首次到货自动提出变更。 → 请选择牌号、场地或工艺。",
        "A new supplier opens its change by its first approval, another maker by its first delivery."
        " → Choose grade, site or process.",
    ),
    Row(
        "change.not_approved",
        lambda: changed(approved=False),
        "只有合格供方供应的物料才能提出变更。 → 由质量部批准合格供方。",
        "Only what an approved supplier delivers can change. → Quality approves suppliers.",
    ),
    Row(
        "change.description",
        lambda: changed(description="换"),
        "请说明变更前、变更后及起始时间。",
        "Say what was, what will be, and since when.",
    ),
    Row(
        "lot.validation_only",
        lambda: changes.limit_blockers([LIMIT], validates=None),
        (
            "ML-001-R01 来自变更后的来源，变更 CC-001 未批准：验证中。 → 请放回并改用其他批。它只能用于为验证"
            " CC-001 而计划的验证批。"
        ),
        (
            "ML-001-R01 comes from a changed source, and change CC-001 is not approved: Under validation. → Put "
            "it back and take another lot. It may go only into a batch that is planned to validate CC-001."
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_supplier_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
