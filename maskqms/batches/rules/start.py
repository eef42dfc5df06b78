"""Whether a batch may begin (R59, R65): clearance and line; licences and packing are asked of products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maskqms.batches.states import ClearanceMoment, ClearanceState
from maskqms.errors import Link, Reason
from maskqms.i18n import _


@dataclass(frozen=True, slots=True)
class ClearanceFacts:
    """The latest clearance of a batch before its start."""

    line: str
    state: ClearanceState
    done_by: int
    done_by_name: str
    checked_by: int | None
    valid_until: datetime | None


def clearance_blockers(batch: str, line: str, found: ClearanceFacts | None, at: datetime) -> list[Reason]:
    """The line was cleared for this batch, checked by another person, and not too long ago (R65)."""
    path = (Link(batch, f"/batches/{batch}"),)
    remedy = _("Clear the line on the tablet, and let a second person check it.")
    if found is None:
        return [
            Reason(
                "clearance.missing", _("Line {line} was not cleared for {batch}.", line=line, batch=batch), remedy, path
            )
        ]
    reasons = []
    if found.line != line:
        text = _("Line {cleared} was cleared, the batch runs on {line}.", cleared=found.line, line=line)
        reasons.append(Reason("clearance.line", text, remedy, path))
    if found.state is ClearanceState.FAULTY:
        reasons.append(Reason("clearance.faulty", _("The check found line {line} not clean.", line=line), remedy, path))
    if found.state is ClearanceState.DONE:
        text = _("The clearance by {name} was not checked by a second person.", name=found.done_by_name)
        reasons.append(Reason("clearance.unchecked", text, _("Another person signs in and checks it."), path))
    if found.checked_by is not None and found.checked_by == found.done_by:
        text = _("{name} cleared the line and checked it too.", name=found.done_by_name)
        reasons.append(Reason("clearance.same-person", text, _("Another person checks it."), path))
    if found.valid_until is not None and at >= found.valid_until:
        text = _("The clearance of line {line} is too old.", line=line)
        reasons.append(Reason("clearance.too-old", text, remedy, path))
    return reasons


def check_blockers(done_by: int, done_by_name: str, state: ClearanceState, checker: int | None) -> list[Reason]:
    """Who cleared a line does not check it."""
    reasons = []
    if done_by == checker:
        reasons.append(
            Reason(
                "clearance.same-person",
                _("{name} cleared the line; another person checks it.", name=done_by_name),
                _("Sign out, and let a colleague sign in and check."),
            )
        )
    if state is not ClearanceState.DONE:
        reasons.append(Reason("clearance.checked", _("This clearance was checked before.")))
    return reasons


def points_blockers(wanted: Sequence[str], confirmed: Sequence[str], moment: ClearanceMoment) -> list[Reason]:
    """Every point of the checklist is looked at, none is skipped."""
    missing = len(set(wanted) - set(confirmed))
    if not missing:
        return []
    text = _("{n} points of the checklist are not confirmed ({moment}).", n=missing, moment=moment.label)
    return [Reason("clearance.points", text, _("Look at each point on the line and tick it."))]


def line_blockers(line: str, lines: Sequence[str], running: str | None, product: str) -> list[Reason]:
    """The line is one of the master record's, and no other batch runs on it (R69)."""
    reasons = []
    if lines and line not in lines:
        text = _(
            "{product} is not made on line {line}; its lines are {lines}.",
            product=product,
            line=line,
            lines=", ".join(lines),
        )
        reasons.append(Reason("line.not_allowed", text, _("Plan it on one of these lines.")))
    if running is not None:
        text = _("Batch {batch} is still in production on line {line}.", batch=running, line=line)
        reasons.append(Reason("line.busy", text, _("Complete it first."), (Link(running, f"/batches/{running}"),)))
    return reasons


def no_master(product: str) -> Reason:
    return Reason(
        "master.none_in_force",
        _("{product} has no master record in force.", product=product),
        _("Quality approves a version first."),
        (Link(product, f"/products/{product}"),),
    )
