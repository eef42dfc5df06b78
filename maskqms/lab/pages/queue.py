"""The queue of inspections, by state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.i18n import _
from maskqms.lab.queries.inspections import InspectionList
from maskqms.lab.states import InspectionState
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Paging, Tab

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class InspectionsPage:
    """The queue by state."""

    tabs: Sequence[Tab]
    found: InspectionList
    paging: Paging
    form: Form[Any]


def inspections_page(
    found: InspectionList, state: InspectionState | None, text: str | None, page: int
) -> InspectionsPage:
    query = {"state": state, "text": text}
    tabs = [Tab(_("All"), _address(None, text), sum(found.counts.values()), state is None)]
    tabs += [Tab(one.label, _address(one, text), found.counts.get(one, 0), one is state) for one in InspectionState]
    return InspectionsPage(
        tabs, found, Paging(page, PAGE_SIZE, found.total, "/inspections", query), blank(state=state, text=text)
    )


def _address(state: InspectionState | None, text: str | None) -> str:
    return Paging(1, 1, 1, "/inspections", {"state": state, "text": text}).to(1)
