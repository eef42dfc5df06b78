"""Builders of series of lots: printed labels of one supplier, two counted tests a lot, decided one after the other."""

from __future__ import annotations

from decimal import Decimal

from maskqms.accounts.signing import content_digest
from maskqms.materials.actions.receive import Received, receive_lot
from maskqms.materials.actions.sampling import rule_sampling, ruling_content
from maskqms.materials.queries.materials import material_by_code
from maskqms.materials.queries.sampling import Series, series_of
from maskqms.materials.queries.suppliers import supplier_by_code
from maskqms.materials.states import Category, LotDecision, Measure, SamplingRule
from tests.conftest import People
from tests.make import materials as make

LABELS = "M-LB-01"


async def source(people: People) -> make.Source:
    return await make.source(people, code=LABELS, name="标签", category=Category.LABEL, unit=Measure.PIECE)


async def received(people: People, number: int, supplier: str = "S001") -> Received:
    """A delivery of 500 labels."""
    receipt = make.receipt(quantity=Decimal(500), rolls=(), supplier_lot=f"LB-{number}", delivery_note=f"SH-{number}")
    return await receive_lot(supplier=supplier, material=LABELS, receipt=receipt, actor=people.warehouse)


async def decided(people: People, number: int, *, good: bool) -> Received:
    """A delivery tested and decided as its labels were."""
    made = await received(people, number)
    if good:
        await make.inspected(people, made.inspection)
        await make.decide(people, made.lot)
    else:
        await make.inspected(people, made.inspection, bad={"PRINT": "5"})
        await make.decide(people, made.lot, LotDecision.REJECT, reason="印刷错误")
    return made


async def series(supplier: str = "S001", material: str = LABELS) -> Series:
    return await series_of((await supplier_by_code(supplier)).id, (await material_by_code(material)).id)


async def rule(
    people: People, rule: SamplingRule, *, who: str = "quality", material: str = LABELS, **numbers: int
) -> None:
    """Quality signs what is shown."""
    content = ruling_content("S001", material, await series(material=material))
    await rule_sampling(
        "S001",
        material=material,
        rule=rule,
        reason="供方整改报告 CA-7",
        digest=content_digest(content),
        signer=await people.signer(who),
        **numbers,
    )
