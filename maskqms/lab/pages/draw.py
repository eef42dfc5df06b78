"""The draw of an inspection: the sealed list, the seed, the drawn units, and what was opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.lab.queries.draw import Draw, OpeningRow
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.states import InspectionState
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact
from maskqms.workflow import Tone


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """The drawn units in one line, for the pages of the lot and of the inspection."""

    inspection: str
    words: Text
    tone: Tone
    chosen: Sequence[str]

    @property
    def href(self) -> str:
        return f"/inspections/{self.inspection}/draw"


def drawn_page(code: str, draw: Draw | None, openings: Sequence[OpeningRow]) -> DrawnPage:
    if draw is None:
        return DrawnPage(code, _("No list to draw from: count the cartons first."), Tone.WAIT, ())
    chosen = draw.chosen
    if chosen is None:
        return DrawnPage(code, _("The list is written down; the draw follows its seal."), Tone.WAIT, ())
    facts = {"count": len(chosen), "all": len(draw.sealed.units)}
    if any(row.deviation for row in openings):
        return DrawnPage(code, _("{count} of {all} were drawn; others were opened.", **facts), Tone.STOP, chosen)
    if openings:
        return DrawnPage(code, _("{count} of {all} were drawn and opened.", **facts), Tone.OK, chosen)
    return DrawnPage(code, _("Drawn to be opened: {count} of {all}.", **facts), Tone.INFO, chosen)


@dataclass(frozen=True, slots=True)
class DrawPage:
    """The whole draw with its proof."""

    inspection: InspectionRow
    draw: Draw | None
    facts: Sequence[Fact]
    drawn: DrawnPage
    openings: Sequence[OpeningRow]
    may_list: bool
    may_open: bool
    form: Form[Any]

    @property
    def href(self) -> str:
        return f"/inspections/{self.inspection.code}/draw"

    @property
    def chosen(self) -> Sequence[str]:
        return self.drawn.chosen


def draw_page(
    row: InspectionRow, draw: Draw | None, openings: Sequence[OpeningRow], actor: Actor, form: Form[Any] | None = None
) -> DrawPage:
    is_open = row.state is InspectionState.OPEN
    drawn = drawn_page(row.code, draw, openings)
    return DrawPage(
        inspection=row,
        draw=draw,
        facts=(
            Fact(_("Of"), row.subject_code, f"/c/{row.subject_code}"),
            Fact(_("Units on the list"), None if draw is None else len(draw.sealed.units)),
            Fact(_("To be drawn"), None if draw is None else draw.sealed.draw),
            Fact(_("Listed at"), None if draw is None else draw.sealed.listed_at),
        ),
        drawn=drawn,
        openings=openings,
        may_list=draw is None and is_open and actor.has(Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE),
        may_open=bool(drawn.chosen) and is_open and actor.has(Role.INSPECTOR, Role.QUALITY),
        form=form or blank(units="\n".join(drawn.chosen)),
    )


def draw_file(draw: Draw) -> dict[str, Any]:
    """What `docs/draw.py` reads."""
    return {
        "inspection": draw.inspection,
        "units": draw.sealed.units,
        "digest": draw.sealed.digest,
        "draw": draw.sealed.draw,
        "seal": draw.seal and draw.seal.id,
        "seed": draw.seed,
        "drawn": draw.chosen,
    }
