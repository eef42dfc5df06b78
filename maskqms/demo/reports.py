"""The reports that the demo factory keeps with its suppliers: a page of paper each, made as such and never real."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

TEMPLATES = Path(__file__).parent / "typst"


@cache
def _compiler() -> Any:
    """One compiler for the process: the font is read and the template parsed once."""
    fonts = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Compiler(
        str(TEMPLATES / "audit.typ"), root=str(TEMPLATES), font_paths=[str(fonts)], ignore_system_fonts=True
    )


def audit_report(number: str, supplier: str, material: str) -> bytes:
    """The report as a PDF."""
    inputs = {"number": number, "supplier": supplier, "material": material}
    return _compiler().compile(sys_inputs=inputs, format="pdf")  # type: ignore[no-any-return]
