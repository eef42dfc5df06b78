"""Batches on their way to release, made by the real acts: tested, reviewed, released."""

from __future__ import annotations

from datetime import date, timedelta

from maskqms.accounts.actions.authorisations import grant_authorisation
from maskqms.accounts.signing import content_digest
from maskqms.batches.queries.batches import BatchRow
from maskqms.db.clock import today
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.queries.sheets import sheet
from maskqms.release.actions.decide import sign_release
from maskqms.release.actions.limits import enter_limit
from maskqms.release.actions.review import sign_review
from maskqms.release.actions.tests import open_release_test
from maskqms.release.queries.gate import batch_row, dossier, standard_of
from maskqms.release.queries.records import ReleaseRow
from maskqms.release.rules.contents import release_content, review_content
from maskqms.release.states import ReviewPart
from maskqms.standards.limits import Comparator, Kind
from maskqms.standards.requirements import missing_limits
from tests.conftest import People
from tests.make.batches import make_completed

OF_A_CATALOGUE_COPY = "购买的标准文本 2024-06"


async def fill_limits(people: People, batch: str) -> list[str]:
    """Every limit that the edition lacks, entered by quality as the bought standard prints it."""
    edition, required = await standard_of(await batch_row(batch))
    assert edition is not None
    done = []
    for one in missing_limits(required):
        limit = one.expected or ("pass" if one.kind is Kind.ATTRIBUTE else _some(one.comparator))
        await enter_limit(
            edition=edition.edition,
            test=one.code,
            grade=None,
            limit=limit,
            clause=one.clause or "5.1",
            source=OF_A_CATALOGUE_COPY,
            signer=await people.signer("quality"),
        )
        done.append(one.code)
    return done


def _some(comparator: Comparator | None) -> str:
    return "1 to 100" if comparator is Comparator.RANGE else f"{comparator} 10"


def good_value(test: PlannedTest) -> str:
    """A value that meets the test's limit."""
    limit = test.requirement.limit
    if test.counted is not None:
        return "0"
    if test.requirement.kind is Kind.ATTRIBUTE or limit is None or limit.number is None:
        return "pass" if test.requirement.kind is Kind.ATTRIBUTE else "1"
    if limit.comparator in (Comparator.AT_LEAST, Comparator.RANGE):
        return str(limit.number)
    if limit.comparator is Comparator.AT_MOST:
        return str(limit.number)
    return str(limit.number + 1 if limit.comparator is Comparator.MORE_THAN else limit.number - 1)


async def fill_sheet(code: str, people: People, *, analyst: str = "inspector", bad: str | None = None) -> None:
    """Every cell of a sheet with a value that passes; of the test `bad` the first one fails."""
    actor = getattr(people, analyst)
    for test in (await sheet(code)).inspection.plan.tests:
        for specimen in range(1, test.cells + 1):
            value = good_value(test)
            if test.code == bad and specimen == 1:
                value = "0" if value != "0" else "99"
                value = "fail" if test.requirement.kind is Kind.ATTRIBUTE and test.counted is None else value
            await enter_result(code, test=test.code, specimen=specimen, value=value, actor=actor)


async def factory_tested(people: People, batch: str, *, bad: str | None = None) -> InspectionRow:
    """The factory test opened, entered by `inspector` and reviewed by `inspector2`."""
    opened = await open_release_test(batch, actor=people.inspector)
    await fill_sheet(opened.code, people, bad=bad)
    await finish_entry(opened.code, actor=people.inspector)
    digest = content_digest((await sheet(opened.code)).content)
    return await review_inspection(opened.code, digest=digest, signer=await people.signer("inspector2"))


async def review(people: People, batch: str, part: ReviewPart, reviewer: str) -> None:
    found = await dossier(batch)
    digest = content_digest(review_content(batch, part, found.changes))
    await sign_review(batch, part, digest=digest, signer=await people.signer(reviewer))


async def reviewed(people: People, batch: str) -> None:
    """Production by the plant manager, quality by quality."""
    await review(people, batch, ReviewPart.PRODUCTION, "manager")
    await review(people, batch, ReviewPart.QUALITY, "quality")


async def authorise(people: People, name: str = "quality2", product: str = "P-01", *, by: str = "quality") -> None:
    """A release authorisation for a year."""
    day: date = await today()
    await grant_authorisation(
        username=name,
        products=[product],
        known_products=[product],
        valid_from=day - timedelta(days=1),
        valid_until=day + timedelta(days=365),
        reason="任命放行人",
        signer=await people.signer(by),
    )


async def ready(people: People, product: str = "P-01", *, cartons: int = 2) -> BatchRow:
    """A batch with nothing left but the signature of the releaser, `quality2`, who is authorised."""
    batch = await make_completed(people, product, cartons=cartons)
    await fill_limits(people, batch.code)
    await factory_tested(people, batch.code)
    await reviewed(people, batch.code)
    await authorise(people, product=product)
    return batch


async def shown_release(batch: str) -> str:
    """The digest of what the release dialog shows."""
    found = await dossier(batch)
    return content_digest(release_content(found.report, found.batch.product, found.facts.output.packed))


async def release(people: People, batch: str, releaser: str = "quality2") -> ReleaseRow:
    return await sign_release(batch, digest=await shown_release(batch), signer=await people.signer(releaser))


async def released(people: People, product: str = "P-01", *, cartons: int = 2) -> ReleaseRow:
    """A released batch with its cartons."""
    batch = await ready(people, product, cartons=cartons)
    return await release(people, batch.code)
