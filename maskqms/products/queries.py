"""Reads of products and licences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from maskqms.accounts.signing import content_digest
from maskqms.db import sql
from maskqms.errors import NotFound, Reason
from maskqms.i18n import current_locale
from maskqms.products import rules
from maskqms.products.states import LicenceKind, LicenceState, ProductKind, ProductState

PRODUCT = (
    "SELECT id, code, name_zh, name_en, kind, standard, grade, variants, model, gtin, carton_gtin, pieces_per_box,"
    " boxes_per_carton, shelf_life_months, state, created_at FROM product"
)
LICENCE = (
    "SELECT l.id, l.kind, l.number, l.holder, l.scope, l.products, l.valid_from, l.valid_until, l.state, l.added_at,"
    " s.name AS added_by, l.revoked_at, l.revoked_reason FROM licence l JOIN signature s ON s.id = l.signature"
)


@dataclass(frozen=True, slots=True)
class ProductRow:
    id: int
    code: str
    name_zh: str
    name_en: str | None
    kind: ProductKind
    standard: str
    grade: str | None
    variants: tuple[str, ...]
    model: str
    gtin: str | None
    carton_gtin: str | None
    pieces_per_box: int | None
    boxes_per_carton: int | None
    shelf_life_months: int
    state: ProductState
    created_at: datetime

    @property
    def name(self) -> str:
        """In the reader's language, Chinese where there is no other."""
        return (self.name_en or self.name_zh) if current_locale() == "en" else self.name_zh

    @property
    def href(self) -> str:
        return f"/products/{self.code}"

    @property
    def pieces_per_carton(self) -> int | None:
        return self.pieces_per_box * self.boxes_per_carton if self.pieces_per_box and self.boxes_per_carton else None


@dataclass(frozen=True, slots=True)
class LicenceRow:
    id: int
    kind: LicenceKind
    number: str
    holder: str
    scope: str | None
    products: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    state: LicenceState
    added_at: datetime
    added_by: str
    revoked_at: datetime | None
    revoked_reason: str | None

    def content(self) -> dict[str, Any]:
        """What a signature on this certificate is about."""
        return {
            "kind": self.kind,
            "number": self.number,
            "holder": self.holder,
            "scope": self.scope,
            "products": list(self.products),
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
        }

    @property
    def digest(self) -> str:
        return content_digest(self.content())


async def product_by_code(code: str) -> ProductRow:
    row = await sql.one_as(ProductRow, f"{PRODUCT} WHERE code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def product_by_id(product_id: int) -> ProductRow:
    row = await sql.one_as(ProductRow, f"{PRODUCT} WHERE id = $1", product_id)
    if row is None:
        raise NotFound(f"#{product_id}")
    return row


async def products(*, active_only: bool = False) -> list[ProductRow]:
    return await sql.fetch_as(ProductRow, f"{PRODUCT} WHERE NOT $1 OR state = 'active' ORDER BY code", active_only)


async def product_codes() -> list[str]:
    return [record["code"] for record in await sql.fetch("SELECT code FROM product ORDER BY code")]


async def licences() -> list[LicenceRow]:
    """All certificates, the ones that end first on top."""
    return await sql.fetch_as(LicenceRow, f"{LICENCE} ORDER BY l.state, l.valid_until NULLS LAST, l.number")


async def licence_by_id(licence_id: int) -> LicenceRow:
    row = await sql.one_as(LicenceRow, f"{LICENCE} WHERE l.id = $1", licence_id)
    if row is None:
        raise NotFound(f"#{licence_id}")
    return row


async def licences_of(product: str) -> list[LicenceRow]:
    """The certificates whose scope names the product."""
    return await sql.fetch_as(
        LicenceRow, f"{LICENCE} WHERE $1 = ANY(l.products) ORDER BY l.kind, l.valid_from", product
    )


async def licence_blockers(product: ProductRow, day: date) -> list[Reason]:
    """Every reason why the product may not be made on that day: asked at the start of a batch and at its release."""
    return rules.licence_blockers(product, await licences(), day)


def of_kind(rows: Sequence[LicenceRow], product: str, day: date, *kinds: LicenceKind) -> LicenceRow | None:
    """The certificate to print on a label of that day: the one that stays valid longest."""
    fitting = [row for row in rows if row.kind in kinds and rules.valid_on(row, product, day)]
    return max(fitting, key=lambda row: row.valid_until or date.max, default=None)
