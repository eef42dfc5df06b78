"""Why a deviation is not opened or closed and a change not decided, in the words that a person reads."""

from __future__ import annotations

from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.quality import rules
from maskqms.quality.states import ChangeState, DeviationState
from tests.refusals import Row, code_of, said, wanted


def closing(state: DeviationState = DeviationState.OPEN, **facts: Any) -> list[Reason]:
    given: dict[str, Any] = {"opener": 1, "opener_name": "张操作", "closer": 2, "conclusion": "加热管老化，已更换"}
    return rules.close_blockers("DV-001", state, **{**given, **facts})


def deciding(state: ChangeState = ChangeState.OPEN, **facts: Any) -> list[Reason]:
    given: dict[str, Any] = {
        "opener": 1,
        "opener_name": "吴仓管",
        "decider": 2,
        "conclusion": "验证报告 VR-3，三批合格",
    }
    return rules.change_decision_blockers("CC-001", state, ChangeState.APPROVED, **{**given, **facts})


ROWS = (
    Row(
        "deviation.title",
        lambda: rules.open_blockers(" ", "14:00 显示 118 °C"),
        "请简要写明偏差内容。",
        "Say in a few words what deviates.",
    ),
    Row(
        "deviation.description",
        lambda: rules.open_blockers("焊接温度偏低", " "),
        "请写明发现了什么、在何处、何时。",
        "Describe what was found, where and when.",
    ),
    Row(
        "deviation.closed",
        lambda: closing(DeviationState.CLOSED),
        "偏差 DV-001 已经关闭。",
        "Deviation DV-001 is closed already.",
    ),
    Row(
        "deviation.same_person",
        lambda: closing(closer=1),
        "此偏差由 张操作 开启，不能由本人关闭。 → 须由质量部另一人审核。",
        "张操作 opened this deviation and cannot close it. → Another person of quality must look at it.",
    ),
    Row(
        "deviation.conclusion",
        lambda: closing(conclusion="无"),
        "请写明调查结果、对产品的影响和已采取的措施。",
        "Say what was found out, what it means for the goods, what was done.",
    ),
    Row(
        "change.title",
        lambda: rules.change_open_blockers(" ", "牌号由 A 改为 B"),
        "请简要写明变更内容。",
        "Say in a few words what changes.",
    ),
    Row(
        "change.description",
        lambda: rules.change_open_blockers("换牌号", "换"),
        "请说明变更前、变更后及起始时间。",
        "Say what was, what will be, and since when.",
    ),
    Row(
        "change.decided",
        lambda: deciding(ChangeState.REJECTED),
        "变更 CC-001 已审批：变更已否决。",
        "Change CC-001 is decided already: Change rejected.",
    ),
    Row(
        "change.same_person",
        lambda: deciding(decider=1),
        "吴仓管 提出了此变更，不能由其审批。 → 须由质量部另一人审核。",
        "吴仓管 opened this change and cannot decide it. → Another person of quality must look at it.",
    ),
    Row(
        "change.conclusion",
        lambda: deciding(conclusion="无"),
        "请写明验证报告及所依据的批，或否决的理由。",
        "Name the validation report and the batches it rests on, or why the change is turned down.",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_quality_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)


def test_two_characters_are_a_title_in_chinese() -> None:
    assert rules.open_blockers("破边", "14:00 第 3 卷左侧破边") == []
    assert rules.change_open_blockers("换料", "牌号由 A 改为 B") == []
