"""The papers and reports that the demo factory keeps with its suppliers: a page each, made as such and never real."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

TEMPLATES = Path(__file__).parent / "typst"


@cache
def _compiler(template: str) -> Any:
    """One compiler a template for the process: the font is read and the template parsed once."""
    fonts = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Compiler(
        str(TEMPLATES / template), root=str(TEMPLATES), font_paths=[str(fonts)], ignore_system_fonts=True
    )


def audit_report(number: str, supplier: str, material: str) -> bytes:
    """The report as a PDF."""
    inputs = {"number": number, "supplier": supplier, "material": material}
    return _compiler("audit.typ").compile(sys_inputs=inputs, format="pdf")  # type: ignore[no-any-return]


def credential_paper(title: str, number: str, holder: str, scope: str, until: str) -> bytes:
    """A credential as a PDF; `holder` is whom it names, `until` its last day in words."""
    inputs = {"title": title, "number": number, "holder": holder, "scope": scope, "until": until}
    return _compiler("credential.typ").compile(sys_inputs=inputs, format="pdf")  # type: ignore[no-any-return]
