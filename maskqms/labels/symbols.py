"""Bar codes as rows of modules, fixed to whole printer dots before they are drawn.

The libraries only say which modules are dark, and judge little: GS1 data comes here from `pairing.blockers`, which
saw all carriers of the item. Every module is the same whole number of dots wide, starts on a dot and
keeps its quiet zone, because a printer that rounds each bar by itself makes codes that verifiers refuse.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any

import barcode
import qrcode
import zint
from PIL import Image

from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from maskqms.labels.gs1.elements import Element
from maskqms.labels.gs1.strings import hri, in_order, joined

FNC1 = "\xf1"  # how python-barcode spells it
LONGEST_GS1_128 = 48
MM_PER_INCH = 25.4
_DARK_MODULE = bytes([1]) + bytes(255)
_DARK = re.compile(b"\x01+")
_GREY = bytes.maketrans(b"\x00\x01", b"\xff\x00")


class Symbology(StrEnum):
    """The carriers we print, by the identifier a scanner sends for them."""

    GS1_128 = "]C1"
    CODE_128 = "]C0"
    GS1_DATAMATRIX = "]d2"
    QR = "]Q1"

    @property
    def linear(self) -> bool:
        return self in (Symbology.GS1_128, Symbology.CODE_128)

    @property
    def quiet(self) -> int:
        """Modules kept free: left and right of bars, on all sides of a matrix."""
        return {"]C1": 10, "]C0": 10, "]d2": 1, "]Q1": 4}[self.value]


class Dpi(IntEnum):
    """Printers we draw for. The "203 dpi" head has exactly eight dots a millimetre."""

    D203 = 203
    D300 = 300
    D600 = 600

    @property
    def dots_per_mm(self) -> float:
        return 8.0 if self is Dpi.D203 else self.value / MM_PER_INCH

    @property
    def ppi(self) -> float:
        return self.dots_per_mm * MM_PER_INCH


@dataclass(frozen=True, slots=True)
class Symbol:
    """Which modules are dark (1), row by row, without the quiet zone; bars are one row."""

    symbology: Symbology
    rows: tuple[bytes, ...]
    text: str

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def height(self) -> int:
        return len(self.rows)


def gs1_128(elements: Sequence[Element]) -> Symbol:
    """Bars for cartons and pallets, of elements that were judged together with the item's other carriers."""
    data = joined(elements, fnc1=FNC1)
    if len(data) > LONGEST_GS1_128:
        text = _("GS1-128 holds {most} characters, this has {n}", most=LONGEST_GS1_128, n=len(data))
        reason = Reason("symbol.too_long", text, _("Use a GS1 DataMatrix, or two bars."))
        raise Refused(_("No GS1-128 was made"), [reason])
    return Symbol(Symbology.GS1_128, (_bars("gs1_128", data),), hri(elements))


def code_128(text: str) -> Symbol:
    """Bars for our own codes: plain, so that nobody takes them for GS1 data."""
    if not text or not all(" " <= c <= "~" for c in text):
        why = _("Code 128 carries Latin letters, digits and signs only: {text}", text=text)
        raise Refused(_("No Code 128 was made"), [Reason("symbol.characters", why)])
    return Symbol(Symbology.CODE_128, (_bars("code128", text),), text)


@lru_cache(maxsize=1024)
def _bars(name: str, data: str) -> bytes:
    bars: str = barcode.get_barcode_class(name)(data).build()[0]
    return bytes(c == "1" for c in bars)


def gs1_datamatrix(elements: Sequence[Element]) -> Symbol:
    """The UDI carrier of boxes and pouches: square, and refused by the encoder too when it doubts the data."""
    drawer = zint.Symbol()
    drawer.symbology = zint.Symbology.DATAMATRIX
    drawer.input_mode = zint.InputMode.GS1
    drawer.warn_level = zint.WarningLevel.FAIL_ALL
    drawer.option_3 = zint.DataMatrixOptions.SQUARE
    drawer.show_text = False
    drawer.scale = 0.5  # one pixel a module
    try:
        drawer.encode("".join(f"[{element.ai}]{element.value}" for element in in_order(elements)))
        drawer.buffer()
    except RuntimeError as error:
        reason = Reason("symbol.encoder", _("The encoder refused the data: {error}", error=str(error)))
        raise Refused(_("No GS1 DataMatrix was made"), [reason]) from error
    picture = drawer.bitmap
    if picture is None or picture.shape is None:
        raise RuntimeError("zint drew nothing")
    height, width = picture.shape[:2]
    dark = bytes(picture)[::3].translate(_DARK_MODULE)
    rows = tuple(dark[y * width : (y + 1) * width] for y in range(height))
    return Symbol(Symbology.GS1_DATAMATRIX, rows, hri(elements))


def qr(address: str) -> Symbol:
    """A plain web address for phones and tablets; never GS1 data, which this encoder cannot mark as such."""
    code: Any = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    return Symbol(Symbology.QR, tuple(bytes(map(bool, row)) for row in code.modules), address)


@dataclass(frozen=True, slots=True)
class Fit:
    """How large a symbol should be: module in mm (wanted and least), room with quiet zones, height of bars."""

    module: float
    least: float
    room: float
    bars: float | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A symbol in printer dots, quiet zone included in `width` and `height`."""

    symbol: Symbol
    dpi: Dpi
    dots: int
    bar_dots: int | None

    @property
    def quiet(self) -> int:
        return self.symbol.symbology.quiet * self.dots

    @property
    def width(self) -> int:
        return self.symbol.width * self.dots + 2 * self.quiet

    @property
    def height(self) -> int:
        if self.bar_dots is not None:
            return self.bar_dots
        return self.symbol.height * self.dots + 2 * self.quiet

    def bitmap(self) -> Image.Image:
        """One bit a dot, black on white, quiet zone included."""
        grey = b"".join(self.symbol.rows).translate(_GREY)
        small = Image.frombytes("L", (self.symbol.width, self.symbol.height), grey).convert("1")
        tall = self.bar_dots if self.bar_dots is not None else self.symbol.height * self.dots
        picture = Image.new("1", (self.width, self.height), 1)
        large = small.resize((self.symbol.width * self.dots, tall), Image.Resampling.NEAREST)
        picture.paste(large, (self.quiet, 0 if self.bar_dots is not None else self.quiet))
        return picture

    def svg(self) -> str:
        """The same as vectors, a unit a module; stretched to its size in dots by whoever places it."""
        return _svg(self.symbol.symbology, self.symbol.rows)


@lru_cache(maxsize=1024)
def _svg(symbology: Symbology, rows: tuple[bytes, ...]) -> str:
    quiet = symbology.quiet
    above = 0 if symbology.linear else quiet
    # A filled path closes by itself.
    path = "".join([f"M{x + quiet} {y + above}h{n}v1h-{n}" for x, y, n in runs(rows)])
    size = f"{len(rows[0]) + 2 * quiet} {len(rows) + 2 * above}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" preserveAspectRatio="none">'
        f'<path d="{path}"/></svg>'
    )


def runs(rows: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """Dark stretches as (x, y, length)."""
    return [(run.start(), y, run.end() - run.start()) for y, row in enumerate(rows) for run in _DARK.finditer(row)]


def drawn(symbol: Symbol, fit: Fit, dpi: Dpi) -> Drawing:
    """The symbol at whole dots: as near to the wanted module as the room allows, never below the least."""
    modules = symbol.width + 2 * symbol.symbology.quiet
    # A tenth of a dot of tolerance: 0.25 mm is 2.95 dots at 300 dpi and means three.
    least = max(1, math.ceil(fit.least * dpi.dots_per_mm - 0.1))
    wanted = max(least, round(fit.module * dpi.dots_per_mm))
    dots = min(wanted, int(fit.room * dpi.dots_per_mm / modules + 1e-9))
    reasons = []
    if dots < least:
        needed = math.ceil(modules * least / dpi.dots_per_mm)
        facts = {"text": symbol.text, "needed": needed, "room": f"{fit.room:g}", "dpi": dpi.value}
        text = _("{text} needs {needed} mm at {dpi} dpi, the label has room for {room} mm", **facts)
        reasons.append(Reason("symbol.no_room", text, _("Use a shorter number, or a printer with finer dots.")))
    refuse(_("The symbol does not fit on the label"), reasons)
    bars = None if fit.bars is None else round(fit.bars * dpi.dots_per_mm)
    return Drawing(symbol, dpi, dots, bars)
