"""The table of application identifiers: the form of each, and what must or must never stand beside it.

Only identifiers in this table are printed or read; any other is refused by its number. Pairing rules are those of the
GS1 General Specifications: every group of `needs` wants one of its members, none of `never` may be there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

# Total length (identifier and data) by the first two digits: only these need no FNC1 behind them.
PREDEFINED = MappingProxyType(
    {"00": 20, "20": 4, "41": 16}
    | dict.fromkeys(("01", "02", "03", "04"), 16)
    | dict.fromkeys((str(n) for n in range(11, 20)), 8)
    | dict.fromkeys((str(n) for n in range(31, 37)), 10)
)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a value: its character set (N digits, X set 82, Y set 39), its length, its meaning."""

    kind: str
    shortest: int
    longest: int
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """What GS1 says about one application identifier."""

    ai: str
    parts: tuple[Part, ...]
    title: str
    needs: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()

    @property
    def predefined(self) -> bool:
        return self.ai[:2] in PREDEFINED

    @property
    def shortest(self) -> int:
        return sum(part.shortest for part in self.parts)

    @property
    def longest(self) -> int:
        return sum(part.longest for part in self.parts)

    @property
    def form(self) -> str:
        """The form as GS1 writes it: `N14`, `X..20`, `N13 [X..17]`."""
        return " ".join(_written(part) for part in self.parts)


def _written(part: Part) -> str:
    if part.shortest == part.longest:
        return f"{part.kind}{part.longest}"
    text = f"{part.kind}..{part.longest}"
    return f"[{text}]" if part.shortest == 0 else text


_PART = re.compile(r"(?P<open>\[)?(?P<kind>[NXY])(?P<upto>\.\.)?(?P<length>\d+)(?:=(?P<meaning>\w+))?\]?")


def _parts(form: str) -> tuple[Part, ...]:
    parts = []
    for word in form.split():
        found = _PART.fullmatch(word)
        if found is None:
            raise ValueError(form)
        longest = int(found["length"])
        shortest = 0 if found["open"] else 1 if found["upto"] else longest
        parts.append(Part(found["kind"], shortest, longest, found["meaning"]))
    return tuple(parts)


_ITEM = ("01", "02", "8006", "8026")
_TRADE = ("01", "02")
_LOGISTIC = ("00", "01")

# identifier, form, title, needs (one of each group), never with
_ROWS: tuple[tuple[str, str, str, tuple[tuple[str, ...], ...], tuple[str, ...]], ...] = (
    ("00", "N18=check", "SSCC", (), ()),
    ("01", "N14=check", "GTIN", (), ("02", "37", "255")),
    ("02", "N14=check", "CONTENT", (("37",),), ()),
    ("10", "X..20", "BATCH/LOT", (_ITEM,), ()),
    ("11", "N6=date", "PROD DATE", (_ITEM,), ()),
    ("12", "N6=date", "DUE DATE", (("8020",),), ()),
    ("13", "N6=date", "PACK DATE", (_ITEM,), ()),
    ("15", "N6=date", "BEST BEFORE", (_ITEM,), ()),
    ("16", "N6=date", "SELL BY", (_ITEM,), ()),
    ("17", "N6=date", "USE BY", (("01", "02", "255", "8006", "8026"),), ()),
    ("20", "N2", "VARIANT", (_ITEM,), ()),
    ("21", "X..20", "SERIAL", (("01", "8006"),), ("235",)),
    ("22", "X..20", "CPV", (("01",),), ()),
    ("235", "X..28", "TPX", (("01",),), ()),
    ("240", "X..30", "ADDITIONAL ID", (_ITEM,), ()),
    ("241", "X..30", "CUST. PART No.", (_ITEM,), ()),
    ("242", "N..6", "MTO VARIANT", (_ITEM,), ()),
    ("243", "X..20", "PCN", (("01",),), ()),
    ("250", "X..30", "SECONDARY SERIAL", (("01", "8006"), ("21",)), ()),
    ("251", "X..30", "REF. TO SOURCE", (("01", "8006"),), ()),
    ("253", "N13=check [X..17]", "GDTI", (), ()),
    ("254", "X..20", "GLN EXTENSION", (("414",),), ()),
    ("255", "N13=check [N..12]", "GCN", (), ("01", "02", "415", "8006", "8020", "8026")),
    ("30", "N..8", "VAR. COUNT", (_TRADE,), ()),
    ("37", "N..8", "COUNT", (("00",), ("02", "8026")), ()),
    ("400", "X..30", "ORDER NUMBER", (), ()),
    ("401", "X..30", "GINC", (), ()),
    ("402", "N17=check", "GSIN", (), ()),
    ("403", "X..30", "ROUTE", (("00",),), ()),
    ("410", "N13=check", "SHIP TO LOC", (), ()),
    ("411", "N13=check", "BILL TO", (), ()),
    ("412", "N13=check", "PURCHASE FROM", (), ()),
    ("413", "N13=check", "SHIP FOR LOC", (), ()),
    ("414", "N13=check", "LOC No.", (), ()),
    ("415", "N13=check", "PAY TO", (("8020",),), ()),
    ("416", "N13=check", "PROD/SERV LOC", (), ()),
    ("417", "N13=check", "PARTY", (), ()),
    ("420", "X..20", "SHIP TO POST", (), ("421",)),
    ("421", "N3 X..9", "SHIP TO POST", (), ("4307",)),
    ("422", "N3", "ORIGIN", (_ITEM,), ("426",)),
    ("426", "N3", "COUNTRY - FULL PROCESS", (_TRADE,), ()),
    ("7003", "N6=date N4=time", "EXPIRY TIME", (_TRADE,), ()),
    ("7240", "X..20", "PROTOCOL", (("01", "8006"),), ()),
    ("8001", "N4=positive N5=positive N3=positive N1=winding N1", "DIMENSIONS", (("01",),), ()),
    ("8002", "X..20", "CMT No.", (), ()),
    ("8003", "N1=zero N13=check [X..16]", "GRAI", (), ()),
    ("8004", "X..30", "GIAI", (), ()),
    ("8005", "N6", "PRICE PER UNIT", (_TRADE,), ()),
    ("8006", "N14=check N4=piece", "ITIP", (), ("01", "37")),
    ("8012", "X..20", "VERSION", (("01", "8006"),), ()),
    ("8017", "N18=check", "GSRN - PROVIDER", (), ("8018",)),
    ("8018", "N18=check", "GSRN - RECIPIENT", (), ("8017",)),
    ("8019", "N..10", "SRIN", (("8017", "8018"),), ()),
    ("8020", "X..25", "REF No.", (("415",),), ()),
    ("8026", "N14=check N4=piece", "ITIP CONTENT", (("37",),), ("02", "8006")),
    ("8200", "X..70", "PRODUCT URL", (("01",),), ()),
    ("90", "X..30", "INTERNAL", (), ()),
)

# Measures: three digits name the measure, the fourth counts its decimals. Of one measure there is one value.
_MEASURES: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = (
    (_TRADE, (*range(310, 317), *range(320, 330), 350, 351, 352, 356, 357, 360, 361, 364, 365, 366)),
    (_LOGISTIC, (*range(330, 337), *range(340, 350), 353, 354, 355, 362, 363, 367, 368, 369)),
    (("01",), (337,)),
)
_MEASURE_TITLES = {
    310: "NET WEIGHT (kg)",
    311: "LENGTH (m)",
    312: "WIDTH (m)",
    313: "HEIGHT (m)",
    314: "AREA (m2)",
    315: "NET VOLUME (l)",
    316: "NET VOLUME (m3)",
    320: "NET WEIGHT (lb)",
    330: "GROSS WEIGHT (kg)",
    331: "LENGTH (m), log",
    332: "WIDTH (m), log",
    333: "HEIGHT (m), log",
    334: "AREA (m2), log",
    335: "VOLUME (l), log",
    336: "VOLUME (m3), log",
    337: "KG PER m2",
    340: "GROSS WEIGHT (lb)",
}


def _table() -> MappingProxyType[str, Identifier]:
    table = {ai: Identifier(ai, _parts(form), title, needs, never) for ai, form, title, needs, never in _ROWS}
    for ai in map(str, range(91, 100)):
        table[ai] = Identifier(ai, _parts("X..90"), "INTERNAL")
    for owners, families in _MEASURES:
        for family in families:
            for decimals in range(6):
                ai = f"{family}{decimals}"
                title = _MEASURE_TITLES.get(family, "MEASURE")
                table[ai] = Identifier(ai, _parts("N6"), title, (owners,), (f"{family}n",))
    return MappingProxyType(table)


IDENTIFIERS = _table()


def starts(data: str) -> Identifier | None:
    """The identifier an element string begins with; the numbers are a prefix code, so at most one fits."""
    for length in (2, 3, 4):
        found = IDENTIFIERS.get(data[:length])
        if found is not None and len(data) >= length:
            return found
    return None


def fits(pattern: str, ai: str) -> bool:
    """Whether an identifier is the one meant by `37` or one of those meant by `310n`."""
    return len(pattern) == len(ai) and all(p in ("n", c) for p, c in zip(pattern, ai, strict=True))
