"""Retests: the worklist, the interval of a material, and one lot's filtration over time with its retest."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from maskqms.accounts.forms import Keyed
from maskqms.accounts.queries import signatures_of
from maskqms.accounts.signing import reauthenticate
from maskqms.actor import Actor, Role
from maskqms.audit.once import once
from maskqms.audit.tags import Tag
from maskqms.db.clock import today
from maskqms.lab.queries.over_time import past_values
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.retest import (
    RetestDecided,
    decide_retest,
    open_retest,
    set_retest_rule,
    shown_retest,
)
from maskqms.materials.forms import SignShown
from maskqms.materials.pages.retests import (
    PAGE_SIZE,
    FiltrationPage,
    RetestRulePage,
    filtration_page,
    retests_page,
)
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.queries.materials import material_by_code, specification_by_id, specification_in_force
from maskqms.materials.queries.retests import (
    lots_to_retest,
    retest_rule,
    retests_of,
    running_retest,
    specification_of,
)
from maskqms.materials.retest_forms import SetRetestRule
from maskqms.materials.rules.retest import offered_tests
from maskqms.materials.specification import KEY_TESTS
from maskqms.web.forms import Form, blank, read_form
from maskqms.web.pages import redirect, render
from maskqms.web.parts import Option


class RetestController(Controller):
    """The worklist."""

    path = "/retests"

    @get("/")
    async def list(self, page: FromQuery[int] = 1) -> Template:
        number = max(1, page)
        found = await lots_to_retest(page=number, size=PAGE_SIZE)
        return render("materials/retests.html", retests_page(found, number, await today()))


class RetestRuleController(Controller):
    """How often a material is tested again."""

    path = "/materials/{code:str}/retest"

    @get("/")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("materials/retest_rule.html", await _rule_page(code, actor))

    @post("/")
    async def set(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, SetRetestRule)
        if form.value is None:
            return render("materials/retest_rule.html", await _rule_page(code, actor, form), status=422)
        given = form.value

        async def run() -> int:
            return (await set_retest_rule(code, days=given.days, tests=given.tests, actor=actor)).days

        await once(given.key, int, run, tag=Tag.RETEST_RULE, actor=actor, subject=code)
        return redirect(f"/materials/{code}/retest")


class FiltrationController(Controller):
    """One lot from its receipt on."""

    path = "/lots/{code:str}/filtration"

    @get("/")
    async def show(self, code: FromPath[str], actor: NamedDependency[Actor]) -> Template:
        return render("materials/filtration.html", await _filtration(code, actor))

    @post("/open")
    async def open(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, Keyed)
        key = form.value.key if form.value else ""

        async def run() -> str:
            return await open_retest(code, actor=actor)

        inspection = await once(key, str, run, tag=Tag.RETEST_OPEN, actor=actor, subject=code)
        return redirect(f"/inspections/{inspection}")

    @post("/decide")
    async def decide(self, request: Request[Any, Any, Any], code: FromPath[str], actor: NamedDependency[Actor]) -> Any:
        form = await read_form(request, SignShown)
        if form.value is None:
            return render("materials/filtration.html", await _filtration(code, actor), status=422)
        given = form.value
        signer = await reauthenticate(actor, username=given.username, password=given.password)

        async def run() -> RetestDecided:
            return await decide_retest(code, digest=given.digest, signer=signer)

        await once(given.key, RetestDecided, run, tag=Tag.RETEST_DECIDE, actor=actor, subject=code)
        return redirect(f"/lots/{code}/filtration")


async def _rule_page(code: str, actor: Actor, form: Form[Any] | None = None) -> RetestRulePage:
    row = await material_by_code(code)
    rule = await retest_rule(row.id)
    known = await specification_in_force(row.id)
    wanted = rule.tests if rule else list(KEY_TESTS.get(row.category, ())[:1])
    offered = [] if known is None else offered_tests(row.category, known.tests)
    named = {} if known is None else {test.code: str(test.requirement.name) for test in known.tests.tests}
    return RetestRulePage(
        material=row,
        rule=rule,
        tests=[Option(one, f"{named[one]} ({one})") for one in offered],
        form=form or blank(days=rule.days if rule else None, tests=wanted),
        may_set=actor.has(Role.QUALITY),
    )


async def _filtration(code: str, actor: Actor) -> FiltrationPage:
    lot = await lot_by_code(code)
    rule = await retest_rule(lot.material)
    known = await specification_by_id(await specification_of(lot.id))
    wanted = {*(rule.tests if rule else ()), *KEY_TESTS.get(lot.category, ())}
    tests = [test for test in known.tests.plan(1, known.level, known.aql) if test.code in wanted]
    code_running = await running_retest(lot.id)
    running = None if code_running is None else await sheet(code_running)
    return filtration_page(
        lot,
        tests,
        await past_values(lot.id, [test.code for test in tests]),
        await retests_of(lot.id),
        running,
        None if running is None else await shown_retest(lot, running),
        await signatures_of(code),
        await today(),
        actor,
    )
