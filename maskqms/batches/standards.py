"""What `standards` says to a batch: the edition of its production date, and what of it is still without a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from maskqms.errors import Reason, Refused
from maskqms.standards.catalogue import choose_edition
from maskqms.standards.requirements import requirements


@dataclass(frozen=True, slots=True)
class Chosen:
    """The edition that rules masks made on a day; `open_tests` have no known limit and stop the release only."""

    edition: str | None
    open_tests: tuple[str, ...]
    reasons: tuple[Reason, ...]


def edition_for(standard: str, grade: str | None, variants: Sequence[str], made_on: date) -> Chosen:
    """Choose by production date, with every reason when that is not possible."""
    try:
        edition = choose_edition(standard, made_on)
        asked = requirements(edition, grade, variants)
    except Refused as refused:
        return Chosen(None, (), refused.reasons)
    missing = tuple(dict.fromkeys(item.code for item in asked if item.for_release and item.limit is None))
    return Chosen(edition.edition, missing, ())
