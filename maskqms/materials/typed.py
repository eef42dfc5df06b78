"""Specification tests and deliveries from what a person typed or scanned. What a person typed of a test is the
factory's own, no longer recalled."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from litestar.datastructures import UploadFile
from pydantic import ValidationError

from maskqms.i18n import Text, _
from maskqms.materials.forms import WriteTest, cells_of, figure_of, plain_limit
from maskqms.materials.ordering import ReceiveAtDock
from maskqms.materials.rules.receipt import Certificate, NewRoll, Receipt
from maskqms.materials.specification import SpecificationTest
from maskqms.materials.states import Measure
from maskqms.standards.editions import Name
from maskqms.standards.limits import Kind, Limit, Word, read_limit
from maskqms.standards.sampling import AQLS


def typed_limit(form: WriteTest) -> Limit | None:
    """The limit, or none where the field was left empty. Raises ValueError."""
    text = plain_limit(form.limit)
    if form.kind is Kind.ATTRIBUTE and not text:
        return Limit(word=Word.PASS)
    return read_limit(text, kind=form.kind)


def _condition(typed: str | None, before: SpecificationTest | None) -> Name | None:
    """The condition; one that was not touched keeps both its languages."""
    standing = None if before is None else before.requirement.condition
    if typed is None or (standing is not None and standing.zh == typed):
        return standing if typed else None
    return Name(zh=typed, en=typed)


def typed_warning(form: WriteTest) -> Limit | None:
    """The warning limit, or none. Raises ValueError."""
    text = plain_limit(form.warning)
    return read_limit(text, kind=form.kind) if text else None


def sampling_faults(form: WriteTest) -> dict[str, Text]:
    """What is wrong with the warning limit and the sampling rule as typed, each beside its field."""
    faults: dict[str, Text] = {}
    if not _warns(form):
        faults["warning"] = _("A warning limit is a number inside the limit of a measured test.")
    aql = form.rule.removeprefix("AQL ") if form.rule.startswith("AQL ") else None
    if aql is not None and aql not in AQLS:
        faults["rule"] = _("AQL {given}: use {known}.", given=aql, known=", ".join(AQLS))
    if form.instrument is not None and (form.counted or not form.instrument.measures):
        faults["instrument"] = _("Counted pieces have no instrument, and a scanner or a machine measures nothing.")
    if form.per_roll is not None and (form.counted or form.rule != "each"):
        faults["per_roll"] = _("What is tested on every roll is judged one by one, and not counted.")
    return faults


def _warns(form: WriteTest) -> bool:
    """Whether the warning limit lies inside the limit, where both can be read."""
    try:
        limit, warning = typed_limit(form), typed_warning(form)
    except ValueError:
        return not plain_limit(form.warning)
    if warning is None:
        return True
    inside = limit is not None and warning != limit and warning.at_least_as_tight_as(limit)
    return form.kind is Kind.VARIABLE and inside and warning.word is None


def typed_test(form: WriteTest, before: SpecificationTest | None, *, by: str) -> SpecificationTest | None:
    """The test as typed; None when the limit cannot be read. A limit left as it was keeps its provenance."""
    try:
        limit = typed_limit(form)
        kept = before is not None and before.requirement.limit == limit
        return SpecificationTest.model_validate(
            {
                "evidence": form.evidence,
                "counted": form.counted and form.kind is Kind.ATTRIBUTE,
                "required": form.required,
                "warning": typed_warning(form),
                "flow": form.flow,
                "area": form.area,
                "level": form.level,
                "aql": form.aql if form.counted else None,
                "per_roll": form.per_roll,
                "instrument": form.instrument,
                "retests": form.retests,
                "requirement": {
                    "code": form.code,
                    "name": {"zh": form.name_zh, "en": form.name_en},
                    "kind": form.kind,
                    "comparator": None if limit is None else limit.comparator,
                    "limit": limit,
                    "unit": form.unit,
                    "specimens": None if form.counted or form.per_roll else form.specimens,
                    "rule": form.rule,
                    "clause": form.clause,
                    "condition": _condition(form.condition, before),
                    "provenance": before.requirement.provenance if before is not None and kept else "factory",
                    "source": before.requirement.source if before is not None and kept else by,
                },
            }
        )
    except (ValueError, ValidationError):
        return None


def scanned_rolls(text: str | None, like: str | None, unit: Measure) -> tuple[tuple[NewRoll, ...], Text | None]:
    """A roll a line: its number as scanned, then metres and kilograms. A roll without figures is like the one before,
    the first one like what stands in `like`; one figure is in the material's unit."""
    found: list[NewRoll] = []
    usual = _scanned(["", *cells_of(like)], unit, None) if like else None
    if like and usual is None:
        return (), _("Not understood: {lines}", lines=like)
    for line in (text or "").splitlines():
        cells = cells_of(line)
        if not cells:
            continue
        roll = _scanned(cells, unit, found[-1] if found else usual)
        if roll is None:
            return (), _("Not understood: {lines}", lines=line.strip())
        found.append(roll)
    return tuple(found), None


def scanned_names(text: str | None) -> list[str]:
    """The numbers of rolls, one a line, whatever stands behind them."""
    return [cells[0] for line in (text or "").splitlines() if (cells := cells_of(line))]


def _scanned(cells: Sequence[str], unit: Measure, before: NewRoll | None) -> NewRoll | None:
    name, figures = cells[0], [figure_of(cell) for cell in cells[1:]]
    if len(figures) > 2 or any(figure is None for figure in figures):
        return None
    if len(figures) == 2:
        return NewRoll(figures[0], figures[1], name)
    if len(figures) == 1:
        return NewRoll(None, figures[0], name) if unit is Measure.KILOGRAM else NewRoll(figures[0], None, name)
    return None if before is None else NewRoll(before.metres, before.kilograms, name)


async def certificates_in(files: Sequence[UploadFile]) -> tuple[Certificate, ...]:
    """The papers that came with the goods, as far as they were photographed or scanned."""
    return tuple([Certificate(file.filename, await file.read()) for file in files])


async def dock_receipt(form: ReceiveAtDock, order: str, unit: Measure) -> tuple[Receipt | None, dict[str, Text]]:
    """The delivery as scanned at the door, or what is wrong with how it was given."""
    rolls, fault = scanned_rolls(form.rolls, form.like, unit)
    if fault is not None:
        return None, {"rolls": fault}
    figures = [figure for roll in rolls if (figure := roll.quantity(unit)) is not None]
    quantity = form.quantity if form.quantity is not None or not figures else sum(figures, Decimal(0))
    if quantity is None:
        return None, {"quantity": _("Scan the rolls, or give the quantity.")}
    receipt = Receipt(
        quantity=quantity,
        supplier_lot=form.supplier_lot.strip(),
        delivery_note=form.delivery_note.strip(),
        manufacturer=form.manufacturer,
        made_on=form.made_on,
        expires_on=form.expires_on,
        rolls=rolls,
        life_days=form.life_days,
        order=order,
        line=form.line,
        metres=form.second if unit is Measure.KILOGRAM else None,
        kilograms=form.second if unit is Measure.METRE else None,
        certificates=await certificates_in(form.certificate),
    )
    return receipt, {}
