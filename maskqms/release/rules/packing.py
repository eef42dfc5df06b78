"""Packing: everything good is in a carton, and every carton says what the batch is (R87 i, p)."""

from __future__ import annotations

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.release.rules.facts import CartonFact, GateFacts
from maskqms.release.rules.report import GateCheck
from maskqms.release.states import GateGroup
from maskqms.trace.rules import plain


def packing_checks(facts: GateFacts) -> list[GateCheck]:
    return [packed(facts), labelled(facts)]


def packed(facts: GateFacts) -> GateCheck:
    """What was made good stands in cartons, or was taken out of stock on record; no box lies loose."""
    output = facts.output
    packing = Link(facts.batch.code, f"/batches/{facts.batch.code}")
    reasons = []
    if output.packed + output.taken != output.good:
        reasons.append(
            Reason(
                "packing.difference",
                _(
                    "{good} pieces were made good, {packed} are in cartons.",
                    good=plain(output.good),
                    packed=plain(output.packed),
                ),
                _("Pack what is loose into a carton, at the tablet.")
                if not facts.batch.finished or facts.loose_boxes
                else _("The pieces are gone from the cartons: reject the batch."),
                (packing,),
            )
        )
    if facts.loose_boxes:
        reasons.append(
            Reason(
                "packing.loose_boxes",
                _("{count} boxes stand in no carton.", count=facts.loose_boxes),
                _("Pack them into a new carton, at the tablet, or take them from stock as a sample or scrap."),
                (packing,),
            )
        )
    if not facts.cartons:
        reasons.append(Reason("packing.no_carton", _("No carton is packed."), _("Pack the output."), (packing,)))
    return GateCheck(
        "packing.complete",
        GateGroup.PACKING,
        _("Packing of the good pieces"),
        tuple(reasons),
        _(
            "{cartons} cartons, {packed} pieces; {taken} taken as samples or scrapped",
            cartons=len(facts.cartons),
            packed=plain(output.packed),
            taken=plain(output.taken),
        )
        if output.taken
        else _("{cartons} cartons, {packed} pieces", cartons=len(facts.cartons), packed=plain(output.packed)),
        packing,
        _("Production"),
    )


def labelled(facts: GateFacts) -> GateCheck:
    """GTIN, batch number and expiry of each carton against the product and the batch (R79, R87 p)."""
    reasons = []
    for carton in facts.cartons:
        wrong = _wrong(carton, facts)
        if wrong:
            reasons.append(
                Reason(
                    "label.not_consistent",
                    _(
                        "The label data of {code} differ from the batch: {fields}.",
                        code=carton.code,
                        fields=", ".join(wrong),
                    ),
                    _("Unpack the carton, pack its boxes into a new one and destroy the old label."),
                    (
                        Link(facts.batch.code, f"/batches/{facts.batch.code}"),
                        Link(carton.code, f"/units/{carton.code}"),
                    ),
                )
            )
    return GateCheck(
        "packing.labels",
        GateGroup.PACKING,
        _("Label data against product and batch"),
        tuple(reasons),
        _("{count} cartons compared: GTIN, batch number, expiry", count=len(facts.cartons)),
        Link(facts.batch.code, f"/batches/{facts.batch.code}"),
        _("Production"),
    )


def _wrong(carton: CartonFact, facts: GateFacts) -> list[str]:
    """The fields that disagree. A carton's GTIN is the product's own for that level; without one none is printed."""
    batch = facts.batch
    compared = (
        ("GTIN (01)", carton.gtin, batch.carton_gtin),
        ("LOT (10)", carton.batch, batch.code),
        ("EXP (17)", carton.expires_on, batch.expires_on and batch.expires_on.isoformat()),
    )
    return [name for name, label, record in compared if label != record]
