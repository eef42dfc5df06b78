"""Why a supplier's paper is not entered or does not count, in the words that a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maskqms.actor import Role
from maskqms.errors import Reason
from maskqms.materials.rules import approval, papers, sourcing
from maskqms.materials.states import (
    CredentialType,
    SupplierKind,
)
from tests.materials.test_sourcing_rules import OF_TRADER, TRADED, Paper, Person
from tests.refusals import DAY, Row, code_of, said, wanted

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
LETTER = CredentialType.AUTHORISATION_LETTER


def letter(**facts: Any) -> list[Reason]:
    return approval.letter_blockers(LETTER, **{"person": "林某", "scope": "熔喷布", "valid_until": AFTER, **facts})


def paper(*at_hand: Paper) -> list[Reason]:
    types = (CredentialType.BUSINESS_LICENCE,)
    return papers.paper_blockers(at_hand, types, "恒通无纺", "M-MB-25", "S001", DAY)


ROWS = (
    Row(
        "letter.person",
        lambda: letter(person=" "),
        "授权书须写明被授权的销售人员。 → 请再核对原件；授权书未写明的，退回供应商补正。",
        (
            "An authorisation letter names the person who may sell. → Read it again; a letter that does not say "
            "so is sent back to the supplier."
        ),
    ),
    Row(
        "letter.products",
        lambda: letter(scope=None),
        "授权书须写明授权产品。 → 请再核对原件；授权书未写明的，退回供应商补正。",
        (
            "An authorisation letter names the products. → Read it again; a letter that does not say so is sent "
            "back to the supplier."
        ),
    ),
    Row(
        "letter.until",
        lambda: letter(valid_until=None),
        "授权书须有截止日期。 → 请再核对原件；授权书未写明的，退回供应商补正。",
        (
            "An authorisation letter has a last day. → Read it again; a letter that does not say so is sent back "
            "to the supplier."
        ),
    ),
    Row(
        "credential.maker",
        lambda: approval.maker_entry_blockers("原厂", supplier_name="恒通无纺", kind=SupplierKind.MANUFACTURER),
        "恒通无纺 是生产企业，其证照不应登记其他生产企业。 → 请不填原生产企业，或将该供应商登记为经销商。",
        (
            "恒通无纺 makes its goods itself: its papers name no other maker. → Leave the maker empty, or enter "
            "the supplier as a trader."
        ),
    ),
    Row(
        "owner.unknown",
        lambda: approval.owner_blockers("wu", Person(active=False), [Role.WAREHOUSE]),
        "没有名为 wu 的有效账号。 → 请选择仓库或质量部人员。",
        "Nobody with an open account is called wu. → Choose somebody of the warehouse or of quality.",
    ),
    Row(
        "owner.role",
        lambda: approval.owner_blockers("wu", Person("吴某"), [Role.QUALITY]),
        "吴某 无权登记证照，无法办理换证。 → 请选择仓库或质量部人员。",
        "吴某 may not enter credentials and could not renew it. → Choose somebody of the warehouse or of quality.",
    ),
    Row(
        "credential.dates",
        lambda: approval.credential_entry_blockers(AFTER, BEFORE, DAY),
        "截止日 2026-11-20 早于开始日。",
        "It would end on 2026-11-20, before it begins.",
    ),
    Row(
        "credential.expired",
        lambda: approval.credential_entry_blockers(BEFORE, BEFORE, DAY),
        "该证照已于 2026-11-20 过期，不能作为有效证照录入。 → 请向供应商索取有效证照。",
        (
            "It expired on 2026-11-20. A paper that is out of date is not entered as checked. → Ask the supplier "
            "for the valid one."
        ),
    ),
    Row(
        "credential.scope",
        lambda: paper(Paper(CredentialType.BUSINESS_LICENCE, names_item=False)),
        "恒通无纺 的营业执照 A1 不包含 M-MB-25。 → 请向供应商索取证照，核对后录入。",
        (
            "Business licence A1 of 恒通无纺 does not name M-MB-25. → Ask the supplier for the paper, check it "
            "and enter it."
        ),
    ),
    Row(
        "credential.not_yet",
        lambda: paper(Paper(CredentialType.BUSINESS_LICENCE, None, None, AFTER)),
        "恒通无纺 的营业执照 A1 自 2026-11-22 起有效。 → 请向供应商索取证照，核对后录入。",
        (
            "Business licence A1 of 恒通无纺 is valid only from 2026-11-22. → Ask the supplier for the paper, "
            "check it and enter it."
        ),
    ),
    Row(
        "credential.expired",
        lambda: paper(Paper(CredentialType.BUSINESS_LICENCE, None, BEFORE)),
        "恒通无纺 的营业执照 A1 已于 2026-11-20 过期。 → 请向供应商索取证照，核对后录入。",
        (
            "Business licence A1 of 恒通无纺 expired on 2026-11-20. → Ask the supplier for the paper, check it "
            "and enter it."
        ),
    ),
    Row(
        "credential.missing",
        lambda: paper(),
        "缺少 恒通无纺 的营业执照。 → 请向供应商索取证照，核对后录入。",
        "Business licence of 恒通无纺 is missing. → Ask the supplier for the paper, check it and enter it.",
    ),
    Row(
        "maker.missing",
        lambda: sourcing.order_blockers(replace(TRADED, credentials=OF_TRADER[:3])),
        ("甲 是经销商，尚无 M-1 原生产企业的证照存档。 → 请向经销商索取原生产企业的证照，核对后注明生产企业名称登记。"),
        (
            "甲 is a trader, and no papers of the original maker of M-1 are kept. → Ask the trader for the "
            "maker's licences, check them and enter them with the maker's name."
        ),
    ),
    Row(
        "maker.missing",
        lambda: sourcing.order_blockers(replace(TRADED, maker="别厂")),
        (
            "甲 是经销商，尚无原生产企业 别厂 的证照存档。 → 请向经销商索取原生产企业的证照，核对后注明生产企业名"
            "称登记。"
        ),
        (
            "甲 is a trader, and no papers of the maker 别厂 are kept. → Ask the trader for the maker's "
            "licences, check them and enter them with the maker's name."
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_paper_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
