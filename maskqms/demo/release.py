"""A batch after its line: factory test over two days, two reviews, the releaser's signature and the certificate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from maskqms.accounts.signing import content_digest
from maskqms.demo.clockwork import Story
from maskqms.demo.days import after, at, dice
from maskqms.demo.plan import Ending, PlannedBatch
from maskqms.demo.products import KN95
from maskqms.demo.values import fill_sheet
from maskqms.demo.world import World
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.queries.inspections import inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.quality.actions import close_deviation
from maskqms.quality.queries import deviation
from maskqms.release.actions.decide import sign_release
from maskqms.release.actions.review import sign_review
from maskqms.release.actions.tests import open_release_test
from maskqms.release.queries.gate import dossier
from maskqms.release.rules.contents import release_content, review_content
from maskqms.release.states import ReviewPart

MARKETS = {KN95: ("CN", "AE")}
GERMS = frozenset({"MICRO_BACT", "MICRO_FUNGI", "MICRO_COLI", "MICRO_PATH"})
"""Counted after two days in the incubator."""
OVERNIGHT = frozenset({"BFE"})
SAME_DAY = dict.fromkeys(("L1", "L2"), "15:08") | {"L3": "15:02"}


async def test_and_decide(world: World, planned: PlannedBatch) -> Story:
    """From the sheet to the certificate, as far as the batch is meant to get."""
    chance = dice(f"release:{planned.name}")
    analyst, reviewer = ("zhao", "chen") if planned.line == "L2" else ("chen", "zhao")
    hour = "16:38" if planned.ending is Ending.TESTING else SAME_DAY[planned.line]
    yield at(planned.day, hour, chance.randint(0, 4))
    code = world.batches[planned.name]
    opened = await open_release_test(code, actor=world.staff[analyst])
    world.sheets[planned.name] = opened.code
    async for moment in _values(world, planned, opened.code, analyst):
        yield moment
    ready = planned.day if planned.product == KN95 else after(planned.day, 2)
    if planned.ending is Ending.FAILED:
        ready = after(planned.day, 1)
    yield at(ready, "16:05" if planned.product == KN95 else "14:20" if planned.ending is Ending.FAILED else "09:42")
    await finish_entry(opened.code, actor=world.staff[analyst])
    seen = after(ready, 1) if planned.product == KN95 else ready
    yield at(seen, "15:10" if planned.ending is Ending.FAILED else "10:15", chance.randint(0, 20))
    await review_inspection(
        opened.code, digest=content_digest((await sheet(opened.code)).content), signer=world.staff.signer(reviewer)
    )
    if planned.ending in (Ending.FAILED, Ending.NO_LIMITS, Ending.DEVIATION):
        return
    yield at(seen, "10:50", chance.randint(0, 30))
    await _review(world, code, ReviewPart.QUALITY, "sun")
    if planned.ending is Ending.READY:
        return
    yield at(seen, "13:20", chance.randint(0, 30))
    await _release(world, planned, code)


async def _values(world: World, planned: PlannedBatch, sheet_code: str, analyst: str) -> AsyncIterator[datetime]:
    """Physical tests the same afternoon, filtration of bacteria the next day, germs the day after."""
    chance = dice(f"values:{planned.name}")
    actor, shifts = world.staff[analyst], {"BFE": planned.decay}
    now = world.clock.moment
    async for moment in fill_sheet(
        sheet_code, of=planned.product, begin=now + timedelta(minutes=4), chance=chance, analyst=actor,
        but=GERMS | OVERNIGHT,
    ):  # fmt: skip
        yield moment
    asked = {test.code for test in (await inspection(sheet_code)).plan.tests}
    for tests, days, hour in ((OVERNIGHT, 1, "13:40"), (GERMS, 2, "09:15")):
        if not asked & tests or (planned.ending is Ending.FAILED and tests is GERMS):
            continue
        async for moment in fill_sheet(
            sheet_code, of=planned.product, begin=at(after(planned.day, days), hour), chance=chance, analyst=actor,
            shifts=shifts, only=tests,
        ):  # fmt: skip
            yield moment


async def review_production(world: World, planned: PlannedBatch) -> Story:
    """The plant manager reads the batch record the morning after."""
    chance = dice(f"review:{planned.name}")
    if planned.ending is Ending.RUNNING:
        return
    yield at(after(planned.day, 1), "08:40", 10 * int(planned.line[1]) + chance.randint(0, 8))
    await _review(world, world.batches[planned.name], ReviewPart.PRODUCTION, "qian")
    if planned.closed_deviation:
        yield at(after(planned.day, 1), "14:30")
        found = await deviation(world.deviations["closed"])
        await close_deviation(
            found.code,
            conclusion="时长 30 分钟, 产品带有内衬且未受潮; 加抽 3 只做微生物与 BFE, 均合格。加湿段已修复并验证。",
            digest=content_digest(found.content()),
            signer=world.staff.signer("sun"),
        )


async def _review(world: World, batch: str, part: ReviewPart, who: str) -> None:
    found = await dossier(batch)
    content = review_content(batch, part, found.changes)
    await sign_review(batch, part, digest=content_digest(content), signer=world.staff.signer(who))


async def _release(world: World, planned: PlannedBatch, batch: str) -> None:
    found = await dossier(batch)
    content = release_content(found.report, found.batch.product, found.facts.output.packed)
    await sign_release(
        batch,
        digest=content_digest(content),
        signer=world.staff.signer("wu"),
        markets=MARKETS.get(planned.product, ("CN",)),
    )
