"""Builders of the lab: units to inspect, plans and filled sheets."""

from __future__ import annotations

from decimal import Decimal

from maskqms.accounts.signing import content_digest
from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.open import open_inspection
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.plan import PlannedTest, planned
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Purpose
from maskqms.standards.requirement import Requirement
from maskqms.trace.actions.units import make_unit
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import UnitKind, UnitState
from tests.conftest import People

PFE = Requirement.model_validate(
    {
        "code": "PFE", "name": {"zh": "过滤效率", "en": "Filtration efficiency"}, "unit": "%", "kind": "variable",
        "comparator": ">=", "limit": {"comparator": ">=", "number": "95"}, "specimens": 3, "provenance": "recalled",
        "source": "agreement",
    }
)  # fmt: skip
APPEAR = Requirement.model_validate(
    {
        "code": "APPEAR", "name": {"zh": "外观", "en": "Appearance"}, "kind": "attribute", "limit": {"word": "pass"},
        "provenance": "recalled", "source": "agreement",
    }
)  # fmt: skip


def plan(*, lot_size: int = 500) -> list[PlannedTest]:
    """Three filtration values and an appearance count."""
    return [planned(PFE), planned(APPEAR, lot_size=lot_size, level="II", aql="1.0")]


async def unit(actor: Actor, code: str = "MB-20261121-001") -> UnitRow:
    async with act(Tag.UNIT_MOVE, actor=actor):
        return await make_unit(
            kind=UnitKind.BATCH, code=code, item="医用外科口罩", quantity=Decimal(1000), unit="piece",
            state=UnitState.QUARANTINE, actor=actor,
        )  # fmt: skip


async def inspection(
    actor: Actor, *, tests: list[PlannedTest] | None = None, subject: UnitRow | None = None
) -> InspectionRow:
    about = subject or await unit(actor)
    return await open_inspection(
        purpose=Purpose.RELEASE,
        subject=about.id,
        title="出厂检验",
        source="YY 0469-2023",
        tests=tests or plan(),
        actor=actor,
    )


async def fill(code: str, actor: Actor, *, pfe: tuple[str, ...] = ("95.1", "96", "97.25"), count: str = "0") -> None:
    for number, value in enumerate(pfe, start=1):
        await enter_result(code, test="PFE", specimen=number, value=value, actor=actor)
    await enter_result(code, test="APPEAR", specimen=1, value=count, actor=actor)


async def review(code: str, people: People, reviewer: str = "inspector2") -> InspectionRow:
    digest = content_digest((await sheet(code)).content)
    return await review_inspection(code, digest=digest, signer=await people.signer(reviewer))


async def reviewed(
    people: People, *, pfe: tuple[str, ...] = ("95.1", "96", "97.25"), count: str = "0"
) -> InspectionRow:
    """A sheet entered by `inspector` and reviewed by `inspector2`."""
    row = await inspection(people.quality)
    await fill(row.code, people.inspector, pfe=pfe, count=count)
    await finish_entry(row.code, actor=people.inspector)
    return await review(row.code, people)
