"""What only the database knows: acts on materials that are refused, in the words that a person reads."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from maskqms.materials.actions.approvals import propose_supplier
from maskqms.materials.actions.conditions import MOST, record_readings
from maskqms.materials.actions.counts import finish_count, open_count, recount, set_count_limit
from maskqms.materials.actions.locations import enter_location
from maskqms.materials.actions.specifications import draft_specification
from maskqms.materials.actions.suppliers import require_credentials, withdraw_credential
from maskqms.materials.rules.conditions import Reading
from maskqms.materials.states import Category, CredentialType
from maskqms.materials.stock_states import LocationKind
from tests.conftest import Clock, People
from tests.make import lab, warehouse
from tests.make import materials as make
from tests.refusals import MOMENT, Tried, code_of, refused, wanted


async def propose(people: People, *, twice: bool, basis: str) -> None:
    supplier = await make.supplier(people)
    await make.material(people, in_force=False)
    for _time in range(2 if twice else 1):
        await propose_supplier(supplier.code, material="M-MB-25", basis=basis, actor=people.warehouse)


async def withdraw(people: People, reason: str, times: int = 1) -> None:
    supplier = await make.supplier(people, papers=())
    paper = await make.credential(people, supplier.code, CredentialType.BUSINESS_LICENCE)
    for _time in range(times):
        await withdraw_credential(paper, reason=reason, actor=people.warehouse)


async def read(people: People, count: int, times: int = 1) -> None:
    await warehouse.place(people, "Q-01", LocationKind.QUALIFIED)
    readings = [Reading(MOMENT - timedelta(minutes=n), Decimal(20), None) for n in range(count)]
    for _time in range(times):
        await record_readings("Q-01", readings, actor=people.warehouse)


async def counted(people: People, *, again: bool = False) -> str:
    """An open count of an empty place."""
    await warehouse.place(people, "Q-01", LocationKind.QUALIFIED)
    row = await open_count(location="Q-01", actor=people.warehouse)
    if again:
        await open_count(location="Q-01", actor=people.warehouse)
    return row.code


async def finish(people: People) -> None:
    await finish_count(await counted(people), actor=people.warehouse)


async def count_again(people: People) -> None:
    await recount(await counted(people), reason="差异过大", actor=people.warehouse)


async def name_twice(people: People) -> None:
    await warehouse.place(people, "Q-01", LocationKind.QUALIFIED)
    await enter_location(code="Q-01", name_zh="合格区二", kind=LocationKind.QUALIFIED, actor=people.warehouse)


async def name_as_a_unit(people: People) -> None:
    await lab.unit(people.quality)
    await enter_location(code="MB-20261121-001", name_zh="合格区", kind=LocationKind.QUALIFIED, actor=people.warehouse)


async def draft_twice(people: People) -> None:
    await make.material(people, in_force=False)
    await draft_specification("M-MB-25", actor=people.quality)


async def enter_twice(people: People) -> None:
    for _time in range(2):
        await make.material(people, in_force=False)


async def supplier_twice(people: People) -> None:
    for _time in range(2):
        await make.supplier(people, papers=())


TRIED = (
    Tried(
        "approval.exists",
        lambda people: propose(people, twice=True, basis="第二来源"),
        "该供应商对此物料已有审批记录：待批准。",
        "The supplier has a standing for this material already: Pending.",
    ),
    Tried(
        "approval.basis",
        lambda people: propose(people, twice=False, basis=" "),
        "请写明拟供应的物料和理由。",
        "Say what it would deliver and why.",
    ),
    Tried(
        "reason.missing",
        lambda people: withdraw(people, " "),
        "请写明此证照不再有效的原因。",
        "Say why this paper does not count any more.",
    ),
    Tried(
        "credential.withdrawn",
        lambda people: withdraw(people, "证照被吊销", 2),
        "business_licence-1 此前已作废。",
        "business_licence-1 was withdrawn before.",
    ),
    Tried(
        "credential.rule",
        lambda people: require_credentials(Category.LABEL, [CredentialType.TEST_REPORT], actor=people.quality),
        "每个供应商都须提供营业执照。",
        "Every supplier shows its business licence.",
    ),
    Tried("supplier.name", supplier_twice, "此供应商名称已存在。", "A supplier of this name is known already."),
    Tried("material.code", enter_twice, "此物料编号已存在。", "A material of this code is known already."),
    Tried(
        "specification.draft_exists",
        draft_twice,
        "版本 1 已是草稿。 → 请在该草稿上修改。",
        "Version 1 is a draft already. → Work on it.",
    ),
    Tried(
        "reading.many",
        lambda people: read(people, MOST + 1),
        "一个文件 20001 条读数过多；最多 20000 条。 → 请拆分文件。",
        "20001 readings are too many for one file; 20000 fit. → Divide the file.",
    ),
    Tried(
        "reading.known",
        lambda people: read(people, 1, 2),
        "Q-01 已有 2026-11-21 10:00 的读数。 → 请去掉此条；读数不可覆盖。",
        "Q-01 has a reading of 2026-11-21 10:00 already. → Leave this one out; a reading is never overwritten.",
    ),
    Tried(
        "count.limit",
        lambda people: set_count_limit(Decimal(101), basis="SOP-12", actor=people.quality),
        "限度应在 0 至 100 % 之间。",
        "The limit lies between 0 and 100 %.",
    ),
    Tried(
        "count.about",
        lambda people: open_count(actor=people.warehouse),
        "一次盘点针对一个库位或一种物料。",
        "A count is of one place or of one material.",
    ),
    Tried(
        "count.running",
        lambda people: counted(people, again=True),
        "Q-01 的盘点 CC-20261121-001 尚未完成。 → 请先结束并批准该盘点。",
        "Count CC-20261121-001 of Q-01 is not finished. → Finish and approve that one first.",
    ),
    Tried("count.empty", finish, "没有盘点任何物品。 → 请扫描实物。", "Nothing was counted. → Scan what lies there."),
    Tried(
        "count.not_counted",
        count_again,
        "盘点 CC-20261121-001 不在待批准状态：盘点中。 → 须先结束盘点。",
        "Count CC-20261121-001 does not wait for approval: Being counted. → The count is finished first.",
    ),
    Tried(
        "location.twice",
        name_twice,
        "库位 Q-01 已存在。 → 请为新库位另取编码。",
        "There is a place Q-01 already. → Give the new one another code.",
    ),
    Tried(
        "location.unit_code",
        name_as_a_unit,
        "MB-20261121-001 是物品的编码。 → 请为库位另取编码。",
        "MB-20261121-001 is the code of a unit. → Give the place another code.",
    ),
)


@pytest.mark.parametrize("row", TRIED, ids=code_of)
async def test_an_act_s_refusal_says_why_in_both_languages(row: Tried, people: People, clock: Clock) -> None:
    await clock.set(MOMENT)
    assert await refused(row, people) == wanted(row)
