"""Why a specification is not changed or put in force, in the words that a person reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.lab.states import Evidence
from maskqms.materials.rules import specifications
from maskqms.materials.specification import SpecificationTest, SpecifiedTests
from maskqms.materials.states import Category, SpecificationState
from tests.make.lab import PFE
from tests.refusals import DAY, Row, code_of, said, wanted

BEFORE = DAY - timedelta(days=1)
UNLIMITED = PFE.model_copy(update={"limit": None})


def approving(tests: list[SpecificationTest], category: Category = Category.MELTBLOWN, **facts: Any) -> list[Reason]:
    given: dict[str, Any] = {"state": SpecificationState.DRAFT, "approver": 2, **facts}
    return specifications.approval_blockers(
        given["state"], SpecifiedTests(tests=tuple(tests)), category, "M-MB-25", drafter=1, approver=given["approver"]
    )


OWN = SpecificationTest(requirement=PFE)
ON_PAPER = SpecificationTest(requirement=PFE, evidence=Evidence.CERTIFICATE)

ROWS = (
    Row(
        "specification.not_draft",
        lambda: approving([OWN], state=SpecificationState.IN_FORCE),
        "此版本不是草稿：生效。 → 请起草新版本。",
        "This version is not a draft: In force. → Draft a new version.",
    ),
    Row(
        "specification.sampling",
        lambda: specifications.sampling_blockers("II", "0.7"),
        "ISO 2859-1 没有水平 II 与 AQL 0.7 的方案。",
        "ISO 2859-1 has no level II with AQL 0.7.",
    ),
    Row(
        "specification.own_test",
        lambda: approving([ON_PAPER]),
        "M-MB-25 是关键物料：PFE / BFE 须自检或委托检验（R47）。 → 请将其中一项设为必检的自检项目。",
        (
            "M-MB-25 is a key material: PFE / BFE must be tested by the factory or on its behalf (R47). → Make "
            "one of them a required own test."
        ),
    ),
    Row("specification.empty", lambda: approving([], Category.EAR_LOOP), "没有检验项目。", "It has no test."),
    Row(
        "specification.limit",
        lambda: approving([SpecificationTest(requirement=UNLIMITED)]),
        "过滤效率 没有限值。 → 请填写限值，或将该项目设为非必检。",
        "Filtration efficiency has no limit. → Enter it, or make the test not required.",
    ),
    Row(
        "specification.same_person",
        lambda: approving([OWN], approver=1),
        "起草人不能批准生效。 → 请质量部另一人批准。",
        "Who wrote it does not put it in force. → Ask a second person of quality.",
    ),
    Row(
        "specification.template",
        lambda: specifications.template_blockers(Category.EAR_LOOP, Category.MELTBLOWN),
        "耳带 没有这个模板。 → 请从列表中选择。",
        "No such template for Ear loop. → Choose one of the list.",
    ),
    Row(
        "specification.past_day",
        lambda: specifications.day_blockers(BEFORE, DAY, None),
        "将自 2026-11-20 起生效，早于签名日。 → 请选择今天或以后的日期。",
        "It would have been in force since 2026-11-20, before it was signed. → Choose today or a later day.",
    ),
    Row(
        "specification.before_other",
        lambda: specifications.day_blockers(DAY, DAY, (3, DAY + timedelta(days=1))),
        "版本 3 已签名自 2026-11-22 起生效。 → 更新的版本须自该日或以后生效。",
        "Version 3 is signed to be in force from 2026-11-22. → A newer version begins that day or later.",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_specification_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
