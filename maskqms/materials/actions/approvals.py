"""Which supplier may deliver which material: proposed, then approved, suspended or removed by quality, signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.kept_file import file_blockers, media_type
from maskqms.materials.actions.changes import limit_source
from maskqms.materials.actions.suppliers import BUYERS, CopyOfPaper
from maskqms.materials.queries.changes import other_sources
from maskqms.materials.queries.materials import MaterialRow, locked_material, material_by_code
from maskqms.materials.queries.suppliers import (
    ApprovalRow,
    CredentialRow,
    EvaluationRow,
    SupplierRow,
    approvals_of,
    credential_rules,
    credentials_of,
    evaluations_of,
    latest_approval,
    locked_supplier,
)
from maskqms.materials.rules.approval import (
    approval_decision_blockers,
    chosen_evaluation,
    evaluation_blockers,
    evaluation_entry_blockers,
    fresh,
    since_removal,
)
from maskqms.materials.rules.changes import opens_change
from maskqms.materials.rules.expiries import months_later
from maskqms.materials.rules.papers import credential_blockers, needed_types
from maskqms.materials.rules.sourcing import maker_blockers, maker_types
from maskqms.materials.states import MAY_DELIVER, ApprovalState, EvaluationKind, SourceChangeKind
from maskqms.settings import settings

MEANINGS: Mapping[ApprovalState, Meaning] = {
    ApprovalState.APPROVED: Meaning.APPROVED,
    ApprovalState.CONDITIONAL: Meaning.APPROVED,
    ApprovalState.SUSPENDED: Meaning.REVOKED,
    ApprovalState.REMOVED: Meaning.REVOKED,
}


def approval_content(
    supplier: SupplierRow,
    material: str,
    current: ApprovalState | None,
    papers: Sequence[CredentialRow],
    evaluations: Sequence[EvaluationRow],
) -> dict[str, Any]:
    """What is shown when an approval is decided: the supplier, the material, how it stands, every paper and every
    evaluation."""
    return {
        "supplier": supplier.code,
        "name": supplier.name,
        "kind": supplier.kind,
        "material": material,
        "state": current,
        "credentials": [
            {
                "type": p.type,
                "number": p.number,
                "maker": p.maker,
                "names_item": p.names_item,
                "valid_until": p.valid_until,
            }
            for p in papers
            if not p.withdrawn
        ],
        "evaluations": [{"kind": e.kind, "number": e.number, "digest": e.digest} for e in evaluations],
    }


async def propose_supplier(supplier: str, *, material: str, basis: str, actor: Actor) -> int:
    """Put a supplier forward for a material; quality decides."""
    async with act(Tag.APPROVAL_DECIDE, actor=actor, subject=supplier) as this:
        row = await locked_supplier(supplier)
        about = await material_by_code(material)
        reasons = actor.lacks(*BUYERS)
        standing = await latest_approval(row.id, about.id)
        if standing is not None and standing.state is not ApprovalState.REMOVED:
            text = _("The supplier has a standing for this material already: {state}.", state=standing.state.label)
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


async def keep_evaluation(
    supplier: str,
    *,
    material: str,
    kind: EvaluationKind,
    number: str,
    done_on: date,
    copy: CopyOfPaper,
    actor: Actor,
) -> int:
    """Keep the report of an audit, a written survey or a later review; decisions rest on it (S13, S14)."""
    async with act(Tag.EVALUATION_KEEP, actor=actor, subject=supplier) as this:
        row = await locked_supplier(supplier)
        about = await material_by_code(material)
        refuse(
            _("Evaluation not kept"),
            actor.lacks(*BUYERS)
            + evaluation_entry_blockers(number, done_on, local(this.at).date())
            + file_blockers(copy.name, copy.content),
        )
        digest = sha256(copy.content).hexdigest()
        made: int = await sql.fetch_value(
            "INSERT INTO evaluation (supplier, material, kind, number, done_on, digest, entered_by, entered_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            row.id,
            about.id,
            kind,
            number.strip(),
            done_on,
            digest,
            actor.account_id,
            this.at,
        )
        await sql.execute(
            "INSERT INTO evaluation_file (evaluation, name, media_type, content) VALUES ($1, $2, $3, $4)",
            made,
            copy.name,
            media_type(copy.content),
            copy.content,
        )
        await this.record(
            subject=supplier,
            after={"material": material, "kind": kind, "number": number, "done_on": done_on, "digest": digest},
        )
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
    condition: str | None = None,
    evaluate_by: date | None = None,
) -> int:
    """Approve, also with a condition, suspend or remove. An approval needs every paper valid today and rests on an
    evaluation. A supplier that comes beside another one of a key material opens a change (R46)."""
    async with act(Tag.APPROVAL_DECIDE, actor=signer.actor, subject=supplier) as this:
        row = await locked_supplier(supplier)
        about = await locked_material(material)
        day = local(this.at).date()
        history = [one for one in await approvals_of(row.id) if one.material == about.id]
        evaluations = await evaluations_of(row.id, about.id)
        papers = await credentials_of(row.id)
        current = history[0].state if history else None
        may = state in MAY_DELIVER
        due = (evaluate_by or _next_evaluation(valid_from, evaluations, history)) if may else None
        reasons = signer.actor.lacks(Role.QUALITY) + approval_decision_blockers(
            current,
            state,
            basis=basis,
            valid_from=valid_from,
            valid_until=valid_until,
            condition=condition,
            day=day,
        )
        reasons += evaluation_blockers(
            state,
            evaluations,
            history,
            evaluate_by=due,
            supplier_name=row.name,
            material_code=about.code,
            day=day,
        )
        if may:
            reasons += await paper_reasons(row, about, papers, day)
        refuse(_("Approval not changed"), reasons)
        content = approval_content(row, material, current, papers, evaluations)
        if digest != content_digest(content):
            raise Stale(_("Approval not changed"))
        chosen = chosen_evaluation(evaluations, history) if may else None
        dates = (valid_from, valid_until) if may else (None, None)
        under = (condition or "").strip() if state is ApprovalState.CONDITIONAL else None
        decided = {
            "to": state,
            "basis": basis.strip(),
            "valid_from": dates[0],
            "valid_until": dates[1],
            "condition": under,
            "evaluate_by": due,
        }
        signature = await sign(signer, MEANINGS[state], subject=supplier, content={**content, "decision": decided})
        made: int = await sql.fetch_value(
            "INSERT INTO approval (supplier, material, state, basis, valid_from, valid_until, condition, evaluation,"
            " evaluate_by, decided_by, decided_at, signature)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
            row.id,
            about.id,
            state,
            basis.strip(),
            *dates,
            under,
            None if chosen is None else chosen.id,
            due,
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(subject=supplier, before={"state": content["state"]}, after={"material": material, **decided})
        first = may and not any(one.state in MAY_DELIVER for one in since_removal(history))
        others = await other_sources(row.id, about.id) if first else ()
        if opens_change(about.category, first_approval=first, others=others):
            await limit_source(
                row,
                about,
                kind=SourceChangeKind.SUPPLIER,
                description=f"{', '.join(others)} → {row.code}: {basis.strip()}",
                since=this.at,
                actor=signer.actor,
            )
        return made


def _next_evaluation(
    valid_from: date | None, evaluations: Sequence[EvaluationRow], history: Sequence[ApprovalRow]
) -> date | None:
    """When nothing is said: the day that stands, or after a new evaluation the setting's months later."""
    standing = next((one.evaluate_by for one in since_removal(history) if one.state in MAY_DELIVER), None)
    if standing is not None and not fresh(evaluations, history):
        return standing
    return None if valid_from is None else months_later(valid_from, settings().evaluation_months)


async def paper_reasons(
    row: SupplierRow, about: MaterialRow, papers: Sequence[CredentialRow], day: date
) -> list[Reason]:
    """What of the supplier's papers, and of those of a trader's maker, stands in the way of an approval."""
    configured = (await credential_rules()).get(about.category)
    own = credential_blockers(
        papers,
        types=needed_types(configured, row.kind),
        material=about.id,
        material_code=about.code,
        supplier_code=row.code,
        supplier_name=row.name,
        day=day,
    )
    return own + maker_blockers(
        papers,
        types=maker_types(configured, row.kind),
        material=about.id,
        material_code=about.code,
        supplier_code=row.code,
        supplier_name=row.name,
        day=day,
    )
