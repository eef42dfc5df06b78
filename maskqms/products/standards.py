"""What `standards` says to a product: the standard is known, and has this grade and these variants in some edition."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.errors import Reason, Refused
from maskqms.standards.catalogue import catalogue
from maskqms.standards.editions import Edition
from maskqms.standards.requirements import find_grade, find_variants


def editions_named(standard: str) -> Sequence[Edition]:
    """The editions a product's standard can mean: all of a standard, or the one whose full name was given."""
    known = catalogue()
    if any(edition.edition == standard for edition in known.editions):
        return [known.edition(standard)]
    return known.editions_of(standard)


def standard_blockers(standard: str, grade: str | None, variants: Sequence[str]) -> list[Reason]:
    """Why no edition of the standard fits the product; the newest one's reasons when none does."""
    try:
        editions = editions_named(standard)
    except Refused as unknown:
        return list(unknown.reasons)
    found: list[list[Reason]] = []
    for edition in editions:
        try:
            find_grade(edition, grade)
            find_variants(edition, variants)
        except Refused as misfit:
            found.append(list(misfit.reasons))
        else:
            return []
    return found[-1]
