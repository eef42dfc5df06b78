"""ISO 2859-1:1999 (GB/T 2828.1-2012) single sampling plans, read from the printed tables.

An arrow means the first plan below or above it, with that plan's own sample size and its own acceptance numbers. A
sample that reaches the lot size is the whole lot. When to change severity is not decided here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from maskqms.errors import Reason, refuse
from maskqms.i18n import _

Severity = Literal["normal", "tightened", "reduced"]
SEVERITIES: tuple[Severity, ...] = ("normal", "tightened", "reduced")
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
AQLS = tuple("0.010 0.015 0.025 0.040 0.065 0.10 0.15 0.25 0.40 0.65 1.0 1.5 2.5 4.0 6.5 10".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Plan:
    """Inspect `n`; accept with at most `ac` nonconforming, not with `re` or more. `letter` is the plan's own."""

    letter: str | None
    n: int
    ac: int
    re: int
    full: bool = False

    def accepts(self, nonconforming: int) -> bool:
        return nonconforming <= self.ac

    def as_json(self) -> dict[str, Any]:
        return {"letter": self.letter, "n": self.n, "ac": self.ac, "re": self.re, "full": self.full}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a master table: sample size, and per AQL a plan's numbers, the way of an arrow, or nothing."""

    letter: str
    n: int
    cells: dict[str, tuple[int, int] | Literal["up", "down"] | None]


@cache
def _file() -> dict[str, Any]:
    text = files("maskqms.standards").joinpath("data", "iso2859_1.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def table(severity: Severity) -> tuple[Row, ...]:
    """The rows of table 2-A, 2-B or 2-C from the top down."""

    def cell(found: dict[str, Any] | None) -> tuple[int, int] | Literal["up", "down"] | None:
        if found is None:
            return None
        if "arrow" in found:
            return "down" if found["arrow"] == "down" else "up"
        return found["ac"], found["re"]

    return tuple(
        Row(letter, row["n"], {aql: cell(found) for aql, found in row["plans"].items()})
        for letter, row in _file()["tables"][severity]["rows"].items()
    )


def code_letter(lot_size: int, level: str) -> str:
    """Table 1: the code letter of a lot of two or more."""
    for band in _file()["code_letters"]:
        if band["lot_min"] <= lot_size and (band["lot_max"] is None or lot_size <= band["lot_max"]):
            return str(band["levels"][level])
    raise ValueError(f"a lot of {lot_size} has no code letter")


def follow(severity: Severity, letter: str, aql: str) -> Plan:
    """The plan of a cell, its arrow followed."""
    rows = table(severity)
    at = next(index for index, row in enumerate(rows) if row.letter == letter)
    cell = rows[at].cells[aql]
    way = -1 if cell == "up" else 1
    while not isinstance(cell, tuple):
        at += way
        cell = rows[at].cells[aql]
    return Plan(rows[at].letter, rows[at].n, *cell)


def read_aql(aql: str | Decimal | int) -> str | None:
    """The table's own spelling of an AQL: "1", "1.0" and "1.00" are one; `None` when the tables have no such."""
    try:
        wanted = Decimal(str(aql).strip())
    except InvalidOperation:
        return None
    return next((known for known in AQLS if Decimal(known) == wanted), None)


def plan(lot_size: int, level: str = "II", aql: str | Decimal | int = "1.0", severity: str = "normal") -> Plan:
    """The single sampling plan of a lot. Whatever is not in the standard is refused, naming what is."""
    column = read_aql(aql)
    kind = next((known for known in SEVERITIES if known == severity), None)
    reasons = []
    if isinstance(lot_size, bool) or not isinstance(lot_size, int) or lot_size < 1:
        reasons.append(
            Reason("sampling.lot_size", _("Lot size {given}: a whole number of at least 1 is needed.", given=lot_size))
        )
    if level not in LEVELS:
        known = ", ".join(LEVELS)
        reasons.append(Reason("sampling.level", _("Inspection level {given}: use {known}.", given=level, known=known)))
    if column is None:
        reasons.append(Reason("sampling.aql", _("AQL {given}: use {known}.", given=aql, known=", ".join(AQLS))))
    if kind is None:
        known = ", ".join(SEVERITIES)
        reasons.append(Reason("sampling.severity", _("Severity {given}: use {known}.", given=severity, known=known)))
    refuse(_("No such sampling plan"), reasons)
    assert column is not None
    assert kind is not None
    if lot_size == 1:
        return Plan(None, 1, 0, 1, full=True)
    found = follow(kind, code_letter(lot_size, level), column)
    if found.n < lot_size:
        return found
    return Plan(found.letter, lot_size, found.ac, found.re, full=True)


def plan_for_sample(size: int, aql: str, severity: Severity = "normal") -> Plan | None:
    """The largest plan of an AQL that a sample of this size can serve; `None` when the sample is too small for any.

    Within one AQL column each sample size has one plan, so a sample already taken names its plan without the lot size.
    """
    return max((found for found in _column(aql, severity) if found.n <= size), key=_size, default=None)


def smallest_plan(aql: str, severity: Severity = "normal") -> Plan:
    """The plan of an AQL with the fewest specimens."""
    return min(_column(aql, severity), key=_size)


def _column(aql: str, severity: Severity) -> list[Plan]:
    return [Plan(row.letter, row.n, *cell) for row in table(severity) if isinstance(cell := row.cells[aql], tuple)]


def _size(found: Plan) -> int:
    return found.n
