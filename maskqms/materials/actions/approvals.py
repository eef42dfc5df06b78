"""Which supplier may deliver which material: proposed, then approved, suspended or removed by quality, signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.materials.actions.suppliers import BUYERS
from maskqms.materials.queries.materials import material_by_code
from maskqms.materials.queries.suppliers import (
    CredentialRow,
    SupplierRow,
    credential_rules,
    credentials_of,
    latest_approval,
    locked_supplier,
)
from maskqms.materials.rules.papers import approval_decision_blockers, credential_blockers, needed_types
from maskqms.materials.states import ApprovalState

MEANINGS: Mapping[ApprovalState, Meaning] = {
    ApprovalState.APPROVED: Meaning.APPROVED,
    ApprovalState.SUSPENDED: Meaning.REVOKED,
    ApprovalState.REMOVED: Meaning.REVOKED,
}


def approval_content(
    supplier: SupplierRow, material: str, current: ApprovalState | None, papers: list[CredentialRow]
) -> dict[str, Any]:
    """What is shown when an approval is decided: the supplier, the material, how it stands, and every paper."""
    return {
        "supplier": supplier.code,
        "name": supplier.name,
        "kind": supplier.kind,
        "material": material,
        "state": current,
        "credentials": [
            {"type": p.type, "number": p.number, "names_item": p.names_item, "valid_until": p.valid_until}
            for p in papers
            if not p.withdrawn
        ],
    }


async def propose_supplier(supplier: str, *, material: str, basis: str, actor: Actor) -> int:
    """Put a supplier forward for a material; quality decides."""
    async with act(Tag.APPROVAL_DECIDE, actor=actor, subject=supplier) as this:
        row = await locked_supplier(supplier)
        about = await material_by_code(material)
        reasons = actor.lacks(*BUYERS)
        standing = await latest_approval(row.id, about.id)
        if standing is not None and standing.state is not ApprovalState.REMOVED:
            text = _("It stands already: {state}.", state=standing.state.label)
            reasons.append(Reason("approval.exists", text))
        if not basis.strip():
            reasons.append(Reason("approval.basis", _("Say what it would deliver and why.")))
        refuse(_("Not proposed"), reasons)
        made: int = await sql.fetch_value(
            "INSERT INTO approval (supplier, material, state, basis, decided_by, decided_at)"
            " VALUES ($1, $2, 'pending', $3, $4, $5) RETURNING id",
            row.id,
            about.id,
            basis.strip(),
            actor.account_id,
            this.at,
        )
        await this.record(subject=supplier, after={"material": material, "state": "pending", "basis": basis})
        return made


async def decide_approval(
    supplier: str,
    *,
    material: str,
    state: ApprovalState,
    basis: str,
    digest: str,
    signer: Signer,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> int:
    """Approve, suspend or remove. An approval needs every paper valid today, and says on what it is based."""
    async with act(Tag.APPROVAL_DECIDE, actor=signer.actor, subject=supplier) as this:
        row = await locked_supplier(supplier)
        about = await material_by_code(material)
        day = local(this.at).date()
        current = await latest_approval(row.id, about.id)
        papers = await credentials_of(row.id)
        reasons = signer.actor.lacks(Role.QUALITY) + approval_decision_blockers(
            None if current is None else current.state,
            state,
            basis=basis,
            valid_from=valid_from,
            valid_until=valid_until,
            day=day,
        )
        if state is ApprovalState.APPROVED:
            reasons += credential_blockers(
                papers,
                types=needed_types((await credential_rules()).get(about.category), row.kind),
                material=about.id,
                material_code=about.code,
                supplier_code=row.code,
                supplier_name=row.name,
                day=day,
            )
        refuse(_("Approval not changed"), reasons)
        content = approval_content(row, material, None if current is None else current.state, papers)
        if digest != content_digest(content):
            raise Stale(_("Approval not changed"))
        approved = state is ApprovalState.APPROVED
        dates = (valid_from, valid_until) if approved else (None, None)
        decided = {"to": state, "basis": basis.strip(), "valid_from": dates[0], "valid_until": dates[1]}
        signature = await sign(signer, MEANINGS[state], subject=supplier, content={**content, "decision": decided})
        made: int = await sql.fetch_value(
            "INSERT INTO approval (supplier, material, state, basis, valid_from, valid_until, decided_by, decided_at,"
            " signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            row.id,
            about.id,
            state,
            basis.strip(),
            *dates,
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(subject=supplier, before={"state": content["state"]}, after={"material": material, **decided})
        return made
