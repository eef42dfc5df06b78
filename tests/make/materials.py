"""Builders of what comes in: an approved supplier, a material with limits, a lot received and tested."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from maskqms.accounts.signing import content_digest
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.approvals import approval_content, decide_approval, keep_evaluation, propose_supplier
from maskqms.materials.actions.conditional import release_conditionally
from maskqms.materials.actions.decide import Decided, decide_lot
from maskqms.materials.actions.orders import draft_order, place_order
from maskqms.materials.actions.parting import Parted, inspect_rolls, part_lot
from maskqms.materials.actions.receive import Received, receive_lot
from maskqms.materials.actions.specifications import (
    approve_specification,
    draft_specification,
    enter_material,
)
from maskqms.materials.actions.suppliers import CopyOfPaper, add_credential, enter_supplier
from maskqms.materials.queries.lots import LotRow, lot_by_code, rolls_of
from maskqms.materials.queries.materials import MaterialRow, material_by_code, specification
from maskqms.materials.queries.sheets import roll_sheets
from maskqms.materials.queries.suppliers import SupplierRow, credentials_of, evaluations_of, latest_approval
from maskqms.materials.rules.decision import lot_content
from maskqms.materials.rules.orders import NewLine
from maskqms.materials.rules.papers import DEFAULT_TYPES
from maskqms.materials.rules.parting import parting_content
from maskqms.materials.rules.receipt import NewRoll, Receipt
from maskqms.materials.specification import SpecificationTest, SpecifiedTests
from maskqms.materials.states import (
    MAY_DELIVER,
    ApprovalState,
    Category,
    CredentialType,
    EvaluationKind,
    LotDecision,
    Measure,
    SupplierKind,
)
from maskqms.quality.actions import decide_change
from maskqms.quality.queries import change
from maskqms.quality.states import ChangeState
from tests.conftest import People
from tests.make.papers import PAPER

YEAR = timedelta(days=365)


async def supplier(
    people: People,
    *,
    name: str = "江苏某熔喷材料有限公司",
    kind: SupplierKind = SupplierKind.MANUFACTURER,
    papers: tuple[CredentialType, ...] = DEFAULT_TYPES,
) -> SupplierRow:
    """A supplier with papers valid for a year."""
    row = await enter_supplier(name=name, kind=kind, actor=people.warehouse)
    for type_ in papers:
        await credential(people, row.code, type_)
    return row


async def credential(
    people: People,
    supplier_code: str,
    type_: CredentialType,
    *,
    valid_until: date | None = None,
    names_item: bool = True,
    maker: str | None = None,
) -> int:
    letter = type_ is CredentialType.AUTHORISATION_LETTER
    day = await today()
    return await add_credential(
        supplier_code,
        type=type_,
        number=f"{type_.value}-1",
        valid_from=day - YEAR,
        valid_until=valid_until or day + YEAR,
        names_item=names_item,
        maker=maker,
        scope="熔喷布" if letter else None,
        person="李销售" if letter else None,
        copy=CopyOfPaper(f"{type_.value}.pdf", PAPER),
        actor=people.quality,
    )


async def evaluation(
    people: People, supplier_code: str, material_code: str, *, kind: EvaluationKind = EvaluationKind.AUDIT
) -> int:
    """A report that is kept, made today."""
    return await keep_evaluation(
        supplier_code,
        material=material_code,
        kind=kind,
        number="AU-2026-01",
        done_on=await today(),
        copy=CopyOfPaper("审核报告.pdf", PAPER),
        actor=people.warehouse,
    )


async def material(
    people: People,
    *,
    code: str = "M-MB-25",
    name: str = "熔喷布 25 g/m²",
    category: Category = Category.MELTBLOWN,
    unit: Measure = Measure.METRE,
    storage_life_days: int | None = None,
    in_force: bool = True,
    few: tuple[str, ...] = (),
    limits: dict[str, str] | None = None,
) -> MaterialRow:
    """A material with the customary specification, drafted by `quality` and put in force by `quality2`; of `few` tests
    only those, one specimen each: what is said of a sheet is said of a short one too, and sooner."""
    row = await enter_material(
        code=code, name_zh=name, category=category, unit=unit, storage_life_days=storage_life_days, actor=people.quality
    )
    draft = await draft_specification(code, actor=people.quality)
    if few:
        short = SpecifiedTests(
            tests=tuple(_short(test, limits or {}) for test in draft.tests.tests if test.code in few)
        )
        await sql.execute("UPDATE specification SET tests = $2 WHERE id = $1", draft.id, short.model_dump_json())
    if not in_force:
        return row
    await put_in_force(people, code, draft.version)
    return await material_by_code(code)


def _short(test: SpecificationTest, limits: dict[str, str]) -> SpecificationTest:
    """One specimen, and where it is given another limit."""
    changed: dict[str, object] = {"specimens": 1}
    if test.code in limits and test.requirement.limit is not None:
        changed["limit"] = test.requirement.limit.model_copy(update={"number": Decimal(limits[test.code])})
    return test.model_copy(update={"requirement": test.requirement.model_copy(update=changed)})


async def put_in_force(people: People, code: str, version: int = 1, *, who: str = "quality2") -> None:
    digest = content_digest((await specification(code, version)).content)
    await approve_specification(code, version, digest=digest, signer=await people.signer(who))


async def approve(
    people: People,
    source: SupplierRow,
    code: str,
    *,
    state: ApprovalState = ApprovalState.APPROVED,
    valid_until: date | None = None,
    who: str = "quality",
    evaluated: bool = True,
    condition: str | None = None,
    evaluate_by: date | None = None,
) -> None:
    """Propose (when nobody has), keep a new audit report for an approval, and decide."""
    day = await today()
    about = await material_by_code(code)
    current = await latest_approval(source.id, about.id)
    if current is None:
        await propose_supplier(source.code, material=code, basis="首批试用", actor=people.warehouse)
        current = await latest_approval(source.id, about.id)
    assert current is not None
    if evaluated and state in MAY_DELIVER:
        await evaluation(people, source.code, code)
    evaluations = await evaluations_of(source.id, about.id)
    shown = approval_content(source, code, current.state, await credentials_of(source.id), evaluations)
    await decide_approval(
        source.code,
        material=code,
        state=state,
        basis="现场审核报告 AU-2026-01",
        digest=content_digest(shown),
        signer=await people.signer(who),
        valid_from=day - timedelta(days=1),
        valid_until=valid_until or day + YEAR,
        condition=condition,
        evaluate_by=evaluate_by,
    )


async def change_decided(people: People, code: str, *, decision: ChangeState = ChangeState.APPROVED) -> None:
    """A change of a source, opened by `quality`, decided by `quality2`."""
    digest = content_digest((await change(code)).content())
    await decide_change(
        code,
        decision=decision,
        conclusion="验证报告 VR-2026-01, 三批合格",
        digest=digest,
        signer=await people.signer("quality2"),
    )


@dataclass(frozen=True, slots=True)
class Source:
    """A supplier approved for a material with a specification in force."""

    supplier: str
    material: str


async def source(people: People, *, ordered: int | None = 10_000_000, **facts: object) -> Source:
    """With so much of it ordered that everything a test receives was ordered."""
    about = await material(people, **facts)  # type: ignore[arg-type]
    row = await supplier(people, papers=(*DEFAULT_TYPES, CredentialType.QUALITY_AGREEMENT))
    await approve(people, row, about.code)
    where = Source(row.code, about.code)
    if ordered is not None and about.version is not None:
        await order(people, where, ordered)
    return where


async def draft(
    people: People, where: Source, quantity: int = 2000, *, over: int = 0, due_on: date | None = None
) -> str:
    """An order of one line, not placed yet."""
    line = NewLine(Decimal(quantity), due_on or await today() + YEAR, Decimal(over))
    return await draft_order(supplier=where.supplier, first=(where.material, line), actor=people.warehouse)


async def order(people: People, where: Source, quantity: int = 2000, **more: Any) -> str:
    """An order of one line, placed."""
    code = await draft(people, where, quantity, **more)
    await place_order(code, actor=people.warehouse)
    return code


def receipt(*, count: int = 4, metres: int = 500, **changes: object) -> Receipt:
    """So many rolls of so many metres."""
    made = Receipt(
        quantity=Decimal(count * metres),
        supplier_lot="RP-2611-07",
        delivery_note="SH-88",
        rolls=tuple(NewRoll(metres=Decimal(metres), kilograms=Decimal(12)) for _n in range(count)),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


FEW = ("PFE", "RES", "STRENGTH_MD", "APPEAR")


async def received(people: People, *, few: tuple[str, ...] = (), **changes: object) -> Received:
    where = await source(people, few=few)
    return await receive_lot(
        supplier=where.supplier,
        material=where.material,
        receipt=receipt(**changes),
        actor=people.warehouse,  # type: ignore[arg-type]
    )


def good_value(test: PlannedTest) -> str:
    """A value that meets the limit."""
    limit = test.requirement.limit
    if test.tally is not None:
        return "0"
    if limit is None or limit.number is None:
        return "pass"
    return str(limit.number)


async def inspected(people: People, code: str, *, bad: dict[str, str] | None = None, optional: bool = False) -> None:
    """Every required value entered by `inspector`, the sheet reviewed by `inspector2`."""
    found = await sheet(code)
    for test in found.inspection.plan.tests:
        if not (test.required or optional):
            continue
        for specimen in range(1, test.cells + 1):
            value = (bad or {}).get(test.code) or good_value(test)
            await enter_result(code, test=test.code, specimen=specimen, value=value, actor=people.inspector)
    await finish_entry(code, actor=people.inspector)
    digest = content_digest((await sheet(code)).content)
    await review_inspection(code, digest=digest, signer=await people.signer("inspector2"))


async def decide(
    people: People,
    code: str,
    decision: LotDecision = LotDecision.RELEASE,
    *,
    who: str = "quality",
    reason: str | None = None,
) -> Decided:
    lot = await lot_by_code(code)
    assert lot.inspection is not None
    shown = lot_content(lot.facts, (await sheet(lot.inspection)).verdict)
    return await decide_lot(
        code, decision=decision, digest=content_digest(shown), signer=await people.signer(who), reason=reason
    )


async def released(people: People, **changes: object) -> LotRow:
    """A lot of four rolls, released: what a batch is made of."""
    made = await received(people, **changes)
    await inspected(people, made.inspection)
    await decide(people, made.lot)
    return await lot_by_code(made.lot)


async def released_of(people: People, code: str = "M-MB-25", **changes: object) -> LotRow:
    """A released lot of a material that exists already, with a specification and a supplier of its own."""
    draft = await draft_specification(code, actor=people.quality)
    await put_in_force(people, code, draft.version)
    row = await supplier(people, papers=(*DEFAULT_TYPES, CredentialType.QUALITY_AGREEMENT))
    await approve(people, row, code)
    await order(people, Source(row.code, code), 10_000_000)
    made = await receive_lot(
        supplier=row.code,
        material=code,
        receipt=receipt(**changes),
        actor=people.warehouse,
    )
    await inspected(people, made.inspection)
    await decide(people, made.lot)
    return await lot_by_code(made.lot)


async def entered_rest(people: People, code: str, value: str | None = None) -> None:
    """The required cells that are still empty, by `inspector`: a good value, or the given one."""
    found = await sheet(code)
    for test in found.inspection.plan.tests:
        for specimen in range(1, test.cells + 1):
            if test.required and found.current(test.code, specimen) is None:
                text = value or good_value(test)
                await enter_result(code, test=test.code, specimen=specimen, value=text, actor=people.inspector)


async def reviewed(people: People, code: str) -> None:
    digest = content_digest((await sheet(code)).content)
    await review_inspection(code, digest=digest, signer=await people.signer("inspector2"))


async def filled_rest(people: People, code: str) -> None:
    """The required cells that are still empty, by `inspector`; reviewed by `inspector2`."""
    await entered_rest(people, code)
    await finish_entry(code, actor=people.inspector)
    await reviewed(people, code)


async def received_as(people: People, category: Category, code: str) -> Received:
    """A delivery of another category."""
    where = await source(people, category=category, code=code, name="无纺布")
    return await receive_lot(
        supplier=where.supplier, material=where.material, receipt=receipt(), actor=people.warehouse
    )


async def condition(
    people: People, code: str, *, who: str = "quality", reason: str = "停线待料，微生物结果后补"
) -> Decided:
    """Released conditionally, with what the page shows."""
    lot = await lot_by_code(code)
    assert lot.inspection is not None
    shown = lot_content(lot.facts, (await sheet(lot.inspection)).verdict)
    return await release_conditionally(
        code, reason=reason, digest=content_digest(shown), signer=await people.signer(who)
    )


async def entered_but(people: People, code: str, *missing: str, bad: dict[str, str] | None = None) -> None:
    """Every required value by `inspector`, except those of the missing tests: the sheet stays open."""
    for test in (await sheet(code)).inspection.plan.tests:
        if test.code in missing or not test.required:
            continue
        for specimen in range(1, test.cells + 1):
            value = (bad or {}).get(test.code) or good_value(test)
            await enter_result(code, test=test.code, specimen=specimen, value=value, actor=people.inspector)


async def conditional(people: People, *missing: str, **changes: object) -> Received:
    """A lot of four rolls in use before its last result, by default that of the strength, is there."""
    made = await received(people, few=FEW, **changes)
    await entered_but(people, made.inspection, *(missing or ("STRENGTH_MD",)))
    await condition(people, made.lot)
    return made


async def failed(people: People, *, test: str = "PFE", value: str = "94.9", **changes: object) -> Received:
    """A lot of four rolls whose sheet failed and is reviewed."""
    made = await received(people, few=FEW, **changes)
    await inspected(people, made.inspection, bad={test: value})
    return made


async def sorted_rolls(people: People, lot: str, bad: dict[str, dict[str, str]]) -> None:
    """Each roll of a failed lot inspected by itself; `bad` says which test of which roll fails, with the value."""
    rolls = [roll.code for roll in await rolls_of((await lot_by_code(lot)).id)]
    made = await inspect_rolls(lot, rolls=rolls, actor=people.inspector)
    for roll, code in zip(rolls, made.inspections, strict=True):
        await inspected(people, code, bad=bad.get(roll))


async def part(
    people: People, code: str, *rejected: str, who: str = "quality", reason: str = "过滤效率不合格的卷"
) -> Parted:
    """The named rolls rejected, the others released."""
    lot = await lot_by_code(code)
    assert lot.inspection is not None
    own = await roll_sheets(await rolls_of(lot.id))
    shown = parting_content(
        lot_content(lot.facts, (await sheet(lot.inspection)).verdict),
        {roll: (one.inspection.code, one.verdict) for roll, one in own.items()},
    )
    return await part_lot(
        code, rejected=rejected, reason=reason, digest=content_digest(shown), signer=await people.signer(who)
    )


async def parted_ready(people: People) -> Received:
    """A failed lot, each of its four rolls inspected by itself: the second fails."""
    made = await failed(people)
    await sorted_rolls(people, made.lot, {f"{made.lot}-R02": {"PFE": "94.9"}})
    return made


async def parted(people: People) -> Received:
    """A lot of four rolls, the second rejected, the others released."""
    made = await parted_ready(people)
    await part(people, made.lot, f"{made.lot}-R02")
    return made


async def rejected(people: People) -> Received:
    """A failed lot of four rolls, rejected as a whole."""
    made = await failed(people)
    await decide(people, made.lot, LotDecision.REJECT, reason="过滤效率不合格")
    return made


async def lower_grade(people: People, **limits: str) -> MaterialRow:
    """The same cloth with softer limits: what a rejected roll may still be good for."""
    return await material(people, code="M-MB-90", name="熔喷布 民用级", few=FEW, limits={"PFE": "90", **limits})
