"""Register a mask model, complete or correct it, stop and resume making it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import NotFound, Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.products.gtin import carton_gtin, gtin_blockers
from maskqms.products.queries import PRODUCT, ProductRow, product_by_code
from maskqms.products.standards import standard_blockers
from maskqms.products.states import PRODUCT_MOVES, ProductKind, ProductState


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """What a person says about a mask model."""

    name_zh: str
    kind: ProductKind
    standard: str
    model: str
    shelf_life_months: int
    name_en: str | None = None
    grade: str | None = None
    variants: Sequence[str] = ()
    gtin: str | None = None
    carton_gtin: str | None = None
    pieces_per_box: int | None = None
    boxes_per_carton: int | None = None


async def register_product(*, code: str, details: ProductDetails, actor: Actor) -> ProductRow:
    """A new product. Its licences and its master record follow; without them no batch starts."""
    async with act(Tag.PRODUCT_REGISTER, actor=actor, subject=code) as this:
        reasons = actor.lacks(Role.QUALITY, Role.PLANT_MANAGER)
        if not code.strip() or code != code.strip():
            reasons.append(Reason("product.code", _("A product needs a code without blanks around it.")))
        if await sql.fetch_value("SELECT true FROM product WHERE code = $1", code):
            reasons.append(
                Reason("product.exists", _("There is a product {code} already.", code=code), _("Choose another code."))
            )
        refuse(_("Product not registered"), reasons + await _detail_blockers(details, code))
        whole = with_carton_gtin(details)
        await sql.execute(
            "INSERT INTO product (code, name_zh, name_en, kind, standard, grade, variants, model, gtin, carton_gtin,"
            " pieces_per_box, boxes_per_carton, shelf_life_months, state, created_at, created_by)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'active', maskqms_now(), $14)",
            code,
            *_columns(whole),
            actor.account_id,
        )
        await this.record(subject=code, after=asdict(whole))
        return await product_by_code(code)


async def change_product(*, code: str, details: ProductDetails, reason: str, actor: Actor) -> ProductRow:
    """Complete or correct a product; batches that have begun keep what they copied."""
    async with act(Tag.PRODUCT_CHANGE, actor=actor, subject=code) as this:
        before = await _locked(code)
        reasons = actor.lacks(Role.QUALITY, Role.PLANT_MANAGER)
        reasons += reason_blockers(reason, _("Say what was wrong or missing."))
        refuse(_("Product not changed"), reasons + await _detail_blockers(details, code))
        whole = with_carton_gtin(details)
        await sql.execute(
            "UPDATE product SET name_zh = $2, name_en = $3, kind = $4, standard = $5, grade = $6, variants = $7,"
            " model = $8, gtin = $9, carton_gtin = $10, pieces_per_box = $11, boxes_per_carton = $12,"
            " shelf_life_months = $13 WHERE code = $1",
            code,
            *_columns(whole),
        )
        after = asdict(whole)
        old = {name: getattr(before, name) for name in after}
        changed = [name for name in after if old[name] != (tuple(after[name]) if name == "variants" else after[name])]
        await this.record(
            subject=code,
            before={name: old[name] for name in changed},
            after={name: after[name] for name in changed},
            reason=reason,
        )
        return await product_by_code(code)


async def set_product_state(*, code: str, state: ProductState, reason: str, actor: Actor) -> ProductRow:
    """Stop making a product, or make it again."""
    async with act(Tag.PRODUCT_STATE, actor=actor, subject=code) as this:
        before = await _locked(code)
        reasons = actor.lacks(Role.QUALITY, Role.PLANT_MANAGER) + PRODUCT_MOVES.blockers(before.state, state)
        reasons += reason_blockers(reason)
        refuse(_("Product not changed"), reasons)
        await sql.execute("UPDATE product SET state = $2 WHERE code = $1", code, state)
        await this.record(subject=code, before={"state": before.state}, after={"state": state}, reason=reason)
        return await product_by_code(code)


def with_carton_gtin(details: ProductDetails) -> ProductDetails:
    """The carton's GTIN-14 made from the box's, unless the factory registered another one for it."""
    if details.gtin and not details.carton_gtin:
        return replace(details, carton_gtin=carton_gtin(details.gtin))
    return details


async def _detail_blockers(details: ProductDetails, code: str) -> list[Reason]:
    reasons = standard_blockers(details.standard, details.grade, details.variants)
    if details.gtin:
        reasons += gtin_blockers(details.gtin, 13)
    if details.carton_gtin:
        reasons += gtin_blockers(details.carton_gtin, 14)
        if not details.gtin:
            text = _("A carton has a GTIN only when its boxes have one.")
            reasons.append(Reason("product.gtin14", text, _("Give the GTIN of the box too.")))
    if details.gtin and (other := await _owner_of_gtin(details.gtin, details.carton_gtin, code)):
        text = _("GTIN {gtin} belongs to product {other}.", gtin=details.gtin, other=other)
        reasons.append(Reason("product.gtin_taken", text, _("A GTIN names one product only.")))
    if not 1 <= details.shelf_life_months <= 240:
        reasons.append(Reason("product.shelf_life", _("The shelf life is between 1 and 240 months.")))
    for count in (details.pieces_per_box, details.boxes_per_carton):
        if count is not None and count < 1:
            reasons.append(Reason("product.packing", _("A box and a carton hold at least one.")))
    return reasons


async def _owner_of_gtin(gtin: str, carton_gtin: str | None, code: str) -> str | None:
    return await sql.fetch_value(  # type: ignore[no-any-return]
        "SELECT code FROM product WHERE (gtin = $1 OR carton_gtin = $2) AND code <> $3", gtin, carton_gtin, code
    )


async def _locked(code: str) -> ProductRow:
    row = await sql.one_as(ProductRow, f"{PRODUCT} WHERE code = $1 FOR UPDATE", code)
    if row is None:
        raise NotFound(code)
    return row


def _columns(details: ProductDetails) -> tuple[object, ...]:
    return (
        details.name_zh,
        details.name_en,
        details.kind,
        details.standard,
        details.grade,
        list(details.variants),
        details.model,
        details.gtin,
        details.carton_gtin,
        details.pieces_per_box,
        details.boxes_per_carton,
        details.shelf_life_months,
    )
