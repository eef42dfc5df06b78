"""The tiles of a batch on the tablet: what can be done with it in its state, and how far each is."""

from __future__ import annotations

from maskqms.batches.pages.station import Task
from maskqms.batches.queries.batches import BatchRow
from maskqms.batches.queries.conditions import conditions
from maskqms.batches.queries.packing import packed_counts
from maskqms.batches.queries.record import ClearanceRow, issues_of, latest_clearance
from maskqms.batches.states import BatchState, ClearanceMoment, OutputKind
from maskqms.db.clock import now
from maskqms.i18n import Text, _
from maskqms.trace.rules import plain
from maskqms.workflow import Tone


async def tasks_of(row: BatchRow) -> list[Task]:
    match row.state:
        case BatchState.PLANNED:
            return await _planned(row)
        case BatchState.IN_PRODUCTION:
            return await _running(row)
        case BatchState.COMPLETE:
            return [
                _clearance(row, await latest_clearance(row.id, ClearanceMoment.AFTER)),
                Task(
                    f"{row.station}/output?kind={OutputKind.RETAINED}",
                    _("Record samples"),
                    "test-pipe",
                    _("Until the batch is decided"),
                ),
                *await _repacking(row),
            ]
        case BatchState.RELEASED:
            return await _repacking(row)
    return []


async def _repacking(row: BatchRow) -> list[Task]:
    """After production boxes are only packed again, when a carton was opened."""
    loose = (await packed_counts(row.id)).loose_boxes
    words = _("{n} boxes are in no carton.", n=loose) if loose else _("Open a carton, or print its labels again")
    return [Task(f"{row.station}/packing", _("Pack again"), "package", words, Tone.WAIT if loose else None)]


async def _planned(row: BatchRow) -> list[Task]:
    found = await conditions(row, await now())
    missing = len(found.reasons)
    words = _("{n} conditions are missing", n=missing) if missing else _("Everything is ready")
    tone = Tone.WAIT if missing else Tone.OK
    return [
        _clearance(row, found.clearance),
        Task(f"{row.station}/start", _("Start"), "player-play", words, tone),
    ]


async def _running(row: BatchRow) -> list[Task]:
    counts = await packed_counts(row.id)
    issued = await issues_of(row.id)
    loose = _("{n} pcs wait to be packed", n=plain(row.on_hand))
    return [
        Task(f"{row.station}/issue", _("Issue material"), "scan", _("Scan rolls and lots"), count=len(issued)),
        Task(f"{row.station}/output", _("Record output"), "list-check", _("{n} pcs made", n=plain(row.quantity))),
        Task(f"{row.station}/packing", _("Pack"), "package", loose, count=counts.cartons),
        Task(f"{row.station}/return", _("Return material"), "arrow-back-up", _("What is left of a roll")),
        Task(f"{row.station}/complete", _("Complete"), "circle-check", _("Counter, balances, end")),
    ]


def _clearance(row: BatchRow, found: ClearanceRow | None) -> Task:
    words: Text = found.state.label if found else _("Not cleared yet")
    return Task(
        f"{row.station}/clearance",
        _("Line clearance"),
        "clipboard-check",
        words,
        found.state.tone if found else Tone.WAIT,
    )
