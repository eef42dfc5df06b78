"""A sample is taken out of a unit and passed from hand to hand; every link of the chain is kept.

Who takes a sample takes part in the testing: they neither review nor decide (R10).
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from decimal import Decimal

from maskqms.accounts.queries import find_account
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.lab import custody, rules
from maskqms.lab.queries.inspections import inspection, locked_inspection
from maskqms.lab.queries.samples import SampleRow, locked_sample, sample
from maskqms.lab.states import SampleState
from maskqms.labels.actions import may_print
from maskqms.labels.content import SampleLabel
from maskqms.labels.queries import printing
from maskqms.labels.rendering import Form, render
from maskqms.labels.symbols import Dpi
from maskqms.trace.actions.cascade import descendants
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.queries.units import lock_units, unit_by_code
from maskqms.trace.states import MovementKind

HANDLERS = (Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE)


@dataclass(frozen=True, slots=True)
class SampleTaken:
    """The answer, kept for a repeated request."""

    code: str


async def take_sample(
    inspection_code: str,
    *,
    unit: str,
    quantity: Decimal,
    actor: Actor,
    container: str | None = None,
    storage: str | None = None,
) -> SampleTaken:
    """Take a sample of the unit that is inspected, or of something made of it, out of stock."""
    async with act(Tag.SAMPLE_TAKE, actor=actor, subject=inspection_code) as this:
        about = await inspection(inspection_code)
        found = await unit_by_code(unit)
        row = (await lock_units([found.id]))[found.id]
        about = await locked_inspection(inspection_code)
        belongs = found.id == about.subject or found.id in await descendants([about.subject])
        refuse(
            _("No sample taken"),
            actor.lacks(*rules.testers(about.purpose))
            + rules.open_blockers(about.code, about.state)
            + custody.take_blockers(row, quantity, about.subject_code, belongs=belongs),
        )
        code = await next_number("SA")
        moved = await record_movement(
            row.id, kind=MovementKind.SAMPLE, quantity=quantity, actor=actor, reason=f"{code} {about.code}"
        )
        await sql.execute(
            "INSERT INTO sample (code, unit, inspection, quantity, movement, container, storage, state, holder,"
            " taken_by, taken_name, taken_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'taken', $8, $8, $9, $10)",
            code,
            row.id,
            about.id,
            quantity,
            moved.id,
            container,
            storage,
            actor.account_id,
            actor.name,
            this.at,
        )
        made = await sample(code)
        await _step(made, SampleState.TAKEN, actor, actor.account_id, storage, None)
        after = {"sample": code, "unit": row.code, "quantity": quantity, "of": row.unit, "inspection": about.code}
        await this.record(subject=code, after=after)
        await this.record(subject=about.code, after=after)
        await this.record(subject=row.code, before={"on_hand": row.on_hand}, after=after)
        return SampleTaken(code)


async def move_sample(
    code: str,
    wanted: SampleState,
    *,
    actor: Actor,
    to: str | None = None,
    storage: str | None = None,
    note: str | None = None,
) -> SampleRow:
    """The next link of the chain: handed to somebody, received by scan, put in test, retained or disposed of."""
    async with act(Tag.SAMPLE_HAND, actor=actor, subject=code) as this:
        row = await locked_sample(code)
        receiver = await find_account(to) if to and wanted is SampleState.HANDED else None
        reasons = actor.lacks(*HANDLERS)
        reasons += custody.move_blockers(
            code, row.state, wanted, holder=row.holder_name, is_holder=actor.account_id == row.holder, to=to
        )
        if to and wanted is SampleState.HANDED and (receiver is None or not receiver.active):
            reasons.append(Reason("sample.unknown_person", _("Nobody signs in as {name}.", name=to)))
        reasons += custody.dispose_blockers(wanted, note, storage)
        refuse(_("Sample not passed on"), reasons)
        holder = actor.account_id if receiver is None else receiver.id
        place = (storage or "").strip() or row.storage
        await sql.execute(
            "UPDATE sample SET state = $2, holder = $3, storage = $4 WHERE id = $1", row.id, wanted, holder, place
        )
        await _step(row, wanted, actor, holder, place, (note or "").strip() or None)
        done = await sample(code)
        await this.record(
            subject=code,
            before={"state": row.state, "holder": row.holder_name},
            after={"state": wanted, "holder": done.holder_name, "storage": place},
            reason=(note or "").strip() or None,
        )
        return done


async def _step(
    row: SampleRow, state: SampleState, actor: Actor, holder: int | None, storage: str | None, note: str | None
) -> None:
    await sql.execute(
        "INSERT INTO sample_step (sample, state, account, name, holder, storage, note, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, maskqms_now())",
        row.id,
        state,
        actor.account_id,
        actor.name,
        holder,
        storage,
        note,
    )


def label_of(row: SampleRow) -> SampleLabel:
    """What the label of a sample says."""
    return SampleLabel(
        code=row.code,
        item=row.item,
        of=row.unit_code,
        inspection=row.inspection,
        quantity=row.quantity,
        unit=row.measure,
        taken_by=row.taken_name,
        taken_on=row.taken_at,
        container=row.container,
        storage=row.storage,
    )


async def print_sample_label(code: str, *, form: Form, dpi: Dpi, actor: Actor) -> bytes:
    """Print the label of a sample; each print is an act, as with the labels of units."""
    async with act(Tag.SAMPLE_LABEL, actor=actor, subject=code) as this:
        row = await sample(code)
        refuse(_("The labels were not printed"), may_print(actor))
        how = await printing()
        label = label_of(row)
        file = await asyncio.to_thread(render, label, form, base=how.base_url, dpi=dpi)
        digest = hashlib.sha256(file).hexdigest()
        await this.record(subject=code, after={"label": label.kind, "form": str(form), "digest": digest})
        return file
