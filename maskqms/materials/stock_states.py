"""Words of the warehouse: what a place is for, how a count stands, which ledger is shown."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State, Tone, Workflow


class LocationKind(State):
    """What may stand in a place (R54, S29). At the line stands what is being used; the hold area is locked."""

    AWAITING = "awaiting", _("Awaiting inspection"), Tone.WAIT
    QUALIFIED = "qualified", _("Qualified goods"), Tone.OK
    LINE = "line", _("At the line"), Tone.INFO
    REJECTED = "rejected", _("Rejects area"), Tone.STOP
    HOLD = "hold", _("Hold area"), Tone.HELD
    RETURNS = "returns", _("Returns area"), Tone.WAIT
    RECALL = "recall", _("Recalled goods"), Tone.STOP


class CountState(State):
    """A count is blind until it is finished; somebody else approves it, and only then the stock follows."""

    OPEN = "open", _("Being counted"), Tone.WAIT
    COUNTED = "counted", _("Waits for approval"), Tone.WAIT
    APPROVED = "approved", _("Approved"), Tone.OK


COUNT_MOVES = Workflow(
    (CountState.OPEN, CountState.COUNTED),
    (CountState.COUNTED, CountState.OPEN),
    (CountState.COUNTED, CountState.APPROVED),
)


class ReadingSource(State):
    """Where a reading of temperature and humidity comes from."""

    HAND = "hand", _("Read by a person")
    FILE = "file", _("From a file of a logger")


class Ledger(State):
    """The books of a material (S25); the last one holds the others against each other."""

    PURCHASE = "purchase", _("Receipts")
    INSPECTION = "inspection", _("Inspections")
    USE = "use", _("Use")
    RECONCILED = "reconciled", _("Reconciliation")
