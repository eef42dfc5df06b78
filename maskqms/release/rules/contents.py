"""Exactly what is signed: by a reviewer, by the releaser, by whoever rejects. The dialog shows the same facts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from maskqms.accounts.signing import content_digest
from maskqms.release.rules.changes import Changes
from maskqms.release.rules.report import GateReport
from maskqms.release.states import Decision, ReviewPart
from maskqms.trace.rules import plain


def review_content(batch: str, part: ReviewPart, changes: Changes) -> dict[str, Any]:
    """The part, the state of the record, and every change after first entry that was put before the reviewer (R33)."""
    return {
        "batch": batch,
        "part": str(part),
        "record": changes.digest(part),
        "changes": [change.content() for change in changes.of(part)],
    }


def release_content(report: GateReport, product: str, quantity: Decimal) -> dict[str, Any]:
    """The batch, how much of it, and the gate as it stood (R90)."""
    return {
        "batch": report.batch,
        "decision": str(Decision.RELEASED),
        "product": product,
        "quantity": plain(quantity),
        "gate": content_digest(report.snapshot()),
    }


def signed_release(content: dict[str, Any], certificate: str, markets: Sequence[str]) -> dict[str, Any]:
    """What the signature covers in the end: the same, with the number it got and the markets that were chosen."""
    return {**content, "certificate": certificate, "markets": sorted(markets)}


def rejection_content(report: GateReport, product: str) -> dict[str, Any]:
    return {
        "batch": report.batch,
        "decision": str(Decision.REJECTED),
        "product": product,
        "gate": content_digest(report.snapshot()),
    }
