"""Why rejected goods do not go this way: every reason at once. None of these rules ever says "usable"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from maskqms.actor import Actor, Role
from maskqms.db.clock import local
from maskqms.dispositions.states import DESTRUCTION_MOVES, REGRADE_MOVES, DestructionState, RegradeState
from maskqms.errors import Link, Reason
from maskqms.i18n import Text, _
from maskqms.lab.plan import planned
from maskqms.lab.rules import JudgedSheet, judge_test
from maskqms.lab.states import Outcome
from maskqms.materials.rules.changes import Limit
from maskqms.materials.specification import SpecifiedTests
from maskqms.materials.states import Category
from maskqms.trace.rules import UnitFacts, held_reasons, link_to, plain
from maskqms.trace.states import UnitState, measure_word

HANDLERS = (Role.WAREHOUSE, Role.QUALITY)
WITNESSES = (Role.WAREHOUSE, Role.QUALITY, Role.INSPECTOR, Role.PLANT_MANAGER)
REQUESTERS = (Role.QUALITY, Role.INSPECTOR, Role.PLANT_MANAGER)
SHORTEST = 2


class GoodsFacts(Protocol):
    """A rejected unit as the rules see it; `GoodsRow` fits. `pending` is the record that waits for it already."""

    @property
    def code(self) -> str: ...
    @property
    def state(self) -> UnitState: ...
    @property
    def on_hand(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...
    @property
    def supplier_code(self) -> str: ...
    @property
    def supplier_name(self) -> str: ...
    @property
    def pending(self) -> str | None: ...
    @property
    def expires_on(self) -> date | None: ...


def record_link(code: str) -> Link:
    return Link(code, f"/c/{code}")


def goods_blockers(goods: Sequence[GoodsFacts]) -> list[Reason]:
    """Only what is rejected, is still here and waits for nothing else is disposed of."""
    if not goods:
        return [Reason("goods.none", _("Nothing is chosen."), _("Choose at least one rejected lot or roll."))]
    reasons = []
    for one in goods:
        path = (link_to(one.code),)
        if one.state is not UnitState.REJECTED:
            text = _("{code} is not rejected: {state}.", code=one.code, state=one.state.label)
            reasons.append(Reason("goods.not_rejected", text, _("Only rejected goods are disposed of here."), path))
        if one.on_hand <= 0:
            text = _("Nothing of {code} is on hand.", code=one.code)
            reasons.append(Reason("goods.gone", text, _("Its page says where it went."), path))
        if one.pending is not None:
            text = _("{code} waits for {record} already.", code=one.code, record=one.pending)
            reasons.append(
                Reason("goods.pending", text, _("Finish or end that first."), (*path, record_link(one.pending)))
            )
    return reasons


def why_blockers(reason: str) -> list[Reason]:
    if len(reason.strip()) >= SHORTEST:
        return []
    return [Reason("reason.missing", _("Say in a sentence why the goods are disposed of in this way."))]


def return_blockers(goods: Sequence[GoodsFacts], *, waybill: str, carrier: str, reason: str) -> list[Reason]:
    """Back go goods of one supplier, on a waybill, by a named carrier."""
    reasons = goods_blockers(goods) + why_blockers(reason)
    suppliers = sorted({one.supplier_name for one in goods})
    if len(suppliers) > 1:
        text = _("These goods come from different suppliers: {names}.", names=", ".join(suppliers))
        reasons.append(Reason("return.suppliers", text, _("Each supplier gets a return note of its own.")))
    if not waybill.strip():
        text = _("The number of the waybill is missing.")
        reasons.append(Reason("return.waybill", text, _("It is on the carrier's slip.")))
    if not carrier.strip():
        reasons.append(Reason("return.carrier", _("Say who takes the goods away.")))
    return reasons


def plan_blockers(goods: Sequence[GoodsFacts], *, method: str, reason: str) -> list[Reason]:
    reasons = goods_blockers(goods) + why_blockers(reason)
    if len(method.strip()) < 2:
        text = _("Say how the goods are destroyed, so that nobody can use them again.")
        reasons.append(Reason("destruction.method", text, _("For example shredding or burning.")))
    return reasons


def witness_blockers(
    code: str,
    state: DestructionState,
    actor: Actor,
    *,
    first: int | None,
    first_name: str | None,
    first_of_quality: bool,
    lines: Sequence[tuple[GoodsFacts, Decimal]],
) -> list[Reason]:
    """Two different persons, one of them of quality, and the goods are still there as they were written down."""
    path = (record_link(code),)
    reasons = actor.lacks(*WITNESSES)
    if DESTRUCTION_MOVES.blockers(state, DestructionState.DONE):
        text = _("{code} waits for no witness any more: {state}.", code=code, state=state.label)
        return [*reasons, Reason("destruction.ended", text, None, path)]
    if first is not None and first == actor.account_id:
        text = _("{name} signed as the first witness.", name=first_name or "")
        reasons.append(Reason("destruction.same_person", text, _("Another person sees it and signs."), path))
    elif first is not None and not first_of_quality and not actor.has(Role.QUALITY):
        text = _("Neither of the two witnesses would be of quality.")
        reasons.append(Reason("destruction.quality", text, _("A person of quality signs as the second one."), path))
    for goods, quantity in lines:
        if goods.state is not UnitState.REJECTED or goods.on_hand != quantity:
            text = _(
                "Of {code} {quantity} {unit} were to be destroyed, {left} {unit} are there: {state}.",
                code=goods.code,
                quantity=plain(quantity),
                unit=measure_word(goods.unit),
                left=plain(goods.on_hand),
                state=goods.state.label,
            )
            remedy = _("Cancel this destruction and plan it anew.")
            reasons.append(Reason("destruction.changed", text, remedy, (*path, link_to(goods.code))))
    return reasons


def cancel_blockers(code: str, state: DestructionState, reason: str) -> list[Reason]:
    reasons = why_blockers(reason)
    if DESTRUCTION_MOVES.blockers(state, DestructionState.CANCELLED):
        text = _("{code} waits for no witness any more: {state}.", code=code, state=state.label)
        reasons.append(Reason("destruction.ended", text, None, (record_link(code),)))
    return reasons


class TargetFacts(Protocol):
    """The material that is to come of it; `TargetRow` fits. `tests` are those of the specification in force."""

    @property
    def code(self) -> str: ...
    @property
    def category(self) -> Category: ...
    @property
    def unit(self) -> str: ...
    @property
    def tests(self) -> SpecifiedTests | None: ...


def regrade_blockers(
    goods: GoodsFacts,
    unit: UnitFacts,
    at: datetime,
    *,
    category: Category,
    been: Collection[str],
    target: TargetFacts,
    failed: JudgedSheet | None,
    limits: Sequence[Limit],
    reason: str,
    pending_known: str | None = None,
) -> list[Reason]:
    """A regrade is no second chance: not to a material it has been, and not to one whose limit the same values break.

    `been`: the materials of the unit and of everything it came from. `failed`: the sheet that it was rejected by.
    `limits`: the changes of its source that were not approved; under another name it would slip out of them.
    `pending_known`: the request that is being approved does not stand in its own way. Only the end of its life stops
    it: a retest date belongs to the old grade, and what missed it is tested anew as the new one.
    """
    path = (link_to(goods.code), Link(target.code, f"/materials/{target.code}"))
    reasons = [r for r in goods_blockers([goods]) if r.code != "goods.pending" or goods.pending != pending_known]
    reasons += held_reasons(unit) + why_blockers(reason)
    if goods.expires_on is not None and local(at).date() > goods.expires_on:
        text = _("{code} is past its last usable day.", code=goods.code)
        reasons.append(Reason("unit.expired", text, _("Return it or destroy it."), path))
    for limit in limits:
        text = _(
            "{code} comes from a changed source, and change {change} is not approved: {state}.",
            code=goods.code, change=limit.change, state=limit.state.label,
        )  # fmt: skip
        remedy = _("Return it or destroy it, or wait until the change is approved.")
        reasons.append(Reason("regrade.changed_source", text, remedy, (*path, record_link(limit.change))))
    if target.code in been:
        text = _("{code} has been {material} already, and was rejected as that.", code=goods.code, material=target.code)
        reasons.append(Reason("regrade.same", text, _("Choose a material of a lower grade."), path))
    if target.category is not category or target.unit != goods.unit:
        text = _(
            "{material} is {category} in {unit}; {code} cannot become that.",
            material=target.code, category=target.category.label, unit=measure_word(target.unit), code=goods.code,
        )  # fmt: skip
        reasons.append(Reason("regrade.kind", text, _("Choose a material of the same kind and unit."), path))
    if target.tests is None:
        text = _("No specification of {material} is in force.", material=target.code)
        reasons.append(Reason("specification.missing", text, _("Quality puts one in force first."), path))
    elif failed is not None:
        reasons += _would_fail(target.code, target.tests, failed, path)
    return reasons


def _would_fail(material: str, tests: SpecifiedTests, failed: JudgedSheet, path: tuple[Link, ...]) -> list[Reason]:
    """The values it was rejected for, against the limits of the other material."""
    reasons = []
    for test in failed.failed:
        wanted = tests.test(test.test)
        if wanted is None or wanted.counted or not test.values:
            continue
        again = judge_test(planned(wanted.requirement), test.values)
        if again.outcome is not Outcome.FAIL:
            continue
        text = _(
            "{test} ({name}) would fail as {material} too, limit {limit}: {values}.",
            test=test.test,
            name=test.name,
            material=material,
            limit=again.limit or "-",
            values=", ".join(test.values),
        )
        reasons.append(Reason("regrade.would_fail", text, _("Choose a lower grade, or return or destroy it."), path))
    return reasons


def approval_blockers(
    code: str, state: RegradeState, wanted: RegradeState, *, requester: int, requester_name: str, decider: int
) -> list[Reason]:
    """Decided once, by another person than who asked for it (R10)."""
    reasons = []
    if REGRADE_MOVES.blockers(state, wanted):
        text = _("{code} is decided already: {state}.", code=code, state=state.label)
        reasons.append(Reason("regrade.decided", text, None, (record_link(code),)))
    if requester == decider:
        text = _("{name} asked for this regrade.", name=requester_name)
        remedy = _("Another person of quality decides it (R10).")
        reasons.append(Reason("regrade.same_person", text, remedy, (record_link(code),)))
    return reasons


def lines_content(lines: Sequence[tuple[str, Decimal, str]]) -> list[dict[str, Any]]:
    """Goods as they are signed."""
    return [{"unit": code, "quantity": quantity, "of": unit} for code, quantity, unit in lines]


def destruction_content(
    code: str, lines: Sequence[tuple[str, Decimal, str]], *, method: str, reason: str, first: str | None
) -> Mapping[str, Any]:
    """What a witness signs; the second one also that the first did."""
    return {
        "destruction": code,
        "goods": lines_content(lines),
        "method": method,
        "reason": reason,
        "first_witness": first,
    }


def band(state: DestructionState, first: str | None) -> Text:
    """What stands between a destruction and its end."""
    if state is DestructionState.DONE:
        return _("Destroyed before two witnesses.")
    if state is DestructionState.CANCELLED:
        return _("Cancelled: the goods are still there, rejected.")
    if first is None:
        return _("Two persons see it and sign, each with a password of their own. Until then all of it stays in stock.")
    return _("{name} has signed; a second person signs. Until then all of it stays in stock.", name=first)
