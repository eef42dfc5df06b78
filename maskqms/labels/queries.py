"""What is to be printed now: the unit as it stands, completed from its product and the licences of that day."""

from __future__ import annotations

from datetime import date
from typing import Any

from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local, now
from maskqms.errors import NotFound, Refused
from maskqms.labels.content import Label
from maskqms.labels.units import GOODS, Printing, label_of
from maskqms.products.queries import ProductRow, licences_of, of_kind, product_by_code
from maskqms.products.states import LicenceKind, ProductKind
from maskqms.settings import settings
from maskqms.standards.catalogue import choose_edition
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import UnitKind


async def printing() -> Printing:
    """The moment of this print and the addresses of this factory."""
    known = settings()
    base = known.public_url or known.base_url
    return Printing(at=await now(), zone=known.timezone, base_url=base, public_url=known.public_url)


async def was_printed(code: str) -> bool:
    """Whether a label of this unit came out of a printer at any time."""
    return bool(
        await sql.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM audit_entry WHERE subject = $1 AND kind = 'act' AND tag = $2)",
            code,
            str(Tag.LABEL_PRINT),
        )
    )


async def label_for(unit: UnitRow, how: Printing, *, link: bool = False) -> Label:
    """The unit's label at this moment; refused when its kind has none."""
    return label_of(unit, how, product=await _product_facts(unit), link=link)


async def _product_facts(unit: UnitRow) -> dict[str, Any]:
    code = unit.identifiers.get("product")
    if unit.kind not in GOODS or not code:
        return {}
    try:
        product = await product_by_code(str(code))
    except NotFound:
        return {}
    day = unit.made_on or local(unit.created_at).date()
    rows = await licences_of(product.code)
    registration = of_kind(rows, product.code, day, LicenceKind.REGISTRATION, LicenceKind.EMERGENCY_REGISTRATION)
    licence = of_kind(rows, product.code, day, LicenceKind.PRODUCTION_LICENCE)
    holder = licence or registration
    return {
        "product_name": product.name_zh,
        "product_en": product.name_en,
        "model": product.model,
        "standard": _edition(product, day),
        "gtin": product.carton_gtin if unit.kind is UnitKind.CARTON else product.gtin,
        "pieces_per_box": product.pieces_per_box,
        "boxes": product.boxes_per_carton if unit.kind is UnitKind.CARTON else None,
        "pieces": product.pieces_per_carton if unit.kind is UnitKind.CARTON else product.pieces_per_box,
        "registration": registration.number if registration else None,
        "licence": licence.number if licence else None,
        "maker": holder.holder if holder else None,
        "single_use": product.kind is ProductKind.MEDICAL,
    }


def _edition(product: ProductRow, day: date) -> str | None:
    """The edition in force on the production day; a label claims no other, and none when none is known."""
    try:
        return choose_edition(product.standard, day).edition
    except Refused:
        return None
