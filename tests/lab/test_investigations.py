"""A failing result is never hidden, corrected away or repeated until it passes."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.db import sql
from maskqms.errors import Refused, Stale
from maskqms.i18n import in_locale
from maskqms.lab.actions.conclude import conclude_investigation
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry, send_back
from maskqms.lab.actions.investigate import (
    investigation_file,
    open_investigation,
    record_check,
    widen_investigation,
)
from maskqms.lab.actions.retest import enter_retest
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.investigations import investigations, investigations_of, questions_of
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Cause, CheckKind, Decision, InspectionState, InvestigationState, Outcome
from tests.conftest import PASSWORD, ClientAs, People
from tests.lab.test_actions import codes, decide
from tests.make import investigations as make
from tests.make import lab


def said(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return " ".join(f"{reason.text} {reason.remedy or ''}" for reason in refused.value.reasons)


async def test_a_failing_test_that_is_handed_in_opens_one_investigation(people: People) -> None:
    found = await make.failing(people, checked=False)
    assert (found.state, found.test) == (InvestigationState.LABORATORY, "PFE")
    assert "90" in found.why
    await send_back(found.inspection, reason="核对", actor=people.quality)
    await finish_entry(found.inspection, actor=people.inspector)
    assert len(await investigations_of((await inspection(found.inspection)).id)) == 1
    listed = await investigations(state=InvestigationState.LABORATORY, text=found.code.lower(), page=1, size=50)
    assert ([row.code for row in listed.rows], listed.total) == ([found.code], 1)


async def test_a_sheet_that_passes_opens_none(people: People) -> None:
    row = await lab.reviewed(people)
    assert await investigations_of(row.id) == []


async def test_a_failing_value_that_was_handed_in_is_not_corrected_into_a_passing_one(people: People) -> None:
    found = await make.failing(people)
    await send_back(found.inspection, reason="数值抄错", actor=people.quality)
    for specimen in (1, 2):
        with pytest.raises(Refused) as refused:
            await enter_result(
                found.inspection, test="PFE", specimen=specimen, value="99", reason="笔误", actor=people.inspector
            )
        assert codes(refused) == {"result.handed_in"}
    assert "已以不合格结果提交" in said(refused, "zh")
    assert "An investigation has to find the error" in said(refused, "en")
    assert refused.value.reasons[0].path[0].href == found.href
    assert [r.text for r in (await sheet(found.inspection)).history("PFE", 1)] == ["90"]


async def test_before_it_is_handed_in_a_slip_of_the_pen_is_corrected_with_its_reason(people: People) -> None:
    row = await lab.inspection(people.quality)
    await lab.fill(row.code, people.inspector, pfe=make.LOW)
    await enter_result(row.code, test="PFE", specimen=1, value="95.9", reason="看错数字", actor=people.inspector)
    assert (await finish_entry(row.code, actor=people.inspector)).outcome is Outcome.PASS


async def test_an_assignable_cause_makes_the_first_values_invalid_and_the_retest_counts(people: People) -> None:
    found = await make.failing(people)
    await make.approve(found.code, people)
    await make.repeat(found.code, people)
    before = await sheet(found.inspection)
    assert before.verdict.outcome is Outcome.FAIL, "until it is concluded the first result counts"
    done = await make.conclude(found.code, people)
    assert (done.state, done.cause) == (InvestigationState.CONCLUDED, Cause.PREPARATION)
    after = await sheet(found.inspection)
    assert (after.inspection.outcome, after.verdict.outcome) == (Outcome.PASS, Outcome.PASS)
    assert after.verdict.tests[0].values == ("96", "97", "98")
    first = after.history("PFE", 1)
    assert [(r.text, r.counts, r.retest) for r in first] == [("90", False, None), ("96", True, 1)]
    assert (first[0].invalid, first[0].invalid_reason, first[0].invalid_by) == (
        Cause.PREPARATION, "夹具密封圈破损", "陈质量",
    )  # fmt: skip
    assert after.content["beside"], "the reviewer signs what was repeated as well"


async def test_without_a_cause_the_first_result_stands_whatever_the_retest_says(people: People) -> None:
    found = await make.failing(people)
    await make.approve(found.code, people)
    await make.repeat(found.code, people)
    await make.conclude(found.code, people, Cause.NONE, words="未发现实验室差错")
    after = await sheet(found.inspection)
    assert after.verdict.outcome is Outcome.FAIL
    assert after.verdict.tests[0].values == make.LOW
    assert [r.text for r in after.repeats("PFE", 1)] == ["96"]


async def test_one_outlier_is_dropped_only_with_cause_and_approval_and_its_repetition_takes_its_place(
    people: People,
) -> None:
    found = await make.failing(people)
    await make.approve(found.code, people, specimens=[1])
    await make.repeat(found.code, people, ["96.5"])
    await make.conclude(found.code, people, Cause.SAMPLING, words="试样 1 破损")
    after = await sheet(found.inspection)
    assert after.verdict.tests[0].values == ("96.5", "96", "97")
    assert await sql.fetch_value("SELECT count(*) FROM result_invalidation") == 1


async def test_a_value_far_off_in_a_test_that_passed_is_investigated_by_hand(people: People) -> None:
    row = await lab.inspection(people.quality)
    await lab.fill(row.code, people.inspector)
    with pytest.raises(Refused) as refused:
        await open_investigation(row.code, test="NONE", why=" ", actor=people.operator)
    assert codes(refused) == {"actor.role", "reason.missing", "investigation.no_result"}
    made = await open_investigation(row.code, test="PFE", why="试样 3 明显偏高", actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await open_investigation(row.code, test="PFE", why="再查", actor=people.inspector)
    assert codes(refused) == {"investigation.exists"}
    assert "已有调查" in said(refused, "zh")
    assert made.state is InvestigationState.LABORATORY


async def test_a_retest_needs_rule_check_and_approval_by_quality(people: People) -> None:
    found = await make.failing(people, checked=False)
    with pytest.raises(Refused) as refused:
        await make.approve(found.code, people, who="inspector", specimens=[1, 9], reason=" ")
    assert codes(refused) == {
        "actor.role", "investigation.unchecked", "person.analyst", "retest.specimens", "reason.missing",
    }  # fmt: skip
    assert "尚未作任何核查" in said(refused, "zh")
    assert "PFE has specimens 1 to 3." in said(refused, "en")
    with pytest.raises(Refused) as refused:
        await enter_retest(found.code, ordinal=1, specimen=1, value="96", actor=people.inspector2)
    assert codes(refused) == {"retest.none"}
    await make.check(found.code, people)
    assert await make.approve(found.code, people) == 1
    with pytest.raises(Refused) as refused:
        await make.approve(found.code, people)
    assert codes(refused) == {"retest.spent", "retest.missing"}
    await make.repeat(found.code, people, ["94", "97", "98"])
    with pytest.raises(Refused) as refused:
        await make.approve(found.code, people)
    assert codes(refused) == {"retest.spent", "retest.failed"}
    assert "不得反复测到合格为止" in said(refused, "zh")


async def test_what_was_counted_by_a_sampling_plan_is_not_counted_again(people: People) -> None:
    row = await lab.inspection(people.quality)
    await lab.fill(row.code, people.inspector, count="9")
    await finish_entry(row.code, actor=people.inspector)
    found = (await investigations_of(row.id))[0]
    await make.check(found.code, people)
    with pytest.raises(Refused) as refused:
        await make.approve(found.code, people, specimens=[1])
    assert codes(refused) == {"retest.spent"}


async def test_another_analyst_measures_again_and_writes_over_nothing(people: People) -> None:
    found = await make.failing(people)
    await make.approve(found.code, people)
    for who, code in (
        ("inspector", "retest.same_analyst"),
        ("quality", "retest.approver"),
        ("warehouse", "actor.role"),
    ):
        with pytest.raises(Refused) as refused:
            await enter_retest(found.code, ordinal=1, specimen=1, value="96", actor=getattr(people, who))
        assert codes(refused) == {code}
    await enter_retest(found.code, ordinal=1, specimen=1, value="69", actor=people.inspector2)
    with pytest.raises(Refused) as refused:
        await enter_retest(found.code, ordinal=1, specimen=1, value="96", actor=people.inspector2)
    assert codes(refused) == {"result.exists"}
    with pytest.raises(Refused) as refused:
        await enter_retest(found.code, ordinal=1, specimen=4, value="x", actor=people.inspector2)
    assert {"retest.specimen", "result.specimen"} <= codes(refused)
    await enter_retest(found.code, ordinal=1, specimen=1, value="96", actor=people.inspector2, reason="看错数字")
    texts = [(r.text, r.retest) for r in (await sheet(found.inspection)).history("PFE", 1)]
    assert texts == [("90", None), ("69", 1), ("96", 1)]


async def test_a_conclusion_is_signed_by_quality_with_everything_that_it_needs(people: People) -> None:
    found = await make.failing(people, checked=False)
    with pytest.raises(Refused) as refused:
        await make.conclude(found.code, people, who="inspector", words="x")
    assert codes(refused) == {
        "actor.role", "investigation.unchecked", "person.analyst", "investigation.conclusion",
        "investigation.no_retest",
    }  # fmt: skip
    await make.check(found.code, people)
    await make.approve(found.code, people)
    await make.repeat(found.code, people, ["96"], who="quality2")
    with pytest.raises(Refused) as refused:
        await make.conclude(found.code, people, who="quality2")
    assert codes(refused) == {"person.retester", "retest.missing"}
    shown = content_digest((await investigation_file(found.code)).content)
    await make.check(found.code, people, CheckKind.INSTRUMENT)
    with pytest.raises(Stale):
        await conclude_investigation(
            found.code,
            cause=Cause.NONE,
            conclusion="未发现实验室差错",
            digest=shown,
            signer=await people.signer("quality"),
        )
    await make.conclude(found.code, people, Cause.NONE)
    with pytest.raises(Refused) as refused:
        await record_check(found.code, kind=CheckKind.OTHER, finding="补记", actor=people.quality)
    assert codes(refused) == {"investigation.concluded"}


async def test_beyond_the_laboratory_only_after_something_was_checked(people: People) -> None:
    found = await make.failing(people, checked=False)
    with pytest.raises(Refused) as refused:
        await widen_investigation(found.code, reason="", actor=people.inspector)
    assert codes(refused) == {"investigation.unchecked", "reason.missing"}
    await make.check(found.code, people)
    wider = await widen_investigation(found.code, reason="未发现实验室差错", actor=people.inspector)
    assert wider.state is InvestigationState.WIDER
    with pytest.raises(Refused):
        await widen_investigation(found.code, reason="再一次", actor=people.inspector)


async def test_a_conclusion_voids_the_review_and_an_open_investigation_stops_acceptance(people: People) -> None:
    row = await lab.inspection(people.quality)
    await lab.fill(row.code, people.inspector)
    await finish_entry(row.code, actor=people.inspector)
    await lab.review(row.code, people, "quality2")
    found = await open_investigation(row.code, test="PFE", why="试样 3 明显偏高", actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await decide(row.code, people)
    assert codes(refused) == {"investigation.open"}
    assert [q.code for q in await questions_of([row.subject])] == [found.code]
    await make.check(found.code, people)
    await make.approve(found.code, people, specimens=[3])
    await enter_retest(found.code, ordinal=1, specimen=3, value="96.1", actor=people.inspector2)
    await make.conclude(found.code, people)
    again = await inspection(row.code)
    assert (again.state, again.review_signature) == (InspectionState.ENTERED, None)
    await lab.review(row.code, people, "quality2")
    await decide(row.code, people)
    assert await questions_of([row.subject]) == []


async def test_a_decided_sheet_keeps_its_verdict(people: People) -> None:
    found = await make.failing(people)
    await lab.review(found.inspection, people, "quality2")
    await make.approve(found.code, people)
    await make.repeat(found.code, people)
    await decide(found.inspection, people, Decision.REJECTED)
    with pytest.raises(Refused) as refused:
        await make.conclude(found.code, people)
    assert codes(refused) == {"inspection.decided"}
    await make.conclude(found.code, people, Cause.NONE)


async def test_of_two_who_conclude_at_once_exactly_one_does(people: People) -> None:
    found = await make.failing(people)
    answers = await asyncio.gather(
        *(make.conclude(found.code, people, Cause.NONE, who=who) for who in ("quality", "quality2")),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert await sql.fetch_value("SELECT count(*) FROM signature WHERE meaning = 'closed'") == 1


async def test_over_http_from_the_sheet_to_the_conclusion(people: People, client_as: ClientAs) -> None:
    found = await make.failing(people, checked=False)
    quality, second = await client_as(people.quality), await client_as(people.inspector2)
    assert found.code in (await quality.get("/investigations?state=laboratory")).text
    assert found.href in (await quality.get(f"/inspections/{found.inspection}")).text
    url = found.href
    assert (await quality.post(f"{url}/checks", data={"kind": "transcription"})).status_code == 422
    given = {"kind": "transcription", "finding": "原始记录一致", "hypothesis": "夹具漏气", "key": "check-key-1"}
    for _time in range(2):
        assert (await quality.post(f"{url}/checks", data=given)).status_code == 303
    assert len((await investigation_file(found.code)).checks) == 1, "sent twice, kept once"
    page = (await quality.get(url)).text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    signed = {"username": "quality", "password": PASSWORD, "digest": digest, "key": "approve-key-1"}
    allow = {**signed, "basis": "same_sample", "specimens": ["1", "2", "3"], "reason": "夹具漏气"}
    assert (await quality.post(f"{url}/retests", data={**allow, "password": "wrong"})).status_code == 409
    assert (await quality.post(f"{url}/retests", data=allow)).status_code == 303
    assert "录入第 1 次复测的数值" in (await second.get(url)).text
    bad = await second.post(f"{url}/values", data={"ordinal": "1", "specimen": "1", "value": "abc"})
    assert bad.status_code == 422
    assert 'value="abc"' in bad.text
    for n, value in enumerate(("96", "97", "98"), start=1):
        data = {"ordinal": "1", "specimen": str(n), "value": value, "key": f"retest-key-{n}"}
        assert (await second.post(f"{url}/values", data=data)).status_code == 303
    digest = (await quality.get(url)).text.split('name="digest" value="')[1].split('"')[0]
    end = {**signed, "digest": digest, "cause": "preparation", "conclusion": "密封圈破损", "key": "conclude-key-1"}
    assert (await quality.post(f"{url}/conclude", data={**end, "cause": ""})).status_code == 422
    assert (await quality.post(f"{url}/conclude", data=end)).status_code == 303
    shown = (await quality.get(f"/inspections/{found.inspection}")).text
    assert "复测 1：96" in shown
    assert "<del>" in shown
    quality.cookies.set("maskqms_language", "en")
    english = (await quality.get(url)).text
    assert "Sample prepared or conditioned wrongly" in english
    assert "<del>" in english
    assert Decimal((await sheet(found.inspection)).verdict.tests[0].values[0]) == 96
