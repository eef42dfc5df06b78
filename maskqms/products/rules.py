"""Shelf life, packing and licences: pure rules, every reason at once.

**Expiry (R78).** The last valid day is the day before the day of the same number, so many months on: made on
2026-11-21 with 24 months, usable through 2028-11-20. Where the target month has no such day, its last day is the last
valid one: made on 2026-08-31 with 6 months, usable through 2027-02-28.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.products.states import LicenceKind, LicenceStanding, LicenceState, ProductKind, ProductState

NEEDED: Mapping[ProductKind, tuple[tuple[LicenceKind, ...], ...]] = {
    ProductKind.MEDICAL: (
        (LicenceKind.REGISTRATION, LicenceKind.EMERGENCY_REGISTRATION),
        (LicenceKind.PRODUCTION_LICENCE,),
    ),
    ProductKind.PPE: (),
    ProductKind.CIVIL: (),
}
"""For each kind of product the permissions it needs; of each group one is enough (S2)."""

SOON_DAYS = 90
"""Before the end of a licence its renewal is asked for (S7: six months are usual, ninety days are late)."""


class LicenceFacts(Protocol):
    """What the rules need to know of a licence; `LicenceRow` of the queries fits."""

    @property
    def kind(self) -> LicenceKind: ...
    @property
    def number(self) -> str: ...
    @property
    def products(self) -> tuple[str, ...]: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def state(self) -> LicenceState: ...


class ProductFacts(Protocol):
    """What the rules need to know of a product; `ProductRow` of the queries fits."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> ProductKind: ...
    @property
    def state(self) -> ProductState: ...
    @property
    def gtin(self) -> str | None: ...
    @property
    def pieces_per_box(self) -> int | None: ...
    @property
    def boxes_per_carton(self) -> int | None: ...


def last_valid_day(made_on: date, months: int) -> date:
    """The last day of a shelf life of whole months; see the rule above."""
    year, month = divmod(made_on.year * 12 + made_on.month - 1 + months, 12)
    days = monthrange(year, month + 1)[1]
    if made_on.day > days:
        return date(year, month + 1, days)
    return date(year, month + 1, made_on.day) - timedelta(days=1)


def standing(licence: LicenceFacts, day: date) -> LicenceStanding:
    """How a licence stands on a day."""
    if licence.state is LicenceState.REVOKED:
        return LicenceStanding.REVOKED
    if day < licence.valid_from:
        return LicenceStanding.NOT_YET
    if licence.valid_until is not None and day > licence.valid_until:
        return LicenceStanding.EXPIRED
    if licence.valid_until is not None and licence.valid_until - day < timedelta(days=SOON_DAYS):
        return LicenceStanding.ENDING
    return LicenceStanding.VALID


def valid_on(licence: LicenceFacts, product: str, day: date) -> bool:
    in_force = standing(licence, day) in (LicenceStanding.VALID, LicenceStanding.ENDING)
    return in_force and product in licence.products


def licence_blockers(product: ProductFacts, licences: Sequence[LicenceFacts], day: date) -> list[Reason]:
    """Why the product may not be made on that day; a medical mask needs both certificates (S1, S2, R59)."""
    reasons: list[Reason] = []
    for kinds in NEEDED[product.kind]:
        known = [licence for licence in licences if licence.kind in kinds]
        if not any(valid_on(licence, product.code, day) for licence in known):
            reasons += _why_none(product, kinds[0], known, day)
    return reasons


def _why_none(product: ProductFacts, kind: LicenceKind, known: Sequence[LicenceFacts], day: date) -> list[Reason]:
    """The nearest miss says most: one that covered the product and lapsed, one that does not name it, none."""
    here = (Link(product.code, f"/products/{product.code}"),)
    covering = [licence for licence in known if product.code in licence.products]
    if covering:
        return [_lapsed(product, licence, day, here) for licence in covering]
    path = (*here, *(Link(licence.number, "/licences") for licence in known))
    in_force = [
        licence for licence in known if standing(licence, day) in (LicenceStanding.VALID, LicenceStanding.ENDING)
    ]
    if in_force:
        numbers = ", ".join(licence.number for licence in in_force)
        text = _("{kind} {numbers} does not cover {product}.", kind=kind.label, numbers=numbers, product=product.code)
        return [Reason("licence.scope", text, _("Have the scope extended and record the new certificate."), path)]
    text = _("{product} has no {kind}.", product=product.code, kind=kind.label)
    return [Reason("licence.missing", text, _("Record the certificate under licences."), path)]


def _lapsed(product: ProductFacts, licence: LicenceFacts, day: date, here: tuple[Link, ...]) -> Reason:
    path = (*here, Link(licence.number, "/licences"))
    facts = {"kind": licence.kind.label, "number": licence.number, "day": day}
    match standing(licence, day):
        case LicenceStanding.REVOKED:
            text = _("{kind} {number} was revoked or handed back.", **facts)
            return Reason("licence.revoked", text, _("Nothing may be made until there is a new one."), path)
        case LicenceStanding.NOT_YET:
            text = _("{kind} {number} is valid only from {valid_from}.", valid_from=licence.valid_from, **facts)
            return Reason("licence.not_yet", text, _("Produce from that day on."), path)
    text = _("{kind} {number} expired on {valid_until}.", valid_until=licence.valid_until, **facts)
    return Reason("licence.expired", text, _("Record the renewed certificate, or stop production."), path)


def packing_blockers(product: ProductFacts) -> list[Reason]:
    """A batch that cannot be packed must not begin: how many in a box, how many boxes, which GTIN (R82)."""
    here = (Link(product.code, f"/products/{product.code}"),)
    remedy = _("Quality or the plant manager completes the product.")
    reasons = []
    if not product.pieces_per_box:
        text = _("{product} does not say how many pieces are in a box.", product=product.code)
        reasons.append(Reason("product.pieces_per_box", text, remedy, here))
    if not product.boxes_per_carton:
        text = _("{product} does not say how many boxes are in a carton.", product=product.code)
        reasons.append(Reason("product.boxes_per_carton", text, remedy, here))
    if product.kind is ProductKind.MEDICAL and not product.gtin:
        text = _("{product} is a medical device and has no GTIN for its box.", product=product.code)
        reasons.append(Reason("product.gtin", text, remedy, here))
    return reasons


def active_blockers(product: ProductFacts) -> list[Reason]:
    if product.state is ProductState.ACTIVE:
        return []
    text = _("{product} is no longer made.", product=product.code)
    return [Reason("product.withdrawn", text, None, (Link(product.code, f"/products/{product.code}"),))]


def licence_entry_blockers(
    products: Sequence[str], unknown: Sequence[str], valid_from: date, valid_until: date | None
) -> list[Reason]:
    """What is wrong with a certificate as it was typed."""
    reasons = []
    if not products:
        reasons.append(
            Reason(
                "licence.no-product",
                _("The certificate names no product."),
                _("Choose the products that stand in it or within its scope."),
            )
        )
    reasons += [Reason("licence.unknown-product", _("There is no product {code}.", code=code)) for code in unknown]
    if valid_until is not None and valid_until < valid_from:
        reasons.append(Reason("licence.dates", _("The certificate ends before it begins.")))
    return reasons
