"""The history of any record, and the trail as a whole with its verification."""

from __future__ import annotations

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.audit.pages import HistoryPage, TrailPage, entries_with_rows
from maskqms.audit.queries import history_of, latest, trail_state
from maskqms.audit.verification import Verification, verify
from maskqms.web.pages import render

SIZE = 100


@get("/history/{subject:str}")
async def history(subject: FromPath[str]) -> Template:
    """Every act on a record, with old and new of each changed field."""
    return render("audit/history.html", HistoryPage(subject, entries_with_rows(await history_of(subject))))


@get("/audit")
async def trail(kind: FromQuery[str] = "", before: FromQuery[int | None] = None) -> Template:
    return render("audit/trail.html", await _trail(kind, before))


@post("/audit/verify", status_code=200)
async def verify_now() -> Template:
    return render("audit/trail.html", await _trail("", None, await verify()))


async def _trail(kind: str, before: int | None, found: Verification | None = None) -> TrailPage:
    rows = await latest(kind=kind or None, person=None, before_id=before, size=SIZE)
    older = rows[-1].id if len(rows) == SIZE else None
    return TrailPage(await trail_state(), entries_with_rows(rows), kind, older, found)


router = Router(path="/", route_handlers=[history, trail, verify_now])
