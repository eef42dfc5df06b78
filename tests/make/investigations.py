"""Builders: sheets that were handed in failing, and the steps of their investigation."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.accounts.signing import content_digest
from maskqms.lab.actions.conclude import conclude_investigation
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.investigate import investigation_file, record_check
from maskqms.lab.actions.recheck import Rechecked, recheck_results
from maskqms.lab.actions.retest import approve_retest, enter_retest
from maskqms.lab.queries.investigations import InvestigationRow, investigation, investigations_of
from maskqms.lab.queries.rechecks import doubts_of, failures, recheck_content
from maskqms.lab.states import Cause, CheckKind, Recheck, RetestBasis
from tests.conftest import People
from tests.make import lab

LOW = ("90", "96", "97")


async def failing(people: People, *, pfe: tuple[str, ...] = LOW, checked: bool = True) -> InvestigationRow:
    """A sheet of `inspector` handed in with a failing filtration; the raw record was looked at by quality."""
    row = await lab.inspection(people.quality)
    await lab.fill(row.code, people.inspector, pfe=pfe)
    await finish_entry(row.code, actor=people.inspector)
    found = (await investigations_of(row.id))[0]
    if checked:
        await check(found.code, people)
    return await investigation(found.code)


async def check(code: str, people: People, kind: CheckKind = CheckKind.TRANSCRIPTION) -> None:
    await record_check(code, kind=kind, finding="原始记录与检验单一致", hypothesis="样品夹具漏气", actor=people.quality)


async def approve(
    code: str, people: People, *, who: str = "quality", specimens: Sequence[int] = (1, 2, 3), reason: str = "夹具漏气"
) -> int:
    digest = content_digest((await investigation_file(code)).content)
    return await approve_retest(
        code,
        basis=RetestBasis.SAME_SAMPLE,
        specimens=specimens,
        reason=reason,
        digest=digest,
        signer=await people.signer(who),
    )


async def repeat(
    code: str, people: People, values: Sequence[str] = ("96", "97", "98"), who: str = "inspector2"
) -> None:
    for specimen, value in enumerate(values, start=1):
        await enter_retest(code, ordinal=1, specimen=specimen, value=value, actor=getattr(people, who))


async def conclude(
    code: str, people: People, cause: Cause = Cause.PREPARATION, *, who: str = "quality", words: str = "夹具密封圈破损"
) -> InvestigationRow:
    digest = content_digest((await investigation_file(code)).content)
    return await conclude_investigation(
        code, cause=cause, conclusion=words, digest=digest, signer=await people.signer(who)
    )


async def recheck(
    people: People, inspection: str, verdict: Recheck, *, who: str = "quality", reason: str = "留样复核一致"
) -> Rechecked:
    """Sign the results of one sheet that the newest failure puts in doubt."""
    found = (await failures())[0]
    waiting = [one for one in await doubts_of(found.kind, found.id) if one.inspection == inspection]
    waiting = [one for one in waiting if one.verdict is None and one.counts]
    return await recheck_results(
        found.kind,
        found.id,
        inspection=inspection,
        verdict=verdict,
        reason=reason,
        digest=content_digest(recheck_content(found, inspection, waiting)),
        signer=await people.signer(who),
    )
