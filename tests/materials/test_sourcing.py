"""The supplier file by its acts: evaluations, conditions, owners, warnings, traders, changes, scorecards."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.actor import Actor
from maskqms.app.today import sections
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.materials.actions.approvals import keep_evaluation
from maskqms.materials.actions.changes import report_source_change
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.actions.suppliers import CopyOfPaper, add_credential, hand_over_credential
from maskqms.materials.queries.changes import limits_of, source_changes
from maskqms.materials.queries.expiries import due_until
from maskqms.materials.queries.lots import LotRow, lot_by_code, rolls_of
from maskqms.materials.queries.materials import material_by_code
from maskqms.materials.queries.scorecard import key_values, scores, single_sources
from maskqms.materials.queries.suppliers import (
    SupplierRow,
    credential_file,
    credentials_of,
    evaluation_file,
    evaluations_of,
    latest_approval,
    supplier_by_code,
    supplier_list,
)
from maskqms.materials.rules.changes import opens_maker_change
from maskqms.materials.rules.papers import DEFAULT_TYPES
from maskqms.materials.states import (
    ApprovalState,
    Category,
    CredentialType,
    DueKind,
    EvaluationKind,
    Measure,
    SourceChangeKind,
    SupplierKind,
)
from maskqms.quality.actions import decide_change
from maskqms.quality.queries import change
from maskqms.quality.states import ChangeState
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make import materials as make
from tests.make.papers import PAPER, picture

DAY = date(2026, 11, 21)
WITH_AGREEMENT = (*DEFAULT_TYPES, CredentialType.QUALITY_AGREEMENT)
MELTBLOWN = "M-MB-25"


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted(reason.code for reason in refused.value.reasons)


async def two_sources(people: People) -> tuple[SupplierRow, SupplierRow, str]:
    """Two approved makers of meltblown, and the change that the second one opened."""
    await make.material(people)
    first = await make.supplier(people, papers=WITH_AGREEMENT)
    await make.approve(people, first, MELTBLOWN)
    second = await make.supplier(people, name="山东另一家熔喷厂", papers=WITH_AGREEMENT)
    await make.approve(people, second, MELTBLOWN)
    for one in (first, second):
        await make.order(people, make.Source(one.code, MELTBLOWN))
    [opened] = await source_changes(second.id)
    return first, second, opened.change


async def test_the_first_approval_needs_an_audit_or_a_survey_that_is_kept(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people)
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, MELTBLOWN, evaluated=False)
    assert codes(refused) == ["approval.evaluation"]
    await make.evaluation(people, row.code, MELTBLOWN, kind=EvaluationKind.REVIEW)
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, MELTBLOWN, evaluated=False)
    assert codes(refused) == ["approval.evaluation"]
    number = await make.evaluation(people, row.code, MELTBLOWN, kind=EvaluationKind.SURVEY)
    await make.approve(people, row, MELTBLOWN, evaluated=False)
    about = await material_by_code(MELTBLOWN)
    current = await latest_approval(row.id, about.id)
    assert current is not None
    assert (current.evaluation, current.evaluate_by) == (number, date(2027, 11, 20))
    kept = await evaluation_file(number)
    assert (kept.media_type, kept.content) == ("application/pdf", PAPER)
    assert len((await evaluations_of(row.id, about.id))[0].digest) == 64


async def test_an_evaluation_that_is_no_paper_is_not_kept(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people, papers=())
    with pytest.raises(Refused) as refused:
        await keep_evaluation(
            row.code, material=MELTBLOWN, kind=EvaluationKind.AUDIT, number=" ", done_on=DAY + timedelta(days=1),
            copy=CopyOfPaper("报告.pdf", b"MZ\x90"), actor=people.inspector,
        )  # fmt: skip
    assert codes(refused) == ["actor.role", "evaluation.date", "evaluation.number", "file.type"]


async def test_the_next_evaluation_moves_only_with_a_new_one(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people)
    await make.approve(people, row, MELTBLOWN, evaluate_by=date(2027, 5, 1))
    await make.approve(people, row, MELTBLOWN, evaluated=False)
    about = await material_by_code(MELTBLOWN)
    current = await latest_approval(row.id, about.id)
    assert current is not None
    assert current.evaluate_by == date(2027, 5, 1)
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, MELTBLOWN, evaluated=False, evaluate_by=date(2027, 6, 1))
    assert codes(refused) == ["approval.evaluation"]
    await make.approve(people, row, MELTBLOWN, evaluate_by=date(2027, 6, 1))


async def test_a_conditional_approval_has_a_condition_and_may_deliver(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people, papers=WITH_AGREEMENT)
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, MELTBLOWN, state=ApprovalState.CONDITIONAL)
    assert codes(refused) == ["approval.condition"]
    condition = "仅限 5000 m，2026 年内"
    await make.approve(people, row, MELTBLOWN, state=ApprovalState.CONDITIONAL, condition=condition)
    await make.order(people, make.Source(row.code, MELTBLOWN))
    received = await receive_lot(supplier=row.code, material=MELTBLOWN, receipt=make.receipt(), actor=people.warehouse)
    assert received.rolls == 4
    assert (await supplier_list(DAY))[0].approved == [MELTBLOWN]
    await make.approve(people, row, MELTBLOWN, state=ApprovalState.SUSPENDED)


async def test_through_a_trader_nothing_comes_without_the_maker_s_papers(people: People) -> None:
    await make.material(people)
    own = (CredentialType.BUSINESS_LICENCE, CredentialType.AUTHORISATION_LETTER, CredentialType.QUALITY_AGREEMENT)
    row = await make.supplier(people, kind=SupplierKind.TRADER, papers=own)
    with pytest.raises(Refused) as refused:
        await make.approve(people, row, MELTBLOWN)
    assert codes(refused) == ["maker.missing"]
    for type_ in (CredentialType.BUSINESS_LICENCE, CredentialType.PRODUCTION_LICENCE):
        await make.credential(people, row.code, type_, maker="山东某熔喷厂")
    await make.approve(people, row, MELTBLOWN)
    await make.order(people, make.Source(row.code, MELTBLOWN))
    with pytest.raises(Refused) as refused:
        await receive_lot(
            supplier=row.code, material=MELTBLOWN, receipt=make.receipt(manufacturer="别的厂"), actor=people.warehouse
        )
    assert codes(refused) == ["maker.missing"]
    assert "别的厂" in refused.value.reasons[0].text.in_locale("zh")
    received = await receive_lot(
        supplier=row.code,
        material=MELTBLOWN,
        receipt=make.receipt(manufacturer=" 山东某熔喷厂 "),
        actor=people.warehouse,
    )
    shown = (await lot_by_code(received.lot)).credentials
    assert [one.get("maker") for one in shown].count("山东某熔喷厂") == 2


async def test_a_letter_names_its_person_and_a_maker_has_no_other_maker(people: People) -> None:
    row = await make.supplier(people, papers=())
    with pytest.raises(Refused) as refused:
        await add_credential(
            row.code, type=CredentialType.AUTHORISATION_LETTER, number="1", valid_from=DAY, valid_until=None,
            names_item=True, maker="原厂", copy=CopyOfPaper("信.png", picture("PNG")[:-20]), actor=people.warehouse,
        )  # fmt: skip
    assert codes(refused) == ["credential.maker", "file.type", "letter.person", "letter.products", "letter.until"]
    made = await add_credential(
        row.code, type=CredentialType.TEST_REPORT, number="1", valid_from=DAY, valid_until=None, names_item=True,
        copy=CopyOfPaper("报告.pdf", picture()), actor=people.warehouse,
    )  # fmt: skip
    assert (await credential_file(made)).media_type == "image/jpeg"


async def warned(actor: Actor) -> int | None:
    """How many papers Today warns this person of."""
    return next(one.total for one in await sections(actor) if str(one.title).startswith("Papers"))


async def test_warnings_go_to_the_owner_and_to_quality(people: People) -> None:
    row = await make.supplier(people, papers=())
    number = await make.credential(people, row.code, CredentialType.BUSINESS_LICENCE, valid_until=DAY + timedelta(90))
    await make.credential(people, row.code, CredentialType.PRODUCTION_LICENCE, valid_until=DAY + timedelta(91))
    with in_locale("en"):
        assert await warned(people.quality) == 1
        assert await warned(people.warehouse) == 0
        with pytest.raises(Refused) as refused:
            await hand_over_credential(number, to=people.operator.username, actor=people.inspector)
        assert codes(refused) == ["actor.role", "owner.role"]
        with pytest.raises(Refused) as refused:
            await hand_over_credential(number, to="nobody", actor=people.quality)
        assert codes(refused) == ["owner.unknown"]
        await hand_over_credential(number, to="warehouse", actor=people.quality)
        assert await warned(people.warehouse) == 1
        assert await warned(people.quality) == 1
    assert people.warehouse.name in [paper.owner for paper in await credentials_of(row.id)]
    assert people.warehouse.account_id is not None
    assert len(await due_until(DAY + timedelta(100), owner=people.warehouse.account_id)) == 1


async def test_the_calendar_has_papers_approvals_and_evaluations_and_no_paper_that_was_renewed(people: People) -> None:
    await make.material(people)
    row = await make.supplier(people)
    await make.approve(people, row, MELTBLOWN, evaluate_by=date(2027, 5, 1))
    due = await due_until(DAY + timedelta(366))
    assert [one.kind for one in due] == [DueKind.EVALUATION, DueKind.APPROVAL, DueKind.CREDENTIAL, DueKind.CREDENTIAL]
    assert all(str(one.title) for one in due)
    await make.credential(people, row.code, CredentialType.BUSINESS_LICENCE, valid_until=DAY + timedelta(700))
    assert len(await due_until(DAY + timedelta(366))) == 3


async def test_a_second_source_of_meltblown_opens_a_change_and_limits_its_lots(people: People) -> None:
    first, second, code = await two_sources(people)
    assert await source_changes(first.id) == []
    opened = await change(code)
    assert (opened.state, opened.source) == (ChangeState.OPEN, second.code)
    lot = (
        await receive_lot(supplier=second.code, material=MELTBLOWN, receipt=make.receipt(), actor=people.warehouse)
    ).lot
    unit = await sql.fetch_value("SELECT id FROM trace_unit WHERE code = $1", f"{lot}-R01")
    [limit] = await limits_of(unit)
    assert (limit.lot, limit.change, limit.state) == (lot, code, ChangeState.OPEN)
    other = (
        await receive_lot(supplier=first.code, material=MELTBLOWN, receipt=make.receipt(), actor=people.warehouse)
    ).lot
    assert await limits_of((await lot_by_code(other)).id) == []
    await make.change_decided(people, code)
    assert await limits_of(unit) == []


async def test_of_two_first_approvals_at_once_one_is_the_change(people: People) -> None:
    await make.material(people)
    rows = [await make.supplier(people, name=name) for name in ("甲熔喷厂", "乙熔喷厂")]
    await people.signer("quality")
    await asyncio.gather(*(make.approve(people, row, MELTBLOWN) for row in rows))
    assert await sql.fetch_value("SELECT count(*) FROM source_change") == 1


async def test_another_material_or_the_same_supplier_again_opens_none(people: People) -> None:
    await make.material(people, code="M-EL-1", name="耳带", category=Category.EAR_LOOP, unit=Measure.KILOGRAM)
    for name in ("甲耳带厂", "乙耳带厂"):
        await make.approve(people, await make.supplier(people, name=name), "M-EL-1")
    first, second, code = await two_sources(people)
    await make.approve(people, second, MELTBLOWN)
    assert [one.change for one in await source_changes(second.id)] == [code]
    assert await sql.fetch_value("SELECT count(*) FROM change_control") == 1
    assert first.code != second.code


async def test_a_reported_change_limits_what_comes_after_it_and_a_rejected_one_for_good(
    people: People, clock: Clock
) -> None:
    where = await make.source(people)
    before = (await receive_lot(
        supplier=where.supplier, material=MELTBLOWN, receipt=make.receipt(), actor=people.warehouse
    )).lot  # fmt: skip
    await clock.set("2026-11-21T11:00+08:00")
    reported = await report_source_change(
        where.supplier, material=MELTBLOWN, kind=SourceChangeKind.GRADE, description="树脂由 1500 改为 1200",
        actor=people.warehouse,
    )  # fmt: skip
    await clock.set("2026-11-21T12:00+08:00")
    after = (await receive_lot(
        supplier=where.supplier, material=MELTBLOWN, receipt=make.receipt(delivery_note="SH-89"), actor=people.warehouse
    )).lot  # fmt: skip
    assert await limits_of((await lot_by_code(before)).id) == []
    limited = (await lot_by_code(after)).id
    assert [one.change for one in await limits_of(limited)] == [reported]
    await make.change_decided(people, reported, decision=ChangeState.REJECTED)
    assert [one.state for one in await limits_of(limited)] == [ChangeState.REJECTED]
    await clock.set("2026-11-21T13:00+08:00")
    again = await report_source_change(
        where.supplier, material=MELTBLOWN, kind=SourceChangeKind.PROCESS, description="恢复 1500 树脂",
        actor=people.warehouse,
    )  # fmt: skip
    await make.change_decided(people, again)
    assert [one.change for one in await limits_of(limited)] == [reported]
    await clock.set("2026-11-21T14:00+08:00")
    last = (await receive_lot(
        supplier=where.supplier, material=MELTBLOWN, receipt=make.receipt(delivery_note="SH-90"), actor=people.warehouse
    )).lot  # fmt: skip
    assert await limits_of((await lot_by_code(last)).id) == []


async def received_of(people: People, supplier: str, maker: str, note: str) -> LotRow:
    made = await receive_lot(
        supplier=supplier,
        material=MELTBLOWN,
        receipt=make.receipt(manufacturer=maker, delivery_note=note),
        actor=people.inspector,
    )
    return await lot_by_code(made.lot)


async def test_a_trader_that_brings_another_maker_s_meltblown_opens_a_change_that_limits_that_maker_alone(
    people: People, clock: Clock
) -> None:
    await make.material(people)
    own = (CredentialType.BUSINESS_LICENCE, CredentialType.AUTHORISATION_LETTER, CredentialType.QUALITY_AGREEMENT)
    row = await make.supplier(people, kind=SupplierKind.TRADER, papers=own)
    for maker in ("甲厂", "乙厂"):
        for type_ in (CredentialType.BUSINESS_LICENCE, CredentialType.PRODUCTION_LICENCE):
            await make.credential(people, row.code, type_, maker=maker)
    await make.approve(people, row, MELTBLOWN)
    await make.order(people, make.Source(row.code, MELTBLOWN), 8000)
    first = await received_of(people, row.code, "甲厂", "SH-1")
    assert await source_changes(row.id) == [], "the first maker is what the approval was about"
    other = await received_of(people, row.code, " 乙厂 ", "SH-2")
    [opened] = await source_changes(row.id)
    assert (opened.kind, opened.state) == (SourceChangeKind.MAKER, ChangeState.OPEN)
    assert [one.change for one in await limits_of(other.id)] == [opened.change]
    assert [one.change for one in await limits_of((await rolls_of(other.id))[0].id)] == [opened.change]
    await clock.set("2026-11-22T12:00+08:00")
    again = await received_of(people, row.code, "甲厂", "SH-3")
    more = await received_of(people, row.code, "乙 厂", "SH-4")
    assert len(await source_changes(row.id)) == 1, "one change, however often that maker's goods come"
    assert [await limits_of(one.id) for one in (first, again)] == [[], []]
    assert [one.change for one in await limits_of(more.id)] == [opened.change]
    await make.change_decided(people, opened.change)
    assert [await limits_of(one.id) for one in (other, more)] == [[], []]


async def test_another_maker_of_what_is_no_key_material_is_no_change(people: People) -> None:
    assert opens_maker_change(Category.MELTBLOWN, "乙厂", ["甲厂"])
    assert not opens_maker_change(Category.MELTBLOWN, "甲厂", ["甲厂", "乙厂"])
    assert not opens_maker_change(Category.MELTBLOWN, "甲厂", [])
    assert not opens_maker_change(Category.EAR_LOOP, "乙厂", ["甲厂"])
    where = await make.source(people)
    with pytest.raises(Refused) as refused:
        await report_source_change(
            where.supplier,
            material=where.material,
            kind=SourceChangeKind.MAKER,
            description="更换生产厂",
            actor=people.quality,
        )
    assert codes(refused) == ["change.kind"]


async def test_a_change_is_not_reported_by_anybody_or_of_anything(people: People) -> None:
    await make.material(people, code="M-EL-1", name="耳带", category=Category.EAR_LOOP, unit=Measure.KILOGRAM)
    row = await make.supplier(people)
    with pytest.raises(Refused) as refused:
        await report_source_change(
            row.code, material="M-EL-1", kind=SourceChangeKind.SITE, description="x", actor=people.operator
        )
    assert codes(refused) == ["actor.role", "change.description", "change.not_approved", "change.not_key"]


async def test_a_change_is_decided_once_by_another_person_of_quality(people: People) -> None:
    _first, _second, code = await two_sources(people)
    facts: dict[str, Any] = {"decision": ChangeState.APPROVED, "conclusion": "验证报告", "digest": "0" * 64}
    with pytest.raises(Refused) as refused:
        await decide_change(code, **{**facts, "conclusion": " "}, signer=await people.signer("quality"))
    assert codes(refused) == ["change.conclusion", "change.same_person"]
    assert "不能由其审批" in str(refused.value.reasons[0].text)
    with pytest.raises(Refused) as refused:
        await decide_change(code, **facts, signer=await people.signer("manager"))
    assert codes(refused) == ["actor.role"]
    answers = await asyncio.gather(
        make.change_decided(people, code),
        make.change_decided(people, code, decision=ChangeState.REJECTED),
        return_exceptions=True,
    )
    lost = [answer for answer in answers if isinstance(answer, Refused)]
    assert [reason.code for reason in lost[0].reasons] == ["change.decided"]
    assert "已审批" in lost[0].reasons[0].text.in_locale("zh")


async def test_scorecards_count_real_lots_and_show_the_drift(people: People, client_as: ClientAs) -> None:
    where = await make.source(people)
    for number in range(4):
        received = await receive_lot(
            supplier=where.supplier, material=MELTBLOWN, actor=people.warehouse,
            receipt=make.receipt(count=1, supplier_lot=f"L-{number}", delivery_note=f"N-{number}"),
        )  # fmt: skip
        await make.inspected(people, received.inspection, bad={"PFE": str(97 - number % 2)} if number < 3 else None)
        if number == 0:
            await make.decide(people, received.lot)
    [row] = await scores()
    assert (row.lots, row.accepted, row.partly, row.rejected, row.waiting) == (4, 1, 0, 0, 3)
    assert row.rate == Decimal("100.0")
    assert (row.late, row.late_days) == (0, None)
    supplier = await supplier_by_code(where.supplier)
    values = await key_values(supplier.id, ["PFE"])
    assert [one.mean for one in values[:2]] == [97, 96]
    assert [one.code for one in await single_sources(DAY)] == [MELTBLOWN]
    client = await client_as(people.quality)
    page = (await client.get(f"/suppliers/{where.supplier}/scorecard")).text
    assert "data-chart" in page
    assert "最近 2 批" in page
    assert "仅 1 家合格供方" in (await client.get("/scorecard")).text
    assert "仅 1 家合格供方" in (await client.get("/suppliers")).text


async def test_a_scorecard_says_how_late_the_lots_came(people: People, clock: Clock) -> None:
    where = await make.source(people, ordered=None)
    await make.order(people, where, 2000, due_on=DAY + timedelta(days=2))
    for number, day in enumerate(("2026-11-23", "2026-11-26")):
        await clock.set(f"{day}T23:30+08:00")
        await receive_lot(
            supplier=where.supplier, material=MELTBLOWN, actor=people.warehouse,
            receipt=make.receipt(count=1, supplier_lot=f"L-{number}", delivery_note=f"N-{number}"),
        )  # fmt: skip
    [row] = await scores()
    assert (row.lots, row.late, row.late_days) == (2, 1, Decimal(3))


async def test_a_change_over_http_with_what_was_typed_kept(people: People, client_as: ClientAs) -> None:
    where = await make.source(people)
    url = f"/suppliers/{where.supplier}/materials/{MELTBLOWN}"
    buyer = await client_as(people.warehouse)
    assert (await buyer.post(f"{url}/changes", data={"kind": "grade"})).status_code == 422
    given = {"kind": "grade", "description": "树脂牌号更换", "key": "change-key-1"}
    opened = await buyer.post(f"{url}/changes", data=given)
    assert (await buyer.post(f"{url}/changes", data=given)).headers["location"] == opened.headers["location"]
    assert await sql.fetch_value("SELECT count(*) FROM change_control") == 1
    bad = await buyer.post(f"{url}/evaluations", data={"kind": "audit", "number": "AU-77", "done_on": "2026-11-20"})
    assert (bad.status_code, "AU-77" in bad.text) == (422, True)
    virus = {"report": ("报告.pdf", b"MZ", "application/pdf")}
    refused = await buyer.post(
        f"{url}/evaluations", data={"kind": "audit", "number": "AU-77", "done_on": "2026-11-20"}, files=virus
    )
    assert (refused.status_code, "不是 PDF、JPEG 或 PNG" in refused.text) == (409, True)
    about = {"kind": "audit", "number": "AU-77", "done_on": "2026-11-20"}
    good = await buyer.post(f"{url}/evaluations", data=about, files={"report": ("报告.pdf", PAPER, "text/html")})
    assert good.status_code == 303
    assert (await buyer.get(f"{url}/evaluations/2/file")).content == PAPER
    quality = await client_as(people.quality)
    address = opened.headers["location"]
    page = (await quality.get(address)).text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    signed = {
        "decision": "approved", "conclusion": "验证报告 VR-1", "username": "quality", "password": PASSWORD,
        "digest": digest, "key": "decide-key-1",
    }  # fmt: skip
    assert (await quality.post(f"{address}/decide", data={**signed, "decision": "x"})).status_code == 422
    assert (await quality.post(f"{address}/decide", data=signed)).status_code == 303
    assert (await change(address.rsplit("/", 1)[1])).state is ChangeState.APPROVED
    assert "变更已批准" in (await quality.get("/changes?state=approved")).text
    owner = await buyer.post(f"/suppliers/{where.supplier}/credentials/1/owner", data={"to": people.quality2.username})
    assert owner.status_code == 303
    assert (await buyer.post(f"/suppliers/{where.supplier}/credentials/1/owner", data={})).status_code == 422


async def test_lists_cost_the_same_however_many_there_are(
    people: People, client_as: ClientAs, asked: list[str]
) -> None:
    client = await client_as(people.quality)
    counts = []
    for number in range(2):
        for more in range(number * 2 + 1):
            await make.supplier(people, name=f"第 {number}-{more} 家")
        for path in ("/expiries", "/scorecard", "/changes", "/suppliers"):
            asked.clear()
            await client.get(path)
            counts.append(len(asked))
    assert counts[:4] == counts[4:]
