"""An answer as the JSON document of `maskqms trace --json` and of the API: people script against its shape."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from maskqms.db.clock import local
from maskqms.trace.queries.answer import Trace
from maskqms.trace.rules import plain

SHARE_DIGITS = 12
"""Shares are printed so far, and digested to a billionth; beyond lies the noise of the order of summation."""


def number(quantity: Decimal) -> int | float:
    """A quantity as a JSON number: whole where it is whole."""
    return int(quantity) if quantity == quantity.to_integral_value() else float(plain(quantity))


def as_json(trace: Trace) -> dict[str, Any]:
    """The document of `maskqms trace --json` and of the API; its shape does not change."""
    proof = trace.proof
    document = {
        "root": trace.root,
        "direction": str(trace.direction),
        "units": [
            {
                "code": row.code,
                "kind": row.kind,
                "depth": row.depth,
                "quantity": number(row.quantity),
                "unit": row.unit,
                "share": round(row.share, SHARE_DIGITS),
                "state": row.state,
            }
            for row in sorted(trace.units(), key=lambda unit: (unit.depth, unit.code))
        ],
        "shipments": [
            {"code": s.code, "consignee": s.consignee, "date": s.date, "units": s.units} for s in trace.shipments
        ],
        "lists": {
            name: [
                {"code": i.code, "kind": i.kind, "quantity": number(i.quantity), "unit": i.unit, "where": i.where}
                for i in sorted(items)
            ]
            for name, items in (
                ("shipped", trace.lists.shipped),
                ("stoppable", trace.lists.stoppable),
                ("on_hand", trace.lists.on_hand),
            )
        },
        "proof": {
            "units": proof.units,
            "links": proof.links,
            "frontier_empty": proof.frontier_empty,
            "recount": proof.recount,
            "as_of": local(proof.as_of).isoformat(),
            "digest": proof.digest,
        },
    }
    if trace.faults:
        document["inconsistent"] = [str(fault) for fault in trace.faults]
    return document
