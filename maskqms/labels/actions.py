"""Printing: every print is an act, with the person, the form and a digest of what the label said."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.actor import SIGNING_ROLES, Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.labels.content import Label
from maskqms.labels.layouts import printed_facts
from maskqms.labels.queries import label_for, printing
from maskqms.labels.rendering import Form, render_many
from maskqms.labels.symbols import Dpi
from maskqms.labels.units import goods_blockers
from maskqms.trace.queries.units import unit_by_code

PRINTERS = tuple(role for role in Role if role in SIGNING_ROLES)


@dataclass(frozen=True, slots=True)
class Printed:
    """A print run as files: one PDF or ZPL stream, or a PNG a label."""

    labels: tuple[Label, ...]
    form: Form
    files: tuple[bytes, ...]


def may_print(actor: Actor) -> list[Reason]:
    """Whoever works here may print, and the system at its command line; guests and administrators may not."""
    return [] if actor.account_id is None else actor.lacks(*PRINTERS)


async def print_labels(
    codes: Sequence[str],
    *,
    form: Form,
    actor: Actor,
    dpi: Dpi = Dpi.D203,
    mono: bool = False,
    link: bool = False,
) -> Printed:
    """Print the labels of these units as they are now, all or none."""
    async with act(Tag.LABEL_PRINT, actor=actor, subject=codes[0] if len(codes) == 1 else None) as this:
        refuse(_("The labels were not printed"), may_print(actor))
        how = await printing()
        units = [await unit_by_code(code) for code in codes]
        refuse(_("The labels were not printed"), [one for unit in units for one in goods_blockers(unit, how.at)])
        labels = [await label_for(unit, how, link=link) for unit in units]
        files = await asyncio.to_thread(render_many, labels, form, base=how.base_url, dpi=dpi, mono=mono)
        for unit, label in zip(units, labels, strict=True):
            await this.record(subject=unit.code, after=_recorded(label, form, dpi))
    return Printed(tuple(labels), form, tuple(files))


def _recorded(label: Label, form: Form, dpi: Dpi) -> dict[str, Any]:
    facts = printed_facts(label)
    canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {
        "label": label.kind,
        "form": str(form),
        "dpi": dpi.value,
        "said": facts,
        "digest": hashlib.sha256(canonical.encode()).hexdigest(),
    }
