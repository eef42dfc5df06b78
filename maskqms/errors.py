"""What the product says when the answer is no.

A refusal carries every reason at once, each with a code for machines, a sentence for people, the remedy, and the path
of records that leads to the culprit. No HTTP here: `web` maps the kinds to status codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.i18n import Text, _


@dataclass(frozen=True, slots=True)
class Link:
    """A record on the way to the culprit: its code as people know it, and where its page is."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Again:
    """The same request once more with a field that says "I mean it", where the doubt is the person's to settle."""

    label: Text
    href: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of a refusal. `code` is `noun.what` and never changes; `text` is for the reader."""

    code: str
    text: Text
    remedy: Text | None = None
    path: tuple[Link, ...] = ()
    again: Again | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape that the command line and the API print: code, text, path (labels)."""
        return {"code": self.code, "text": str(self.text), "path": [link.label for link in self.path]}


def reason_blockers(reason: str | None, remedy: Text | None = None) -> list[Reason]:
    """What has to be explained is explained in words, not in blanks."""
    return [] if reason and reason.strip() else [Reason("reason.missing", _("A reason is needed."), remedy)]


def each_once(reasons: Iterable[Reason]) -> list[Reason]:
    """Every reason, said once."""
    return list({(reason.code, str(reason.text)): reason for reason in reasons}.values())


class MaskqmsError(Exception):
    """Everything the product itself raises to say no."""


class Refused(MaskqmsError):
    """A rule says no; nothing was changed."""

    def __init__(self, what: Text, reasons: Sequence[Reason]) -> None:
        super().__init__(what.message, [reason.code for reason in reasons])
        self.what = what
        self.reasons = tuple(reasons)

    def __str__(self) -> str:
        return f"{self.what} " + " ".join(f"[{r.code}] {r.text}" for r in self.reasons)

    def as_json(self) -> dict[str, Any]:
        return {"refused": [reason.as_json() for reason in self.reasons]}


class IllegalMove(Refused):
    """The record is not in a state from which this can happen."""


class Stale(Refused):
    """Somebody else changed the record since it was shown."""

    def __init__(self, what: Text | None = None) -> None:
        reason = Reason(
            "record.changed",
            _("Somebody else changed this record a moment ago."),
            _("Look at it again and repeat what is still needed."),
        )
        super().__init__(what or _("Not saved"), [reason])


class Forbidden(Refused):
    """The person may not do or see this."""


class NotFound(MaskqmsError):
    """No such record."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = _("Nothing is known under {code}.", code=code)


def refuse(what: Text, reasons: Sequence[Reason]) -> None:
    """Raise `Refused` with all the reasons, if there is any."""
    if reasons:
        raise Refused(what, reasons)
