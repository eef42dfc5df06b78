"""Materials, through every ancestor: released, in date when they were used, not held, and none missing (R87 b, o)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.quality.states import ChangeState
from maskqms.release.rules.facts import GateFacts, UnitFact
from maskqms.release.rules.paths import Paths
from maskqms.release.rules.report import GateCheck, each_once
from maskqms.release.states import GateGroup
from maskqms.trace.states import Activity, UnitKind, UnitState

USED = frozenset({Activity.ISSUE, Activity.REWORK, Activity.STERILISE})
DECIDED = frozenset({UnitKind.LOT, UnitKind.ROLL, UnitKind.LOAD})
"""Kinds that somebody releases; a batch that was reworked into this one need not have been released itself."""


def material_checks(facts: GateFacts, paths: Paths) -> list[GateCheck]:
    return [
        issued(facts),
        released(facts, paths),
        in_date(facts, paths),
        not_held(facts, paths),
        validated(facts, paths),
    ]


def issued(facts: GateFacts) -> GateCheck:
    """Every material of the bill went in; a batch made of nothing was not recorded."""
    used = {facts.ancestors[link.parent].material for link in facts.links if link.parent in facts.ancestors}
    path = Paths(facts).to(facts.batch.id)
    remedy = _("Scan the rolls and lots that are used, at the tablet.")
    if facts.batch.finished:
        remedy = _("After production nothing can be issued any more: reject the batch.")
    reasons = [
        Reason(
            "material.not_issued",
            _("No {material} {name} was issued to the batch, and its bill asks for it.", material=code, name=name),
            remedy,
            path,
        )
        for code, name in sorted(facts.batch.materials.items())
        if code not in used
    ]
    if not facts.links and not reasons:
        reasons = [Reason("material.none", _("Nothing was issued to the batch."), remedy, path)]
    return GateCheck(
        "materials.issued",
        GateGroup.MATERIALS,
        _("Issue of the materials of the bill"),
        tuple(reasons),
        _("{count} units in the ancestry", count=len(facts.ancestors)),
        who=_("Production"),
    )


def released(facts: GateFacts, paths: Paths) -> GateCheck:
    """Each lot, roll and load that anything came from: its state now, or before it was used up."""
    units = [unit for unit in facts.ancestors.values() if unit.kind in DECIDED]
    reasons = [
        Reason(
            f"{unit.kind}.not_released",
            _("{code} ({item}) is not released: {state}.", code=unit.code, item=unit.item, state=stand(unit).label),
            _("Finish its incoming inspection; if it is rejected, the batch is rejected too."),
            paths.to(unit.id),
        )
        for unit in sorted(units, key=lambda unit: unit.code)
        if stand(unit) is not UnitState.RELEASED
    ]
    imported = [unit for unit in units if unit.history]
    evidence = _("{count} lots and rolls, all ancestors", count=len(units))
    if imported:
        evidence = _(
            "{count} lots and rolls, all ancestors; {imported} released by imported history, digest {digest}",
            count=len(units),
            imported=len(imported),
            digest=", ".join(sorted({(unit.history or "")[:16] for unit in imported})),
        )
    return GateCheck(
        "materials.released",
        GateGroup.MATERIALS,
        _("Release of lots and rolls, through all ancestors"),
        tuple(reasons),
        evidence,
        who=_("Quality, for the lot"),
    )


def stand(unit: UnitFact) -> UnitState:
    """What was decided about a unit; being used up says nothing about that."""
    if unit.state is UnitState.CONSUMED:
        return unit.before or UnitState.RELEASED
    return unit.state


def in_date(facts: GateFacts, paths: Paths) -> GateCheck:
    """The last usable day against the moment of each issue, that of a roll's lot included."""
    until = _usable_until(facts)
    reasons = []
    count = 0
    for link in facts.links:
        unit = facts.ancestors.get(link.parent)
        if unit is None or link.activity not in USED:
            continue
        count += 1
        end = until[unit.id]
        if end is not None and link.at >= end:
            reasons.append(
                Reason(
                    f"{unit.kind}.expired_when_used",
                    _("{code} ({item}) was past its last usable day when it was used.", code=unit.code, item=unit.item),
                    _("What was made of expired material is not released: reject the batch."),
                    paths.to(unit.id),
                )
            )
    return GateCheck(
        "materials.in_date",
        GateGroup.MATERIALS,
        _("Shelf life of the materials when used"),
        tuple(each_once(reasons)),
        _("{count} issues compared", count=count),
        who=_("Quality"),
    )


def _usable_until(facts: GateFacts) -> Mapping[int, datetime | None]:
    """The earliest end of a unit and of what it was split from: cutting a lot into rolls makes it no younger."""
    parents: dict[int, list[int]] = {}
    for link in facts.links:
        if link.activity is Activity.SPLIT:
            parents.setdefault(link.child, []).append(link.parent)
    found: dict[int, datetime | None] = {}

    def end(unit: int, seen: frozenset[int]) -> datetime | None:
        if unit not in found:
            ends = [facts.ancestors[unit].usable_until]
            ends += [end(p, seen | {unit}) for p in parents.get(unit, ()) if p in facts.ancestors and p not in seen]
            found[unit] = min((e for e in ends if e is not None), default=None)
        return found[unit]

    for unit in facts.ancestors:
        end(unit, frozenset())
    return found


def not_held(facts: GateFacts, paths: Paths) -> GateCheck:
    """A hold on any ancestor, whatever its kind, even where the batch itself was not reached by it."""
    reasons = [
        Reason(
            f"{unit.kind}.held",
            _("{code} ({item}) is on hold {hold}.", code=unit.code, item=unit.item, hold=hold)
            if hold
            else _("{code} ({item}) is on hold.", code=unit.code, item=unit.item),
            _("Only a second person of quality can lift a hold."),
            paths.to(unit.id),
        )
        for unit in sorted(facts.ancestors.values(), key=lambda unit: unit.code)
        if unit.held
        for hold in (unit.holds or ("",))
    ]
    return GateCheck(
        "materials.not_held",
        GateGroup.MATERIALS,
        _("Holds on ancestors"),
        tuple(reasons),
        _("{count} ancestors", count=len(facts.ancestors)),
        who=_("Quality"),
    )


def kinds_of(facts: GateFacts, kind: UnitKind) -> list[UnitFact]:
    """The ancestors of one kind, by code: the raw lots that a certificate names."""
    return sorted((unit for unit in facts.ancestors.values() if unit.kind is kind), key=lambda unit: unit.code)


def validated(facts: GateFacts, paths: Paths) -> GateCheck:
    """No lot of a changed source that nobody approved, and no validation batch before its change is approved (R46)."""
    remedy = _("Quality decides the change on what the validation showed; if it is rejected, reject the batch.")
    reasons = [
        Reason(
            "lot.validation_only",
            _("{code} ({item}) comes from a changed source, and change {change} is not approved.",
              code=unit.code, item=unit.item, change=change),
            remedy,
            (*paths.to(unit.id), Link(change, f"/changes/{change}")),
        )
        for unit in sorted(facts.ancestors.values(), key=lambda unit: unit.code)
        for change in unit.changes
    ]  # fmt: skip
    batch = facts.batch
    if batch.validates is not None and batch.change_state is not ChangeState.APPROVED:
        state = batch.change_state or ChangeState.OPEN
        text = _("The batch was made to validate change {change}: {state}.", change=batch.validates, state=state.label)
        path = (*paths.to(batch.id), Link(batch.validates, f"/changes/{batch.validates}"))
        reasons.append(Reason("batch.validation", text, remedy, path))
    return GateCheck(
        "materials.validated",
        GateGroup.MATERIALS,
        _("Changed sources of key materials"),
        tuple(reasons),
        _("{count} units in the ancestry", count=len(facts.ancestors)),
        who=_("Quality, for the change"),
    )
