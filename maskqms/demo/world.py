"""What every story of the demo knows: the people, the calendar, the clock, and the codes that the acts gave out."""

from __future__ import annotations

from dataclasses import dataclass, field

from maskqms.demo.clockwork import Clockwork
from maskqms.demo.days import Calendar
from maskqms.demo.people import Staff


@dataclass(slots=True)
class World:
    calendar: Calendar
    clock: Clockwork
    staff: Staff = field(default_factory=Staff)
    lots: dict[str, str] = field(default_factory=dict)
    """Name of a delivery in the plan -> code of its lot."""
    orders: dict[str, str] = field(default_factory=dict)
    """Name of a delivery in the plan -> code of its order."""
    batches: dict[str, str] = field(default_factory=dict)
    """Name of a planned batch -> its code."""
    sheets: dict[str, str] = field(default_factory=dict)
    """Name of a delivery or batch -> its inspection."""
    shipments: dict[str, str] = field(default_factory=dict)
    consignees: dict[str, str] = field(default_factory=dict)
    deviations: dict[str, str] = field(default_factory=dict)
    gateway_token: str = ""
