"""The history of any record, one transaction whole, and the trail with its verification."""

from __future__ import annotations

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Role
from maskqms.audit.pages import (
    HistoryPage,
    TrailPage,
    TransactionPage,
    entries_with_rows,
    side_by_side,
    timeline_page,
)
from maskqms.audit.queries import Moment, history_of, latest, trail_state, transaction_entries
from maskqms.audit.verification import Verification, verify
from maskqms.errors import NotFound
from maskqms.web.guards import requires
from maskqms.web.pages import render
from maskqms.web.security import at_most

SIZE = 100
LAST = 12
"""Acts on a timeline; the rest is in the history."""
READERS = requires(Role.QUALITY, Role.PLANT_MANAGER, Role.ADMINISTRATOR, Role.REGULATOR)


@get("/history/{subject:path}")
async def history(
    subject: FromPath[str], epoch: FromQuery[int | None] = None, tx: FromQuery[int | None] = None
) -> Template:
    """Every act on a record, with old and new of each changed field."""
    name = subject.removeprefix("/")
    if "\0" in name:
        raise NotFound(name.replace("\0", ""))
    before = None if epoch is None or tx is None else Moment(epoch, tx)
    found = await history_of(name, before=before)
    return render("audit/history.html", HistoryPage(name, entries_with_rows(found.entries), found.older))


@get("/timelines/{subject:path}")
async def timeline(subject: FromPath[str]) -> Template:
    """The last acts on a record in short, for its own page."""
    name = subject.removeprefix("/")
    if "\0" in name:
        raise NotFound(name.replace("\0", ""))
    found = await history_of(name, size=LAST)
    return render("audit/_timeline.html", timeline_page(name, found))


@get("/transactions/{epoch:int}/{tx:int}", guards=[READERS])
async def whole_transaction(epoch: FromPath[int], tx: FromPath[int], after: FromQuery[int] = 0) -> Template:
    """What else was done and changed in the same moment."""
    moment = Moment(epoch, tx)
    entries = await transaction_entries(moment, after=after, size=SIZE)
    if not entries:
        raise NotFound(f"{epoch}/{tx}")
    acts = entries_with_rows([entry for entry in entries if entry.kind != "row"])
    rows = [side_by_side(entry) for entry in entries if entry.kind == "row"]
    more = entries[-1].id if len(entries) == SIZE else None
    return render("audit/transaction.html", TransactionPage(moment, acts, rows, more))


@get("/audit", guards=[READERS])
async def trail(kind: FromQuery[str] = "", before: FromQuery[int | None] = None) -> Template:
    return render("audit/trail.html", await _trail(kind, before))


@post("/audit/verify", status_code=200, guards=[READERS, at_most(6)])
async def verify_now() -> Template:
    """Walks the whole trail, so nobody can ask for it again and again."""
    return render("audit/trail.html", await _trail("", None, await verify()))


async def _trail(kind: str, before: int | None, found: Verification | None = None) -> TrailPage:
    rows = await latest(kind=kind or None, person=None, before_id=before, size=SIZE)
    older = rows[-1].id if len(rows) == SIZE else None
    return TrailPage(await trail_state(), entries_with_rows(rows), kind, older, found)


router = Router(path="/", route_handlers=[history, timeline, whole_transaction, trail, verify_now])
