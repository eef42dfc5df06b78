"""What history may hold though it should not have happened: warnings, kept with the import."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from maskqms.i18n import _
from maskqms.settings import settings
from maskqms.trace.importer.files import Findings
from maskqms.trace.importer.history import History
from maskqms.trace.importer.layout import LINKS, SHIPMENT_LINES, UNITS
from maskqms.trace.rules import plain


def warn_of_oddities(history: History, findings: Findings) -> None:
    """Use after expiry or before making, more out than in, repeated shipment lines."""
    _links(history, findings)
    _lines(history, findings)
    _sums(history, findings)


def _links(history: History, findings: Findings) -> None:
    zone = settings().timezone
    for link in history.links:
        unit = history.units.get(link.parent)
        if unit is None:
            continue
        day = link.at.astimezone(zone).date()
        last, made = unit.expires_on, unit.made_on
        if last is not None and day > last:
            text = _("{code} was used on {day}, after its last day {last}.", code=unit.code, day=day, last=last)
            findings.warn(LINKS, link.line, "at", text)
        if made is not None and day < made:
            text = _("{code} was used on {day}, before it was made on {made}.", code=unit.code, day=day, made=made)
            findings.warn(LINKS, link.line, "at", text)


def _lines(history: History, findings: Findings) -> None:
    first: dict[tuple[str, str], int] = {}
    for row in history.lines:
        known = first.setdefault((row.shipment, row.unit), row.line)
        if known != row.line:
            text = _(
                "{unit} stands on {shipment} already in line {line}.", unit=row.unit, shipment=row.shipment, line=known
            )
            findings.warn(SHIPMENT_LINES, row.line, None, text)
        unit, shipment = history.units.get(row.unit), history.shipments.get(row.shipment)
        if unit is None or shipment is None:
            continue
        day, last = shipment.shipped_on, unit.expires_on
        if last is not None and day > last:
            text = _("{code} was shipped on {day}, after its last day {last}.", code=unit.code, day=day, last=last)
            findings.warn(SHIPMENT_LINES, row.line, "unit", text)


def gone_out(history: History) -> dict[str, Decimal]:
    """How much of each unit went into others or was shipped."""
    out: dict[str, Decimal] = defaultdict(Decimal)
    for link in history.links:
        out[link.parent] += link.quantity
    for row in history.lines:
        out[row.unit] += row.quantity
    return out


def _sums(history: History, findings: Findings) -> None:
    for code, out in gone_out(history).items():
        unit = history.units.get(code)
        if unit is not None and out > unit.quantity:
            text = _(
                "{code} holds {quantity} {unit} on record, but {out} {unit} went out of it.",
                code=code,
                quantity=plain(unit.quantity),
                unit=unit.unit,
                out=plain(out),
            )
            findings.warn(UNITS, unit.line, "quantity", text)
