"""What people type about master records and batches, at the desk and at the line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints, create_model

from maskqms.batches.actions.masters import MasterDetails
from maskqms.batches.rules.masters import BillItem, Step
from maskqms.batches.states import OutputKind, ScrapReason
from maskqms.materials.queries.materials import MaterialRow
from maskqms.web.forms import ClientKey, FormModel

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
BILL_ROWS = 12
"""Rows of the bill's form; a mask has five to nine materials."""


class PlanBatch(FormModel):
    product: Words
    line: Words
    quantity: Decimal = Field(gt=0, le=100_000_000)
    planned_for: date | None = None
    validates: str | None = None
    key: ClientKey


class WithReason(FormModel):
    reason: str = ""
    key: ClientKey


class Signing(FormModel):
    """Name and password inside the request, and the digest of what was shown."""

    username: Words
    password: str
    digest: str
    key: ClientKey


class SigningWithReason(Signing):
    reason: str = ""


class ClearLine(Signing):
    confirmed: list[str] = []


class CheckLine(Signing):
    clean: bool = True
    remark: str | None = None


class IssueScan(FormModel):
    """A scan at the line; quantity when less than the whole, reason when another one should go first; `again=yes` when
    more of a roll or lot is meant that was scanned for this batch before."""

    code: Words
    quantity: Decimal | None = Field(None, gt=0)
    reason: str | None = None
    again: str | None = None
    key: ClientKey


class ReturnUnused(FormModel):
    code: Words
    quantity: Decimal = Field(gt=0)
    location: str | None = None
    reason: str | None = None
    key: ClientKey


class PickScan(FormModel):
    """A roll or lot fetched for a batch: to which place at the line, and why not the first to expire."""

    code: Words
    location: str | None = None
    reason: str | None = None
    key: ClientKey


class Output(FormModel):
    kind: OutputKind = OutputKind.GOOD
    quantity: Decimal = Field(gt=0)
    scrap_reason: ScrapReason | None = None
    note: str | None = None
    key: ClientKey


class Pack(FormModel):
    boxes: int | None = Field(None, ge=1)
    key: ClientKey


class CartonBoxes(FormModel):
    boxes: list[str] = []
    key: ClientKey


class Complete(FormModel):
    counted: Decimal = Field(ge=0)
    key: ClientKey


class JustKey(FormModel):
    key: ClientKey


class MasterForm(FormModel):
    """A version; the rows of its bill are the numbered fields of `MasterRecordForm`."""

    route: Words
    lines: Words
    yield_percent: Decimal = Field(ge=0, le=100)
    piece_tolerance: int = Field(ge=0, le=100_000)
    change: Words
    key: ClientKey

    def details(self, materials: Sequence[MaterialRow]) -> MasterDetails:
        """Name and unit of each material come from the material itself."""
        known = {material.code: material for material in materials}
        return MasterDetails(
            bill=tuple(
                BillItem(
                    material=code,
                    name=known[code].name_zh if code in known else code,
                    quantity_per_1000=quantity,
                    unit=str(known[code].unit) if code in known else "-",
                    loss_percent=loss,
                    short_percent=short,
                )
                for code, quantity, loss, short in self._rows()
            ),
            route=tuple(
                Step(f"{number:02d}", name)
                for number, name in enumerate((n.strip() for n in self.route.splitlines() if n.strip()), start=1)
            ),
            lines=tuple(line.strip() for line in self.lines.replace("，", ",").split(",") if line.strip()),
            yield_from=self.yield_percent / 100,
            piece_tolerance=self.piece_tolerance,
            change=self.change,
        )

    def _rows(self) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
        for number in range(1, BILL_ROWS + 1):
            code = getattr(self, f"material_{number}")
            if code:
                quantity = getattr(self, f"quantity_{number}") or Decimal(0)
                loss, short = getattr(self, f"loss_{number}"), getattr(self, f"short_{number}")
                yield code, quantity, loss or Decimal(0), short or Decimal(0)


def _bill_fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for number in range(1, BILL_ROWS + 1):
        fields[f"material_{number}"] = (str | None, None)
        fields[f"quantity_{number}"] = (Decimal | None, Field(None, ge=0))
        fields[f"loss_{number}"] = (Decimal | None, Field(None, ge=0, le=100))
        fields[f"short_{number}"] = (Decimal | None, Field(None, ge=0, le=100))
    return fields


MasterRecordForm: type[MasterForm] = create_model("MasterRecordForm", __base__=MasterForm, **_bill_fields())
