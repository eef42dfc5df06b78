"""The decision on a batch: released by an authorised person through the gate, or rejected; once, and for good.

The batch's unit is locked first, so of two people who sign at the same time exactly one wins; the state goes down to
batch, boxes and cartons in the same act, and the certificate is made there too.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from maskqms.accounts.queries import authorisation_of
from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.audit.acts import Act, act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.conclude import conclude_batch
from maskqms.batches.queries.packing import packed_units
from maskqms.batches.states import BATCH_MOVES, BatchState
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.db.numbering import next_number
from maskqms.errors import Link, Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.lab.actions.review import decide_inspection
from maskqms.lab.states import Decision as SheetDecision
from maskqms.lab.states import InspectionState
from maskqms.release.certificate import certificate_facts, draw_certificate
from maskqms.release.queries.gate import Dossier, batch_row, dossier
from maskqms.release.queries.records import ReleaseRow, involved_in, release_of
from maskqms.release.rules.contents import rejection_content, release_content, signed_release
from maskqms.release.rules.people import rejection_blockers, release_blockers
from maskqms.release.states import Decision
from maskqms.trace.queries.units import lock_units

HOME_MARKET = ("CN",)


async def sign_release(batch: str, *, digest: str, signer: Signer, markets: Sequence[str] = HOME_MARKET) -> ReleaseRow:
    """Release a batch. `digest` is that of what the dialog showed; nothing overrides the gate."""
    async with act(Tag.RELEASE_SIGN, actor=signer.actor, subject=batch) as this:
        found = await _locked(batch)
        refuse(_("Batch not released"), [*decided(found), *await _release_reasons(found, signer, markets)])
        content = release_content(found.report, found.batch.product, found.facts.output.packed)
        if digest != content_digest(content):
            raise Stale(_("Batch not released"))
        number = await next_number("COC")
        signed = signed_release(content, number, markets)
        signature = await sign(signer, Meaning.RELEASED, subject=batch, content=signed)
        row = await _write(found, Decision.RELEASED, signer, signature, this, number=number, markets=markets)
        await conclude_batch(found.batch.id, BatchState.RELEASED, actor=signer.actor)
        for sheet in found.sheets.release:
            if sheet.state is InspectionState.REVIEWED:
                await decide_inspection(sheet.code, decision=SheetDecision.ACCEPTED, signature=signature, signer=signer)
        pdf = await asyncio.to_thread(draw_certificate, await certificate_facts(found, row))
        await sql.execute(
            "INSERT INTO certificate (release, number, pdf, sha256, at) VALUES ($1, $2, $3, $4, $5)",
            row.id,
            number,
            pdf,
            sha256(pdf).hexdigest(),
            this.at,
        )
        await this.record(subject=batch, after={**signed, "sha256": sha256(pdf).hexdigest()})
        return replace(row, sha256=sha256(pdf).hexdigest())


async def reject_batch(batch: str, *, reason: str, digest: str, signer: Signer) -> ReleaseRow:
    """Reject a batch with its reason. Final: what can be saved of it goes into another batch as rework."""
    async with act(Tag.RELEASE_REJECT, actor=signer.actor, subject=batch) as this:
        found = await _locked(batch)
        authorised = await authorisation_of(signer.account.id, found.batch.product, await today())
        refuse(
            _("Batch not rejected"),
            [
                *decided(found),
                *rejection_blockers(signer.actor, reason, authorised=authorised is not None),
                *_unfinished(found, BatchState.REJECTED),
            ],
        )
        content = rejection_content(found.report, found.batch.product)
        if digest != content_digest(content):
            raise Stale(_("Batch not rejected"))
        signature = await sign(signer, Meaning.REJECTED, subject=batch, content={**content, "reason": reason.strip()})
        row = await _write(found, Decision.REJECTED, signer, signature, this, reason=reason.strip())
        await conclude_batch(found.batch.id, BatchState.REJECTED, actor=signer.actor)
        hands = {*found.sheets.analysts(), *found.sheets.reviewers()}
        for sheet in found.sheets.release:
            # Whoever had a hand in the tests may reject the batch, but the sheet then keeps waiting for a third person.
            if sheet.state is InspectionState.REVIEWED and signer.account.id not in hands:
                await decide_inspection(
                    sheet.code,
                    decision=SheetDecision.REJECTED,
                    signature=signature,
                    signer=signer,
                    otherwise_known=True,
                )
        await this.record(subject=batch, after=content, reason=reason.strip())
        return row


async def _locked(batch: str) -> Dossier:
    """Everything about the batch with its unit, boxes and cartons locked: the batch first, it is the oldest."""
    row = await batch_row(batch)
    await lock_units([row.id])
    await lock_units([row.id, *await packed_units(row.id)])
    return await dossier(batch)


def decided(found: Dossier) -> list[Reason]:
    """A batch is decided once."""
    if found.batch.state not in (BatchState.RELEASED, BatchState.REJECTED):
        return []
    return [
        Reason(
            "batch.decided",
            _("Batch {code} has been decided already: {state}.", code=found.batch.code, state=found.batch.state.label),
            _("A release is withdrawn only by a hold, and a rejection not at all."),
            (Link(found.batch.code, f"/batches/{found.batch.code}/release"),),
        )
    ]


def _unfinished(found: Dossier, wanted: BatchState) -> list[Reason]:
    return [] if decided(found) else BATCH_MOVES.blockers(found.batch.state, wanted)


async def _release_reasons(found: Dossier, signer: Signer, markets: Sequence[str]) -> list[Reason]:
    """Every blocker of the gate, and everything against this person."""
    if decided(found):
        return []
    authorised = await authorisation_of(signer.account.id, found.batch.product, await today())
    reasons = found.report.blockers + release_blockers(
        signer.actor,
        await involved_in(found.batch.id, found.sheets),
        found.batch.product,
        found.batch.code,
        lab_reviewers=found.sheets.reviewers(),
        authorised=authorised is not None,
        heads_production=signer.account.heads_production,
    )
    if not markets:
        reasons.append(Reason("release.no_market", _("No market was named."), _("Name the countries it may go to.")))
    return reasons


async def _write(
    found: Dossier,
    decision: Decision,
    signer: Signer,
    signature: int,
    this: Act,
    *,
    number: str | None = None,
    markets: Sequence[str] = (),
    reason: str | None = None,
) -> ReleaseRow:
    snapshot: dict[str, Any] = found.report.snapshot()
    product = found.product
    await sql.execute(
        "INSERT INTO release_record (batch, decision, product, device_name, model, quantity, unit, expires_on, markets,"
        " gate, gate_digest, certificate, reason, account, signature, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        found.batch.id,
        decision,
        found.batch.product,
        found.batch.said("product", "name_zh") or product.name_zh,
        found.batch.said("product", "model") or product.model,
        found.facts.output.packed,
        found.facts.output.unit,
        found.batch.expires_on,
        sorted(markets),
        json.dumps(snapshot, ensure_ascii=False),
        content_digest(snapshot),
        number,
        reason,
        signer.account.id,
        signature,
        this.at,
    )
    row = await release_of(found.batch.id)
    assert row is not None
    return row
