"""What ends when, and how suppliers do: the calendar and the scorecards."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.actor import Actor
from maskqms.db.clock import today
from maskqms.materials.pages.expiries import AHEAD, expiries_page
from maskqms.materials.pages.scorecard import scorecard_page, supplier_score_page
from maskqms.materials.queries.expiries import due_until
from maskqms.materials.queries.materials import specifications_in_force
from maskqms.materials.queries.scorecard import key_values, scores, single_sources
from maskqms.materials.queries.suppliers import supplier_by_code
from maskqms.materials.specification import KEY_TESTS
from maskqms.settings import settings
from maskqms.web.pages import render


class ExpiriesController(Controller):
    path = "/expiries"

    @get("/")
    async def show(
        self, actor: NamedDependency[Actor], by: FromQuery[str] = "month", mine: FromQuery[str] = ""
    ) -> Template:
        day = await today()
        rows = await due_until(day + AHEAD, owner=actor.account_id if mine else None)
        page = expiries_page(rows, day, settings().warning_days, by=by, mine=bool(mine), actor=actor)
        return render("materials/expiries.html", page)


class ScorecardController(Controller):
    path = "/"

    @get("/scorecard")
    async def all(self) -> Template:
        return render("materials/scorecard.html", scorecard_page(await scores(), await single_sources(await today())))

    @get("/suppliers/{code:str}/scorecard")
    async def one(self, code: FromPath[str]) -> Template:
        row = await supplier_by_code(code)
        tests = [test for tests in KEY_TESTS.values() for test in tests]
        page = supplier_score_page(
            row, await scores(code), await key_values(row.id, tests), await specifications_in_force()
        )
        return render("materials/supplier_score.html", page)
