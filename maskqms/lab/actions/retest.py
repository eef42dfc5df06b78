"""A retest: allowed by quality with a signature, made by another analyst, beside the first values, never over them."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.devices.queries.instruments import InstrumentRow, instrument_by_code
from maskqms.errors import Stale, refuse
from maskqms.i18n import _
from maskqms.lab import investigating as rules
from maskqms.lab import measuring
from maskqms.lab import rules as sheets
from maskqms.lab.actions.enter import number_in
from maskqms.lab.actions.investigate import locked_file
from maskqms.lab.queries.investigations import InvestigationFile, RetestRow
from maskqms.lab.states import Outcome, RetestBasis


async def approve_retest(
    code: str, *, basis: RetestBasis, specimens: Sequence[int], reason: str, digest: str, signer: Signer
) -> int:
    """Allow the specimens to be measured once more; the number of the retest. `digest` is that of what was shown."""
    async with act(Tag.RETEST_APPROVE, actor=signer.actor, subject=code) as this:
        found = await locked_file(code)
        wanted = sorted(set(specimens))
        refuse(
            _("Retest not allowed"),
            signer.actor.lacks(Role.QUALITY)
            + rules.retest_blockers(found.facts, account=signer.account.id, specimens=wanted, reason=reason),
        )
        if digest != content_digest(found.content):
            raise Stale(_("Retest not allowed"))
        said = {"basis": str(basis), "specimens": wanted, "reason": reason.strip()}
        signature = await sign(signer, Meaning.APPROVED, subject=code, content={**found.content, "retest": said})
        ordinal = len(found.retests) + 1
        await sql.execute(
            "INSERT INTO retest (investigation, ordinal, basis, specimens, reason, account, name, signature, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            found.row.id,
            ordinal,
            basis,
            wanted,
            reason.strip(),
            signer.account.id,
            signer.account.name,
            signature,
            this.at,
        )
        await this.record(subject=code, after={"retest": ordinal, **said}, reason=reason.strip())
        return ordinal


async def enter_retest(
    code: str,
    *,
    ordinal: int,
    specimen: int,
    value: str,
    actor: Actor,
    instrument: str | None = None,
    reason: str | None = None,
) -> Outcome:
    """Enter a value of a retest: a result of its own. It counts once the investigation says so."""
    async with act(Tag.RETEST_ENTER, actor=actor, subject=code) as this:
        found = await locked_file(code)
        facts = found.facts
        retest = next((one for one in facts.retests if one.ordinal == ordinal), None)
        standing = next((r for r in found.repeated(ordinal) if r.specimen == specimen), None)
        with_what = None if instrument is None else await instrument_by_code(instrument)
        refuse(
            _("Value not entered"),
            actor.lacks(*sheets.testers(found.sheet.inspection.purpose))
            + rules.retest_value_blockers(
                facts,
                retest,
                specimen=specimen,
                account=actor.account_id,
                has_value=standing is not None,
                reason=reason,
            )
            + sheets.value_blockers(
                found.sheet.inspection.plan, found.row.test, specimen, value, has_value=False, reason=None
            )
            + measuring.measured_blockers(facts.test, with_what.facts if with_what else None, await today()),
        )
        text = sheets.canonical_value(facts.test, value)
        outcome = sheets.judge_value(facts.test, text)
        await sql.execute(
            "INSERT INTO lab_result (inspection, test, specimen, text, value, outcome, analyst, analyst_name, at,"
            " supersedes, reason, instrument, retest)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            found.sheet.inspection.id,
            found.row.test,
            specimen,
            text,
            number_in(text),
            outcome,
            actor.account_id,
            actor.name,
            this.at,
            None if standing is None else standing.id,
            None if standing is None else (reason or "").strip(),
            _id(with_what),
            _retest(found, ordinal).id,
        )
        await this.record(
            subject=code,
            before=None if standing is None else {"specimen": specimen, "value": standing.text},
            after={"retest": ordinal, "specimen": specimen, "value": text, "outcome": outcome},
            reason=None if standing is None else reason,
        )
        return outcome


def _id(instrument: InstrumentRow | None) -> int | None:
    return None if instrument is None else instrument.id


def _retest(found: InvestigationFile, ordinal: int) -> RetestRow:
    return next(one for one in found.retests if one.ordinal == ordinal)
