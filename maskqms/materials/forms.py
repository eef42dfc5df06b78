"""What the pages of suppliers, materials and lots send, and how lists and limits are typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from litestar.datastructures import UploadFile
from pydantic import Field, field_validator

from maskqms.devices.states import InstrumentKind
from maskqms.i18n import Text, _
from maskqms.lab.states import Evidence
from maskqms.materials.rules.receipt import NewRoll
from maskqms.materials.specification import MOST_RETESTS
from maskqms.materials.states import (
    ApprovalState,
    Category,
    CredentialType,
    EvaluationKind,
    Measure,
    SourceChangeKind,
    SupplierKind,
)
from maskqms.standards.limits import Kind
from maskqms.trace.states import MovementKind
from maskqms.web.forms import ClientKey, FormModel

COLUMNS = re.compile(r"[\t,;，；、 ]+")


class EnterSupplier(FormModel):
    name: str = Field(min_length=2, max_length=200)
    kind: SupplierKind
    address: str | None = Field(default=None, max_length=500)
    contact: str | None = Field(default=None, max_length=500)
    key: ClientKey


class AddCredential(FormModel):
    type: CredentialType
    number: str = Field(max_length=120)
    scope: str | None = Field(default=None, max_length=1000)
    maker: str | None = Field(default=None, max_length=200)
    person: str | None = Field(default=None, max_length=100)
    material: str | None = None
    names_item: bool = False
    valid_from: date
    valid_until: date | None = None
    copy_file: UploadFile
    key: ClientKey


class WithdrawCredential(FormModel):
    reason: str = Field(min_length=2, max_length=500)
    key: ClientKey


class RequireCredentials(FormModel):
    category: Category
    types: list[CredentialType] = Field(default_factory=list)
    key: ClientKey


class ProposeSupplier(FormModel):
    material: str
    basis: str = Field(min_length=2, max_length=1000)
    key: ClientKey


class DecideApproval(FormModel):
    state: ApprovalState
    basis: str = Field(max_length=1000)
    valid_from: date | None = None
    valid_until: date | None = None
    condition: str | None = Field(default=None, max_length=1000)
    evaluate_by: date | None = None
    username: str
    password: str
    digest: str
    key: ClientKey


class HandOver(FormModel):
    to: str = Field(max_length=60)
    key: ClientKey


class KeepEvaluation(FormModel):
    kind: EvaluationKind
    number: str = Field(max_length=120)
    done_on: date
    report: UploadFile
    key: ClientKey


class ReportChange(FormModel):
    kind: SourceChangeKind
    description: str = Field(max_length=5000)
    key: ClientKey


class EnterMaterial(FormModel):
    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9._-]{1,39}$")
    name_zh: str = Field(max_length=200)
    name_en: str | None = Field(default=None, max_length=200)
    category: Category
    unit: Measure
    storage_life_days: int | None = Field(default=None, ge=1, le=20_000)
    key: ClientKey


class WriteTest(FormModel):
    """A test of a draft, as it is typed."""

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$")
    name_zh: str = Field(max_length=100)
    name_en: str = Field(max_length=100)
    kind: Kind
    limit: str | None = Field(default=None, max_length=60)
    unit: str | None = Field(default=None, max_length=20)
    specimens: int | None = Field(default=None, ge=1, le=100)
    warning: str | None = Field(default=None, max_length=60)
    rule: str = Field(default="each", pattern=r"^(each|mean|[0-9]{1,3} of [0-9]{1,3}|AQL [0-9.]{1,6})$")
    level: str | None = Field(default=None, max_length=5)
    aql: str | None = Field(default=None, max_length=6)
    per_roll: int | None = Field(default=None, ge=1, le=20)
    flow: Decimal | None = Field(default=None, gt=0, max_digits=8, decimal_places=3)
    area: Decimal | None = Field(default=None, gt=0, max_digits=8, decimal_places=3)
    instrument: InstrumentKind | None = None
    retests: int | None = Field(default=None, ge=0, le=MOST_RETESTS)
    evidence: Evidence
    counted: bool = False
    required: bool = False
    clause: str | None = Field(default=None, max_length=100)
    condition: str | None = Field(default=None, max_length=300)
    key: ClientKey


class RemoveTest(FormModel):
    code: str
    key: ClientKey


class SetSampling(FormModel):
    level: str
    aql: str
    key: ClientKey


class DraftSpecification(FormModel):
    """From which template a version starts; none: a copy of the latest version."""

    start: str | None = None
    key: ClientKey


class SignShown(FormModel):
    """Id and password for what was shown."""

    username: str
    password: str
    digest: str
    key: ClientKey


class PutInForce(SignShown):
    from_day: date | None = None


class DecideLot(SignShown):
    reason: str | None = Field(default=None, max_length=1000)


MOST_CERTIFICATES = 10
"""Papers that come with one lot."""


class ReceiveLot(FormModel):
    """A delivery. Rolls are a list, or so many alike."""

    supplier: str
    material: str
    supplier_lot: str = Field(max_length=120)
    delivery_note: str = Field(max_length=120)
    quantity: Decimal = Field(max_digits=14, decimal_places=4)
    manufacturer: str | None = Field(default=None, max_length=200)
    made_on: date | None = None
    expires_on: date | None = None
    rolls: str | None = Field(default=None, max_length=40_000)
    roll_count: int | None = Field(default=None, ge=1, le=500)
    roll_quantity: Decimal | None = Field(default=None, gt=0, max_digits=14, decimal_places=4)
    life_days: int | None = Field(default=None, ge=1, le=20_000)
    order: str | None = None
    no_order_reason: str | None = Field(default=None, max_length=500)
    certificate: list[UploadFile] = Field(default_factory=list, max_length=MOST_CERTIFICATES)
    key: ClientKey

    @field_validator("supplier_lot", "delivery_note")
    @classmethod
    def _trimmed(cls, value: str) -> str:
        return value.strip()


def read_rolls(form: ReceiveLot, unit: Measure) -> tuple[tuple[NewRoll, ...], dict[str, Text]]:
    """The rolls of a delivery, and what is wrong with how they were given."""
    if form.rolls and form.roll_count:
        return (), {"rolls": _("Give the list of rolls, or so many alike, not both.")}
    if (form.roll_count is None) != (form.roll_quantity is None):
        name = "roll_quantity" if form.roll_quantity is None else "roll_count"
        return (), {name: _("Number and length of the rolls belong together.")}
    if form.roll_count is not None:
        return (_roll(unit, [str(form.roll_quantity)]) or NewRoll(),) * form.roll_count, {}
    lines = [line for line in (form.rolls or "").splitlines() if line.strip()]
    found = [(line, _roll(unit, cells_of(line))) for line in lines]
    wrong = [line.strip() for line, roll in found if roll is None]
    if wrong:
        return (), {"rolls": _("Not understood: {lines}", lines=" | ".join(wrong[:5]))}
    return tuple(roll for _line, roll in found if roll is not None), {}


def cells_of(line: str) -> list[str]:
    return [cell for cell in COLUMNS.split(unicodedata.normalize("NFKC", line).strip()) if cell]


def _roll(unit: Measure, cells: Sequence[str]) -> NewRoll | None:
    """`metres`, `metres kg`, `number metres` or `number metres kg`; one figure is in the material's unit."""
    figures = [figure_of(cell) for cell in cells]
    if len(cells) == 3 or (len(cells) == 2 and figures[0] is None):
        name, figures = cells[0], figures[1:]
    else:
        name = None
    if not figures or len(figures) > 2 or any(figure is None for figure in figures):
        return None
    if len(figures) == 2:
        return NewRoll(figures[0], figures[1], name)
    if unit is Measure.KILOGRAM:
        return NewRoll(None, figures[0], name)
    return NewRoll(figures[0], None, name)


def figure_of(cell: str) -> Decimal | None:
    try:
        found = Decimal(cell)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


SIGNS = (("≥", ">="), ("≤", "<="), ("~", " to "), ("–", " to "), ("至", " to "))


def plain_limit(typed: str | None) -> str:
    """A limit as people type it, as the reader of limits knows it: `≥95`, `23.0～27.0`, `合格`."""
    text = unicodedata.normalize("NFKC", (typed or "").strip())
    for sign, plain in SIGNS:
        text = text.replace(sign, plain)
    words = {"合格": "pass", "不得检出": "ND", "未检出": "ND"}
    return re.sub(r"\s+", " ", words.get(text, text)).strip()


class InspectRolls(FormModel):
    """Rolls that get a sheet of their own."""

    rolls: list[str] = Field(default_factory=list, max_length=500)
    key: ClientKey


class PartLot(FormModel):
    """Rolls to be rejected; the others are released."""

    rejected: list[str] = Field(default_factory=list, max_length=500)
    reason: str = Field(max_length=500)
    username: str
    password: str
    digest: str
    key: ClientKey


class TakeFromStock(FormModel):
    """A sample, a piece to be kept or scrap of a unit in stock."""

    unit: str = Field(max_length=80)
    kind: MovementKind
    quantity: Decimal = Field(gt=0)
    reason: str = Field(max_length=500)
    key: ClientKey
