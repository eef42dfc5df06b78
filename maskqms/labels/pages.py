"""What the page of one label shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.errors import Reason
from maskqms.i18n import _
from maskqms.labels.content import Content, Label, LotLabel, RollLabel
from maskqms.labels.layouts import PAPER
from maskqms.labels.rendering import Form
from maskqms.labels.states import LabelStatus
from maskqms.labels.symbols import Dpi
from maskqms.trace.queries.units import UnitRow
from maskqms.web.forms import Form as WebForm
from maskqms.web.parts import Fact, Option

FORMS = (
    Option(str(Form.PDF), _("Download PDF")),
    Option(str(Form.ZPL), _("Download ZPL")),
    Option(str(Form.PNG), _("Download PNG")),
)


@dataclass(frozen=True, slots=True)
class LabelPage:
    """The label as it would be printed now, or every reason why it is not."""

    unit: UnitRow
    kind: str | None
    status: LabelStatus | None
    facts: Sequence[Fact]
    reasons: Sequence[Reason]
    may_print: bool
    may_link: bool
    form: WebForm[Any]
    dpis: Sequence[Option] = tuple(Option(str(dpi.value), f"{dpi.value} dpi") for dpi in Dpi)
    forms: Sequence[Option] = FORMS


def label_page(
    unit: UnitRow,
    label: Label | None,
    reasons: Sequence[Reason],
    *,
    may_print: bool,
    may_link: bool,
    form: WebForm[Any],
) -> LabelPage:
    """Put together what the page of one label shows."""
    status = label.status if isinstance(label, LotLabel | RollLabel) else None
    facts = [Fact(_("Kind"), unit.kind.label), Fact(_("State"), unit.state.label)]
    if isinstance(label, Content):
        wide, high = PAPER[label.kind]
        facts.append(Fact(_("Paper"), f"{wide} × {high} mm"))
    return LabelPage(
        unit=unit,
        kind=label.kind if label else None,
        status=status,
        facts=facts,
        reasons=reasons,
        may_print=may_print,
        may_link=may_link and label is not None and label.kind == "carton",
        form=form,
    )
