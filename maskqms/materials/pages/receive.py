"""The receipt of a delivery at the desk, and the choices it offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.orders import OrderLine
from maskqms.materials.queries.suppliers import SupplierRow
from maskqms.web.forms import Form
from maskqms.web.parts import Option


def material_options(rows: Sequence[MaterialRow]) -> list[Option]:
    return [Option(row.code, f"{row.code} {row.name} ({row.unit.label})") for row in rows]


@dataclass(frozen=True, slots=True)
class ReceivePage:
    """The receipt of a delivery."""

    form: Form[Any]
    suppliers: Sequence[Option]
    materials: Sequence[Option]
    orders: Sequence[Option]


def receive_page(
    form: Form[Any],
    suppliers: Sequence[SupplierRow],
    materials: Sequence[MaterialRow],
    orders: Sequence[OrderLine] = (),
) -> ReceivePage:
    return ReceivePage(
        form,
        [Option(row.code, f"{row.code} {row.name}") for row in suppliers],
        material_options(materials),
        [Option(row.code, f"{row.code} {row.supplier_name} {', '.join(row.materials)}") for row in orders],
    )
