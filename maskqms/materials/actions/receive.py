"""A delivery comes in: refused with every reason, or a lot in quarantine with its rolls and its inspection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import end_of_day, local
from maskqms.db.numbering import next_number
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.lab.actions.open import open_inspection
from maskqms.lab.states import Purpose
from maskqms.materials.actions.arrivals import keep_certificates, line_of, move_order
from maskqms.materials.actions.changes import limit_new_maker
from maskqms.materials.actions.sampling import next_skip, note_sampling, sampled_tests
from maskqms.materials.queries.lots import delivery_received
from maskqms.materials.queries.materials import (
    MaterialRow,
    SpecificationRow,
    locked_material,
    specification_in_force,
)
from maskqms.materials.queries.sampling import Series, series_of
from maskqms.materials.queries.suppliers import (
    CredentialRow,
    SupplierRow,
    credential_rules,
    credentials_of,
    latest_approval,
    locked_supplier,
)
from maskqms.materials.rules import sampling as sampling_rules
from maskqms.materials.rules.orders import receipt_order_blockers
from maskqms.materials.rules.papers import credentials_for, in_date, needed_types
from maskqms.materials.rules.receipt import (
    Receipt,
    ReceiptFacts,
    last_day,
    receipt_blockers,
)
from maskqms.materials.rules.sampling import Skip
from maskqms.materials.rules.sourcing import maker_papers, maker_types
from maskqms.materials.states import CredentialType, Measure
from maskqms.trace.actions.many import Pair, link_many, make_units
from maskqms.trace.actions.units import make_unit
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import Activity, UnitKind, UnitState

RECEIVERS = (Role.WAREHOUSE, Role.INSPECTOR, Role.QUALITY)


@dataclass(frozen=True, slots=True)
class Received:
    """The answer of a receipt, kept for a repeated request."""

    lot: str
    inspection: str
    rolls: int


async def receive_lot(*, supplier: str, material: str, receipt: Receipt, actor: Actor) -> Received:
    """Take a delivery in: lot and rolls in quarantine, and the inspection by the specification in force (R48, R50)."""
    async with act(Tag.LOT_RECEIVE, actor=actor, subject=receipt.supplier_lot) as this:
        source = await locked_supplier(supplier)
        about = await locked_material(material)
        specification = await specification_in_force(about.id)
        approval = await latest_approval(source.id, about.id)
        papers = await credentials_of(source.id)
        configured = (await credential_rules()).get(about.category)
        needed = needed_types(configured, source.kind)
        maker_needed = maker_types(configured, source.kind)
        line = await line_of(source, about, receipt)
        day = local(this.at).date()
        facts = ReceiptFacts(
            supplier_code=source.code,
            supplier_name=source.name,
            supplier_kind=source.kind,
            material=about.id,
            material_code=about.code,
            unit=about.unit,
            storage_life_days=about.storage_life_days,
            needed=needed,
            credentials=papers,
            approval=approval,
            has_specification=specification is not None,
            received_before=await delivery_received(source.id, about.id, receipt.supplier_lot, receipt.delivery_note),
            day=day,
            maker_needed=maker_needed,
        )
        ordered = receipt_order_blockers(
            None if line is None else line.facts,
            named=receipt.order,
            supplier_code=source.code,
            material_code=about.code,
            category=about.category,
            quantity=receipt.quantity,
            no_order_reason=receipt.no_order_reason,
        )
        series = await series_of(source.id, about.id)
        reasons = actor.lacks(*RECEIVERS) + receipt_blockers(facts, receipt)
        reasons += sampling_rules.receipt_blockers(series.standing, source.code, about.code)
        refuse(_("Delivery not received"), reasons + ordered)
        skip = await next_skip(source.id, about.id, series)
        assert specification is not None
        assert approval is not None
        last = last_day(receipt, about.storage_life_days, day)
        usable_until = None if last is None else end_of_day(last)
        unit = await _make_lot(source, about, specification, receipt, usable_until, actor)
        await sql.execute(
            "INSERT INTO lot (id, material, supplier, specification, approval, credentials, supplier_lot, manufacturer,"
            " made_on, expires_on, delivery_note, received_by, received_at, purchase_line, no_order_reason, life_days,"
            " metres, kilograms)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            unit.id,
            about.id,
            source.id,
            specification.id,
            approval.id,
            _papers_shown(papers, about.id, (needed, maker_needed), receipt.manufacturer, day),
            receipt.supplier_lot,
            receipt.maker or source.name,
            receipt.made_on,
            last,
            receipt.delivery_note,
            actor.account_id,
            this.at,
            None if line is None else line.id,
            None if line is not None else (receipt.no_order_reason or "").strip(),
            receipt.life_days,
            _measured(about, receipt, Measure.METRE),
            _measured(about, receipt, Measure.KILOGRAM),
        )
        rolls = await _make_rolls(unit, about, usable_until, receipt, actor) if receipt.rolls else []
        papers_kept = await keep_certificates(unit, receipt, this)
        if line is not None:
            await move_order(line, this)
        maker = receipt.maker or source.name
        change = await limit_new_maker(source, about, maker, lot=unit.code, since=this.at, actor=actor)
        inspection = await _inspect(unit, about, specification, receipt, rolls, series, skip, actor)
        await this.record(
            subject=unit.code,
            after={
                "material": about.code,
                "supplier": source.code,
                "supplier_lot": receipt.supplier_lot,
                "quantity": receipt.quantity,
                "unit": about.unit,
                "rolls": len(receipt.rolls),
                "inspection": inspection,
                "specification": specification.label,
                "delivery_note": receipt.delivery_note,
                "order": None if line is None else line.order_code,
                "purchase_line": None if line is None else line.number,
                "certificates": papers_kept,
                **({} if change is None else {"change": change}),
            },
            reason=None if line is not None else receipt.no_order_reason,
        )
        return Received(unit.code, inspection, len(receipt.rolls))


def _papers_shown(
    papers: list[CredentialRow],
    material: int,
    needed: tuple[tuple[CredentialType, ...], tuple[CredentialType, ...]],
    maker: str | None,
    day: date,
) -> str:
    """The papers that the receipt relied on, as they were on the day: the supplier's, and those of a trader's maker."""
    own, of_maker = needed
    relied = [*credentials_for(papers, material, own)]
    relied += [paper for found in maker_papers(papers, material, of_maker, maker).values() for paper in found]
    shown = [
        {
            "type": str(paper.type),
            "number": paper.number,
            "valid_from": str(paper.valid_from),
            "valid_until": None if paper.valid_until is None else str(paper.valid_until),
            **({} if paper.maker is None else {"maker": paper.maker}),
        }
        for paper in papers
        if paper in relied and in_date(paper, day)
    ]
    return json.dumps(shown, ensure_ascii=False)


def _measured(about: MaterialRow, receipt: Receipt, unit: Measure) -> Decimal | None:
    """The delivery in metres or kilograms."""
    return receipt.quantity if about.unit is unit else receipt.total(unit)


async def _make_lot(
    source: SupplierRow,
    about: MaterialRow,
    specification: SpecificationRow,
    receipt: Receipt,
    usable_until: datetime | None,
    actor: Actor,
) -> UnitRow:
    return await make_unit(
        kind=UnitKind.LOT,
        code=await next_number("ML"),
        item=about.name_zh,
        quantity=receipt.quantity,
        unit=str(about.unit),
        state=UnitState.QUARANTINE,
        usable_until=usable_until,
        made_on=receipt.made_on,
        supplier=source.code,
        supplier_lot=receipt.supplier_lot,
        identifiers={"material": about.code, "supplier": source.code, "specification": specification.label},
        actor=actor,
    )


async def _make_rolls(
    lot: UnitRow, about: MaterialRow, usable_until: datetime | None, receipt: Receipt, actor: Actor
) -> list[str]:
    """All rolls of the delivery in the same few statements, however many a truck brings."""
    quantities = [quantity for roll in receipt.rolls if (quantity := roll.quantity(about.unit)) is not None]
    assert len(quantities) == len(receipt.rolls)
    made = await make_units(
        kind=UnitKind.ROLL,
        items={
            f"{lot.code}-R{number:02d}": {
                "material": about.code,
                "roll": roll.supplier_roll or "",
                "specification": lot.identifiers["specification"],
                **({} if roll.kilograms is None else {"kilograms": f"{roll.kilograms:f}"}),
            }
            for number, roll in enumerate(receipt.rolls, start=1)
        },
        item=about.name_zh,
        quantity=quantities,
        unit=str(about.unit),
        state=UnitState.QUARANTINE,
        usable_until=usable_until,
        made_on=receipt.made_on,
        supplier=lot.supplier,
        supplier_lot=receipt.supplier_lot,
    )
    await sql.execute(
        "INSERT INTO roll (id, lot, number, supplier_roll, metres, kilograms)"
        " SELECT id, $1, place, supplier_roll, metres, kilograms"
        " FROM unnest($2::bigint[], $3::text[], $4::numeric[], $5::numeric[]) WITH ORDINALITY"
        " AS t (id, supplier_roll, metres, kilograms, place) ORDER BY place",
        lot.id,
        [unit.id for unit in made],
        [roll.supplier_roll for roll in receipt.rolls],
        [roll.metres for roll in receipt.rolls],
        [roll.kilograms for roll in receipt.rolls],
    )
    pairs = [Pair(lot.id, unit.id, unit.quantity) for unit in made]
    await link_many(pairs, activity=Activity.SPLIT, actor=actor)
    return [unit.code for unit in made]


async def _inspect(
    lot: UnitRow,
    about: MaterialRow,
    specification: SpecificationRow,
    receipt: Receipt,
    rolls: list[str],
    series: Series,
    skip: Skip | None,
    actor: Actor,
) -> str:
    """The sheet by the severity that the supplier's lots have come to, and the list of rolls to draw from."""
    tests = sampled_tests(about, specification, receipt, series, skip)
    row = await open_inspection(
        purpose=Purpose.INCOMING,
        subject=lot.id,
        title=about.name_zh,
        source=specification.label,
        tests=tests,
        actor=actor,
    )
    await note_sampling(lot, row, rolls=rolls, series=series, skip=skip, actor=actor)
    return row.code
