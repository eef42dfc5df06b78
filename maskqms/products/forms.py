"""What people type about products and certificates."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from maskqms.products.actions.register import ProductDetails
from maskqms.products.states import LicenceKind, ProductKind, ProductState
from maskqms.web.forms import ClientKey, FormModel

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[\w.-]+$")]
Digits = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]+$")]


class ProductForm(FormModel):
    """A mask model, registered or corrected."""

    name_zh: Words
    name_en: Words | None = None
    kind: ProductKind
    standard: Words
    grade: Words | None = None
    variants: list[str] = []
    model: Words
    gtin: Digits | None = None
    carton_gtin: Digits | None = None
    pieces_per_box: int | None = Field(None, ge=1, le=10_000)
    boxes_per_carton: int | None = Field(None, ge=1, le=1000)
    shelf_life_months: int = Field(ge=1, le=240)
    key: ClientKey

    @property
    def details(self) -> ProductDetails:
        return ProductDetails(**self.model_dump(include=set(ProductDetails.__dataclass_fields__)))


class NewProduct(ProductForm):
    code: Code


class ChangedProduct(ProductForm):
    reason: Words


class StateForm(FormModel):
    state: ProductState
    reason: str = ""
    key: ClientKey


class LicenceForm(FormModel):
    """A certificate as it stands on the paper, signed by who compared it."""

    kind: LicenceKind
    number: Words
    holder: Words
    scope: str | None = None
    products: list[str] = []
    valid_from: date
    valid_until: date | None = None
    username: Words
    password: str
    key: ClientKey


class RevokeForm(FormModel):
    reason: str = ""
    digest: str
    username: Words
    password: str
    key: ClientKey
