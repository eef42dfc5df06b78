"""The reports that the demo factory keeps with its suppliers: a page of paper each, made as such and never real."""

from __future__ import annotations

from functools import cache
from typing import Any

import pylopdf_fonts_zh_cn
import typst

PAGE = """#set page(paper: "a5", margin: 18mm)
#set text(font: "Noto Sans SC", size: 11pt)
#align(center)[#text(15pt, weight: "bold")[供应商现场审核报告]]
#v(6mm)
编号: #sys.inputs.number

供应商: #sys.inputs.supplier

物料: #sys.inputs.material

审核结论: 质量体系运行正常, 生产与检验条件满足要求, 建议列入合格供方。

#v(10mm)
演示数据 · demo data"""


@cache
def _compiler() -> Any:
    fonts = pylopdf_fonts_zh_cn.sans_path().parent
    page: Any = PAGE.encode()
    return typst.Compiler(page, font_paths=[str(fonts)], ignore_system_fonts=True)


def audit_report(number: str, supplier: str, material: str) -> bytes:
    """The report as a PDF."""
    inputs = {"number": number, "supplier": supplier, "material": material}
    return _compiler().compile(sys_inputs=inputs, format="pdf")  # type: ignore[no-any-return]
