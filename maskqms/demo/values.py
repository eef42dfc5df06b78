"""What the lab finds: values as instruments give them, around what is usual for a material or a mask, with noise."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from maskqms.actor import Actor
from maskqms.demo.instruments import INSTRUMENTS
from maskqms.demo.materials import EAR_LOOP, MELTBLOWN, MELTBLOWN_KN
from maskqms.demo.products import KN95, SINGLE_USE, SURGICAL
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.inspections import inspection
from maskqms.standards.limits import Kind

INSTRUMENT_OF = {one.kind: one.code for one in INSTRUMENTS}
BETWEEN_VALUES = timedelta(seconds=75)


@dataclass(frozen=True, slots=True)
class Usual:
    """A mean, how far values scatter, and the digits that the instrument shows."""

    mean: float
    scatter: float
    digits: int = 1

    def draw(self, chance: random.Random, shift: float = 0.0) -> str:
        """Two and a half scatters are the most that a good process strays."""
        stray = max(-2.5, min(2.5, chance.gauss(0, 1)))
        return str(Decimal(str(self.mean + shift + stray * self.scatter)).quantize(Decimal(1).scaleb(-self.digits)))


_FABRIC = {
    "GSM": Usual(25.1, 0.35),
    "GSM_CV": Usual(3.4, 0.5),
    "WIDTH": Usual(175.8, 0.4),
    "STRENGTH_MD": Usual(46, 2.2),
    "STRENGTH_CD": Usual(28, 1.8),
    "WETRES": Usual(4, 0, 0),
    "FORMALD": Usual(6, 1.5),
    "PH": Usual(6.8, 0.2),
}
_MELTBLOWN = {
    **_FABRIC,
    "PFE": Usual(98.4, 0.25, 2),
    "RES": Usual(24.5, 1.1),
    "STRENGTH_MD": Usual(13.2, 0.8),
    "STRENGTH_CD": Usual(8.4, 0.5),
    "BFE": Usual(99.2, 0.15, 2),
}
_FLAT_MASK = {
    "DIM": Usual(1.2, 0.5),
    "NOSECLIP_LEN": Usual(9.6, 0.1),
    "STRAP": Usual(15.8, 1.2),
    "BFE": Usual(98.8, 0.2, 2),
    "PFE": Usual(86.5, 1.8),
    "DP": Usual(31.4, 1.6),
    "MICRO_BACT": Usual(14, 4, 0),
}
USUAL: Mapping[str, Mapping[str, Usual]] = {
    MELTBLOWN: _MELTBLOWN,
    MELTBLOWN_KN: {**_MELTBLOWN, "GSM": Usual(40.1, 0.5), "WIDTH": Usual(260.9, 0.5), "RES": Usual(31.0, 0.9)},
    "M-SB-OUT": _FABRIC,
    "M-SB-IN": _FABRIC,
    EAR_LOOP: {
        "DIAM": Usual(2.72, 0.04, 2),
        "STRENGTH": Usual(21.5, 1.3),
        "ELONG": Usual(168, 9, 0),
        "RECOVERY": Usual(95.5, 0.8),
        "MASS10": Usual(25.2, 0.3, 3),
    },
    "M-NW-40": {"WIDTH": Usual(4.0, 0.05, 2), "THICK": Usual(0.72, 0.02, 2)},
    SURGICAL: _FLAT_MASK,
    SINGLE_USE: {**_FLAT_MASK, "BFE": Usual(98.3, 0.2, 2), "MICRO_FUNGI": Usual(3, 1, 0)},
    KN95: {
        "PFE": Usual(98.1, 0.3, 2),
        "RES_IN": Usual(132, 6),
        "RES_EX": Usual(118, 6),
        "STRAP": Usual(16.4, 1.0),
    },
}


def value_for(test: PlannedTest, of: str, chance: random.Random, shift: float = 0.0) -> str:
    """One value: a count of nonconforming pieces, a word, or a number."""
    if test.counted is not None:
        return "1" if test.counted.ac and chance.random() < 0.25 else "0"
    if test.requirement.kind is Kind.ATTRIBUTE:
        return "pass"
    return USUAL[of][test.code].draw(chance, shift)


async def fill_sheet(
    code: str,
    *,
    of: str,
    begin: datetime,
    chance: random.Random,
    analyst: Actor,
    shifts: Mapping[str, float] | None = None,
    only: frozenset[str] | None = None,
    but: frozenset[str] = frozenset(),
) -> AsyncIterator[datetime]:
    """Enter the values of a sheet's tests, one after another; `shifts` moves the mean of a test."""
    moment = begin
    for test in (await inspection(code)).plan.tests:
        if not wanted(test, of, only) or test.code in but:
            continue
        for specimen in range(1, test.cells + 1):
            yield moment
            value = value_for(test, of, chance, (shifts or {}).get(test.code, 0.0))
            await enter_result(
                code,
                test=test.code,
                specimen=specimen,
                value=value,
                instrument=None if test.instrument is None else INSTRUMENT_OF[test.instrument],
                actor=analyst,
            )
            moment += BETWEEN_VALUES


def wanted(test: PlannedTest, of: str, only: frozenset[str] | None) -> bool:
    """A test that may be left out is left out, unless it is asked for by name."""
    if only is not None:
        return test.code in only
    return test.required
