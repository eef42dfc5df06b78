"""Labels as files: PDF, PNG and the bitmap a thermal printer takes, all from one template and one description.

Nothing is drawn before every label of the run was found printable. Many labels are one compilation with the data
passed once; that is the path of a print run.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from PIL import Image

from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.labels import layouts, zpl
from maskqms.labels.content import Label
from maskqms.labels.layouts import Placed
from maskqms.labels.symbols import Dpi

TEMPLATES = Path(__file__).parent / "typst"
_DARK = 128
_COMPILING = Lock()


class Form(StrEnum):
    """What a label can be printed as."""

    PDF = "pdf"
    PNG = "png"
    ZPL = "zpl"

    @property
    def media_type(self) -> str:
        return {"pdf": "application/pdf", "png": "image/png", "zpl": "application/vnd.zebra.zpl"}[self.value]


@cache
def compiler() -> Any:
    """One compiler for the process: the font is read and the templates are parsed once."""
    fonts = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Compiler(
        str(TEMPLATES / "labels.typ"), root=str(TEMPLATES), font_paths=[str(fonts)], ignore_system_fonts=True
    )


def render(label: Label, form: Form, *, base: str, dpi: Dpi = Dpi.D203, mono: bool = False) -> bytes:
    """One label as a file."""
    return render_many([label], form, base=base, dpi=dpi, mono=mono)[0]


def render_many(
    labels: Sequence[Label], form: Form, *, base: str, dpi: Dpi = Dpi.D203, mono: bool = False
) -> list[bytes]:
    """A print run: one PDF with a page a label, one ZPL stream, or a PNG for each label.

    `base` is the factory's address in the QR codes of labels that stay inside. `mono` leaves colour to the paper.
    """
    refuse(_("The labels were not printed"), blockers(labels))
    drawings = [layouts.placed(label, dpi, base) for label in labels]
    if form is Form.PDF:
        return [compile_pdf(page_data(labels, drawings, vectors=True, mono=mono))]
    pages = _pictures(labels, drawings, dpi, mono=mono or form is Form.ZPL)
    if form is Form.PNG:
        return [_png(page, dpi) for page in pages]
    return [b"".join(zpl.document(_black_and_white(page)) for page in pages)]


def blockers(labels: Sequence[Label]) -> list[Reason]:
    """Everything that is wrong with any label of the run, said once each."""
    reasons = [reason for label in labels for reason in label.blockers()]
    if not labels:
        reasons.append(Reason("label.none", _("There is no label to print")))
    return list({(reason.code, str(reason.text)): reason for reason in reasons}.values())


def page_data(
    labels: Sequence[Label], drawings: Sequence[Sequence[Placed]], *, vectors: bool, mono: bool
) -> list[dict[str, Any]]:
    """What the template is given, page by page."""
    return [
        {
            "kind": label.kind,
            "paper": layouts.PAPER[label.kind],
            "mono": mono,
            "label": layouts.words(label),
            "symbols": [symbol.in_mm() for symbol in symbols] if vectors else [],
            "hri": [symbol.hri_in_mm() for symbol in symbols if symbol.drawing.symbol.symbology.linear],
        }
        for label, symbols in zip(labels, drawings, strict=True)
    ]


def _compile(pages: Sequence[dict[str, Any]], **how: Any) -> Any:
    # The compiler keeps its inputs between calls: two threads must not change them under each other.
    with _COMPILING:
        return compiler().compile(sys_inputs={"pages": json.dumps(pages)}, **how)


def compile_pdf(pages: Sequence[dict[str, Any]]) -> bytes:
    pdf: bytes = _compile(pages, format="pdf", pdf_tags=False)
    return pdf


def _pictures(
    labels: Sequence[Label], drawings: Sequence[Sequence[Placed]], dpi: Dpi, *, mono: bool
) -> list[Image.Image]:
    """Pages in dots: the words from the template, the symbols set dot by dot on top."""
    made = _compile(page_data(labels, drawings, vectors=False, mono=mono), format="png", ppi=dpi.ppi)
    pictures = []
    for png, symbols in zip([made] if isinstance(made, bytes) else made, drawings, strict=True):
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        for symbol in symbols:
            picture.paste(symbol.drawing.bitmap(), (symbol.x, symbol.y))
        pictures.append(picture)
    return pictures


def _png(picture: Image.Image, dpi: Dpi) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi.ppi, dpi.ppi))
    return file.getvalue()


def _black_and_white(picture: Image.Image) -> Image.Image:
    """No dithering: grey edges of letters become black or white, symbols stay as they are."""
    return picture.convert("L").point(lambda level: 255 if level >= _DARK else 0).convert("1")
