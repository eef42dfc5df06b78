"""Builders of what comes in: an approved supplier, a material with limits, a lot received and tested."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from maskqms.accounts.signing import content_digest
from maskqms.db.clock import today
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.approvals import approval_content, decide_approval, keep_evaluation, propose_supplier
from maskqms.materials.actions.decide import Decided, decide_lot
from maskqms.materials.actions.receive import Received, receive_lot
from maskqms.materials.actions.specifications import (
    approve_specification,
    draft_specification,
    enter_material,
)
from maskqms.materials.actions.suppliers import CopyOfPaper, add_credential, enter_supplier
from maskqms.materials.queries.lots import LotRow, lot_by_code
from maskqms.materials.queries.materials import MaterialRow, material_by_code, specification
from maskqms.materials.queries.suppliers import SupplierRow, credentials_of, evaluations_of, latest_approval
from maskqms.materials.rules.decision import lot_content
from maskqms.materials.rules.papers import DEFAULT_TYPES
from maskqms.materials.rules.receipt import NewRoll, Receipt
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
) -> MaterialRow:
    """A material with the customary specification, drafted by `quality` and put in force by `quality2`."""
    row = await enter_material(
        code=code, name_zh=name, category=category, unit=unit, storage_life_days=storage_life_days, actor=people.quality
    )
    draft = await draft_specification(code, actor=people.quality)
    if in_force:
        await put_in_force(people, code, draft.version)
    return row


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


async def source(people: People, **facts: object) -> Source:
    about = await material(people, **facts)  # type: ignore[arg-type]
    row = await supplier(people)
    await approve(people, row, about.code)
    return Source(row.code, about.code)


def receipt(*, count: int = 4, metres: int = 500, **changes: object) -> Receipt:
    """So many rolls of so many metres."""
    made = Receipt(
        quantity=Decimal(count * metres),
        supplier_lot="RP-2611-07",
        delivery_note="SH-88",
        rolls=tuple(NewRoll(metres=Decimal(metres), kilograms=Decimal(12)) for _n in range(count)),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


async def received(people: People, **changes: object) -> Received:
    where = await source(people)
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
    row = await supplier(people)
    await approve(people, row, code)
    made = await receive_lot(
        supplier=row.code,
        material=code,
        receipt=receipt(**changes),
        actor=people.warehouse,
    )
    await inspected(people, made.inspection)
    await decide(people, made.lot)
    return await lot_by_code(made.lot)


async def filled_rest(people: People, code: str) -> None:
    """The required cells that are still empty, by `inspector`; reviewed by `inspector2`."""
    found = await sheet(code)
    for test in found.inspection.plan.tests:
        for specimen in range(1, test.cells + 1):
            if test.required and found.current(test.code, specimen) is None:
                await enter_result(
                    code, test=test.code, specimen=specimen, value=good_value(test), actor=people.inspector
                )
    await finish_entry(code, actor=people.inspector)
    digest = content_digest((await sheet(code)).content)
    await review_inspection(code, digest=digest, signer=await people.signer("inspector2"))
