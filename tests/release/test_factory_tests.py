"""The plan of the factory test comes from the edition; a limit nobody knows is entered, and only ever tightened."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.batches.actions.output import record_output
from maskqms.batches.queries.batches import batch_by_code
from maskqms.batches.states import OutputKind
from maskqms.errors import Refused
from maskqms.lab.queries.inspections import inspections_of
from maskqms.lab.states import Decision as SheetDecision
from maskqms.lab.states import InspectionState
from maskqms.release.actions.decide import reject_batch
from maskqms.release.actions.limits import enter_limit
from maskqms.release.actions.tests import open_release_test
from maskqms.release.queries.gate import dossier, gate
from maskqms.release.rules.contents import rejection_content
from maskqms.standards.catalogue import catalogue
from maskqms.standards.requirements import requirements
from tests.conftest import People
from tests.make import release as make
from tests.make.batches import make_completed, make_running

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def test_a_failed_test_can_only_be_rejected(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    await make.fill_limits(people, batch.code)
    await make.factory_tested(people, batch.code, bad="BFE")
    blocked = {reason.code for reason in (await gate(batch.code)).blockers}
    assert {"tests.failed", "deviation.open"} <= blocked
    digest = content_digest(rejection_content((await dossier(batch.code)).report, "P-01"))
    await reject_batch(batch.code, reason="BFE 不合格", digest=digest, signer=await people.signer("quality"))
    assert [(s.state, s.decision) for s in await inspections_of(batch.id)] == [
        (InspectionState.DECIDED, SheetDecision.REJECTED)
    ]


async def test_the_plan_is_that_of_the_snapshot_and_the_production_date(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    opened = await open_release_test(batch.code, actor=people.inspector)
    assert opened.source == (await batch_by_code(batch.code)).edition
    with pytest.raises(Refused) as refused:
        await open_release_test(batch.code, actor=people.inspector)
    assert codes(refused) == {"tests.already_open"}
    with pytest.raises(Refused) as refused:
        await open_release_test(batch.code, actor=people.operator)
    assert "actor.role" in codes(refused)


@pytest.fixture
async def of_2023(people: People, clock: object) -> str:
    """A batch made after 2026-12-01, when YY 0469-2023 rules, whose file has no limit."""
    await clock.set("2026-12-05T08:00+08:00")  # type: ignore[attr-defined]
    batch = await make_completed(people, cartons=1)
    assert batch.edition == "YY 0469-2023"
    return batch.code


async def test_a_missing_limit_leaves_the_test_in_the_plan_and_the_gate_closed(people: People, of_2023: str) -> None:
    opened = await open_release_test(of_2023, actor=people.inspector)
    unknown = {test.code for test in opened.plan.tests if test.requirement.limit is None}
    assert {"BFE", "PFE", "DP"} <= unknown
    await make.fill_sheet(opened.code, people)
    blocked = [reason.code for reason in (await gate(of_2023)).blockers]
    assert blocked.count("standard.limit_missing") == blocked.count("tests.incomplete") == len(unknown)
    assert set(await make.fill_limits(people, of_2023)) == unknown
    again = await open_release_test(of_2023, actor=people.inspector)
    assert all(test.requirement.limit is not None for test in again.plan.tests)
    await make.fill_sheet(again.code, people)
    blocked = [reason.code for reason in (await gate(of_2023)).blockers]
    assert not {"tests.incomplete", "standard.limit_missing"} & set(blocked)


async def test_a_limit_is_entered_with_its_clause_by_quality_and_only_tighter(people: People, of_2023: str) -> None:
    given = {"edition": "YY 0469-2023", "test": "BFE", "grade": None, "clause": "5.6.1", "source": "标准文本"}
    with pytest.raises(Refused) as refused:
        await enter_limit(**given, limit=">= 95", signer=await people.signer("inspector"))  # type: ignore[arg-type]
    assert codes(refused) == {"actor.role"}
    first = await enter_limit(**given, limit=">= 95", signer=await people.signer("quality"))  # type: ignore[arg-type]
    tighter = await enter_limit(**given, limit=">= 98", signer=await people.signer("quality"))  # type: ignore[arg-type]
    assert (first.version, tighter.version) == (1, 2)
    with pytest.raises(Refused) as refused:
        await enter_limit(**given, limit=">= 90", signer=await people.signer("quality2"))  # type: ignore[arg-type]
    assert codes(refused) == {"adjustment.looser"}
    for wrong, code in (({"test": "NOPE"}, "adjustment.test"), ({"source": " "}, "adjustment.source")):
        with pytest.raises(Refused) as refused:
            await enter_limit(**{**given, **wrong}, limit=">= 99", signer=await people.signer("quality"))  # type: ignore[arg-type]
        assert code in codes(refused)
    with pytest.raises(Refused):
        await enter_limit(**given, limit="<= 5", signer=await people.signer("quality"))  # type: ignore[arg-type]


async def test_two_who_enter_a_limit_at_once_make_two_versions_in_order(people: People, of_2023: str) -> None:
    signers = [await people.signer("quality"), await people.signer("quality2")]
    given = {"edition": "YY 0469-2023", "test": "DP", "grade": None, "clause": "5.7", "source": "标准文本"}
    results = await asyncio.gather(
        *(
            enter_limit(**given, limit=limit, signer=signer)
            for limit, signer in zip(("<= 49", "<= 40"), signers, strict=True)
        ),  # type: ignore[arg-type]
        return_exceptions=True,
    )
    versions = sorted(row.version for row in results if not isinstance(row, BaseException))
    assert versions in ([1, 2], [1]), results


async def test_of_two_who_open_the_factory_test_at_once_one_sheet_comes(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    results = await asyncio.gather(
        open_release_test(batch.code, actor=people.inspector),
        open_release_test(batch.code, actor=people.inspector2),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in results) == 1
    assert len(await inspections_of(batch.id)) == 1


async def judged_by(owner: Any, batch: int, edition: str, grade: str) -> None:
    """Give the batch another edition than its start did, past the trigger that keeps its snapshot."""
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(
        "UPDATE batch SET edition = $2,"
        " snapshot = snapshot || jsonb_build_object('grade', $3::text, 'variants', '[]'::jsonb) WHERE id = $1",
        batch, edition, grade,
    )  # fmt: skip
    await owner.execute("SET session_replication_role = origin")


async def test_a_factory_test_opens_for_every_edition_and_grade(people: People, owner: Any) -> None:
    batch = await make_completed(people, cartons=1)
    for standard in catalogue().standards:
        for edition in catalogue().editions_of(standard):
            for grade in edition.grades:
                await judged_by(owner, batch.id, edition.edition, grade.code)
                asked = [one.code for one in requirements(edition, grade.code) if one.for_release]
                if not asked:
                    continue
                # A grade may ask for the very same as the one before it, whose sheet then serves.
                with suppress(Refused):
                    await open_release_test(batch.code, actor=people.inspector)
                opened = (await inspections_of(batch.id))[-1]
                assert opened.source == edition.edition
                assert [test.code for test in opened.plan.tests] == asked
                for test in opened.plan.tests:
                    assert (test.requirement.rule.kind == "aql") == (test.tally is not None)


async def test_the_samples_are_those_of_the_whole_batch_whenever_the_sheet_is_opened(
    people: People, owner: Any
) -> None:
    batch = await make_running(people, good=2)
    await judged_by(owner, batch.id, "ASTM F2100-23", "1")
    opened = await open_release_test(batch.code, actor=people.inspector)
    bfe = opened.plan.test("BFE")
    assert bfe is not None
    assert bfe.tally is not None
    assert (bfe.tally.lot_size, bfe.tally.n) == (1000, 20)
    await record_output(batch=batch.code, kind=OutputKind.GOOD, quantity=Decimal(500), actor=people.operator)
    with pytest.raises(Refused) as refused:
        await open_release_test(batch.code, actor=people.inspector)
    assert codes(refused) == {"tests.already_open"}
    assert "tests.too_few" not in {reason.code for reason in (await gate(batch.code)).blockers}
    await record_output(batch=batch.code, kind=OutputKind.GOOD, quantity=Decimal(800), actor=people.operator)
    blocked = [reason for reason in (await gate(batch.code)).blockers if reason.code == "tests.too_few"]
    assert {str(reason.text).split()[0] for reason in blocked} >= {"BFE", "PFE", "DP"}
    again = await open_release_test(batch.code, actor=people.inspector)
    bfe = again.plan.test("BFE")
    assert bfe is not None
    assert bfe.tally is not None
    assert (bfe.tally.lot_size, bfe.tally.n) == (1302, 32)
