"""Why a carton may not leave: pure answers, every reason at once, each with what to do (R95-R97, S48, S49)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maskqms.errors import Link, Reason
from maskqms.i18n import Text, _
from maskqms.trace.rules import UnitFacts, link_to, usable_blockers
from maskqms.trace.states import ShipmentState, UnitKind

HOME = "CN"
NO_DAYS = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A batch that a carton came from, and the release that let it go. `imported`: history released it."""

    unit: int
    batch: str
    imported: bool
    certificate: str | None = None
    product: str | None = None
    device_name: str | None = None
    model: str | None = None
    markets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed with the consignee, and until when they may buy."""

    code: str
    name: str
    address: str | None
    contact: str | None
    country: str | None
    min_remaining_days: int = NO_DAYS
    credential: str | None = None
    credential_until: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a carton stands already: the shipment's code and state."""

    code: str
    state: ShipmentState


def shipment_link(code: str) -> Link:
    return Link(code, f"/shipments/{code}")


def open_blockers(code: str, state: ShipmentState) -> list[Reason]:
    """Only an open shipment changes."""
    if state is ShipmentState.OPEN:
        return []
    return [
        Reason(
            "shipment.closed",
            _("Shipment {code} is closed: {state}.", code=code, state=state.label),
            _("Open another shipment to the same consignee."),
            (shipment_link(code),),
        )
    ]


def carton_blockers(code: str, kind: UnitKind) -> list[Reason]:
    """Cartons are picked; what a person scanned instead is said by its name."""
    if kind is UnitKind.CARTON:
        return []
    return [
        Reason(
            "unit.not_a_carton",
            _("{code} is not a carton: {kind}.", code=code, kind=kind.label),
            _("Scan the label of a carton: its SSCC or its matrix code."),
            (link_to(code),),
        )
    ]


def leave_blockers(unit: UnitFacts, sources: Sequence[Source], terms: Terms, at: datetime, today: date) -> list[Reason]:
    """Whether a carton may leave to this consignee now: asked when it is picked and again when the goods go."""
    reasons = usable_blockers(unit, at)
    if unit.usable_until is not None and at < unit.usable_until:
        left = (unit.usable_until - at) // timedelta(days=1)
        if left < terms.min_remaining_days:
            reasons.append(
                Reason(
                    "unit.remaining_life",
                    _(
                        "{code} is good for {left} days more; {name} takes nothing under {days} days.",
                        code=unit.code,
                        left=left,
                        name=terms.name,
                        days=terms.min_remaining_days,
                    ),
                    _("Take a younger one, or ask the consignee for consent and change the terms."),
                    (link_to(unit.code), Link(terms.code, f"/consignees/{terms.code}")),
                )
            )
    reasons += _source_blockers(unit.code, sources, terms)
    return reasons + _buyer_blockers(terms, today)


def _source_blockers(code: str, sources: Sequence[Source], terms: Terms) -> list[Reason]:
    reasons = []
    if not sources:
        reasons.append(
            Reason(
                "carton.no_batch",
                _("Nobody knows which batch {code} came from.", code=code),
                _("Put it aside and tell quality."),
                (link_to(code),),
            )
        )
    for source in sources:
        path = (link_to(code), Link(source.batch, f"/batches/{source.batch}"))
        if not source.imported and source.certificate is None:
            reasons.append(
                Reason(
                    "batch.no_certificate",
                    _("Batch {batch} of {code} has no certificate of conformity.", batch=source.batch, code=code),
                    _("It leaves only after its release."),
                    path,
                )
            )
        country = terms.country or HOME
        if source.markets and country not in source.markets:
            reasons.append(
                Reason(
                    "batch.market",
                    _(
                        "Batch {batch} is released for {markets}, not for {country}.",
                        batch=source.batch,
                        markets=", ".join(source.markets),
                        country=country,
                    ),
                    _("Take a batch released for that market."),
                    path,
                )
            )
    return reasons


def _buyer_blockers(terms: Terms, today: date) -> list[Reason]:
    if terms.credential_until is None or today <= terms.credential_until:
        return []
    return [
        Reason(
            "consignee.credential",
            _(
                "The licence {number} of {name} ended on {day}.",
                number=terms.credential or "-",
                name=terms.name,
                day=terms.credential_until,
            ),
            _("Ask the consignee for the renewed one and record it."),
            (Link(terms.code, f"/consignees/{terms.code}"),),
        )
    ]


def standing_blockers(code: str, standing: Standing | None, here: str) -> list[Reason]:
    """One carton leaves once."""
    if standing is None:
        return []
    if standing.code == here:
        text = _("{code} is on this shipment already.", code=code)
        return [Reason("carton.on_this_shipment", text, _("Scan the next one."), (link_to(code),))]
    text = _(
        "{code} stands on shipment {shipment}: {state}.", code=code, shipment=standing.code, state=standing.state.label
    )
    remedy = (
        _("Take it off there first.")
        if standing.state is ShipmentState.OPEN
        else _("It should not be here any more: put it aside and tell quality.")
    )
    return [Reason("carton.on_shipment", text, remedy, (link_to(code), shipment_link(standing.code)))]


def label_blockers(
    code: str, scanned: Mapping[str, str], identifiers: Mapping[str, str], last_day: date | None
) -> list[Reason]:
    """The label says one thing and the record another: then the label is wrong, or it is on the wrong carton."""
    wrong: list[Text] = []
    if "10" in scanned and identifiers.get("batch") and scanned["10"] != identifiers["batch"]:
        wrong.append(
            _("batch {label} on the label, {record} on record", label=scanned["10"], record=identifiers["batch"])
        )
    if "17" in scanned and last_day is not None and scanned["17"] != f"{last_day:%y%m%d}":
        wrong.append(
            _("expiry {label} on the label, {record} on record", label=scanned["17"], record=f"{last_day:%y%m%d}")
        )
    return [
        Reason(
            "label.contradicts",
            _("The label of {code} contradicts the record: {what}.", code=code, what=what),
            _("Put the carton aside and tell quality."),
            (link_to(code),),
        )
        for what in wrong
    ]


def check_blockers(
    code: str, *, on_it: bool, picked_by: str | None, checked_by: str | None, checker: str
) -> list[Reason]:
    """The second person's scan: what was picked, by somebody else, once (R96)."""
    if not on_it:
        return [
            Reason(
                "carton.not_picked",
                _("{code} was not picked for this shipment.", code=code),
                _("Put it back to its place, or have it picked."),
                (link_to(code),),
            )
        ]
    if checked_by is not None:
        text = _("{code} has been checked by {name} already.", code=code, name=checked_by)
        return [Reason("carton.checked", text, _("Scan the next one."), (link_to(code),))]
    if picked_by == checker:
        text = _("You picked {code} yourself; the check needs a second person (R96).", code=code)
        return [
            Reason("carton.same_person", text, _("Hand the scanner to a colleague who signs in."), (link_to(code),))
        ]
    return []


def unchecked_blockers(unchecked: Sequence[str]) -> list[Reason]:
    return [
        Reason(
            "carton.not_checked",
            _("{code} has not been scanned by a second person (R96).", code=code),
            _("A second person scans it in the outbound check."),
            (link_to(code),),
        )
        for code in unchecked
    ]


def buyer_blockers(terms: Terms) -> list[Reason]:
    """Name, address and contact: whoever must be warned one day (R97)."""
    fields = ((_("name"), terms.name), (_("address"), terms.address), (_("contact"), terms.contact))
    return [
        Reason(
            "sale.incomplete",
            _("Consignee {code} has no {field}; a sales record needs it (R97).", code=terms.code, field=label),
            _("Complete the consignee."),
            (Link(terms.code, f"/consignees/{terms.code}"),),
        )
        for label, value in fields
        if not (value or "").strip()
    ]


def sale_blockers(code: str, source: Source, expires_on: date | None) -> list[Reason]:
    """What the sales record takes from the goods (R97)."""
    fields = (
        (_("product name"), source.device_name),
        (_("specification and model"), source.model),
        (_("expiry date"), expires_on),
    )
    return [
        Reason(
            "sale.incomplete",
            _(
                "{code} of batch {batch} has no {field}; a sales record needs it (R97).",
                code=code,
                batch=source.batch,
                field=label,
            ),
            _("Complete the batch's data."),
            (link_to(code), Link(source.batch, f"/batches/{source.batch}")),
        )
        for label, value in fields
        if not value
    ]


def consignee_blockers(name: str, address: str, contact: str) -> list[Reason]:
    fields = ((_("name"), name), (_("address"), address), (_("contact"), contact))
    return [
        Reason(
            "consignee.incomplete", _("A consignee needs a {field}.", field=label), _("Fill it in: a recall needs it.")
        )
        for label, value in fields
        if not value.strip()
    ]
