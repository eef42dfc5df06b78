"""A sample's chain of custody: why a sample cannot be taken, handed on or received. Pure, every reason at once."""

from __future__ import annotations

from decimal import Decimal

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.lab.states import SAMPLE_MOVES, SampleState
from maskqms.trace.rules import UnitFacts, link_to, not_enough, quantity_blockers


def sample_link(code: str) -> Link:
    return Link(code, f"/samples/{code}")


def take_blockers(unit: UnitFacts, quantity: Decimal, subject: str, *, belongs: bool) -> list[Reason]:
    """A sample is of the unit that is inspected, or of something made of it, and there is enough of it."""
    reasons = quantity_blockers(quantity)
    if not reasons and quantity > unit.on_hand:
        reasons.append(not_enough(unit, quantity))
    if not belongs:
        reasons.append(
            Reason(
                "sample.other_unit",
                _("{unit} is not of {subject}, which this inspection is about.", unit=unit.code, subject=subject),
                _("Scan a roll or carton of it, or open the right inspection."),
                (link_to(unit.code), link_to(subject)),
            )
        )
    return reasons


def move_blockers(
    code: str, state: SampleState, wanted: SampleState, *, holder: str, is_holder: bool, to: str | None
) -> list[Reason]:
    """Only who has the sample in hand passes it on, and only who it was handed to receives it."""
    reasons = SAMPLE_MOVES.blockers(state, wanted)
    may = is_holder or (state is SampleState.TAKEN and wanted is SampleState.RECEIVED)
    if not may:
        addressed = state is SampleState.HANDED
        text = (
            _("Sample {code} was handed to {name}.", code=code, name=holder)
            if addressed
            else _("Sample {code} is in the hands of {name}.", code=code, name=holder)
        )
        reasons.append(
            Reason(
                "sample.not_in_hand", text, _("{name} receives it or hands it on.", name=holder), (sample_link(code),)
            )
        )
    if wanted is SampleState.HANDED and not to:
        reasons.append(Reason("sample.to_whom", _("Say to whom the sample is handed.")))
    return reasons


def dispose_blockers(wanted: SampleState, note: str | None, storage: str | None) -> list[Reason]:
    """What is thrown away has its reason, what is kept its place."""
    if wanted is SampleState.DISPOSED and not (note or "").strip():
        return [Reason("reason.missing", _("Say how and why the sample was disposed of."))]
    if wanted is SampleState.RETAINED and not (storage or "").strip():
        return [Reason("sample.where", _("Say where the retained sample lies."))]
    return []
