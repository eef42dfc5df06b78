"""Batches at every point of their life, made by the real acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from maskqms.actor import SYSTEM
from maskqms.batches.actions.clearance import check_clearance, clear_line
from maskqms.batches.actions.complete import complete_batch
from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.actions.masters import MasterDetails, approve_master_record, draft_master_record
from maskqms.batches.actions.output import record_output
from maskqms.batches.actions.pack import pack_carton
from maskqms.batches.actions.plan import plan_batch
from maskqms.batches.actions.start import start_batch
from maskqms.batches.queries.batches import BatchRow, batch_by_code
from maskqms.batches.queries.masters import MasterRow, master_in_force
from maskqms.batches.rules.masters import BillItem, Step
from maskqms.batches.states import ClearanceMoment, ClearancePoint, OutputKind, ScrapReason
from maskqms.db.clock import end_of_day, today
from maskqms.errors import NotFound
from maskqms.materials.actions.specifications import enter_material
from maskqms.materials.queries.materials import materials
from maskqms.materials.states import Category, Measure
from maskqms.products.queries import product_by_code
from maskqms.trace.actions.units import make_unit
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import UnitKind, UnitState
from tests.conftest import People
from tests.make.products import make_product, signer

MELTBLOWN, SPUNBOND = "M-MB-25", "M-SB-30"
BILL = (
    BillItem(MELTBLOWN, "熔喷布 25 g", Decimal("180"), "m", Decimal(5), Decimal(2)),
    BillItem(SPUNBOND, "纺粘布 30 g", Decimal("360"), "m", Decimal(5), Decimal(2)),
)
DETAILS = MasterDetails(
    bill=BILL,
    route=(Step("form", "打片"), Step("weld", "点焊耳带"), Step("pack", "内包装")),
    lines=("L1", "L2"),
    yield_from=Decimal("0.9"),
    piece_tolerance=10,
    change="首版",
)
POINTS = [str(point) for point in ClearancePoint]


async def make_roll(
    code: str,
    material: str = MELTBLOWN,
    *,
    quantity: str = "500",
    unit: str = "m",
    state: UnitState = UnitState.RELEASED,
    days: int | None = 365,
    kind: UnitKind = UnitKind.ROLL,
) -> UnitRow:
    """A roll in stock, as receipt leaves it."""
    return await make_unit(
        kind=kind,
        code=code,
        item=f"{material} 卷料",
        quantity=Decimal(quantity),
        unit=unit,
        state=state,
        usable_until=None if days is None else end_of_day(await today() + timedelta(days=days)),
        supplier="河南净源新材料有限公司",
        supplier_lot="JY-2611",
        identifiers={"material": material},
        actor=SYSTEM,
    )


async def make_materials(people: People) -> None:
    """The materials of the bill, once."""
    known = {material.code for material in await materials()}
    for code, name, category in (
        (MELTBLOWN, "熔喷布 25 g", Category.MELTBLOWN),
        (SPUNBOND, "纺粘布 30 g", Category.SPUNBOND),
    ):
        if code not in known:
            await enter_material(code=code, name_zh=name, category=category, unit=Measure.METRE, actor=people.quality)


async def make_master(people: People, product: str = "P-01", details: MasterDetails = DETAILS) -> MasterRow:
    """A master record in force, written by the plant manager and approved by quality."""
    await make_materials(people)
    drafted = await draft_master_record(product=product, details=details, actor=people.manager)
    return await approve_master_record(product=product, version=drafted.version, signer=await signer(people, "quality"))


async def make_batch(people: People, product: str = "P-01", *, line: str = "L1", planned: int = 1000) -> BatchRow:
    """A planned batch; product, certificates and master record are made when they are not there yet."""
    try:
        found = await product_by_code(product)
    except NotFound:
        found = await make_product(people, product)
    if await master_in_force(found.id) is None:
        await make_master(people, product)
    return await plan_batch(product=product, line=line, quantity=Decimal(planned), actor=people.manager)


async def clear(
    people: People,
    batch: str,
    moment: ClearanceMoment = ClearanceMoment.BEFORE,
    done_by: str = "operator",
    checked_by: str = "operator2",
) -> None:
    """The line cleared by one and checked by another."""
    await clear_line(batch=batch, moment=moment, confirmed=POINTS, signer=await signer(people, done_by))
    await check_clearance(batch=batch, moment=moment, clean=True, signer=await signer(people, checked_by))


async def make_started(people: People, product: str = "P-01", *, line: str = "L1", planned: int = 1000) -> BatchRow:
    """A batch in production, nothing issued yet."""
    batch = await make_batch(people, product, line=line, planned=planned)
    await clear(people, batch.code)
    await start_batch(batch=batch.code, actor=people.operator)
    return await batch_by_code(batch.code)


async def make_running(
    people: People,
    product: str = "P-01",
    *,
    good: int = 800,
    made: int | None = None,
    materials: Mapping[str, str] | None = None,
) -> BatchRow:
    """A batch with rolls issued, enough for `made` pieces (or the good ones), and good pieces recorded."""
    batch = await make_started(people, product)
    rolls = materials or {f"ML-{batch.code}-R01": MELTBLOWN, f"ML-{batch.code}-R02": SPUNBOND}
    for code, material in rolls.items():
        await make_roll(code, material, quantity="5000")
        await issue_unit(
            batch=batch.code,
            code=code,
            quantity=Decimal(made or good) * (Decimal("0.184") if material == MELTBLOWN else Decimal("0.368")),
            actor=people.operator,
        )
    await record_output(batch=batch.code, kind=OutputKind.GOOD, quantity=Decimal(good), actor=people.operator)
    return await batch_by_code(batch.code)


async def make_completed(people: People, product: str = "P-01", *, cartons: int = 4) -> BatchRow:
    """A batch packed whole and completed within its limits: 4 boxes of 50 a carton, a little scrap and samples."""
    batch = await make_running(people, product, good=cartons * 200, made=cartons * 200 + 15)
    for kind, quantity, why in (
        (OutputKind.SCRAP, 5, ScrapReason.WELD),
        (OutputKind.SAMPLE, 6, None),
        (OutputKind.RETAINED, 4, None),
    ):
        await record_output(
            batch=batch.code, kind=kind, quantity=Decimal(quantity), scrap_reason=why, actor=people.operator
        )
    for _number in range(cartons):
        await pack_carton(batch=batch.code, actor=people.operator)
    await complete_batch(batch=batch.code, counted=Decimal(cartons * 200 + 15), actor=people.operator)
    await clear(people, batch.code, ClearanceMoment.AFTER)
    return await batch_by_code(batch.code)
