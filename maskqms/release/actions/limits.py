"""A limit that the edition lacks, entered from the bought standard by quality, with its clause and a signature.

Rows are only added and only ever fill or tighten: a looser one is refused by name (design of standards).
"""

from __future__ import annotations

from typing import Any

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.release.queries.limits import EnteredLimitRow, entered_limits
from maskqms.standards.adjustments import Adjustment
from maskqms.standards.catalogue import catalogue
from maskqms.standards.editions import Edition
from maskqms.standards.limits import Kind
from maskqms.standards.requirements import requirements

ENTERING = 7_201_003
"""Advisory lock: two versions of one limit are entered one after the other."""


def limit_content(
    edition: str, test: str, grade: str | None, limit: str, clause: str | None, source: str
) -> dict[str, Any]:
    """Exactly what is signed."""
    return {"edition": edition, "test": test, "grade": grade, "limit": limit, "clause": clause, "source": source}


async def propose_limit(
    *, edition: str, test: str, grade: str | None, limit: str, clause: str | None, source: str, actor: Actor
) -> dict[str, Any]:
    """What would be signed, or every reason why not: asked before anybody types a password."""
    known = catalogue().edition(edition)
    row = _row(known, test, grade, limit, clause, source, None, actor)
    _try(known, [*(one.adjustment() for one in await entered_limits(known.edition)), row])
    return limit_content(known.edition, test, grade, limit.strip(), clause, row.source)


def _row(
    known: Edition,
    test: str,
    grade: str | None,
    limit: str,
    clause: str | None,
    source: str,
    kind: Kind | None,
    actor: Actor,
) -> Adjustment:
    refuse(_("Limit not entered"), actor.lacks(Role.QUALITY) + _form_blockers(known, test, limit, source))
    return Adjustment(
        edition=known.edition,
        test=test,
        grade=grade,
        limit=limit.strip(),
        kind=kind,
        clause=clause,
        source=source.strip(),
    )


async def enter_limit(
    *,
    edition: str,
    test: str,
    grade: str | None,
    limit: str,
    clause: str | None,
    source: str,
    signer: Signer,
    kind: Kind | None = None,
    digest: str | None = None,
) -> EnteredLimitRow:
    """Fill a missing limit or tighten one; plans made from now on use it."""
    async with act(Tag.LIMIT_ENTER, actor=signer.actor, subject=f"{edition} {test}") as this:
        known = catalogue().edition(edition)
        await sql.execute("SELECT pg_advisory_xact_lock($1)", ENTERING)
        rows = await entered_limits(known.edition)
        row = _row(known, test, grade, limit, clause, source, kind, signer.actor)
        _try(known, [*(one.adjustment() for one in rows), row])
        content = limit_content(known.edition, test, grade, limit.strip(), clause, source.strip())
        if digest is not None and digest != content_digest(content):
            raise Stale(_("Limit not entered"))
        signature = await sign(signer, Meaning.APPROVED, subject=f"{known.edition} {test}", content=content)
        version = 1 + sum(one.test == test for one in rows)
        made = await sql.fetch_value(
            "INSERT INTO entered_limit (edition, test, grade, version, limit_text, kind, clause, source, signature, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
            known.edition,
            test,
            grade,
            version,
            limit.strip(),
            kind,
            clause,
            source.strip(),
            signature,
            this.at,
        )
        await this.record(subject=f"{known.edition} {test}", after={**content, "version": version})
        return next(one for one in await entered_limits(known.edition) if one.id == made)


def _form_blockers(edition: Edition, test: str, limit: str, source: str) -> list[Reason]:
    reasons = []
    if test not in {item.code for item in edition.tests}:
        reasons.append(
            Reason("adjustment.test", _("{edition} has no test {test}.", edition=edition.edition, test=test))
        )
    if not limit.strip():
        reasons.append(Reason("adjustment.limit", _("No limit was given."), _("Type it as the standard prints it.")))
    if not source.strip():
        reasons.append(
            Reason(
                "adjustment.source", _("Say which bought copy the limit was read from."), _("Name it as on its cover.")
            )
        )
    return reasons


def _try(edition: Edition, rows: list[Adjustment]) -> None:
    """Apply all rows to every grade and variant that has the test; a row that loosens anything is refused there."""
    variants = [frozenset[str](), *(frozenset({variant.code}) for variant in edition.variants)]
    for grade in edition.grades:
        for chosen in variants:
            requirements(edition, grade.code, chosen, rows, unasked=True)
