"""A unit of any kind, also one that came by import: the page that every code opens when it has none of its own."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from maskqms.actor import Actor, Role
from maskqms.trace.pages.units import UnitPage, balance_facts, unit_facts
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.holds import holds_of
from maskqms.trace.queries.neighbours import (
    children_of,
    count_edges,
    ledger_of,
    movements_of,
    parents_of,
    shipped_of,
)
from maskqms.trace.queries.units import unit_by_code
from maskqms.web.pages import render


class UnitController(Controller):
    path = "/units"

    @get("/{code:path}")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        """A path, because codes of imported history may hold a slash."""
        code = code.removeprefix("/")
        unit = await unit_by_code(code)
        sums = await balance(code)
        page = UnitPage(
            unit=unit,
            facts=unit_facts(unit),
            holds=await holds_of(unit.id),
            balance=sums,
            parts=balance_facts(sums),
            parents=await parents_of(unit.id),
            children=await children_of(unit.id),
            edges=await count_edges(unit.id),
            shipped=await shipped_of(unit.id),
            movements=await movements_of(unit.id),
            ledger=await ledger_of(unit.id),
            may_hold=actor.has(Role.INSPECTOR, Role.QUALITY),
        )
        return render("trace/unit.html", page)
