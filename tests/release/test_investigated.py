"""A batch whose factory test failed: the gate knows the investigation, and so does the certificate."""

from __future__ import annotations

from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.retest import enter_retest
from maskqms.lab.queries.investigations import investigations_of
from maskqms.lab.states import Cause
from maskqms.release.actions.tests import open_release_test
from maskqms.release.certificate import certificate_notes
from maskqms.release.queries.gate import dossier, gate
from tests.conftest import People
from tests.make import investigations
from tests.make import release as make
from tests.make.batches import make_completed


async def blocked(code: str) -> set[str]:
    return {reason.code for reason in (await gate(code)).blockers}


async def test_a_failing_factory_test_waits_for_its_investigation_and_no_new_sheet_undoes_it(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    await make.fill_limits(people, batch.code)
    failed = await make.factory_tested(people, batch.code, bad="BFE")
    assert {"tests.failed", "investigation.open"} <= await blocked(batch.code)
    (found,) = await investigations_of(failed.id)
    await investigations.check(found.code, people)
    again = await open_release_test(batch.code, reason="重新取样", actor=people.inspector)
    await make.fill_sheet(again.code, people)
    await finish_entry(again.code, actor=people.inspector)
    assert "investigation.open" in await blocked(batch.code)
    await investigations.conclude(found.code, people, Cause.NONE, words="未发现实验室差错")
    left = await blocked(batch.code)
    assert "tests.stands" in left
    assert "investigation.open" not in left


async def test_an_error_that_was_found_lets_the_retest_count_and_the_report_names_both(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    await make.fill_limits(people, batch.code)
    failed = await make.factory_tested(people, batch.code, bad="BFE")
    (found,) = await investigations_of(failed.id)
    planned = failed.plan.test("BFE")
    assert planned is not None
    await investigations.check(found.code, people)
    await investigations.approve(found.code, people, specimens=[1])
    await enter_retest(found.code, ordinal=1, specimen=1, value=make.good_value(planned), actor=people.inspector2)
    await investigations.conclude(found.code, people)
    after = await dossier(batch.code)
    left = {reason.code for reason in after.report.blockers}
    assert "tests.failed" not in left
    assert {"tests.failed_before", "tests.not_reviewed", "deviation.open"} <= left
    (bfe,) = [row for row in after.sheets.tested if row.requirement.code == "BFE"]
    assert bfe.invalid == ("0",)
    assert str(bfe.judged.outcome) == "pass"
    notes = certificate_notes(after)
    assert any("BFE：首次数值 0 经调查判为无效" in note and "the retest counts" in note for note in notes)
