"""The closed words of the spine: units, the activities of links, movements, holds, shipments."""

from __future__ import annotations

from maskqms.i18n import Text, _
from maskqms.workflow import State, Tone, Workflow


class UnitKind(State):
    """What a unit is, in the order in which material flows."""

    LOT = "lot", _("Lot")
    ROLL = "roll", _("Roll")
    LOAD = "load", _("Sterilisation load")
    BATCH = "batch", _("Batch")
    BOX = "box", _("Box")
    CARTON = "carton", _("Carton")
    PALLET = "pallet", _("Pallet")


class UnitState(State):
    """Whether a unit may be used; being held is apart from it, for a hold ends where it began."""

    QUARANTINE = "quarantine", _("Quarantine"), Tone.WAIT
    CONDITIONAL = "conditional", _("Conditionally released"), Tone.WAIT
    RELEASED = "released", _("Released"), Tone.OK
    REJECTED = "rejected", _("Rejected"), Tone.STOP
    IN_PROCESS = "in_process", _("In process"), Tone.INFO
    CONSUMED = "consumed", _("Consumed"), Tone.NEUTRAL
    SCRAPPED = "scrapped", _("Scrapped"), Tone.STOP


UNIT_MOVES = Workflow(
    (UnitState.QUARANTINE, UnitState.CONDITIONAL),
    (UnitState.QUARANTINE, UnitState.RELEASED),
    (UnitState.QUARANTINE, UnitState.REJECTED),
    (UnitState.QUARANTINE, UnitState.IN_PROCESS),
    (UnitState.QUARANTINE, UnitState.SCRAPPED),
    (UnitState.CONDITIONAL, UnitState.RELEASED),
    (UnitState.CONDITIONAL, UnitState.REJECTED),
    (UnitState.CONDITIONAL, UnitState.QUARANTINE),
    (UnitState.CONDITIONAL, UnitState.CONSUMED),
    (UnitState.RELEASED, UnitState.QUARANTINE),
    (UnitState.RELEASED, UnitState.REJECTED),
    (UnitState.RELEASED, UnitState.CONSUMED),
    (UnitState.RELEASED, UnitState.SCRAPPED),
    (UnitState.REJECTED, UnitState.QUARANTINE),
    (UnitState.REJECTED, UnitState.IN_PROCESS),
    (UnitState.REJECTED, UnitState.SCRAPPED),
    (UnitState.IN_PROCESS, UnitState.QUARANTINE),
    (UnitState.IN_PROCESS, UnitState.RELEASED),
    (UnitState.IN_PROCESS, UnitState.REJECTED),
    (UnitState.IN_PROCESS, UnitState.CONSUMED),
    (UnitState.IN_PROCESS, UnitState.SCRAPPED),
    (UnitState.CONSUMED, UnitState.RELEASED),
    (UnitState.CONSUMED, UnitState.QUARANTINE),
    (UnitState.CONSUMED, UnitState.CONDITIONAL),
    (UnitState.CONSUMED, UnitState.IN_PROCESS),
)


def measure_word(unit: str) -> Text | str:
    """The measure of a quantity as people read it: m and kg are their own words, pieces are not."""
    return _("pcs") if unit == "piece" else unit


class Activity(State):
    """The act that a link of the ledger records."""

    SPLIT = "split", _("Split")
    ISSUE = "issue", _("Issue")
    REWORK = "rework", _("Rework")
    STERILISE = "sterilise", _("Sterilise")
    PACK = "pack", _("Pack")
    LOAD = "load", _("Load")
    SHIP = "ship", _("Ship")
    RETURN = "return", _("Return unused")


class MovementKind(State):
    """What changes the quantity of a unit without making another one."""

    OUTPUT = "output", _("Output"), Tone.OK
    CORRECT = "correct", _("Recorded quantity corrected"), Tone.INFO
    SCRAP = "scrap", _("Scrap"), Tone.STOP
    SAMPLE = "sample", _("Sample"), Tone.INFO
    RETAIN = "retain", _("Retained sample"), Tone.INFO
    RETURN = "return", _("Returned to the supplier"), Tone.NEUTRAL
    RESTOCK = "restock", _("Taken back from the customer"), Tone.WAIT
    ADJUST = "adjust", _("Stock count"), Tone.INFO


ADDS_TO_RECORDED = frozenset({MovementKind.OUTPUT, MovementKind.CORRECT})
"""Movements that change what was received or made, and with it every share."""

TAKES_FROM_STOCK = frozenset({MovementKind.SCRAP, MovementKind.SAMPLE, MovementKind.RETAIN, MovementKind.RETURN})

SIGNED = frozenset({MovementKind.CORRECT, MovementKind.ADJUST})
"""Movements that may go either way; the others say more than nothing, and are undone by reversing."""


class HoldState(State):
    ACTIVE = "active", _("On hold"), Tone.HELD
    LIFTED = "lifted", _("Lifted"), Tone.NEUTRAL


class HoldSubject(State):
    """What a hold is placed on; it always comes down to units."""

    UNIT = "unit", _("One unit")
    SPAN = "span", _("Stretch of a roll")
    PRODUCT = "product", _("Product")
    SUPPLIER = "supplier", _("Supplier")
    LINE = "line", _("Line")
    SITE = "site", _("Site")
    UNITS = "units", _("Several units")


HOLDABLE = (HoldSubject.UNIT, HoldSubject.SPAN, HoldSubject.PRODUCT, HoldSubject.SUPPLIER, HoldSubject.LINE)
"""What a hold can be placed on by hand: what the units themselves carry. No unit says at which site it was made;
several units at once are held by what found them together (a count, an excursion), whose number is the subject."""

NAMED_BY_UNITS = frozenset({HoldSubject.PRODUCT, HoldSubject.SUPPLIER, HoldSubject.LINE})


class ShipmentState(State):
    OPEN = "open", _("Being picked"), Tone.WAIT
    CONFIRMED = "confirmed", _("Shipped"), Tone.OK
    CANCELLED = "cancelled", _("Cancelled"), Tone.NEUTRAL


class Direction(State):
    FORWARD = "forward", _("Where did it go?")
    BACKWARD = "backward", _("What is in it?")
