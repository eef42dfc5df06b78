"""Licences on the production date, and the edition that ruled it, with no limit missing (R87 a, e; R89)."""

from __future__ import annotations

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.release.rules.facts import GateFacts
from maskqms.release.rules.paths import limits_href
from maskqms.release.rules.report import GateCheck
from maskqms.release.states import GateGroup


def standard_checks(facts: GateFacts) -> list[GateCheck]:
    return [licences(facts), edition(facts), limits(facts)]


def licences(facts: GateFacts) -> GateCheck:
    """Each licence the product needs was in force on the day the batch was made, whatever it is today."""
    product = Link(facts.batch.product, f"/products/{facts.batch.product}")
    batch = Link(facts.batch.code, f"/batches/{facts.batch.code}")
    reasons = [
        Reason(
            reason.code,
            reason.text,
            reason.remedy or _("Goods made outside a licence are not released: reject the batch."),
            (batch, *reason.path),
        )
        for reason in facts.unlicensed
    ]
    numbers = ", ".join(facts.licence_numbers)
    return GateCheck(
        "standard.licences",
        GateGroup.STANDARD,
        _("Licences on the production date"),
        tuple(reasons),
        _("{numbers}", numbers=numbers) if numbers else _("This kind of product needs none"),
        product,
        _("Quality"),
    )


def edition(facts: GateFacts) -> GateCheck:
    """The edition of the snapshot is known, and it is the one that the production date asks for."""
    fact = facts.standard
    page = Link(fact.edition, limits_href(fact.edition, fact.grade))
    reasons = []
    if not fact.known:
        reasons.append(
            Reason(
                "standard.unknown", _("{edition} is not a standard known here.", edition=fact.edition), None, (page,)
            )
        )
    elif fact.due is not None and fact.due != fact.edition:
        reasons.append(
            Reason(
                "standard.other_edition",
                _(
                    "The batch names {edition}, but on its production date {due} was in force.",
                    edition=fact.edition,
                    due=fact.due,
                ),
                _("A batch is judged by the edition of its production date: reject it or make it again."),
                (page,),
            )
        )
    return GateCheck(
        "standard.edition",
        GateGroup.STANDARD,
        _("Edition of the standard by production date"),
        tuple(reasons),
        _("{edition} {title}", edition=fact.edition, title=fact.title),
        page,
        _("Quality"),
    )


def limits(facts: GateFacts) -> GateCheck:
    """A limit that nobody knows decides nothing: the batch waits until an authorised person enters it."""
    fact = facts.standard
    reasons = [
        Reason(
            "standard.limit_missing",
            _("The limit of {test} in {edition} is not known.", test=test, edition=fact.edition),
            _("Quality enters it from the bought standard, with its clause and a signature."),
            (Link(fact.edition, limits_href(fact.edition, fact.grade)),),
        )
        for test in fact.missing
    ]
    return GateCheck(
        "standard.limits",
        GateGroup.STANDARD,
        _("Limits of the standard"),
        tuple(reasons),
        _("{count} factory tests", count=len(fact.required)),
        Link(fact.edition, limits_href(fact.edition, fact.grade)),
        _("Quality"),
    )
