"""What the supplier's certificate says of a test is kept beside the own values: it never stands in their place."""

from __future__ import annotations

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.lab import rules
from maskqms.lab.actions.enter import number_in
from maskqms.lab.queries.certificates import certificate_values
from maskqms.lab.queries.inspections import locked_inspection

READERS = (Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE)


async def enter_certificate_value(
    code: str, *, test: str, value: str, certificate: str, actor: Actor, reason: str | None = None
) -> int:
    """Enter what the certificate says; what was entered before is only superseded, with a reason."""
    async with act(Tag.CERTIFICATE_VALUE, actor=actor, subject=code) as this:
        row = await locked_inspection(code)
        standing = next((one for one in await certificate_values(row.id) if one.test == test), None)
        planned = row.plan.test(test)
        reasons = actor.lacks(*READERS)
        if planned is None:
            reasons.append(Reason("result.test", _("The plan has no test {test}.", test=test)))
        elif fault := rules.value_fault(planned, value):
            reasons.append(Reason("result.value", fault))
        if not certificate.strip():
            reasons.append(Reason("certificate.number", _("Say which certificate says so.")))
        if standing is not None and not (reason or "").strip():
            there = _("A value of the certificate stands there already: {value}.", value=standing.text)
            reasons.append(Reason("certificate.exists", there, _("Correct it with a reason; it stays readable.")))
        refuse(_("Value of the certificate not entered"), reasons)
        assert planned is not None
        text = rules.canonical_value(planned, value)
        entry: int = await sql.fetch_value(
            "INSERT INTO certificate_value (inspection, test, text, value, certificate, account, name, at, supersedes,"
            " reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
            row.id,
            test,
            text,
            number_in(text),
            certificate.strip(),
            actor.account_id,
            actor.name,
            this.at,
            None if standing is None else standing.id,
            None if standing is None else (reason or "").strip(),
        )
        await this.record(
            subject=code,
            before=None if standing is None else {"test": test, "value": standing.text},
            after={"test": test, "value": text, "certificate": certificate.strip()},
            reason=None if standing is None else reason,
        )
        return entry
