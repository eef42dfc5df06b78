"""Papers, approvals, receipts and limits as typed, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.lab.states import Evidence
from maskqms.materials.forms import ReceiveLot, WriteTest, plain_limit, read_rolls
from maskqms.materials.rules import approval, papers, receipt, specifications
from maskqms.materials.rules.receipt import NewRoll, Receipt, sampling_size
from maskqms.materials.specification import KEY_TESTS, SpecificationTest, SpecifiedTests, template
from maskqms.materials.states import (
    ApprovalState,
    Category,
    CredentialState,
    CredentialType,
    Measure,
    SpecificationState,
    SupplierKind,
)
from maskqms.materials.typed import typed_test
from maskqms.standards.editions import Provenance
from maskqms.standards.sampling import AQLS, LEVELS

DAY = date(2026, 11, 21)
LICENCE, PRODUCTION = CredentialType.BUSINESS_LICENCE, CredentialType.PRODUCTION_LICENCE


@dataclass(frozen=True)
class Credential:
    type: CredentialType = LICENCE
    number: str = "A1"
    material: int | None = None
    names_item: bool = True
    valid_from: date = DAY - timedelta(days=10)
    valid_until: date | None = DAY
    withdrawn: bool = False
    maker: str | None = None


@dataclass(frozen=True)
class Approval:
    state: ApprovalState = ApprovalState.APPROVED
    valid_from: date | None = DAY
    valid_until: date | None = DAY


def codes(reasons: list[Reason]) -> list[str]:
    return [reason.code for reason in reasons]


def missing(*credentials: Credential, types: tuple[CredentialType, ...] = (LICENCE,)) -> list[str]:
    return codes(
        papers.credential_blockers(
            credentials, types=types, material=7, material_code="M-1", supplier_code="S001", supplier_name="甲", day=DAY
        )
    )


@pytest.mark.parametrize(
    ("credential", "expected"),
    [
        (Credential(), []),
        (Credential(valid_until=None), []),
        (Credential(material=7), []),
        (Credential(material=8), ["credential.missing"]),
        (Credential(withdrawn=True), ["credential.missing"]),
        (Credential(type=PRODUCTION), ["credential.missing"]),
        (Credential(valid_until=DAY - timedelta(days=1)), ["credential.expired"]),
        (Credential(valid_from=DAY + timedelta(days=1), valid_until=None), ["credential.not_yet"]),
        (Credential(names_item=False), ["credential.scope"]),
    ],
)
def test_a_paper_counts_only_in_date_for_this_material_and_naming_it(
    credential: Credential, expected: list[str]
) -> None:
    assert missing(credential) == expected


def test_one_good_paper_among_bad_ones_is_enough_and_each_type_is_asked() -> None:
    old = Credential(valid_until=DAY - timedelta(days=30))
    assert missing(old, Credential(names_item=False), Credential()) == []
    assert missing(old, types=(LICENCE, PRODUCTION)) == ["credential.expired", "credential.missing"]


def test_a_trader_shows_an_authorisation_letter_and_no_production_licence_of_its_own() -> None:
    letter = CredentialType.AUTHORISATION_LETTER
    assert papers.needed_types(None, SupplierKind.MANUFACTURER) == papers.DEFAULT_TYPES
    assert papers.needed_types(None, SupplierKind.TRADER) == (LICENCE, letter)
    assert papers.needed_types((LICENCE, letter), SupplierKind.TRADER) == (LICENCE, letter)


@pytest.mark.parametrize(
    ("credential", "state"),
    [
        (Credential(), CredentialState.ENDING),
        (Credential(valid_until=DAY + timedelta(days=31)), CredentialState.VALID),
        (Credential(valid_until=None), CredentialState.VALID),
        (Credential(valid_until=DAY - timedelta(days=1)), CredentialState.EXPIRED),
        (Credential(valid_from=DAY + timedelta(days=1)), CredentialState.NOT_YET),
        (Credential(withdrawn=True), CredentialState.WITHDRAWN),
    ],
)
def test_how_a_paper_stands_in_a_word(credential: Credential, state: CredentialState) -> None:
    assert papers.credential_state(credential, DAY, 30) is state


@pytest.mark.parametrize(
    ("approval", "expected"),
    [
        (None, ["approval.missing"]),
        (Approval(), []),
        (Approval(ApprovalState.SUSPENDED, None, None), ["approval.missing"]),
        (Approval(valid_until=DAY - timedelta(days=1)), ["approval.expired"]),
        (Approval(valid_from=DAY + timedelta(days=1), valid_until=None), ["approval.not_yet"]),
    ],
)
def test_an_approval_counts_only_on_its_days(approval: Approval | None, expected: list[str]) -> None:
    found = papers.approval_blockers(approval, supplier_code="S", supplier_name="甲", material_code="M", day=DAY)
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("current", "wanted", "changes", "expected"),
    [
        (ApprovalState.PENDING, ApprovalState.APPROVED, {}, []),
        (None, ApprovalState.APPROVED, {}, []),
        (ApprovalState.REMOVED, ApprovalState.APPROVED, {}, ["state.move"]),
        (ApprovalState.PENDING, ApprovalState.SUSPENDED, {}, ["state.move"]),
        (ApprovalState.APPROVED, ApprovalState.SUSPENDED, {"valid_from": None, "valid_until": None}, []),
        (ApprovalState.PENDING, ApprovalState.APPROVED, {"basis": " "}, ["approval.basis"]),
        (ApprovalState.PENDING, ApprovalState.APPROVED, {"valid_until": None}, ["approval.dates"]),
        (ApprovalState.PENDING, ApprovalState.APPROVED, {"valid_until": DAY - timedelta(days=1)}, ["approval.dates"]),
    ],
)
def test_an_approval_has_dates_and_a_basis(
    current: ApprovalState | None, wanted: ApprovalState, changes: dict[str, Any], expected: list[str]
) -> None:
    facts: dict[str, Any] = {"basis": "审核报告 1", "valid_from": DAY, "valid_until": DAY, **changes}
    assert codes(approval.approval_decision_blockers(current, wanted, day=DAY, **facts)) == expected


def test_a_paper_out_of_date_is_not_entered_as_checked() -> None:
    assert approval.credential_entry_blockers(DAY, None, DAY) == []
    assert codes(approval.credential_entry_blockers(DAY, DAY - timedelta(days=1), DAY)) == ["credential.dates"]
    old = DAY - timedelta(days=9)
    assert codes(approval.credential_entry_blockers(old, DAY - timedelta(days=1), DAY)) == ["credential.expired"]


@pytest.mark.parametrize(
    ("made", "ends", "life", "last"),
    [
        (None, None, None, None),
        (date(2026, 11, 1), None, 180, date(2027, 4, 30)),
        (None, date(2027, 1, 1), None, date(2027, 1, 1)),
        (date(2026, 11, 1), date(2027, 1, 1), 180, date(2027, 1, 1)),
        (None, date(2030, 1, 1), 10, date(2026, 12, 1)),
    ],
)
def test_the_last_usable_day_is_the_earlier_one(
    made: date | None, ends: date | None, life: int | None, last: date | None
) -> None:
    given = Receipt(Decimal(1), "L", "N", made_on=made, expires_on=ends)
    assert receipt.last_day(given, life, DAY) == last


def test_pieces_are_whole_and_come_on_no_rolls() -> None:
    half = Receipt(Decimal("1.5"), "L", "N")
    assert codes(receipt.quantity_blockers(Measure.PIECE, half)) == ["lot.quantity"]
    rolled = Receipt(Decimal(1), "L", "N", rolls=(NewRoll(Decimal(1)),))
    assert codes(receipt.quantity_blockers(Measure.PIECE, rolled)) == ["roll.unit"]
    weighed = Receipt(
        Decimal("3.0"), "L", "N", rolls=(NewRoll(None, Decimal("1.25")), NewRoll(Decimal(9), Decimal("1.75")))
    )
    assert receipt.quantity_blockers(Measure.KILOGRAM, weighed) == []


def test_the_sample_is_drawn_of_rolls_or_pieces() -> None:
    assert sampling_size(Measure.METRE, Receipt(Decimal(9), "L", "N", rolls=(NewRoll(Decimal(3)),) * 3)) == 3
    assert sampling_size(Measure.PIECE, Receipt(Decimal(5000), "L", "N")) == 5000
    assert sampling_size(Measure.KILOGRAM, Receipt(Decimal("12.5"), "L", "N")) == 1


def form(**given: Any) -> ReceiveLot:
    base = {"supplier": "S001", "material": "M", "supplier_lot": " L 1 ", "delivery_note": "N", "quantity": "10"}
    return ReceiveLot.model_validate({**base, **given})


@pytest.mark.parametrize(
    ("line", "roll"),
    [
        ("500", NewRoll(Decimal(500))),
        ("500 12.5", NewRoll(Decimal(500), Decimal("12.5"))),
        ("A-1\t500\t12.5", NewRoll(Decimal(500), Decimal("12.5"), "A-1")),
        ("A-1，５００", NewRoll(Decimal(500), None, "A-1")),
        ("7 500 12.5", NewRoll(Decimal(500), Decimal("12.5"), "7")),
    ],
)
def test_a_packing_list_is_read_as_it_is_pasted(line: str, roll: NewRoll) -> None:
    assert read_rolls(form(rolls=f"{line}\n\n"), Measure.METRE) == ((roll,), {})


def test_one_figure_is_in_the_unit_of_the_material() -> None:
    assert read_rolls(form(rolls="12.5"), Measure.KILOGRAM)[0] == (NewRoll(None, Decimal("12.5")),)
    assert read_rolls(form(roll_count=2, roll_quantity="3"), Measure.KILOGRAM)[0] == (NewRoll(None, Decimal(3)),) * 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rolls": "A-1"}, "rolls"),
        ({"rolls": "a b c"}, "rolls"),
        ({"rolls": "1 2 3 4"}, "rolls"),
        ({"rolls": "NaN"}, "rolls"),
        ({"rolls": "500", "roll_count": 1, "roll_quantity": "500"}, "rolls"),
        ({"roll_count": 3}, "roll_quantity"),
        ({"roll_quantity": "3"}, "roll_count"),
    ],
)
def test_a_list_that_cannot_be_read_says_which_line(given: dict[str, Any], field: str) -> None:
    rolls, faults = read_rolls(form(**given), Measure.METRE)
    assert rolls == ()
    assert set(faults) == {field}


@pytest.mark.parametrize("category", list(Category))
def test_every_category_has_customary_tests_marked_as_recalled(category: Category) -> None:
    found = template(category)
    assert found.level in LEVELS
    assert found.aql in AQLS
    assert all(test.requirement.provenance is Provenance.RECALLED for test in found.tests)
    assert all(test.requirement.limit is not None for test in found.tests)
    tests = SpecifiedTests(tests=found.tests)
    assert len(tests.plan(40, found.level, found.aql)) == len(found.tests)
    assert specifications.own_test_blockers(category, tests, "M") == []


def test_meltblown_without_an_own_test_of_filtration_is_not_put_in_force() -> None:
    tests = SpecifiedTests(tests=template(Category.MELTBLOWN).tests)
    own = tests.test("PFE")
    assert own is not None
    for change in ({"evidence": Evidence.CERTIFICATE}, {"required": False}):
        weak = tests.with_test(own.model_copy(update=change))
        found = specifications.approval_blockers(
            SpecificationState.DRAFT, weak, Category.MELTBLOWN, "M", drafter=1, approver=2
        )
        assert codes(found) == ["specification.own_test"]
    assert Category.MELTBLOWN in KEY_TESTS
    commissioned = tests.with_test(own.model_copy(update={"evidence": Evidence.COMMISSIONED}))
    assert specifications.own_test_blockers(Category.MELTBLOWN, commissioned, "M") == []


def test_an_empty_or_own_draft_is_not_put_in_force() -> None:
    found = specifications.approval_blockers(
        SpecificationState.IN_FORCE, SpecifiedTests(), Category.LABEL, "M", drafter=1, approver=1
    )
    assert codes(found) == ["specification.not_draft", "specification.empty", "specification.same_person"]
    assert codes(specifications.sampling_blockers("IV", "4.0")) == ["specification.sampling"]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("≥95", ">=95"), ("≤ 7", "<= 7"), ("23.0～27.0", "23.0 to 27.0"), ("23.0 – 27.0", "23.0 to 27.0"),
        ("合格", "pass"), ("不得检出", "ND"), (None, ""), ("９５", "95"),
    ],
)  # fmt: skip
def test_a_limit_is_read_as_people_type_it(typed: str | None, plain: str) -> None:
    assert plain_limit(typed) == plain


def written(**given: Any) -> WriteTest:
    base = {
        "code": "PFE",
        "name_zh": "过滤效率",
        "name_en": "PFE",
        "kind": "variable",
        "limit": "≥ 96",
        "evidence": "own",
    }
    return WriteTest.model_validate({**base, **given})


def test_what_a_person_typed_is_the_factorys_own_and_what_was_left_keeps_its_source() -> None:
    before = SpecifiedTests(tests=template(Category.MELTBLOWN).tests).test("PFE")
    assert before is not None
    changed = typed_test(written(), before, by="陈质量")
    assert changed is not None
    assert (changed.requirement.provenance, changed.requirement.source) == (Provenance.FACTORY, "陈质量")
    kept = typed_test(
        written(limit="≥ 95", condition=before.requirement.condition.zh if before.requirement.condition else None),
        before,
        by="陈质量",
    )
    assert kept is not None
    assert kept.requirement.provenance is Provenance.RECALLED
    assert kept.requirement.condition == before.requirement.condition


@pytest.mark.parametrize(
    "given",
    [
        {"limit": "high"},
        {"limit": "95"},
        {"limit": "27 to 23"},
        {"limit": "pass"},
        {"kind": "attribute", "rule": "mean"},
    ],
)
def test_a_limit_that_is_none_is_not_kept(given: dict[str, Any]) -> None:
    assert typed_test(written(**given), None, by="x") is None


def test_a_mark_needs_no_limit_and_an_unknown_limit_stays_empty() -> None:
    mark = typed_test(written(kind="attribute", limit=None, counted=True, specimens=5), None, by="x")
    assert mark is not None
    assert (mark.requirement.limit_text, mark.counted, mark.requirement.specimens) == ("pass", True, None)
    unknown = typed_test(written(limit=None), None, by="x")
    assert unknown is not None
    assert unknown.requirement.limit is None


def test_tests_are_unique_and_keep_their_place() -> None:
    tests = SpecifiedTests(tests=template(Category.MELTBLOWN).tests)
    first = tests.tests[0]
    with pytest.raises(ValueError, match="twice"):
        SpecifiedTests(tests=(first, first))
    assert tests.with_test(first.model_copy(update={"required": False})).tests[0].required is False
    assert tests.without(first.code).test(first.code) is None
    with pytest.raises(ValueError, match="attribute"):
        SpecificationTest(requirement=first.requirement, counted=True)
