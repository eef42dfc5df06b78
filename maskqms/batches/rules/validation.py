"""A validation batch belongs to one change that is still open: it shows whether the change is harmless."""

from __future__ import annotations

from typing import Protocol

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.quality.states import ChangeState


class ChangeFacts(Protocol):
    """What the rule asks of a change."""

    @property
    def code(self) -> str: ...
    @property
    def state(self) -> ChangeState: ...


def validation_blockers(change: ChangeFacts | None) -> list[Reason]:
    """A decided change needs no validation any more; a normal batch has none."""
    if change is None or change.state is ChangeState.OPEN:
        return []
    text = _("Change {code} is decided already: {state}.", code=change.code, state=change.state.label)
    remedy = _("Plan a normal batch, or choose a change that is under validation.")
    return [Reason("change.decided", text, remedy, (Link(change.code, f"/changes/{change.code}"),))]
