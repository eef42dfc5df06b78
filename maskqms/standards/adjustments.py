"""The factory's own rows on an edition: a tighter limit, or one that the edition file lacks.

A missing limit is entered from the bought standard and needs its clause. Nothing can be loosened: a row that would
accept what the standard refuses, ask for fewer specimens or move a release test away is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from maskqms.errors import Reason, refuse
from maskqms.i18n import Text, _
from maskqms.standards.editions import Edition, Frozen, Provenance, When
from maskqms.standards.limits import Comparator, Kind, read_limit
from maskqms.standards.requirement import Requirement


class Adjustment(Frozen):
    """A factory's own row for one test of one edition: a tighter limit, a missing one, more specimens, another moment.

    `limit` may carry its operator; `clause` is where the bought standard says so; `source` says who entered it and from
    what, and becomes the requirement's source. `grade` `None` means every grade.
    """

    edition: str
    test: str
    grade: str | None = None
    limit: str | None = None
    comparator: Comparator | None = None
    kind: Kind | None = None
    clause: str | None = None
    specimens: int | None = Field(default=None, ge=1)
    when: When | None = None
    source: str = Field(min_length=1)


def adjust(
    edition: Edition, grade: str, found: Sequence[Requirement], adjustments: Sequence[Adjustment]
) -> tuple[Requirement, ...]:
    """The requirements of a grade with these rows applied in order; refused, naming every row that loosens."""
    adjusted = {requirement.code: requirement for requirement in found}
    known = {item.code for item in edition.tests}
    reasons: list[Reason] = []
    for row in adjustments:
        if row.edition != edition.edition or row.grade not in (None, grade):
            continue
        if row.test in adjusted:
            adjusted[row.test], faults = _apply(adjusted[row.test], row)
            reasons += faults
        elif row.test not in known:
            text = _("{edition} has no test {test}.", edition=edition.edition, test=row.test)
            reasons.append(Reason("adjustment.test", text))
    refuse(_("The factory's limits cannot be used"), reasons)
    return tuple(adjusted.values())


def _apply(requirement: Requirement, row: Adjustment) -> tuple[Requirement, list[Reason]]:
    changes: dict[str, object] = {}
    faults: list[Reason] = []
    if row.limit is not None:
        limit_changes, limit_faults = _limit(requirement, row, row.limit)
        changes |= limit_changes
        faults += limit_faults
    if row.specimens is not None:
        if requirement.specimens is not None and row.specimens < requirement.specimens:
            text = _(
                "{test}: {given} specimens are fewer than the {needed} required.",
                test=row.test,
                given=row.specimens,
                needed=requirement.specimens,
            )
            faults.append(Reason("adjustment.specimens", text))
        changes["specimens"] = row.specimens
    if row.when is not None:
        if row.when is not When.RELEASE and row.when not in (requirement.when, *requirement.when_allowed):
            text = _(
                "{test}: a test of kind '{now}' cannot become '{wanted}'.",
                test=row.test,
                now=requirement.when.label,
                wanted=row.when.label,
            )
            faults.append(Reason("adjustment.when", text))
        changes["when"] = row.when
    # An unchanged copy when the row is at fault: the rows after it are still checked.
    return (requirement if faults else requirement.model_copy(update=changes)), faults


def _limit(requirement: Requirement, row: Adjustment, given: str) -> tuple[dict[str, object], list[Reason]]:
    def fault(code: str, text: Text) -> tuple[dict[str, object], list[Reason]]:
        return {}, [Reason(code, text)]

    old = requirement.limit
    kind = row.kind or requirement.kind
    if kind is not requirement.kind and old is not None:
        return fault("adjustment.kind", _("{test}: its kind is given by the standard.", test=row.test))
    if kind is Kind.ATTRIBUTE and requirement.rule.kind == "mean":
        return fault("adjustment.kind", _("{test}: pass and fail have no mean.", test=row.test))
    same_way = requirement.comparator if kind is requirement.kind else None
    try:
        new = read_limit(given, kind=kind, comparator=row.comparator or same_way)
        if new is not None and old is None and new.comparator is not None:
            read_limit(new.text, kind=kind, comparator=same_way)
    except ValueError:
        new = None
    if new is None:
        text = _("{test}: '{given}' is not a limit of this test.", test=row.test, given=given)
        return fault("adjustment.limit", text)
    changes: dict[str, object] = {"limit": new, "kind": kind, "comparator": new.comparator, "source": row.source}
    if old is not None:
        if not new.at_least_as_tight_as(old):
            text = _("{test}: {new} is looser than {old} of the standard.", test=row.test, new=new.text, old=old.text)
            return fault("adjustment.looser", text)
        return changes | {"provenance": Provenance.FACTORY}, []
    if row.clause is None and requirement.clause is None:
        text = _("{test}: give the clause of the bought standard that holds this limit.", test=row.test)
        return fault("adjustment.clause", text)
    return changes | {"provenance": Provenance.ENTERED, "clause": row.clause or requirement.clause}, []
