"""The context of each products template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.products.queries import LicenceRow, ProductRow
from maskqms.products.rules import standing
from maskqms.products.states import LicenceStanding, ProductState
from maskqms.standards.catalogue import catalogue
from maskqms.web.forms import Form
from maskqms.web.parts import Fact, Option, Shown
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class ProductsPage:
    products: Sequence[ProductRow]
    may_register: bool


@dataclass(frozen=True, slots=True)
class ProductFormPage:
    """Registering or changing; `product` is the one being changed."""

    form: Form[Any]
    standards: Sequence[Option]
    grades: Sequence[str]
    variants: Sequence[Option]
    product: ProductRow | None = None


@dataclass(frozen=True, slots=True)
class LicenceLine:
    """A certificate with how it stands today."""

    row: LicenceRow
    standing: LicenceStanding
    shown: Shown


@dataclass(frozen=True, slots=True)
class ProductPage:
    product: ProductRow
    facts: Sequence[Fact]
    packing: Sequence[Fact]
    licences: Sequence[LicenceLine]
    reasons: Sequence[Reason]
    band: Text
    tone: Tone
    may_change: bool


@dataclass(frozen=True, slots=True)
class LicencesPage:
    licences: Sequence[LicenceLine]
    may_add: bool


@dataclass(frozen=True, slots=True)
class LicenceFormPage:
    form: Form[Any]
    products: Sequence[Option]


def licence_lines(rows: Sequence[LicenceRow], day: date) -> list[LicenceLine]:
    return [LicenceLine(row, standing(row, day), licence_shown(row)) for row in rows]


def licence_shown(row: LicenceRow) -> Shown:
    """What is signed when a certificate is revoked."""
    return Shown(
        rows=[
            Fact(_("Certificate"), row.kind.label),
            Fact(_("Number"), row.number),
            Fact(_("Products"), list(row.products)),
            Fact(_("Valid from"), row.valid_from),
            Fact(_("Valid until"), row.valid_until),
        ],
        digest=row.digest,
    )


def standard_options() -> list[Option]:
    """Standards by their number; those without dated editions are chosen by the full name of an edition."""
    known = catalogue()
    options = []
    for standard in known.standards:
        editions = known.editions_of(standard)
        newest = editions[-1]
        if any(edition.effective_from for edition in editions):
            options.append(Option(standard, f"{standard} {newest.title}"))
        else:
            options += [Option(edition.edition, f"{edition.edition} {edition.title}") for edition in editions]
    return options


def all_grades() -> list[str]:
    return list(dict.fromkeys(grade.code for edition in catalogue().editions for grade in edition.grades))


def variant_options() -> list[Option]:
    """Every variant that some standard knows; one that the chosen standard does not know is refused with the list."""
    names: dict[str, str] = {}
    standards: dict[str, list[str]] = {}
    for edition in catalogue().editions:
        for variant in edition.variants:
            names.setdefault(variant.code, str(variant.name))
            if edition.standard not in standards.setdefault(variant.code, []):
                standards[variant.code].append(edition.standard)
    return [Option(code, f"{name} ({', '.join(standards[code])})") for code, name in names.items()]


def product_facts(product: ProductRow) -> list[Fact]:
    return [
        Fact(_("Kind"), product.kind.label),
        Fact(_("Standard"), f"{product.standard} {product.grade or ''}".strip()),
        Fact(_("Model"), product.model),
        Fact(_("Shelf life"), _("{n} months", n=product.shelf_life_months)),
    ]


def packing_facts(product: ProductRow) -> list[Fact]:
    return [
        Fact(_("Pieces in a box"), product.pieces_per_box),
        Fact(_("Boxes in a carton"), product.boxes_per_carton),
        Fact(_("Pieces in a carton"), product.pieces_per_carton),
        Fact(_("GTIN of the box"), product.gtin),
        Fact(_("GTIN of the carton"), product.carton_gtin),
        Fact(_("Variants"), list(product.variants) or None),
    ]


def standing_of(product: ProductRow, reasons: Sequence[Reason]) -> tuple[Text, Tone]:
    """One sentence: may this be made today?"""
    if product.state is ProductState.WITHDRAWN:
        return _("No longer made. Quality or the plant manager can take it up again."), Tone.NEUTRAL
    if reasons:
        return _("Cannot be made today: {n} reasons below.", n=len(reasons)), Tone.STOP
    return _("May be made today: certificates valid, packing complete."), Tone.OK
