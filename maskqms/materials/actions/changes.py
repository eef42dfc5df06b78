"""A change of the source of a key material is put on record, and with it what comes from there is limited (R46)."""

from __future__ import annotations

from datetime import datetime

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.materials.actions.suppliers import BUYERS
from maskqms.materials.queries.changes import makers_of
from maskqms.materials.queries.materials import MaterialRow, material_by_code
from maskqms.materials.queries.suppliers import SupplierRow, latest_approval, locked_supplier
from maskqms.materials.rules.changes import opens_maker_change, source_change_blockers
from maskqms.materials.states import MAY_DELIVER, SourceChangeKind
from maskqms.quality.actions import open_change


async def report_source_change(
    supplier: str, *, material: str, kind: SourceChangeKind, description: str, actor: Actor
) -> str:
    """An approved supplier of a key material delivers another grade, from another site or by another process."""
    async with act(Tag.CHANGE_OPEN, actor=actor, subject=supplier) as this:
        row = await locked_supplier(supplier)
        about = await material_by_code(material)
        standing = await latest_approval(row.id, about.id)
        approved = standing is not None and standing.state in MAY_DELIVER
        refuse(
            _("Change not opened"),
            actor.lacks(*BUYERS)
            + source_change_blockers(about.category, about.code, kind, description, approved=approved),
        )
        return await limit_source(row, about, kind=kind, description=description, since=this.at, actor=actor)


async def limit_new_maker(
    row: SupplierRow, about: MaterialRow, maker: str, *, lot: str, since: datetime, actor: Actor
) -> str | None:
    """Open the change when this supplier never brought this maker's key material before, and brought another's. The
    supplier's own first delivery is none: its maker is what its approval was about."""
    before = await makers_of(row.id, about.id, apart=lot)
    if not opens_maker_change(about.category, maker, before):
        return None
    return await limit_source(
        row,
        about,
        kind=SourceChangeKind.MAKER,
        description=f"{', '.join(before)} → {maker} ({lot})",
        since=since,
        maker=maker,
        actor=actor,
    )


async def limit_source(
    row: SupplierRow,
    about: MaterialRow,
    *,
    kind: SourceChangeKind,
    description: str,
    since: datetime,
    actor: Actor,
    maker: str | None = None,
) -> str:
    """Open the change inside the running act; the caller holds the supplier's lock. What comes `since` then, of this
    maker if one is named, is for validation only."""
    opened = await open_change(
        title=f"{row.code} {row.name} → {about.code} {about.name_zh}: {kind.label.in_locale('zh')}",
        description=description,
        source=row.code,
        actor=actor,
    )
    await sql.execute(
        "INSERT INTO source_change (supplier, material, kind, change, since, maker) VALUES ($1, $2, $3, $4, $5, $6)",
        row.id,
        about.id,
        kind,
        opened.id,
        since,
        maker,
    )
    return opened.code
