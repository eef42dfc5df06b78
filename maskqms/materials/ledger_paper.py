"""A ledger on paper: A4 across, the head on every page, the lots whose books do not agree marked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from maskqms.actor import Actor
from maskqms.i18n import _
from maskqms.materials.pages.ledgers import HEADS, LedgerRow
from maskqms.materials.stock_states import Ledger
from maskqms.trace.rules import plain
from maskqms.web.filters import moment

TEMPLATES = Path(__file__).parent / "typst"
_DRAWING = Lock()


@cache
def _compiler() -> Any:
    """One compiler for the process: the font is read and the template parsed once."""
    fonts = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Compiler(
        str(TEMPLATES / "ledger.typ"), root=str(TEMPLATES), font_paths=[str(fonts)], ignore_system_fonts=True
    )


def draw_ledger(facts: dict[str, Any]) -> bytes:
    """The PDF. The compiler keeps its inputs between calls, so two threads take turns."""
    with _DRAWING:
        pdf: bytes = _compiler().compile(sys_inputs={"ledger": json.dumps(facts, ensure_ascii=False)}, format="pdf")
    return pdf


def ledger_facts(ledger: Ledger, rows: Sequence[LedgerRow], asked: str, at: datetime, actor: Actor) -> dict[str, Any]:
    """Everything the paper says, in words of the reader's language."""
    wrong = sum(row.wrong for row in rows)
    return {
        "title": str(_("Ledger: {name}", name=ledger.label)),
        "asked": asked,
        "printed": str(_("Printed {moment} by {name}", moment=moment(at), name=actor.name)),
        "head": [str(word) for word in HEADS[ledger]],
        "numeric": [bool(rows) and rows[0].cells[column].is_number for column in range(len(HEADS[ledger]))],
        "rows": [[_written(cell.value) for cell in row.cells] for row in rows],
        "wrong": [row.wrong for row in rows],
        "summary": str(_("{n} lines; {wrong} do not add up.", n=len(rows), wrong=wrong))
        if ledger is Ledger.RECONCILED
        else str(_("{n} lines.", n=len(rows))),
    }


def _written(value: str | int | Decimal | None) -> str:
    if value is None:
        return "—"
    return plain(value) if isinstance(value, Decimal) else str(value)
