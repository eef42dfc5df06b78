"""Every fault of every file at once, and the oddities that history may hold. Pure: what the database has is given.

A row is judged field by field and never twice for one cause: where a code is unknown, its unit is not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from maskqms.i18n import Text, _
from maskqms.trace.importer import values
from maskqms.trace.importer.files import Findings, Record, read
from maskqms.trace.importer.history import ConsigneeIn, History, LineIn, LinkIn, ShipmentIn, UnitIn
from maskqms.trace.importer.layout import (
    ACTIVITIES,
    CONSIGNEES,
    KINDS,
    LINKS,
    LONGEST_MEASURE,
    SHIPMENT_LINES,
    SHIPMENTS,
    STATES,
    UNITS,
    Layout,
)
from maskqms.trace.importer.loops import loops
from maskqms.trace.importer.oddities import warn_of_oddities

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Present:
    """Codes of the folder that the database has already."""

    units: frozenset[str] = frozenset()
    consignees: frozenset[str] = frozenset()
    shipments: frozenset[str] = frozenset()


class Row:
    """One record being judged: each field is asked once, and every fault is kept."""

    def __init__(self, layout: Layout, record: Record, findings: Findings) -> None:
        self.layout, self.line, self.findings = layout, record.line, findings
        self.fields, self.spoilt = record.fields, record.spoilt
        self.sound = not record.spoilt
        for name in layout.needed:
            if not self.fields[name].strip() and name not in self.spoilt:
                self.fault(name, _("{name} is empty.", name=name))

    def fault(self, column: str, reason: Text) -> None:
        self.sound = False
        self.findings.fault(self.layout, self.line, column, reason)

    def get(self, column: str, parse: Callable[[str], V]) -> V | None:
        """The value, or None where the field is empty or wrong."""
        text = self.text(column)
        if text is None:
            return None
        try:
            return parse(text)
        except values.Wrong as wrong:
            self.fault(column, wrong.text)
            return None

    def text(self, column: str) -> str | None:
        return None if column in self.spoilt else self.fields[column].strip() or None

    def one_of(self, column: str, words: frozenset[str]) -> str | None:
        word = self.text(column)
        if word is not None and word not in words:
            known = ", ".join(sorted(words))
            self.fault(column, _("{word} is not known here; possible are: {words}.", word=word, words=known))
        return word

    def measure(self, column: str) -> str | None:
        word = self.text(column)
        if word is not None and len(word) > LONGEST_MEASURE:
            self.fault(column, _("The unit is longer than {limit} characters.", limit=LONGEST_MEASURE))
        return word


def check(files: Mapping[str, bytes], *, zone: ZoneInfo) -> tuple[History, Findings]:
    """Read and judge all files by themselves."""
    findings, history = Findings(), History()
    _units(files, history, findings)
    _consignees(files, history, findings)
    links = _links(files, history, findings, zone)
    _shipments(files, history, findings)
    _lines(files, history, findings)
    for link, codes in loops(links):
        text = _("A loop: {codes}. Nothing can be made of itself.", codes=" → ".join([*codes, codes[0]]))
        findings.fault(LINKS, link.line, "child", text)
    warn_of_oddities(history, findings)
    return history, findings


def check_present(history: History, present: Present, findings: Findings) -> None:
    """Codes that the database has already: history is loaded once."""
    for layout, there in (
        (UNITS, present.units),
        (CONSIGNEES, present.consignees),
        (SHIPMENTS, present.shipments),
    ):
        for code, line in history.codes_of(layout.name).items():
            if code in there:
                findings.fault(layout, line, "code", _("{code} is already present in the database.", code=code))


def _once(row: Row, column: str, taken: dict[str, int]) -> str | None:
    """The row's own code: well formed, and in this file for the first time."""
    code = row.get(column, values.code)
    if code is None:
        return None
    if code in taken:
        row.fault(column, _("{code} stands twice: first in line {line}.", code=code, line=taken[code]))
        return None
    taken[code] = row.line
    return code


def _units(files: Mapping[str, bytes], history: History, findings: Findings) -> None:
    taken: dict[str, int] = {}
    for record in read(UNITS, files.get(UNITS.name), findings):
        row = Row(UNITS, record, findings)
        code = _once(row, "code", taken)
        unit = UnitIn(
            row.line,
            row.one_of("kind", KINDS) or "",
            code or "",
            row.text("item") or "",
            row.get("quantity", lambda text: values.quantity(text, may_be_nothing=True)) or values.NOTHING,
            row.measure("unit") or "",
            row.get("made_on", values.day),
            row.get("expires_on", values.day),
            row.text("supplier"),
            row.text("supplier_lot"),
            row.one_of("state", STATES) or "",
        )
        if row.sound:
            history.units[unit.code] = unit
    _seen(UNITS, taken, history, findings)


def _consignees(files: Mapping[str, bytes], history: History, findings: Findings) -> None:
    taken: dict[str, int] = {}
    for record in read(CONSIGNEES, files.get(CONSIGNEES.name), findings):
        row = Row(CONSIGNEES, record, findings)
        code = _once(row, "code", taken)
        if row.sound and code is not None:
            history.consignees[code] = ConsigneeIn(
                row.line, code, row.text("name") or "", row.text("address"), row.text("contact"), row.text("country")
            )
    _seen(CONSIGNEES, taken, history, findings)


def _seen(layout: Layout, taken: dict[str, int], history: History, findings: Findings) -> None:
    """Remember the file's codes; of a file that could not be read nobody is called unknown."""
    readable = taken or not any(fault.file == layout.name for fault in findings.faults)
    history.seen[layout.name] = taken if readable else None


def _known(row: Row, column: str, layout: Layout, history: History) -> str | None:
    """A code that the folder's other file has; None when it has not."""
    code = row.text(column)
    there = history.seen[layout.name]
    if code is not None and there is not None and code not in there:
        row.fault(column, _("{code} is unknown: it does not stand in {file}.", code=code, file=layout.name))
        return None
    return code


def _same_measure(row: Row, column: str, unit: UnitIn | None) -> str:
    word = row.measure(column) or ""
    if unit is not None and word and word != unit.unit:
        row.fault(column, _("{code} is measured in {unit}, not in {word}.", code=unit.code, unit=unit.unit, word=word))
    return word


def _links(files: Mapping[str, bytes], history: History, findings: Findings, zone: ZoneInfo) -> list[LinkIn]:
    """The links; returned are also those with another fault, for a loop is a loop whatever their dates are."""
    every = []
    for record in read(LINKS, files.get(LINKS.name), findings):
        row = Row(LINKS, record, findings)
        parent = _known(row, "parent", UNITS, history)
        child = _known(row, "child", UNITS, history)
        link = LinkIn(
            row.line,
            parent or "",
            child or "",
            row.one_of("activity", ACTIVITIES) or "",
            row.get("quantity", values.quantity) or values.NOTHING,
            _same_measure(row, "unit", history.units.get(parent or "")),
            row.get("at", lambda text: values.moment(text, zone)) or values.NEVER,
        )
        if parent is not None and child is not None:
            every.append(link)
        if row.sound:
            history.links.append(link)
    return every


def _shipments(files: Mapping[str, bytes], history: History, findings: Findings) -> None:
    taken: dict[str, int] = {}
    for record in read(SHIPMENTS, files.get(SHIPMENTS.name), findings):
        row = Row(SHIPMENTS, record, findings)
        code = _once(row, "code", taken)
        consignee = _known(row, "consignee", CONSIGNEES, history)
        shipped_on = row.get("shipped_on", values.day)
        if row.sound and code is not None and consignee is not None and shipped_on is not None:
            history.shipments[code] = ShipmentIn(row.line, code, consignee, shipped_on)
    _seen(SHIPMENTS, taken, history, findings)


def _lines(files: Mapping[str, bytes], history: History, findings: Findings) -> None:
    for record in read(SHIPMENT_LINES, files.get(SHIPMENT_LINES.name), findings):
        row = Row(SHIPMENT_LINES, record, findings)
        shipment = _known(row, "shipment", SHIPMENTS, history)
        unit = _known(row, "unit", UNITS, history)
        quantity = row.get("quantity", values.quantity)
        measure = _same_measure(row, "unit_of_measure", history.units.get(unit or ""))
        if row.sound and shipment is not None and unit is not None and quantity is not None:
            history.lines.append(LineIn(row.line, shipment, unit, quantity, measure))
