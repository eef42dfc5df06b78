"""A mask model as factories have it, with its certificates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from maskqms.accounts.queries import account_named
from maskqms.accounts.signing import Signer
from maskqms.actor import Actor
from maskqms.products.actions.licences import add_licence
from maskqms.products.actions.register import ProductDetails, register_product
from maskqms.products.queries import LicenceRow, ProductRow
from maskqms.products.states import LicenceKind, ProductKind
from tests.conftest import People

SURGICAL = ProductDetails(
    name_zh="医用外科口罩",
    name_en="Surgical mask",
    kind=ProductKind.MEDICAL,
    standard="YY 0469",
    grade=None,
    model="平面型 耳挂式 17.5 cm x 9.5 cm",
    gtin="6901234000016",
    pieces_per_box=50,
    boxes_per_carton=4,
    shelf_life_months=24,
)


async def signer(people: People, name: str) -> Signer:
    """A signer without the slow check of the password, which the tests of accounts are for."""
    actor: Actor = getattr(people, name)
    return Signer(actor, await account_named(actor.username))


async def make_licence(
    people: People,
    products: list[str],
    kind: LicenceKind = LicenceKind.REGISTRATION,
    number: str = "豫械注准20202140123",
    valid_from: date = date(2020, 3, 1),
    valid_until: date | None = date(2040, 2, 28),
) -> LicenceRow:
    return await add_licence(
        kind=kind,
        number=number,
        holder="河南某某医疗器械有限公司",
        products=products,
        valid_from=valid_from,
        valid_until=valid_until,
        signer=await signer(people, "manager"),
    )


async def make_product(people: People, code: str = "P-01", *, licensed: bool = True, **details: Any) -> ProductRow:
    """A surgical mask of 50 in a box, 4 boxes in a carton; `licensed` gives both certificates, 2020 to 2040."""
    product = await register_product(code=code, details=replace(SURGICAL, **details), actor=people.manager)
    if licensed:
        await make_licence(people, [code], number=f"豫械注准 {code}")
        await make_licence(people, [code], LicenceKind.PRODUCTION_LICENCE, number=f"豫食药监械生产许 {code}")
    return product
