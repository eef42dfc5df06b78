"""The pages of products and of the factory's certificates."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.products.actions.licences import add_licence, revoke_licence
from maskqms.products.actions.register import change_product, register_product, set_product_state
from maskqms.products.forms import ChangedProduct, LicenceForm, NewProduct, RevokeForm, StateForm
from maskqms.products.pages import (
    LicenceFormPage,
    LicencesPage,
    ProductFormPage,
    ProductPage,
    ProductsPage,
    all_grades,
    licence_lines,
    packing_facts,
    product_facts,
    standard_options,
    standing_of,
    variant_options,
)
from maskqms.products.queries import ProductRow, licence_blockers, licences, licences_of, product_by_code, products
from maskqms.products.rules import packing_blockers
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Option

Incoming = Request[Any, Any, Any]
Answer = Template | Response[Any]
KEEPERS = (Role.QUALITY, Role.PLANT_MANAGER)


class ProductController(Controller):
    """What the factory may make."""

    path = "/products"

    @get()
    async def everything(self, actor: NamedDependency[Actor]) -> Template:
        return render("products/list.html", ProductsPage(await products(), actor.has(*KEEPERS)))

    @get("/new")
    async def new(self) -> Template:
        return render("products/form.html", _form_page(blank(kind="medical", shelf_life_months=24)))

    @post("/new", status_code=303)
    async def register(self, request: Incoming, actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, NewProduct)
        if form.value is None:
            return render("products/form.html", _form_page(form), status=422)
        given = form.value

        async def run() -> str:
            return (await register_product(code=given.code, details=given.details, actor=actor)).code

        code = await once(given.key, str, run, tag=Tag.PRODUCT_REGISTER, actor=actor, subject=given.code)
        return redirect(f"/products/{code}")

    @get("/{code:str}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        product = await product_by_code(code)
        day = await today()
        reasons = await licence_blockers(product, day) + packing_blockers(product)
        band, tone = standing_of(product, reasons)
        return render(
            "products/product.html",
            ProductPage(
                product=product,
                facts=product_facts(product),
                packing=packing_facts(product),
                licences=licence_lines(await licences_of(code), day),
                reasons=reasons,
                band=band,
                tone=tone,
                may_change=actor.has(*KEEPERS),
            ),
        )

    @get("/{code:str}/change")
    async def ask_change(self, code: FromPath[str]) -> Template:
        product = await product_by_code(code)
        return render("products/form.html", _form_page(_filled(product), product))

    @post("/{code:str}/change", status_code=303)
    async def change(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, ChangedProduct)
        if form.value is None:
            return render("products/form.html", _form_page(form, await product_by_code(code)), status=422)
        given = form.value

        async def run() -> str:
            return (await change_product(code=code, details=given.details, reason=given.reason, actor=actor)).code

        await once(given.key, str, run, tag=Tag.PRODUCT_CHANGE, actor=actor, subject=code)
        return redirect(f"/products/{code}")

    @post("/{code:str}/state", status_code=303)
    async def state(self, request: Incoming, code: FromPath[str], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, StateForm)
        if form.value is None:
            return redirect(f"/products/{code}")
        given = form.value

        async def run() -> str:
            return (await set_product_state(code=code, state=given.state, reason=given.reason, actor=actor)).code

        await once(given.key, str, run, tag=Tag.PRODUCT_STATE, actor=actor, subject=code)
        return redirect(f"/products/{code}")


class LicenceController(Controller):
    """The factory's own certificates."""

    path = "/licences"

    @get()
    async def everything(self, actor: NamedDependency[Actor]) -> Template:
        page = LicencesPage(licence_lines(await licences(), await today()), actor.has(*KEEPERS))
        return render("products/licences.html", page)

    @get("/new")
    async def new(self, product: FromQuery[str | None] = None) -> Template:
        form = blank(products=[product] if product else None)
        return render("products/licence_form.html", await _licence_page(form))

    @post("/new", status_code=303)
    async def add(self, request: Incoming, actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, LicenceForm)
        if form.value is None:
            return render("products/licence_form.html", await _licence_page(form), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            facts = given.model_dump(exclude={"key", "username", "password"})
            return (await add_licence(**facts, signer=signer)).id

        await once(given.key, int, run, tag=Tag.LICENCE_ADD, actor=actor, subject=given.number)
        return redirect("/licences")

    @post("/{licence:int}/revoke", status_code=303)
    async def revoke(self, request: Incoming, licence: FromPath[int], actor: NamedDependency[Actor]) -> Answer:
        form = await read_form(request, RevokeForm)
        if form.value is None:
            return redirect("/licences")
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> int:
            return (await revoke_licence(licence=licence, reason=given.reason, digest=given.digest, signer=signer)).id

        await once(given.key, int, run, tag=Tag.LICENCE_REVOKE, actor=actor, subject=str(licence))
        return redirect("/licences")


def _form_page(form: Form[Any], product: ProductRow | None = None) -> ProductFormPage:
    return ProductFormPage(form, standard_options(), all_grades(), variant_options(), product)


def _filled(product: ProductRow) -> Form[Any]:
    names = (
        "name_zh", "name_en", "kind", "standard", "grade", "variants", "model", "gtin", "carton_gtin", "pieces_per_box",
        "boxes_per_carton", "shelf_life_months",
    )  # fmt: skip
    return blank(**{name: getattr(product, name) for name in names})


async def _licence_page(form: Form[Any]) -> LicenceFormPage:
    options = [Option(product.code, f"{product.code} {product.name}") for product in await products()]
    return LicenceFormPage(form, options)


router = Router(path="/", route_handlers=[ProductController, LicenceController])
