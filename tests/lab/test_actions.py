"""A sheet from opening to decision: nothing is overwritten, three persons, every refusal."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from maskqms.accounts.signing import Meaning, content_digest, sign
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import NotFound, Refused, Stale
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry, send_back
from maskqms.lab.actions.review import decide_inspection, review_inspection
from maskqms.lab.queries.inspections import inspection, inspections, inspections_of
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Decision, InspectionState, Outcome
from maskqms.quality.queries import open_deviations
from tests.conftest import People
from tests.make import lab as make


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def decide(
    code: str, people: People, decision: Decision = Decision.ACCEPTED, who: str = "quality", known: bool = False
) -> None:
    signer = await people.signer(who)
    async with act(Tag.INSPECTION_DECIDE, actor=signer.actor):
        signature = await sign(signer, Meaning.APPROVED, subject=code, content={"inspection": code})
        await decide_inspection(code, decision=decision, signature=signature, signer=signer, otherwise_known=known)


async def test_a_sheet_goes_from_entry_over_review_to_decision(people: People) -> None:
    row = await make.reviewed(people)
    assert (row.state, row.outcome, row.reviewer_name) == (InspectionState.REVIEWED, Outcome.PASS, "赵检验")
    await decide(row.code, people)
    done = await inspection(row.code)
    assert (done.state, done.decision, done.decider_name) == (InspectionState.DECIDED, Decision.ACCEPTED, "陈质量")
    assert [i.code for i in await inspections_of(row.subject)] == [row.code]


async def test_a_value_is_judged_as_it_is_entered_and_one_out_of_limits_is_kept(people: People) -> None:
    row = await make.inspection(people.quality)
    good = await enter_result(row.code, test="PFE", specimen=1, value="95.00", actor=people.inspector)
    bad = await enter_result(row.code, test="PFE", specimen=2, value="94.96", actor=people.inspector)
    counted = await enter_result(row.code, test="APPEAR", specimen=1, value="1", actor=people.inspector)
    assert [good.outcome, bad.outcome, counted.outcome] == [Outcome.PASS, Outcome.FAIL, Outcome.PASS]
    found = await sheet(row.code)
    assert found.verdict.outcome is Outcome.FAIL
    assert [r.text for r in found.results] == ["95.00", "94.96", "1"]


async def test_a_value_is_never_overwritten_only_superseded_with_a_reason(people: People) -> None:
    row = await make.inspection(people.quality)
    await enter_result(row.code, test="PFE", specimen=1, value="59.1", actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await enter_result(row.code, test="PFE", specimen=1, value="95.1", actor=people.inspector)
    assert codes(refused) == {"result.exists"}
    await enter_result(row.code, test="PFE", specimen=1, value="95.1", actor=people.inspector2, reason="看错数字")
    found = await sheet(row.code)
    assert [(r.text, r.reason) for r in found.history("PFE", 1)] == [("59.1", None), ("95.1", "看错数字")]
    current = found.current("PFE", 1)
    assert current is not None
    assert (current.text, current.supersedes) == ("95.1", found.results[0].id)
    assert set(found.analysts.values()) == {"李检验", "赵检验"}
    for statement in ("UPDATE lab_result SET text = '99'", "DELETE FROM lab_result"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(statement)


@pytest.mark.parametrize(
    ("test", "specimen", "value", "code"),
    [
        ("PFE", 4, "95", "result.specimen"),
        ("PFE", 1, "abc", "result.value"),
        ("APPEAR", 1, "51", "result.value"),
        ("APPEAR", 1, "-1", "result.value"),
        ("APPEAR", 1, "0.5", "result.value"),
        ("NONE", 1, "95", "result.test"),
    ],
)
async def test_a_value_that_the_plan_has_no_place_for_is_refused(
    people: People, test: str, specimen: int, value: str, code: str
) -> None:
    row = await make.inspection(people.quality)
    with pytest.raises(Refused) as refused:
        await enter_result(row.code, test=test, specimen=specimen, value=value, actor=people.inspector)
    assert codes(refused) == {code}
    assert (await sheet(row.code)).results == []


async def test_every_reason_at_once(people: People) -> None:
    row = await make.reviewed(people)
    with pytest.raises(Refused) as refused:
        await enter_result(row.code, test="PFE", specimen=1, value="95", actor=people.warehouse)
    assert codes(refused) == {"actor.role", "inspection.closed", "result.exists"}


async def test_two_who_enter_the_same_cell_at_once_get_one_first_value(people: People) -> None:
    row = await make.inspection(people.quality)
    answers = await asyncio.gather(
        *(
            enter_result(row.code, test="PFE", specimen=1, value=value, actor=actor)
            for value, actor in [("95.1", people.inspector), ("96.2", people.inspector2)] * 3
        ),
        return_exceptions=True,
    )
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 5
    assert len((await sheet(row.code)).results) == 1


async def test_a_sheet_with_holes_is_not_handed_over_unless_it_failed(people: People) -> None:
    row = await make.inspection(people.quality)
    await enter_result(row.code, test="PFE", specimen=1, value="96", actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await finish_entry(row.code, actor=people.inspector)
    assert [r.code for r in refused.value.reasons] == ["result.missing", "result.missing"]
    await enter_result(row.code, test="PFE", specimen=2, value="80", actor=people.inspector)
    assert (await finish_entry(row.code, actor=people.inspector)).outcome is Outcome.FAIL


async def test_a_failed_sheet_opens_one_deviation_on_its_unit(people: People) -> None:
    row = await make.inspection(people.quality)
    await make.fill(row.code, people.inspector, pfe=("90", "96", "97"))
    await finish_entry(row.code, actor=people.inspector)
    await send_back(row.code, reason="再看一遍", actor=people.inspector2)
    await finish_entry(row.code, actor=people.inspector)
    found = await open_deviations([row.subject])
    assert [(d.source, d.opener_name) for d in found] == [(row.code, "李检验")]
    assert "90" in found[0].description


async def test_who_tested_does_not_review_even_when_the_value_was_corrected_by_another(people: People) -> None:
    row = await make.inspection(people.quality)
    await make.fill(row.code, people.inspector2)
    await enter_result(row.code, test="PFE", specimen=1, value="95.2", actor=people.inspector, reason="笔误")
    await finish_entry(row.code, actor=people.inspector)
    for who in ("inspector", "inspector2"):
        with pytest.raises(Refused) as refused:
            await make.review(row.code, people, who)
        assert codes(refused) == {"person.analyst"}
    with pytest.raises(Refused) as refused:
        await make.review(row.code, people, "operator")
    assert codes(refused) == {"actor.role"}
    await make.review(row.code, people, "quality2")


async def test_a_review_of_something_else_than_was_shown_is_stale(people: People) -> None:
    row = await make.inspection(people.quality)
    await make.fill(row.code, people.inspector)
    shown = content_digest((await sheet(row.code)).content)
    await enter_result(row.code, test="PFE", specimen=1, value="99", actor=people.inspector, reason="笔误")
    await finish_entry(row.code, actor=people.inspector)
    with pytest.raises(Stale):
        await review_inspection(row.code, digest=shown, signer=await people.signer("inspector2"))


async def test_sent_back_a_sheet_takes_corrections_and_needs_a_new_review(people: People) -> None:
    row = await make.reviewed(people)
    with pytest.raises(Refused) as refused:
        await send_back(row.code, reason=" ", actor=people.quality)
    assert codes(refused) == {"reason.missing"}
    again = await send_back(row.code, reason="样品编号有疑问", actor=people.quality)
    assert (again.state, again.outcome, again.review_signature) == (InspectionState.OPEN, None, None)
    await enter_result(row.code, test="PFE", specimen=1, value="95.3", actor=people.inspector, reason="核对原始记录")
    await finish_entry(row.code, actor=people.inspector)
    assert (await make.review(row.code, people)).state is InspectionState.REVIEWED


@pytest.mark.parametrize(("who", "code"), [("inspector", "person.analyst"), ("inspector2", "person.reviewer")])
async def test_a_third_person_decides(people: People, who: str, code: str) -> None:
    row = await make.reviewed(people)
    with pytest.raises(Refused) as refused:
        await decide(row.code, people, who=who)
    assert codes(refused) == {code}


async def test_a_decision_against_the_verdict_is_refused(people: People) -> None:
    row = await make.reviewed(people)
    with pytest.raises(Refused) as refused:
        await decide(row.code, people, Decision.REJECTED)
    assert codes(refused) == {"inspection.verdict"}
    await decide(row.code, people, Decision.REJECTED, known=True)


async def test_a_failed_sheet_is_not_accepted(people: People) -> None:
    row = await make.reviewed(people, pfe=("94", "96", "97"))
    with pytest.raises(Refused) as refused:
        await decide(row.code, people)
    assert codes(refused) == {"inspection.verdict", "investigation.open"}
    await decide(row.code, people, Decision.REJECTED)


async def test_an_open_sheet_is_not_decided_and_a_decided_one_not_again(people: People) -> None:
    row = await make.inspection(people.quality)
    with pytest.raises(Refused) as refused:
        await decide(row.code, people)
    assert codes(refused) == {"inspection.not_reviewed", "inspection.verdict"}
    with pytest.raises(NotFound):
        await decide("IN-0", people)


async def test_of_two_deciders_exactly_one_wins(people: People) -> None:
    row = await make.reviewed(people)
    answers = await asyncio.gather(
        *(decide(row.code, people, who=who) for who in ("quality", "quality2")), return_exceptions=True
    )
    assert sum(answer is None for answer in answers) == 1
    assert await sql.fetch_value("SELECT count(*) FROM signature WHERE meaning = 'approved'") == 1


async def test_the_list_counts_and_finds(people: People) -> None:
    first = await make.inspection(people.quality)
    await make.fill(first.code, people.inspector)
    second = await make.inspection(people.quality, subject=await make.unit(people.quality, "MB-3"))
    found = await inspections(state=None)
    assert [(r.code, r.entered, r.needed) for r in found.rows] == [(first.code, 4, 4), (second.code, 0, 4)]
    assert found.counts == {InspectionState.OPEN: 2}
    assert [r.code for r in (await inspections(state=InspectionState.OPEN, text="mb-3")).rows] == [second.code]
    assert (await inspections(state=InspectionState.DECIDED)).total == 0
