"""The label of a place: its code to scan, its name and what may stand there. Printing is an act."""

from __future__ import annotations

import asyncio

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.labels.actions import may_print
from maskqms.labels.content import PlaceLabel
from maskqms.labels.queries import printing
from maskqms.labels.rendering import Form, render
from maskqms.materials.queries.locations import location_by_code


async def print_place_label(code: str, *, actor: Actor) -> bytes:
    """A PDF of one label, 100 x 70 mm."""
    async with act(Tag.LABEL_PRINT, actor=actor, subject=code) as this:
        row = await location_by_code(code)
        refuse(_("The labels were not printed"), may_print(actor))
        label = PlaceLabel(
            code=row.code,
            item=row.name_zh,
            item_en=row.name_en,
            purpose=f"{row.kind.label.in_locale('zh')} {row.kind.label.in_locale('en')}",
        )
        pdf = await asyncio.to_thread(render, label, Form.PDF, base=(await printing()).base_url)
        await this.record(subject=row.code, after={"label": label.kind, "form": "pdf", "kind": row.kind})
    return pdf
