"""Deviations closed, no hold, and two people who looked at it all (R71, R87 j, n, o)."""

from __future__ import annotations

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.release.rules.facts import GateFacts, ReviewFact
from maskqms.release.rules.paths import Paths
from maskqms.release.rules.report import GateCheck
from maskqms.release.states import GateGroup, ReviewPart

REVIEWS = ("quality.production_review", "quality.quality_review")
"""Questions that only the reviews themselves can answer."""


def quality_checks(facts: GateFacts, paths: Paths) -> list[GateCheck]:
    return [
        deviations(facts, paths),
        answered(facts, paths),
        not_held(facts),
        reviewed(facts, ReviewPart.PRODUCTION),
        reviewed(facts, ReviewPart.QUALITY),
    ]


def deviations(facts: GateFacts, paths: Paths) -> GateCheck:
    """Nothing open on the batch, or on anything it was made of (R71)."""
    reasons = [
        Reason(
            "deviation.open",
            _("Deviation {code} is open: {title}", code=deviation.code, title=deviation.title),
            _("Close it with its cause and decision."),
            (*paths.to(deviation.unit), Link(deviation.code, f"/deviations/{deviation.code}")),
        )
        for deviation in facts.deviations
        if deviation.open
    ]
    closed = sum(not deviation.open for deviation in facts.deviations)
    return GateCheck(
        "quality.deviations",
        GateGroup.QUALITY,
        _("Deviations of the batch and its materials"),
        tuple(reasons),
        _("{count} closed", count=closed),
        who=_("Quality"),
    )


def answered(facts: GateFacts, paths: Paths) -> GateCheck:
    """No result of the batch or of what it was made of is being investigated (R35) or waits to be re-evaluated because
    its instrument failed afterwards (R125)."""
    reasons = []
    for one in facts.questions:
        if one.kind == "stands":
            continue
        path = (*paths.to(one.unit), Link(one.sheet, f"/inspections/{one.sheet}"))
        if one.kind == "investigation":
            text = _("Investigation {code} of {test} is not concluded.", code=one.code, test=one.test)
            remedy = _("Quality concludes it with a signature.")
            link = Link(one.code, f"/investigations/{one.code}")
            reasons.append(Reason("investigation.open", text, remedy, (*path, link)))
        else:
            text = _("{test} was measured with {instrument}, which failed its calibration or check afterwards.",
                     test=one.test, instrument=one.code)  # fmt: skip
            remedy = _("Quality re-evaluates the result and signs.")
            link = Link(one.code, f"/rechecks?instrument={one.code}")
            reasons.append(Reason("result.in_doubt", text, remedy, (*path, link)))
    return GateCheck(
        "quality.answered",
        GateGroup.QUALITY,
        _("Investigations and re-evaluations of results"),
        tuple(reasons),
        _("none open"),
        who=_("Quality"),
    )


def not_held(facts: GateFacts) -> GateCheck:
    """No hold on the batch or on a carton of it."""
    batch = facts.batch
    page = Link(batch.code, f"/batches/{batch.code}")
    remedy = _("Only a second person of quality can lift a hold.")
    reasons = []
    if batch.held and not batch.holds:
        reasons.append(Reason("batch.held", _("{code} is on hold.", code=batch.code), remedy, (page,)))
    reasons += [
        Reason(
            "batch.held",
            _("{code} is on hold {hold}.", code=batch.code, hold=hold),
            remedy,
            (page, Link(hold, f"/holds/{hold}")),
        )
        for hold in batch.holds
        if batch.held
    ]
    held = [carton for carton in facts.cartons if carton.held]
    if held and not batch.held:
        reasons += [
            Reason(
                "carton.held",
                _("{code} is on hold.", code=carton.code),
                remedy,
                (page, Link(carton.code, f"/units/{carton.code}")),
            )
            for carton in held
        ]
    return GateCheck(
        "quality.not_held", GateGroup.QUALITY, _("Holds on the batch"), tuple(reasons), None, page, _("Quality")
    )


def review_of(facts: GateFacts, part: ReviewPart) -> ReviewFact | None:
    """The last review of a part, whether it still stands or not."""
    mine = [review for review in facts.reviews if review.part == part]
    return mine[-1] if mine else None


def reviewed(facts: GateFacts, part: ReviewPart) -> GateCheck:
    """The review is signed, nothing was changed since (R21, R33), and two different people signed the two."""
    review = review_of(facts, part)
    page = Link(facts.batch.code, f"/batches/{facts.batch.code}/release")
    who = _("Plant manager or quality") if part is ReviewPart.PRODUCTION else _("Quality")
    reasons = []
    if review is None:
        reasons.append(
            Reason(
                f"review.{part}_missing",
                _("{review} is not signed.", review=part.label),
                _("Somebody who neither made nor tested the batch looks through its record and signs."),
                (page,),
            )
        )
    elif not review.current:
        reasons.append(
            Reason(
                f"review.{part}_void",
                _("The record was changed after {name} signed the review.", name=review.name),
                _("Review what was changed and sign again."),
                (page,),
            )
        )
    other = review_of(facts, ReviewPart.PRODUCTION)
    if part is ReviewPart.QUALITY and review and other and review.account == other.account:
        reasons.append(
            Reason(
                "review.same_person",
                _("{name} signed both reviews.", name=review.name),
                _("Another person of quality signs the quality review."),
                (page,),
            )
        )
    evidence = _("{name}", name=review.name) if review else None
    return GateCheck(f"quality.{part}_review", GateGroup.QUALITY, part.label, tuple(reasons), evidence, page, who)
