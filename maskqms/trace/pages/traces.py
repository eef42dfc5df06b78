"""What the page shows on which somebody asks where a unit went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from maskqms.i18n import Text, _
from maskqms.trace.genealogy import Picture
from maskqms.trace.queries.answer import Item, Trace, TracedShipment, TracedUnit
from maskqms.trace.queries.tables import KINDS, STATES, Filter, View, rows_of
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import Direction, UnitKind, UnitState
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging, Tab

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the address of the page says it all, so that an answer can be sent to somebody."""

    code: str
    direction: Direction
    as_of: str
    prove: bool
    chosen: Filter
    page: int

    def words(self) -> dict[str, str]:
        return {
            "code": self.code,
            "direction": str(self.direction),
            "as_of": self.as_of,
            "prove": "true" if self.prove else "",
            "view": str(self.chosen.view),
            "kind": self.chosen.kind,
            "text": self.chosen.text,
        }

    def address(self, path: str = "/trace", **changes: str) -> str:
        words = self.words() | changes
        return f"{path}?{urlencode({name: value for name, value in words.items() if value})}"


@dataclass(frozen=True, slots=True)
class TracePage:
    """The question, and where there is one, the answer: picture, proof, and one of the tables."""

    form: Form[Any]
    question: Question | None = None
    answer: Trace | None = None
    root: UnitRow | None = None
    facts: Sequence[Fact] = ()
    picture: Picture | None = None
    tabs: Sequence[Tab] = ()
    kinds: Sequence[Option] = ()
    rows: Sequence[TracedUnit | Item | TracedShipment] = ()
    paging: Paging | None = None
    held: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    directions: Sequence[Option] = tuple(Option(str(one), one.label) for one in Direction)

    @property
    def view(self) -> View:
        return self.question.chosen.view if self.question else View.UNITS

    def kind_of(self, kind: str) -> UnitKind:
        return KINDS[kind]

    def state_of(self, state: str) -> UnitState:
        return STATES[state]

    def place_of(self, where: str) -> Text | str:
        return place_words(where, self.names.get(where))


def place_words(where: str, name: str | None) -> Text | str:
    """A place in words: the name beside a consignee's code, the state of what is in process."""
    if where == UnitState.IN_PROCESS:
        return UnitState.IN_PROCESS.label
    if where == "stock":
        return _("In stock")
    return f"{where} {name}" if name else where


def trace_page(
    question: Question, answer: Trace, root: UnitRow, picture: Picture, held: set[str], names: Mapping[str, str]
) -> TracePage:
    rows = rows_of(answer, question.chosen)
    summary = answer.summary
    facts = [
        Fact(_("Units"), summary.units),
        Fact(_("Links"), len(answer.edge_from)),
        Fact(_("Shipments"), summary.shipments),
        Fact(_("Consignees"), summary.consignees),
    ]
    counts = {
        View.UNITS: summary.units,
        View.SHIPPED: summary.shipped,
        View.STOPPABLE: summary.stoppable,
        View.ON_HAND: summary.on_hand,
        View.SHIPMENTS: summary.shipments,
    }
    views = View if question.direction is Direction.FORWARD else (View.UNITS, View.STOPPABLE, View.ON_HAND)
    present = set(answer.kinds)
    return TracePage(
        form=question_form(question),
        question=question,
        answer=answer,
        root=root,
        facts=facts,
        picture=picture,
        tabs=[
            Tab(one.label, question.address(view=str(one)), counts[one], one is question.chosen.view) for one in views
        ],
        kinds=[Option(str(kind), kind.label) for kind in UnitKind if str(kind) in present],
        rows=rows[(question.page - 1) * PAGE_SIZE : question.page * PAGE_SIZE],
        paging=Paging(question.page, PAGE_SIZE, len(rows), "/trace", question.words()),
        held=frozenset(held),
        names=names,
    )


def question_form(question: Question) -> Form[Any]:
    return blank(
        code=question.code,
        direction=str(question.direction),
        as_of=question.as_of or None,
        prove=question.prove,
        kind=question.chosen.kind or None,
        text=question.chosen.text or None,
    )
