"""Who may review and who may release: nobody looks at one's own work (R11), nobody releases without a written
authorisation in force (R12), and never the head of production (R13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maskqms.actor import Actor, Role
from maskqms.errors import Link, Reason, reason_blockers
from maskqms.i18n import Text, _
from maskqms.release.rules.facts import ReviewFact
from maskqms.release.states import ReviewPart


@dataclass(frozen=True, slots=True)
class Involved:
    """Somebody who executed or verified a production step (`production`) or entered a test result (`quality`)."""

    account: int
    part: ReviewPart
    what: Text


def own_work(actor: Actor, involved: Sequence[Involved], parts: Sequence[ReviewPart], batch: str) -> list[Reason]:
    """One reason for each kind of work the person did on the batch, in the parts that count."""
    return [
        Reason(
            "actor.own_work",
            _("{name} took part in this batch: {what} (R11).", name=actor.name, what=one.what),
            _("Somebody who neither made nor tested it does this."),
            (Link(batch, f"/batches/{batch}"),),
        )
        for one in involved
        if one.account == actor.account_id and one.part in parts
    ]


def review_blockers(
    actor: Actor,
    part: ReviewPart,
    involved: Sequence[Involved],
    reviews: Sequence[ReviewFact],
    batch: str,
    *,
    heads_production: bool,
) -> list[Reason]:
    """Production: plant manager or quality, who did not execute it. Quality: quality, who neither made nor tested it,
    after the production review and by another person."""
    if part is ReviewPart.PRODUCTION:
        return actor.lacks(Role.PLANT_MANAGER, Role.QUALITY) + own_work(actor, involved, [part], batch)
    reasons = actor.lacks(Role.QUALITY) + own_work(actor, involved, list(ReviewPart), batch)
    if heads_production:
        reasons.append(Reason("actor.heads_production", _("The head of production does not review for quality (R13).")))
    production = [review for review in reviews if review.part == ReviewPart.PRODUCTION and review.current]
    if not production:
        reasons.append(
            Reason(
                "review.production_first",
                _("The production review is not signed, or was voided by a change."),
                _("Production is reviewed first."),
            )
        )
    elif production[-1].account == actor.account_id:
        reasons.append(
            Reason(
                "review.same_person",
                _("{name} signed the production review already.", name=actor.name),
                _("Another person of quality signs the quality review."),
            )
        )
    return reasons


def release_blockers(
    actor: Actor,
    involved: Sequence[Involved],
    product: str,
    batch: str,
    *,
    lab_reviewers: Mapping[int, str],
    authorised: bool,
    heads_production: bool,
) -> list[Reason]:
    """Releasing is no role: it is a dated authorisation for this product, held by somebody outside its making. The
    release also decides the sheets of the factory test, which takes a third person (R10): `lab_reviewers` are sheets
    by the account that reviewed them."""
    reasons = own_work(actor, involved, list(ReviewPart), batch)
    sheet = lab_reviewers.get(actor.account_id) if actor.account_id is not None else None
    if sheet is not None:
        reasons.append(
            Reason(
                "actor.reviewed_tests",
                _("{name} reviewed the results of {code}; a third person decides (R10).", name=actor.name, code=sheet),
                _("Another authorised person releases."),
                (Link(batch, f"/batches/{batch}"), Link(sheet, f"/inspections/{sheet}")),
            )
        )
    if heads_production:
        reasons.append(
            Reason(
                "actor.heads_production",
                _("The head of production cannot release (R13)."),
                _("Another authorised person releases."),
            )
        )
    elif not authorised:
        reasons.append(
            Reason(
                "release.not_authorised",
                _(
                    "{name} holds no release authorisation for {product} in force today (R12).",
                    name=actor.name,
                    product=product,
                ),
                _("Quality grants it in writing, with the products and the validity."),
            )
        )
    return reasons


def rejection_blockers(actor: Actor, reason: str, *, authorised: bool) -> list[Reason]:
    """Quality, or whoever could release, may say no; it needs a sentence why."""
    reasons = [] if authorised else actor.lacks(Role.QUALITY)
    return reasons + reason_blockers(reason, _("Say in a sentence what is wrong."))
