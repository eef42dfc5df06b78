"""A batch is released or rejected, once, and every way in which it may not be."""

from __future__ import annotations

import asyncio
from datetime import date
from hashlib import sha256

import asyncpg
import pytest

from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import content_digest
from maskqms.db import sql
from maskqms.errors import NotFound, Refused, Stale
from maskqms.lab.queries.inspections import inspections_of
from maskqms.lab.states import InspectionState
from maskqms.quality.actions import open_deviation
from maskqms.release.actions.decide import reject_batch, sign_release
from maskqms.release.queries.gate import dossier, gate
from maskqms.release.queries.records import certificate, release_of
from maskqms.release.rules.contents import rejection_content
from maskqms.release.states import Decision
from tests.conftest import People
from tests.make import release as make
from tests.make.batches import make_completed, make_running

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def states() -> set[tuple[str, str]]:
    rows = await sql.fetch("SELECT DISTINCT kind, state FROM trace_unit WHERE kind IN ('batch', 'box', 'carton')")
    return {(row["kind"], row["state"]) for row in rows}


async def test_a_whole_batch_is_released_with_everything_packed_from_it(people: People) -> None:
    batch = await make.ready(people)
    assert (await gate(batch.code)).passed
    row = await make.release(people, batch.code)
    assert (row.decision, row.quantity, row.markets) == (Decision.RELEASED, 400, ("CN",))
    assert await states() == {("batch", "released"), ("box", "released"), ("carton", "released")}
    assert [sheet.state for sheet in await inspections_of(batch.id)] == [InspectionState.DECIDED]
    signature = (await signatures_of(batch.code))[-1]
    assert signature.content["certificate"] == row.certificate
    assert signature.content["gate"] == row.gate_digest == content_digest(row.gate)
    entries = await sql.fetch("SELECT tag FROM audit_entry WHERE kind = 'act' AND subject = $1", batch.code)
    assert "release:sign" in {entry["tag"] for entry in entries}


async def test_the_certificate_is_frozen(people: People, owner: asyncpg.Connection) -> None:
    row = await make.released(people)
    assert row.certificate
    found = await certificate(row.certificate)
    assert found.pdf.startswith(b"%PDF")
    assert sha256(found.pdf).hexdigest() == found.sha256 == row.sha256
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql.execute("UPDATE certificate SET pdf = ''")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute("DELETE FROM certificate")
    with pytest.raises(NotFound):
        await certificate("COC-20000101-001")


async def test_of_two_releasers_exactly_one_wins(people: People) -> None:
    batch = await make.ready(people)
    await make.authorise(people, "manager2")
    digest = await make.shown_release(batch.code)
    signers = [await people.signer("quality2"), await people.signer("manager2")]
    results = await asyncio.gather(
        *(sign_release(batch.code, digest=digest, signer=signer) for signer in signers), return_exceptions=True
    )
    lost = [one for one in results if isinstance(one, Refused)]
    assert len(lost) == 1
    assert [reason.code for reason in lost[0].reasons] == ["batch.decided"]
    assert await sql.fetch_value("SELECT count(*) FROM release_record") == 1
    assert await sql.fetch_value("SELECT count(*) FROM certificate") == 1


async def test_release_and_rejection_at_once_leave_one_decision(people: People) -> None:
    batch = await make.ready(people)
    found = await dossier(batch.code)
    results = await asyncio.gather(
        make.release(people, batch.code),
        reject_batch(
            batch.code,
            reason="客户投诉",
            digest=content_digest(rejection_content(found.report, "P-01")),
            signer=await people.signer("quality"),
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in results) == 1
    assert await sql.fetch_value("SELECT count(*) FROM release_record") == 1
    assert len({state for _kind, state in await states()}) == 1


async def test_nothing_overrides_the_gate(people: People) -> None:
    batch = await make_completed(people, cartons=2)
    await make.authorise(people)
    with pytest.raises(Refused) as refused:
        await make.release(people, batch.code)
    assert {"tests.none", "review.production_missing", "review.quality_missing"} <= codes(refused)
    assert await release_of(batch.id) is None
    refusals = await sql.fetch(
        "SELECT after::text AS after FROM audit_entry WHERE kind = 'refusal' AND tag = 'release:sign'"
    )
    assert len(refusals) == 1
    assert "tests.none" in refusals[0]["after"]


async def test_releasing_needs_an_authorisation_in_force(people: People) -> None:
    batch = await make.ready(people)
    for name in ("quality", "manager2"):
        with pytest.raises(Refused) as refused:
            await make.release(people, batch.code, name)
        assert codes(refused) == {"release.not_authorised"}


async def test_an_authorisation_for_another_product_or_another_day_is_none(
    people: People, owner: asyncpg.Connection
) -> None:
    batch = await make.ready(people)
    await owner.execute("UPDATE release_authorisation SET products = '{P-99}'")
    with pytest.raises(Refused) as refused:
        await make.release(people, batch.code)
    assert codes(refused) == {"release.not_authorised"}
    await owner.execute(
        "UPDATE release_authorisation SET products = '{P-01}', valid_from = $1, valid_until = $1", date(2026, 1, 1)
    )
    with pytest.raises(Refused):
        await make.release(people, batch.code)


async def test_the_head_of_production_cannot_release(people: People, owner: asyncpg.Connection) -> None:
    batch = await make.ready(people)
    await owner.execute("UPDATE account SET heads_production = true WHERE username = 'quality2'")
    with pytest.raises(Refused) as refused:
        await make.release(people, batch.code)
    assert codes(refused) == {"actor.heads_production"}


async def test_who_made_or_tested_the_batch_does_not_release_it(people: People, owner: asyncpg.Connection) -> None:
    batch = await make.ready(people)
    for name in ("operator", "operator2", "inspector"):
        await make.authorise(people, name)
        with pytest.raises(Refused) as refused:
            await make.release(people, batch.code, name)
        assert codes(refused) == {"actor.own_work"}


async def test_who_reviewed_the_tests_does_not_release(people: People) -> None:
    batch = await make.ready(people)
    await make.authorise(people, "inspector2")
    with pytest.raises(Refused) as refused:
        await make.release(people, batch.code, "inspector2")
    assert codes(refused) == {"actor.reviewed_tests"}


async def test_what_was_shown_is_what_is_signed(people: People) -> None:
    batch = await make.ready(people)
    with pytest.raises(Stale):
        await sign_release(batch.code, digest="0" * 64, signer=await people.signer("quality2"))
    assert await states() == {("batch", "quarantine"), ("box", "quarantine"), ("carton", "quarantine")}


async def test_a_deviation_opened_after_the_reviews_stops_the_release(people: People) -> None:
    batch = await make.ready(people)
    await open_deviation(unit=batch.code, title="包装破损", description="两盒外包装破损", actor=people.warehouse)
    with pytest.raises(Refused) as refused:
        await make.release(people, batch.code)
    assert codes(refused) == {"deviation.open", "review.production_void", "review.quality_void"}


async def test_a_deviation_on_an_ancestor_stops_the_release_with_its_path(people: People) -> None:
    batch = await make.ready(people)
    roll = f"ML-{batch.code}-R01"
    await open_deviation(unit=roll, title="克重偏差", description="克重低于规格", actor=people.inspector)
    blockers = (await gate(batch.code)).blockers
    assert [reason.code for reason in blockers] == [
        "deviation.open", "review.production_void", "review.quality_void",
    ]  # fmt: skip
    assert [link.label for link in blockers[0].path][:2] == [batch.code, roll]


async def test_a_batch_is_rejected_once_and_with_a_reason(people: People) -> None:
    batch = await make_completed(people, cartons=1)
    digest = content_digest(rejection_content((await dossier(batch.code)).report, "P-01"))
    with pytest.raises(Refused) as refused:
        await reject_batch(batch.code, reason=" ", digest=digest, signer=await people.signer("operator"))
    assert codes(refused) == {"actor.role", "reason.missing"}
    row = await reject_batch(
        batch.code, reason="细菌过滤效率不合格", digest=digest, signer=await people.signer("quality")
    )
    assert (row.decision, row.certificate, row.reason) == (Decision.REJECTED, None, "细菌过滤效率不合格")
    assert await states() == {("batch", "rejected"), ("box", "rejected"), ("carton", "rejected")}
    with pytest.raises(Refused) as refused:
        await reject_batch(batch.code, reason="再次", digest=digest, signer=await people.signer("quality"))
    assert codes(refused) == {"batch.decided"}
    await make.authorise(people)
    with pytest.raises(Refused) as refused:
        await make.release(people, batch.code)
    assert codes(refused) == {"batch.decided"}


async def test_a_batch_in_production_is_not_rejected_yet(people: People) -> None:
    batch = await make_running(people)
    digest = content_digest(rejection_content((await dossier(batch.code)).report, "P-01"))
    with pytest.raises(Refused) as refused:
        await reject_batch(batch.code, reason="不合格", digest=digest, signer=await people.signer("quality"))
    assert codes(refused) == {"state.move"}


async def test_an_unknown_batch_is_unknown(people: People) -> None:
    with pytest.raises(NotFound):
        await gate("MB-19990101-01")


async def test_the_gate_asks_eleven_statements_whatever_the_batch(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = await make_completed(people, cartons=1)
    asked: list[str] = []
    fetch = sql.fetch

    async def counting(query: str, *args: object) -> list[object]:
        asked.append(query)
        return await fetch(query, *args)

    monkeypatch.setattr(sql, "fetch", counting)
    await gate(small.code)
    first = len(asked)
    assert first <= 12
    monkeypatch.undo()
    await make.fill_limits(people, small.code)
    await make.factory_tested(people, small.code)
    monkeypatch.setattr(sql, "fetch", counting)
    asked.clear()
    await gate(small.code)
    assert len(asked) == first
