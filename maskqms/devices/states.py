"""What instruments are, whether they may be used, and what a stored piece of their talk is."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class InstrumentKind(State):
    """What an instrument measures; a scanner measures nothing and is never calibrated."""

    SCALE = "scale", _("Scale")
    FILTER_TESTER = "filter_tester", _("Filter tester")
    FORCE_GAUGE = "force_gauge", _("Force gauge")
    PRESSURE_GAUGE = "pressure_gauge", _("Pressure gauge")
    CLIMATE_SENSOR = "climate_sensor", _("Climate sensor")
    PARTICLE_COUNTER = "particle_counter", _("Particle counter")
    SCANNER = "scanner", _("Bar code scanner")
    CHAMBER = "chamber", _("Climate chamber or incubator")
    STERILISER = "steriliser", _("Steriliser")
    MACHINE = "machine", _("Production machine")
    OTHER = "other", _("Other instrument")

    @property
    def measures(self) -> bool:
        return self not in (InstrumentKind.SCANNER, InstrumentKind.MACHINE)


class EquipmentClass(State):
    """What an instrument or a piece of equipment is for: who asks whether it is in calibration, and when."""

    TESTING = "testing", _("Testing: its values are results")
    MONITORING = "monitoring", _("Monitoring of the environment or a process")
    PRODUCTION = "production", _("Production equipment of a line")
    UTILITY = "utility", _("Supply: air, water, power")


class InstrumentState(State):
    """Whether the instrument may be used at all; being due for calibration is apart from it."""

    IN_USE = "in_use", _("In use"), Tone.OK
    OUT_OF_SERVICE = "out_of_service", _("Out of service"), Tone.STOP
    RETIRED = "retired", _("Retired"), Tone.NEUTRAL


class Standing(State):
    """How an instrument stands today, in one word: its state and its due days together."""

    IN_SERVICE = "in_service", _("In service"), Tone.OK
    DUE_SOON = "due_soon", _("In service, calibration due soon"), Tone.WAIT
    OUT_OF_CALIBRATION = "out_of_calibration", _("Out of calibration"), Tone.STOP
    OUT_OF_SERVICE = "out_of_service", _("Out of service"), Tone.STOP
    RETIRED = "retired", _("Retired"), Tone.NEUTRAL


INSTRUMENT_MOVES = Workflow(
    (InstrumentState.IN_USE, InstrumentState.OUT_OF_SERVICE),
    (InstrumentState.OUT_OF_SERVICE, InstrumentState.IN_USE),
    (InstrumentState.IN_USE, InstrumentState.RETIRED),
    (InstrumentState.OUT_OF_SERVICE, InstrumentState.RETIRED),
)


class ReadingKind(State):
    """What a piece of an instrument's talk turned out to be."""

    VALUE = "value", _("Value"), Tone.OK
    CODE = "code", _("Code"), Tone.OK
    FAULT = "fault", _("Fault reported by the instrument"), Tone.WAIT
    UNREAD = "unread", _("Not understood"), Tone.WAIT
    TRUNCATED = "truncated", _("Cut off"), Tone.WAIT
    GARBAGE = "garbage", _("Garbage"), Tone.WAIT


class OfferState(State):
    """Where the wait for a reading stands."""

    WAITING = "waiting", _("Waiting for a stable value"), Tone.WAIT
    READY = "ready", _("Value ready"), Tone.OK
    EXPIRED = "expired", _("No stable value came in time"), Tone.STOP
