"""Master records: written by one person, put in force by another of quality, retired when a newer one takes over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic_core import to_jsonable_python

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.queries.masters import MasterRow, master_of
from maskqms.batches.rules.masters import BillItem, Step, master_blockers, material_blockers, other_person_blockers
from maskqms.batches.states import MASTER_MOVES, MasterState
from maskqms.db import sql
from maskqms.errors import Reason, Stale, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.materials.queries.materials import materials
from maskqms.products.queries import ProductRow, product_by_code
from maskqms.products.rules import active_blockers
from maskqms.products.standards import standard_blockers


@dataclass(frozen=True, slots=True)
class MasterDetails:
    """What a version says; standard, grade and variants come from the product."""

    bill: Sequence[BillItem]
    route: Sequence[Step]
    lines: Sequence[str]
    yield_from: Decimal
    piece_tolerance: int
    change: str


async def draft_master_record(*, product: str, details: MasterDetails, actor: Actor) -> MasterRow:
    """The next version of a product's master record, as a draft."""
    async with act(Tag.MASTER_DRAFT, actor=actor, subject=product) as this:
        of = await product_by_code(product)
        await sql.fetch("SELECT id FROM product WHERE id = $1 FOR UPDATE", of.id)
        reasons = actor.lacks(Role.QUALITY, Role.PLANT_MANAGER) + active_blockers(of)
        refuse(_("Master record not drafted"), reasons + await _detail_blockers(of, details))
        version = await sql.fetch_value(
            "SELECT coalesce(max(version), 0) + 1 FROM master_record WHERE product = $1", of.id
        )
        await sql.execute(
            "INSERT INTO master_record (product, version, state, standard, grade, variants, bill, route, lines,"
            " yield_from, piece_tolerance, change, author, created_at)"
            " VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, maskqms_now())",
            of.id,
            version,
            of.standard,
            of.grade,
            list(of.variants),
            *_columns(details),
            actor.account_id,
        )
        made = await master_of(product, version)
        await this.record(subject=made.subject, after=made.content())
        return made


async def revise_master_record(*, product: str, version: int, details: MasterDetails, actor: Actor) -> MasterRow:
    """Change a draft. Who changes it last is its author: not the one who approves it."""
    async with act(Tag.MASTER_REVISE, actor=actor, subject=f"{product} v{version}") as this:
        before = await _locked(product, version)
        of = await product_by_code(product)
        reasons = actor.lacks(Role.QUALITY, Role.PLANT_MANAGER)
        if before.state is not MasterState.DRAFT:
            text = _(
                "{subject} is {state}; only a draft can be changed.", subject=before.subject, state=before.state.label
            )
            reasons.append(Reason("master.not_draft", text, _("Draft a new version.")))
        refuse(_("Master record not changed"), reasons + await _detail_blockers(of, details))
        await sql.execute(
            "UPDATE master_record SET standard = $2, grade = $3, variants = $4, bill = $5, route = $6, lines = $7,"
            " yield_from = $8, piece_tolerance = $9, change = $10, author = $11 WHERE id = $1",
            before.id,
            of.standard,
            of.grade,
            list(of.variants),
            *_columns(details),
            actor.account_id,
        )
        made = await master_of(product, version)
        await this.record(subject=made.subject, before=before.content(), after=made.content())
        return made


async def approve_master_record(*, product: str, version: int, digest: str | None = None, signer: Signer) -> MasterRow:
    """Put a version in force; the one before retires in the same moment. `digest` is of what the signer was shown."""
    async with act(Tag.MASTER_APPROVE, actor=signer.actor, subject=f"{product} v{version}") as this:
        of = await product_by_code(product)
        await sql.fetch("SELECT id FROM product WHERE id = $1 FOR UPDATE", of.id)
        row = await _locked(product, version)
        if digest is not None and digest != content_digest(row.content()):
            raise Stale(_("Master record not approved"))
        reasons = signer.actor.lacks(Role.QUALITY)
        reasons += other_person_blockers(row.author, signer.account.id, row.author_name)
        reasons += MASTER_MOVES.blockers(row.state, MasterState.IN_FORCE)
        reasons += active_blockers(of)
        if (row.standard, row.grade, row.variants) != (of.standard, of.grade, of.variants):
            text = _("The standard or grade of {product} changed after this draft was written.", product=product)
            reasons.append(Reason("master.product_changed", text, _("Save the draft again, then approve it.")))
        refuse(_("Master record not approved"), reasons)
        signature = await sign(signer, Meaning.APPROVED, subject=row.subject, content=row.content())
        await sql.execute(
            "UPDATE master_record SET state = 'retired', retired_at = maskqms_now()"
            " WHERE product = $1 AND state = 'in_force'",
            of.id,
        )
        await sql.execute(
            "UPDATE master_record SET state = 'in_force', signature = $2, in_force_from = maskqms_now() WHERE id = $1",
            row.id,
            signature,
        )
        await this.record(subject=row.subject, before={"state": row.state}, after={"state": MasterState.IN_FORCE})
        return await master_of(product, version)


async def retire_master_record(*, product: str, version: int, reason: str, signer: Signer) -> MasterRow:
    """Take a version out of use without a successor; batches that run keep their snapshot."""
    async with act(Tag.MASTER_RETIRE, actor=signer.actor, subject=f"{product} v{version}") as this:
        row = await _locked(product, version)
        reasons = signer.actor.lacks(Role.QUALITY) + MASTER_MOVES.blockers(row.state, MasterState.RETIRED)
        reasons += reason_blockers(reason)
        refuse(_("Master record not retired"), reasons)
        await sign(signer, Meaning.REVOKED, subject=row.subject, content={"version": row.subject, "reason": reason})
        await sql.execute(
            "UPDATE master_record SET state = 'retired', retired_at = maskqms_now() WHERE id = $1", row.id
        )
        await this.record(
            subject=row.subject, before={"state": row.state}, after={"state": MasterState.RETIRED}, reason=reason
        )
        return await master_of(product, version)


async def _detail_blockers(product: ProductRow, details: MasterDetails) -> list[Reason]:
    reasons = master_blockers(details.bill, details.route, details.lines, details.yield_from, details.piece_tolerance)
    known = {material.code: str(material.unit) for material in await materials()}
    reasons += material_blockers(details.bill, known)
    reasons += standard_blockers(product.standard, product.grade, product.variants)
    if not details.change.strip():
        reasons.append(Reason("master.change", _("Say what is new in this version."), _("One sentence is enough.")))
    return reasons


async def _locked(product: str, version: int) -> MasterRow:
    row = await master_of(product, version)
    await sql.fetch("SELECT id FROM master_record WHERE id = $1 FOR UPDATE", row.id)
    return await master_of(product, version)


def _columns(details: MasterDetails) -> tuple[Any, ...]:
    return (
        _json([item.as_json() for item in details.bill]),
        _json([step.as_json() for step in details.route]),
        list(details.lines),
        details.yield_from,
        details.piece_tolerance,
        details.change,
    )


def _json(facts: Any) -> str:
    return json.dumps(to_jsonable_python(facts), ensure_ascii=False)
