"""The gate's answer: every question with its evidence, every reason why not, as data. Nothing overrides it (R88)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maskqms.errors import Link, Reason
from maskqms.i18n import Text, in_locale
from maskqms.release.states import GateGroup


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One question of the gate: passed when nothing speaks against it. `who` can cure it, `link` shows the evidence."""

    code: str
    group: GateGroup
    label: Text
    reasons: tuple[Reason, ...] = ()
    evidence: Text | None = None
    link: Link | None = None
    who: Text | None = None

    @property
    def passed(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class GateReport:
    """All questions of the gate for one batch at one moment."""

    batch: str
    at: datetime
    checks: tuple[GateCheck, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def blockers(self) -> list[Reason]:
        return [reason for check in self.checks for reason in check.reasons]

    def group(self, group: GateGroup) -> Sequence[GateCheck]:
        return [check for check in self.checks if check.group is group]

    def without(self, *codes: str) -> list[Reason]:
        """The reasons of all other questions: a review cannot wait for its own signature."""
        return [reason for check in self.checks if check.code not in codes for reason in check.reasons]

    def snapshot(self) -> dict[str, Any]:
        """What is kept with the release and covered by its signature: codes for machines, sentences in English.

        The moment is not in it: what was shown and what is signed must have the same digest when nothing changed.
        """
        with in_locale("en"):
            return {
                "batch": self.batch,
                "checks": [
                    {
                        "code": check.code,
                        "passed": check.passed,
                        "evidence": str(check.evidence) if check.evidence else None,
                        "reasons": [reason.as_json() for reason in check.reasons],
                    }
                    for check in self.checks
                ],
            }
