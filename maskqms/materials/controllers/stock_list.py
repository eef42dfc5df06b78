"""The stock in three views, and the ledgers; each also as a file of what was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.audit.exports import record_export
from maskqms.db.clock import believable, now
from maskqms.errors import NotFound
from maskqms.i18n import set_locale
from maskqms.materials.ledger_paper import draw_ledger, ledger_facts
from maskqms.materials.pages import ledgers as ledger_pages
from maskqms.materials.pages.stock_list import HEAD, PAGE_SIZE, VIEWS, stock_cells, stock_page
from maskqms.materials.queries import ledgers
from maskqms.materials.queries.ledgers import LedgerFilter
from maskqms.materials.queries.locations import locations
from maskqms.materials.queries.materials import materials
from maskqms.materials.queries.stock import StockFilter, buckets, stock, whole_stock
from maskqms.materials.queries.suppliers import suppliers
from maskqms.materials.stock_states import Ledger
from maskqms.trace.controllers.files import attachment
from maskqms.trace.exports import CSV, XLSX, to_csv, to_xlsx
from maskqms.trace.states import UnitKind, UnitState
from maskqms.web.forms import chosen
from maskqms.web.locale import choose_locale
from maskqms.web.pages import render

Incoming = Request[Any, Any, Any]
LONGEST_DAYS = 36_500
ASKED = ("kind", "state", "place", "text", "held", "ends_within", "older_than")
"""The filters of the list by their names in the address."""


class StockListController(Controller):
    path = "/stock"

    @get()
    async def stock(self, request: Incoming) -> Template:
        return await _stock("stock", request)

    @get("/expiry")
    async def expiry(self, request: Incoming) -> Template:
        return await _stock("expiry", request)

    @get("/age")
    async def age(self, request: Incoming) -> Template:
        return await _stock("age", request)

    @get("/file/{view:str}/{form:str}")
    async def take_along(
        self, request: Incoming, actor: NamedDependency[Actor], view: FromPath[str], form: FromPath[str]
    ) -> Response[bytes]:
        """Everything the list shows under the same filter."""
        if view not in VIEWS or form not in ("csv", "xlsx"):
            raise NotFound(f"{view}.{form}")
        set_locale(choose_locale(request))
        asked, query = _asked(view, request)
        at = await now()
        rows = stock_cells(await whole_stock(asked, at), at)
        head, name = [str(word) for word in HEAD], f"{view}-{at:%Y%m%d}.{form}"
        content = to_xlsx([(view, head, rows)]) if form == "xlsx" else to_csv(head, rows)
        await record_export(content, name=name, subject=view, actor=actor, asked=query)
        return attachment(content, XLSX if form == "xlsx" else CSV, name)


def _asked(view: str, request: Incoming) -> tuple[StockFilter, dict[str, Any]]:
    """The filter of an address; a word that is none is as if nothing was asked."""
    given = {name: str(value).strip() for name, value in request.query_params.items()}
    query: dict[str, Any] = {name: given.get(name) or None for name in ASKED}
    asked = StockFilter(
        kind=chosen(UnitKind, given.get("kind", "")),
        state=chosen(UnitState, given.get("state", "")),
        place=query["place"],
        text=query["text"],
        held=bool(query["held"]),
        ends_within=_days(given.get("ends_within", "")),
        older_than=_days(given.get("older_than", "")),
        sort=VIEWS[view][2],
    )
    return asked, query


def _days(text: str) -> int | None:
    return min(int(text), LONGEST_DAYS) if text.isdecimal() and len(text) < 10 else None


def _number(request: Incoming) -> int:
    text = str(request.query_params.get("page", "1"))
    return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1


async def _stock(view: str, request: Incoming) -> Template:
    asked, query = _asked(view, request)
    at, page = await now(), _number(request)
    found = await stock(asked, at, page=page, size=PAGE_SIZE)
    shown = stock_page(view, found, asked, query, page, at, await buckets(at), await locations(closed=True))
    return render("materials/stock.html", shown)


FETCH: dict[Ledger, Callable[..., Any]] = {
    Ledger.PURCHASE: ledgers.purchases,
    Ledger.INSPECTION: ledgers.inspections,
    Ledger.USE: ledgers.uses,
    Ledger.RECONCILED: ledgers.reconciled,
}
COUNTS: dict[Ledger, Callable[..., Any]] = {Ledger.PURCHASE: ledgers.count_purchases, Ledger.USE: ledgers.count_uses}
"""How many lines a ledger has; the others have one for each lot."""


class LedgerController(Controller):
    path = "/ledgers"

    @get("/{ledger:str}")
    async def show(
        self,
        ledger: FromPath[str],
        since: FromQuery[str] = "",
        until: FromQuery[str] = "",
        material: FromQuery[str] = "",
        supplier: FromQuery[str] = "",
        page: FromQuery[int] = 1,
    ) -> Template:
        book, asked, query = (
            _book(ledger),
            _filter(since, until, material, supplier),
            _query(since, until, material, supplier),
        )
        number, size = max(1, page), ledger_pages.PAGE_SIZE
        lines = await FETCH[book](asked, limit=size, offset=(number - 1) * size)
        total = await COUNTS.get(book, ledgers.count_lots)(asked)
        shown = ledger_pages.ledger_page(book, lines, total, query, number, await materials(), await suppliers())
        return render("materials/ledger.html", shown)

    @get("/{ledger:str}/{form:str}")
    async def take_along(
        self,
        request: Incoming,
        actor: NamedDependency[Actor],
        ledger: FromPath[str],
        form: FromPath[str],
        since: FromQuery[str] = "",
        until: FromQuery[str] = "",
        material: FromQuery[str] = "",
        supplier: FromQuery[str] = "",
    ) -> Response[bytes]:
        """The whole ledger under the same filter: to calculate with, or on paper."""
        book, asked = _book(ledger), _filter(since, until, material, supplier)
        if form not in ("csv", "xlsx", "pdf"):
            raise NotFound(f"{ledger}.{form}")
        set_locale(choose_locale(request))
        rows: Sequence[ledger_pages.LedgerRow] = [ledger_pages.ledger_row(line) for line in await FETCH[book](asked)]
        head = [str(word) for word in ledger_pages.HEADS[book]]
        cells = [[cell.value for cell in row.cells] for row in rows]
        at = await now()
        name = f"{book}-{at:%Y%m%d}.{form}"
        if form == "pdf":
            facts = ledger_facts(book, rows, ledger_pages.asked_words(asked), at, actor)
            content, kind = await asyncio.to_thread(draw_ledger, facts), "application/pdf"
        elif form == "xlsx":
            content, kind = await asyncio.to_thread(to_xlsx, [(str(book), head, cells)]), XLSX
        else:
            content, kind = to_csv(head, cells), CSV
        query = _query(since, until, material, supplier)
        await record_export(content, name=name, subject=str(book), actor=actor, asked=query)
        return attachment(content, kind, name)


def _book(text: str) -> Ledger:
    found = chosen(Ledger, text)
    if found is None:
        raise NotFound(text)
    return found


def _filter(since: str, until: str, material: str, supplier: str) -> LedgerFilter:
    return LedgerFilter(_day(since), _day(until), material or None, supplier or None)


def _query(since: str, until: str, material: str, supplier: str) -> dict[str, Any]:
    return {"since": since or None, "until": until or None, "material": material or None, "supplier": supplier or None}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if believable(found) else None
