"""Suppliers, their papers and approvals; materials and their specifications: acts with their refusals."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from maskqms.accounts.queries import signatures_of
from maskqms.db import sql
from maskqms.errors import NotFound, Refused, Stale
from maskqms.materials.actions.approvals import decide_approval, propose_supplier
from maskqms.materials.actions.specifications import (
    approve_specification,
    draft_specification,
    enter_material,
    remove_test,
    set_sampling,
    write_test,
)
from maskqms.materials.actions.suppliers import (
    CopyOfPaper,
    add_credential,
    enter_supplier,
    require_credentials,
    withdraw_credential,
)
from maskqms.materials.queries.materials import (
    material_by_code,
    specification,
    specification_in_force,
    specifications_of,
)
from maskqms.materials.queries.suppliers import (
    approved_suppliers,
    credential_rules,
    credentials_of,
    latest_approval,
    supplier_by_code,
    supplier_list,
)
from maskqms.materials.states import (
    ApprovalState,
    Category,
    CredentialType,
    Measure,
    SpecificationState,
    SupplierKind,
)
from tests.conftest import Clock, People
from tests.make import materials as make


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted(reason.code for reason in refused.value.reasons)


async def test_suppliers_are_numbered_and_their_names_are_unique(people: People) -> None:
    first = await make.supplier(people, papers=())
    second = await make.supplier(people, name="乙", kind=SupplierKind.TRADER, papers=())
    assert (first.code, second.code) == ("S001", "S002")
    with pytest.raises(Refused) as refused:
        await enter_supplier(name="乙", kind=SupplierKind.TRADER, actor=people.warehouse)
    assert codes(refused) == ["supplier.name"]
    with pytest.raises(Refused) as refused:
        await enter_supplier(name="丙", kind=SupplierKind.TRADER, actor=people.operator)
    assert codes(refused) == ["actor.role"]


async def test_a_supplier_without_its_papers_is_not_approved(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people, papers=(CredentialType.BUSINESS_LICENCE,))
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, "M-MB-25")
    assert codes(refused) == ["credential.missing"]
    await make.credential(people, row.code, CredentialType.PRODUCTION_LICENCE)
    await make.approve(people, row, "M-MB-25")
    about = await material_by_code("M-MB-25")
    current = await latest_approval(row.id, about.id)
    assert current is not None
    assert current.state is ApprovalState.APPROVED
    assert [signed.meaning.value for signed in await signatures_of(row.code)] == ["approved"]
    assert [a.supplier_code for a in await approved_suppliers(about.id)] == [row.code]


async def test_only_quality_approves_and_what_was_shown_is_signed(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people)
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, "M-MB-25", who="manager")
    assert codes(refused) == ["actor.role"]
    with pytest.raises(Stale):
        await decide_approval(
            row.code, material="M-MB-25", state=ApprovalState.APPROVED, basis="审核报告", digest="0" * 64,
            signer=await people.signer("quality"), valid_from=date(2026, 11, 1), valid_until=date(2027, 11, 1),
        )  # fmt: skip


async def test_a_removed_supplier_begins_anew_and_one_is_proposed_once(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people)
    await make.approve(people, row, "M-MB-25")
    with pytest.raises(Refused) as refused:
        await propose_supplier(row.code, material="M-MB-25", basis="再次", actor=people.warehouse)
    assert codes(refused) == ["approval.exists"]
    await make.approve(people, row, "M-MB-25", state=ApprovalState.REMOVED)
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, "M-MB-25")
    assert codes(refused) == ["state.move"]
    await propose_supplier(row.code, material="M-MB-25", basis="整改后重新申请", actor=people.warehouse)
    await make.approve(people, row, "M-MB-25")
    assert await sql.fetch_value("SELECT count(*) FROM approval") == 5


async def test_two_decisions_at_once_are_one_after_the_other(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people)
    await propose_supplier(row.code, material="M-MB-25", basis="首批试用", actor=people.warehouse)
    answers = await asyncio.gather(
        make.approve(people, row, "M-MB-25"),
        make.approve(people, row, "M-MB-25", state=ApprovalState.REMOVED, who="quality2"),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Refused"] or sorted(
        type(answer).__name__ for answer in answers
    ) == ["NoneType", "Stale"]


async def test_a_paper_is_withdrawn_once_with_a_reason_and_stays_readable(people: People) -> None:
    row = await make.supplier(people, papers=())
    number = await make.credential(people, row.code, CredentialType.TEST_REPORT)
    with pytest.raises(Refused) as refused:
        await withdraw_credential(number, reason=" ", actor=people.operator)
    assert codes(refused) == ["actor.role", "reason.missing"]
    await withdraw_credential(number, reason="伪造", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await withdraw_credential(number, reason="伪造", actor=people.quality)
    assert codes(refused) == ["credential.withdrawn"]
    papers = await credentials_of(row.id)
    assert [(p.withdrawn, p.withdrawn_reason) for p in papers] == [(True, "伪造")]
    with pytest.raises(NotFound):
        await withdraw_credential(99, reason="没有", actor=people.quality)


async def test_papers_out_of_date_are_not_entered(people: People) -> None:
    row = await make.supplier(people, papers=())
    with pytest.raises(Refused) as refused:
        await add_credential(
            row.code, type=CredentialType.TEST_REPORT, number="1", valid_from=date(2025, 1, 1),
            valid_until=date(2026, 11, 20), names_item=True, copy=CopyOfPaper("报告.pdf", b"no paper"),
            actor=people.quality,
        )  # fmt: skip
    assert codes(refused) == ["credential.expired", "file.type"]
    with pytest.raises(NotFound):
        await make.credential(people, "S009", CredentialType.TEST_REPORT)


async def test_quality_decides_which_papers_a_category_needs(people: People) -> None:
    await make.material(people)
    types = [CredentialType.BUSINESS_LICENCE, CredentialType.QUALITY_AGREEMENT]
    with pytest.raises(Refused) as refused:
        await require_credentials(Category.MELTBLOWN, types[1:], actor=people.warehouse)
    assert codes(refused) == ["actor.role", "credential.rule"]
    await require_credentials(Category.MELTBLOWN, types, actor=people.quality)
    await require_credentials(Category.MELTBLOWN, types, actor=people.quality)
    assert await credential_rules() == {Category.MELTBLOWN: tuple(types)}
    row = await make.supplier(people)
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, "M-MB-25")
    assert codes(refused) == ["credential.missing"]


async def test_the_list_counts_papers_out_of_date_unless_renewed(people: People, clock: Clock) -> None:
    await make.material(people)
    row = await make.supplier(people)
    await make.approve(people, row, "M-MB-25", valid_until=date(2028, 1, 1))
    day = date(2027, 12, 1)
    line = (await supplier_list(day))[0]
    assert (line.expired, line.next_end, line.approved) == (2, None, ["M-MB-25"])
    await make.credential(people, row.code, CredentialType.BUSINESS_LICENCE, valid_until=day + timedelta(days=5))
    line = (await supplier_list(day))[0]
    assert (line.expired, line.next_end) == (1, day + timedelta(days=5))


async def test_a_specification_is_drafted_changed_and_put_in_force_by_another(people: People) -> None:
    await make.material(people, in_force=False)
    draft = await specification("M-MB-25", 1)
    pfe = draft.tests.test("PFE")
    assert pfe is not None
    await write_test("M-MB-25", 1, pfe.model_copy(update={"required": True}), actor=people.inspector)
    await remove_test("M-MB-25", 1, "DECAY", actor=people.quality)
    await set_sampling("M-MB-25", 1, level="S-4", aql="2.5", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await set_sampling("M-MB-25", 1, level="IX", aql="2.5", actor=people.quality)
    assert codes(refused) == ["specification.sampling"]
    with pytest.raises(Refused) as refused:
        await make.put_in_force(people, "M-MB-25", who="quality")
    assert codes(refused) == ["specification.same_person"]
    await make.put_in_force(people, "M-MB-25")
    about = await material_by_code("M-MB-25")
    current = await specification_in_force(about.id)
    assert current is not None
    assert (current.version, current.level, current.aql, current.tests.test("DECAY")) == (1, "S-4", "2.5", None)
    for change in (
        write_test("M-MB-25", 1, pfe, actor=people.quality),
        remove_test("M-MB-25", 1, "PFE", actor=people.quality),
        make.put_in_force(people, "M-MB-25"),
    ):
        with pytest.raises(Refused) as refused:
            await change
        assert "specification.not_draft" in codes(refused)


async def test_a_new_version_replaces_the_old_and_there_is_one_draft(people: People) -> None:
    await make.material(people)
    with pytest.raises(Refused) as refused:
        await draft_specification("M-MB-25", actor=people.warehouse)
    assert codes(refused) == ["actor.role"]
    answers = await asyncio.gather(
        *(draft_specification("M-MB-25", actor=people.quality) for _n in range(3)), return_exceptions=True
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 2
    with pytest.raises(Stale):
        await approve_specification("M-MB-25", 2, digest="0" * 64, signer=await people.signer("quality2"))
    await make.put_in_force(people, "M-MB-25", 2)
    about = await material_by_code("M-MB-25")
    assert [(s.version, s.state) for s in await specifications_of(about.id)] == [
        (2, SpecificationState.IN_FORCE),
        (1, SpecificationState.RETIRED),
    ]


async def test_a_material_is_entered_once(people: People) -> None:
    await make.material(people, in_force=False)
    with pytest.raises(Refused) as refused:
        await enter_material(
            code="M-MB-25", name_zh="又一个", category=Category.LABEL, unit=Measure.PIECE, actor=people.quality
        )
    assert codes(refused) == ["material.code"]
    with pytest.raises(NotFound):
        await supplier_by_code("S009")
