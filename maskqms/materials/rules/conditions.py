"""Temperature and humidity against the limits of a place or a material (R55). No limit is ever invented here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from maskqms.errors import Reason
from maskqms.i18n import Text, _
from maskqms.trace.rules import plain

COLDEST, HOTTEST = Decimal(-60), Decimal(90)
"""What a thermometer in a warehouse can say; anything else is a slip of the keyboard."""
EARLY = timedelta(minutes=5)
"""A logger's clock may run a little ahead of ours."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force of one place or material; a side without a limit is None."""

    temperature_from: Decimal | None = None
    temperature_to: Decimal | None = None
    humidity_from: Decimal | None = None
    humidity_to: Decimal | None = None

    @property
    def any(self) -> bool:
        return any(
            side is not None
            for side in (self.temperature_from, self.temperature_to, self.humidity_from, self.humidity_to)
        )

    @property
    def words(self) -> str:
        """`15 – 30 °C, ≤ 70 % RH`."""
        parts = [
            _range(self.temperature_from, self.temperature_to, "°C"),
            _range(self.humidity_from, self.humidity_to, "% RH"),
        ]
        return ", ".join(part for part in parts if part)


def _range(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    if low is not None and high is not None:
        return f"{plain(low)} – {plain(high)} {unit}"
    if low is not None:
        return f"≥ {plain(low)} {unit}"
    return f"≤ {plain(high)} {unit}" if high is not None else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured in a place."""

    at: datetime
    temperature: Decimal | None
    humidity: Decimal | None


def breach(limits: Limits | None, temperature: Decimal | None, humidity: Decimal | None) -> Text | None:
    """What is outside, in words; None when everything measured is within. The limit itself is still within."""
    if limits is None:
        return None
    outside = [
        part
        for part in (
            _outside(temperature, limits.temperature_from, limits.temperature_to, "°C"),
            _outside(humidity, limits.humidity_from, limits.humidity_to, "% RH"),
        )
        if part
    ]
    return _("{found}, the limit is {limit}", found=", ".join(outside), limit=limits.words) if outside else None


def _outside(value: Decimal | None, low: Decimal | None, high: Decimal | None, unit: str) -> str | None:
    if value is None or not ((low is not None and value < low) or (high is not None and value > high)):
        return None
    return f"{plain(value)} {unit}"


def limits_blockers(limits: Limits) -> list[Reason]:
    """Limits that no reading could meet are a slip."""
    reasons = []
    sides = (limits.temperature_from, limits.temperature_to, limits.humidity_from, limits.humidity_to)
    if any(side is not None and not side.is_finite() for side in sides):
        return [Reason("storage.limit", _("A limit is a number."))]
    low, high = limits.temperature_from, limits.temperature_to
    if low is not None and high is not None and low > high:
        reasons.append(Reason("storage.limit", _("The lowest temperature is above the highest.")))
    dry, damp = limits.humidity_from, limits.humidity_to
    if dry is not None and damp is not None and dry > damp:
        reasons.append(Reason("storage.limit", _("The lowest humidity is above the highest.")))
    if any(side is not None and not 0 <= side <= 100 for side in (dry, damp)):
        reasons.append(Reason("storage.limit", _("Relative humidity lies between 0 and 100 %.")))
    return reasons


def reading_blockers(readings: Sequence[Reading], now: datetime) -> list[Reason]:
    """Readings that cannot be true, each named by its moment or its line."""
    reasons = []
    if not readings:
        reasons.append(Reason("reading.none", _("There is no reading."), _("Type a temperature or a humidity.")))
    for number, one in enumerate(readings, start=1):
        if one.temperature is None and one.humidity is None:
            text = _("Reading {n} says neither temperature nor humidity.", n=number)
            reasons.append(Reason("reading.none", text, _("Type a temperature or a humidity.")))
        if one.at > now + EARLY:
            text = _("Reading {n} lies in the future.", n=number)
            reasons.append(Reason("reading.future", text, _("Look at the clock of the logger.")))
        if one.temperature is not None and not _between(one.temperature, COLDEST, HOTTEST):
            text = _("Reading {n}: {value} °C is no temperature of a warehouse.", n=number, value=str(one.temperature))
            reasons.append(Reason("reading.temperature", text, _("Look at the instrument again.")))
        if one.humidity is not None and not _between(one.humidity, Decimal(0), Decimal(100)):
            text = _("Reading {n}: {value} % is no relative humidity.", n=number, value=str(one.humidity))
            reasons.append(Reason("reading.humidity", text, _("Look at the instrument again.")))
    moments = [one.at for one in readings]
    if len(set(moments)) < len(moments):
        reasons.append(Reason("reading.twice", _("Two readings have the same moment."), _("Keep one of them.")))
    return reasons


def _between(value: Decimal, low: Decimal, high: Decimal) -> bool:
    return value.is_finite() and low <= value <= high
