"""Reviews: who signs them, in which order, what was changed after first entry, and what voids them."""

from __future__ import annotations

import asyncio

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.batches.actions.output import reverse_output
from maskqms.batches.queries.balances import balances_of as their_balances
from maskqms.batches.queries.record import outputs_of
from maskqms.db import sql
from maskqms.errors import Refused, Stale
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry, send_back
from maskqms.lab.queries.inspections import inspections_of
from maskqms.quality.actions import close_deviation, open_deviation
from maskqms.release.actions.review import sign_review
from maskqms.release.queries.facts import balances_of
from maskqms.release.queries.gate import batch_row, dossier
from maskqms.release.states import ReviewPart
from maskqms.trace.actions.holds import lift_hold, place_hold
from tests.conftest import People
from tests.make import release as make
from tests.make.batches import make_completed, make_running

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def test_a_change_after_the_review_voids_it(people: People) -> None:
    batch = await make.ready(people)
    sheet = (await inspections_of(batch.id))[-1]
    await send_back(sheet.code, reason="数值抄错", actor=people.quality)
    test = sheet.plan.tests[0]
    await enter_result(
        sheet.code, test=test.code, specimen=1, value=make.good_value(test), reason="重测", actor=people.inspector
    )
    await finish_entry(sheet.code, actor=people.inspector)
    found = await dossier(batch.code)
    blocked = {reason.code for reason in found.report.blockers}
    assert blocked == {"tests.not_reviewed", "review.quality_void"}
    kinds = {(change.subject, change.reason) for change in found.changes.listed}
    assert (sheet.code, "重测") in kinds
    assert any(change.subject == "inspection" and change.reason == "数值抄错" for change in found.changes.listed)
    assert found.facts.reviews[0].current, "production was not touched"


async def test_a_first_entry_is_no_change(people: People) -> None:
    batch = await make.ready(people)
    assert (await dossier(batch.code)).changes.listed == ()


async def test_production_is_reviewed_before_quality_and_by_somebody_else(people: People) -> None:
    batch = await make_completed(people, cartons=2)
    await make.fill_limits(people, batch.code)
    await make.factory_tested(people, batch.code)
    with pytest.raises(Refused) as refused:
        await make.review(people, batch.code, ReviewPart.QUALITY, "quality")
    assert codes(refused) == {"review.production_first"}
    await make.review(people, batch.code, ReviewPart.PRODUCTION, "quality")
    with pytest.raises(Refused) as refused:
        await make.review(people, batch.code, ReviewPart.QUALITY, "quality")
    assert codes(refused) == {"review.same_person"}
    with pytest.raises(Refused) as refused:
        await make.review(people, batch.code, ReviewPart.PRODUCTION, "manager")
    assert codes(refused) == {"review.signed"}
    await make.review(people, batch.code, ReviewPart.QUALITY, "quality2")


async def test_nobody_reviews_own_work_or_without_the_role(people: People) -> None:
    batch = await make_completed(people, cartons=2)
    for name in ("operator", "warehouse", "inspector"):
        with pytest.raises(Refused) as refused:
            await make.review(people, batch.code, ReviewPart.PRODUCTION, name)
        assert "actor.role" in codes(refused)
        assert ("actor.own_work" in codes(refused)) == (name == "operator")


async def test_an_unfinished_record_is_not_reviewed(people: People) -> None:
    batch = await make_running(people)
    with pytest.raises(Refused) as refused:
        await make.review(people, batch.code, ReviewPart.PRODUCTION, "manager")
    assert {"batch.not_finished", "clearance.after", "sample.not_retained", "packing.difference"} <= codes(refused)


async def test_a_review_of_something_else_than_shown_is_not_signed(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    with pytest.raises(Stale):
        await sign_review(batch.code, ReviewPart.PRODUCTION, digest="0" * 64, signer=await people.signer("manager"))


async def test_the_balances_are_those_of_the_batch_record(people: People) -> None:
    batch = await make_completed(people, cartons=2)
    assert balances_of(await batch_row(batch.code)).digest == (await their_balances(batch.id)).digest


async def test_a_reversed_output_is_listed_as_a_change(people: People) -> None:
    batch = await make_running(people)
    entry = (await outputs_of(batch.id))[0]
    await reverse_output(batch=batch.code, entry=entry.id, reason="重复录入", actor=people.operator)
    listed = (await dossier(batch.code)).changes.listed
    assert [change.subject for change in listed] == ["batch_output"]


async def test_of_two_who_review_at_once_one_signature_stands(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    results = await asyncio.gather(
        make.review(people, batch.code, ReviewPart.PRODUCTION, "manager"),
        make.review(people, batch.code, ReviewPart.PRODUCTION, "manager2"),
        return_exceptions=True,
    )
    refused = [one for one in results if isinstance(one, Refused)]
    assert [[reason.code for reason in one.reasons] for one in refused] == [["review.signed"]]
    assert await sql.fetch_value("SELECT count(*) FROM release_review") == 1


async def test_a_deviation_a_hold_and_a_finding_void_the_reviews(people: People) -> None:
    batch = await make.ready(people)
    assert (await dossier(batch.code)).report.passed
    carton = str(await sql.fetch_value("SELECT code FROM trace_unit WHERE kind = 'carton' LIMIT 1"))
    roll = str(await sql.fetch_value("SELECT code FROM trace_unit WHERE kind = 'roll' LIMIT 1"))

    async def asked() -> set[str]:
        """What the gate asks; where only reviews are void, they are signed again."""
        said = {reason.code for reason in (await dossier(batch.code)).report.blockers}
        if "review.production_void" in said and len(said) == 2:
            await make.review(people, batch.code, ReviewPart.PRODUCTION, "manager")
        if not said - {"review.production_void", "review.quality_void"}:
            await make.review(people, batch.code, ReviewPart.QUALITY, "quality")
            assert (await dossier(batch.code)).report.passed
        return said

    both = {"review.production_void", "review.quality_void"}
    for unit in (batch.code, roll):
        opened = await open_deviation(
            unit=unit, title="成品异物", description="外观抽检发现一处异物", actor=people.operator
        )
        assert await asked() == {"deviation.open", *both}
        await make.review(people, batch.code, ReviewPart.PRODUCTION, "manager")
        digest = content_digest(opened.content())
        await close_deviation(
            opened.code, conclusion="单件, 已剔除, 不影响其余", digest=digest, signer=await people.signer("quality2")
        )
        assert await asked() == {"review.quality_void"}
    placed = await place_hold(unit=carton, reason="纸箱破", actor=people.quality)
    assert await asked() == {"carton.held", *both}
    await lift_hold(placed.hold.code, reason="已换箱", signer=await people.signer("quality2"))
    assert await asked() == both
    signature = await sql.fetch_value("SELECT id FROM signature LIMIT 1")
    await sql.execute(
        "INSERT INTO batch_finding (batch, cause, figures, signature, at) VALUES ($1, 'x', 'x', $2, maskqms_now())",
        batch.id,
        signature,
    )
    assert await asked() == both
