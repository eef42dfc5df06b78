"""The tablet's pages of the goods entrance: which order, one lot after the other, and what is sent away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.i18n import Text, _
from maskqms.labels.rendering import Form as LabelForm
from maskqms.materials.queries.lots import LotRow, RollRow
from maskqms.materials.queries.orders import OrderLine, OrderLineRow, OrderRow
from maskqms.materials.queries.receipts import ReceiptRow, RefusedRow
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Option
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class Awaited:
    """An order as a tile."""

    href: str
    label: str
    sub: Text
    tone: Tone


@dataclass(frozen=True, slots=True)
class DockPage:
    """Where goods are expected from."""

    orders: Sequence[Awaited]


def dock_page(orders: Sequence[OrderLine]) -> DockPage:
    return DockPage(
        [
            Awaited(
                f"/station/receive/{row.code}",
                f"{row.code} · {row.supplier_name}",
                _("{materials}, due on {day}", materials=", ".join(row.materials), day=row.next_due or "-"),
                Tone.STOP if row.overdue else Tone.INFO,
            )
            for row in orders
        ]
    )


def line_options(lines: Sequence[OrderLineRow]) -> list[Option]:
    return [
        Option(
            str(line.number),
            f"{line.material_code} {line.material_name}",
            _(
                "{missing} {unit} of {ordered} are missing; at most {room} may come",
                missing=_plain(line.missing), unit=line.unit.label, ordered=_plain(line.quantity),
                room=_plain(max(line.most - line.delivered, line.missing)),
            ),
        )
        for line in lines
    ]  # fmt: skip


def _plain(value: Any) -> str:
    return f"{value:,.4f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class PrintLabels:
    """A lot that came just now; its labels were never printed, or they are printed again by hand."""

    lot: str
    at_once: bool


@dataclass(frozen=True, slots=True)
class LabelPicture:
    """A label as the printer sets it, dot by dot."""

    code: str
    picture: str


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """What was printed, as paper for the browser's print dialog."""

    labels: Sequence[LabelPicture]


def label_paper(codes: Sequence[str], files: Sequence[bytes]) -> LabelPaper:
    return LabelPaper(
        [
            LabelPicture(code, f"data:{LabelForm.PNG.media_type};base64,{b64encode(file).decode()}")
            for code, file in zip(codes, files, strict=True)
        ]
    )


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One lot after the other of a delivery on an order; what came just now stands above. Its labels are printed at
    once, as goods without a label stand in nobody's quarantine."""

    order: OrderRow
    lines: Sequence[Option]
    units: Mapping[str, str]
    done: ReceiptRow | None
    labels: PrintLabels | None
    sent_away: RefusedRow | None
    lots: Sequence[ReceiptRow]
    form: Form[Any]


def delivery_page(
    order: OrderRow,
    lines: Sequence[OrderLineRow],
    lots: Sequence[ReceiptRow],
    refused: Sequence[RefusedRow],
    *,
    done: str | None = None,
    labels: PrintLabels | None = None,
    refused_id: int | None = None,
    form: Form[Any],
) -> DeliveryPage:
    """The lots of the same delivery note as the last one; without one, nothing came yet."""
    last = next((row for row in lots if row.lot == done), None)
    return DeliveryPage(
        order=order,
        lines=line_options(lines),
        units={str(line.number): str(line.unit) for line in lines},
        done=last,
        labels=labels,
        sent_away=next((row for row in refused if row.id == refused_id), None),
        lots=[] if last is None else [row for row in lots if row.delivery_note == last.delivery_note],
        form=form,
    )


def next_lot(
    lines: Sequence[OrderLineRow], lot: LotRow | None, rolls: Sequence[RollRow], line: int | None
) -> Form[Any]:
    """Defaults from the lot before: the same paper, the same maker and day, the first roll like the last one."""
    missing = [one.number for one in lines if one.missing > 0]
    chosen = line if line in missing or not missing else missing[0]
    if lot is None:
        return blank(line=chosen if chosen is not None else (lines[0].number if len(lines) == 1 else None))
    return blank(
        line=chosen,
        delivery_note=lot.delivery_note,
        manufacturer=lot.manufacturer if lot.manufacturer != lot.supplier_name else None,
        made_on=lot.made_on,
        life_days=None,
        like=_like(rolls[-1]) if rolls else None,
    )


def _like(roll: RollRow) -> str:
    figures = [figure for figure in (roll.metres, roll.kilograms) if figure is not None]
    return " ".join(f"{figure.normalize():f}" for figure in figures)


@dataclass(frozen=True, slots=True)
class RefusePage:
    """Part of a delivery is sent away."""

    order: OrderRow
    lines: Sequence[Option]
    form: Form[Any]
