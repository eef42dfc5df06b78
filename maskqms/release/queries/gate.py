"""The facts of the gate: twelve statements, whatever the batch and its ancestors, and as many for a whole queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from maskqms.batches.rules.balances import balance_blockers
from maskqms.batches.states import BatchState
from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.lab.queries.inspections import INSPECTION, InspectionRow
from maskqms.lab.queries.investigations import Question, questions_of
from maskqms.products.queries import LicenceRow, ProductRow, licences, products
from maskqms.release.queries.facts import (
    balances_of,
    batch_fact,
    clearance_fact,
    edition_of,
    licence_facts,
    made_of,
    output_fact,
    standard_fact,
    unit_fact,
)
from maskqms.release.queries.limits import EnteredLimitRow, entered_limits
from maskqms.release.queries.rows import (
    AncestorRow,
    BatchRow,
    CartonRow,
    DeviationRow,
    LinkRow,
    ResultRow,
)
from maskqms.release.queries.sheets import Sheets, read_sheets
from maskqms.release.rules.changes import ChangeRow, Changes, read_changes
from maskqms.release.rules.facts import (
    CartonFact,
    DeviationFact,
    GateFacts,
    LinkFact,
    QuestionFact,
    ReviewFact,
)
from maskqms.release.rules.gate import judge_gate
from maskqms.release.rules.report import GateReport
from maskqms.settings import settings
from maskqms.standards.editions import Edition
from maskqms.standards.requirement import Requirement


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything known of a batch at its release: what the gate, the review, the page and the certificate show."""

    batch: BatchRow
    product: ProductRow
    licences: Sequence[LicenceRow]
    edition: Edition | None
    requirements: Sequence[Requirement]
    ancestors: Mapping[int, AncestorRow]
    sheets: Sheets
    changes: Changes
    facts: GateFacts
    report: GateReport


async def gate(code: str) -> GateReport:
    """Every question of R87 about the batch, asked now."""
    return (await dossier(code)).report


async def dossier(code: str) -> Dossier:
    """One batch, read and judged."""
    found = await dossiers([code])
    if not found:
        raise NotFound(code)
    return found[0]


async def batch_row(code: str) -> BatchRow:
    row = await sql.one_as(BatchRow, _sql("batch.sql"), [code])
    if row is None:
        raise NotFound(code)
    return row


async def dossiers(codes: Sequence[str]) -> list[Dossier]:
    """Any number of batches in the same number of statements; codes that are no batch are left out."""
    batches = await sql.fetch_as(BatchRow, _sql("batch.sql"), list(codes))
    ids = [batch.id for batch in batches]
    known = {product.code: product for product in await products()}
    certificates = await licences()
    entered = await entered_limits(*{batch.edition for batch in batches if batch.edition})
    ancestors = _by_batch(await sql.fetch_as(AncestorRow, _sql("ancestors.sql"), ids))
    above = {row.id for rows in ancestors.values() for row in rows}
    links = await sql.fetch_as(LinkRow, _sql("links.sql"), [*ids, *above])
    sheets = await sql.fetch_as(InspectionRow, f"{INSPECTION} WHERE i.subject = ANY($1::bigint[]) ORDER BY i.id", ids)
    results = _by_batch(await sql.fetch_as(ResultRow, _sql("results.sql"), ids, settings().zone))
    cartons = _by_batch(await sql.fetch_as(CartonRow, _sql("cartons.sql"), ids))
    deviations = await sql.fetch_as(DeviationRow, _sql("deviations.sql"), [*ids, *above])
    questions = await questions_of([*ids, *above])
    changes = _by_batch(await sql.fetch_as(ChangeRow, _sql("changes.sql"), ids))
    return [
        _judged(
            Read(
                batch=batch,
                product=known[batch.product],
                licences=certificates,
                entered=entered,
                ancestors={row.id: row for row in ancestors.get(batch.id, ())},
                links=links,
                sheets=read_sheets([row for row in sheets if row.subject == batch.id], results.get(batch.id, ())),
                cartons=cartons.get(batch.id, ()),
                deviations=deviations,
                questions=questions,
                changes=read_changes(changes.get(batch.id, ())),
            )
        )
        for batch in batches
    ]


class OfBatch(Protocol):
    @property
    def batch(self) -> int: ...


Row = TypeVar("Row", bound=OfBatch)


def _by_batch(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.batch, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Read:
    """What the statements gave for one batch."""

    batch: BatchRow
    product: ProductRow
    licences: Sequence[LicenceRow]
    entered: Sequence[EnteredLimitRow]
    ancestors: Mapping[int, AncestorRow]
    links: Sequence[LinkRow]
    sheets: Sheets
    cartons: Sequence[CartonRow]
    deviations: Sequence[DeviationRow]
    questions: Sequence[Question]
    changes: Changes


def _judged(read: Read) -> Dossier:
    batch, product, sheets, changes = read.batch, read.product, read.sheets, read.changes
    edition, required = edition_of(batch, read.entered)
    family = {batch.id, *read.ancestors}
    decided = batch.state in (BatchState.RELEASED, BatchState.REJECTED)
    numbers, unlicensed = licence_facts(product, read.licences, batch)
    balances = balances_of(batch)
    facts = GateFacts(
        at=batch.at,
        batch=batch_fact(batch, product),
        ancestors={row.id: unit_fact(row) for row in read.ancestors.values()},
        links=[
            LinkFact(row.parent, row.child, row.activity, row.at, row.imported)
            for row in read.links
            if row.child in family and row.parent in family
        ],
        licence_numbers=numbers,
        unlicensed=unlicensed,
        standard=standard_fact(batch, edition, required),
        inspections=sheets.inspection_facts(),
        tests=sheets.test_facts(made_of(batch)),
        readings=sheets.reading_facts(),
        checks=sheets.check_facts(),
        clearances=[clearance_fact(batch, row) for row in batch.clearances],
        output=output_fact(batch),
        unbalanced=[] if balances.digest in batch.findings else balance_blockers(balances),
        findings=len(batch.findings),
        cartons=[CartonFact(row.code, row.held, row.gtin, row.number, row.expires_on) for row in read.cartons],
        loose_boxes=batch.loose_boxes,
        deviations=[
            DeviationFact(row.code, row.title, row.unit, row.open, row.opened_at, row.source)
            for row in read.deviations
            if row.unit in family
        ],
        questions=[
            QuestionFact(one.kind, one.unit, one.sheet, one.code, one.test)
            for one in read.questions
            if one.unit in family
        ],
        reviews=[
            # What happens to the goods after the decision does not undo the reviews before it.
            ReviewFact(row.part, row.account, row.name, row.at, decided or row.digest == changes.digest(row.part))
            for row in batch.reviews
        ],
    )
    return Dossier(
        batch, product, read.licences, edition, required, read.ancestors, sheets, changes, facts, judge_gate(facts)
    )


def _sql(name: str) -> str:
    return sql.load("maskqms.release", name)


async def standard_of(batch: BatchRow) -> tuple[Edition | None, Sequence[Requirement]]:
    """The edition of the batch's snapshot with the limits known now, for its grade and variants."""
    return edition_of(batch, await entered_limits(batch.edition) if batch.edition else [])
