"""Suppliers, their credentials, and the approvals that count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.materials.states import ApprovalState, Category, CredentialType, EvaluationKind, SupplierKind


@dataclass(frozen=True, slots=True)
class SupplierRow:
    id: int
    code: str
    name: str
    kind: SupplierKind
    address: str | None
    contact: str | None
    created_at: datetime


SUPPLIER = "SELECT id, code, name, kind, address, contact, created_at FROM supplier"


async def supplier_by_code(code: str) -> SupplierRow:
    row = await sql.one_as(SupplierRow, f"{SUPPLIER} WHERE code = $1", code)
    if row is None:
        raise NotFound(code)
    return row


async def locked_supplier(code: str) -> SupplierRow:
    """The supplier, nobody else's until the act ends: its papers and approvals change under this lock."""
    await sql.execute("SELECT 1 FROM supplier WHERE code = $1 FOR UPDATE", code)
    return await supplier_by_code(code)


async def suppliers() -> list[SupplierRow]:
    return await sql.fetch_as(SupplierRow, f"{SUPPLIER} ORDER BY id")


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A checked paper; `file` its stored copy, when there is one."""

    id: int
    supplier: int
    type: CredentialType
    number: str
    scope: str | None
    maker: str | None
    person: str | None
    material: int | None
    material_code: str | None
    names_item: bool
    valid_from: date
    valid_until: date | None
    digest: str | None
    verified_by: str
    verified_at: datetime
    owner: str
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    file: str | None

    @property
    def withdrawn(self) -> bool:
        return self.withdrawn_at is not None


CREDENTIAL = (
    "SELECT c.id, c.supplier, c.type, c.number, c.scope, c.maker, c.person, c.material, m.code AS material_code,"
    " c.names_item, c.valid_from, c.valid_until, c.digest, a.name AS verified_by, c.verified_at,"
    " coalesce(o.name, a.name) AS owner, c.withdrawn_at, c.withdrawn_reason, f.name AS file"
    " FROM credential c JOIN account a ON a.id = c.verified_by"
    " LEFT JOIN account o ON o.id = c.owner LEFT JOIN material m ON m.id = c.material"
    " LEFT JOIN credential_file f ON f.credential = c.id"
)


async def credentials_of(supplier_id: int) -> list[CredentialRow]:
    """All papers, withdrawn ones too, by type and the end of their validity."""
    return await sql.fetch_as(
        CredentialRow,
        f"{CREDENTIAL} WHERE c.supplier = $1 ORDER BY c.type, c.valid_until NULLS LAST, c.id",
        supplier_id,
    )


async def credential(credential_id: int) -> CredentialRow:
    row = await sql.one_as(CredentialRow, f"{CREDENTIAL} WHERE c.id = $1", credential_id)
    if row is None:
        raise NotFound(f"#{credential_id}")
    return row


@dataclass(frozen=True, slots=True)
class FileRow:
    name: str
    media_type: str
    content: bytes


async def credential_file(credential_id: int) -> FileRow:
    row = await sql.one_as(
        FileRow, "SELECT name, media_type, content FROM credential_file WHERE credential = $1", credential_id
    )
    if row is None:
        raise NotFound(f"#{credential_id}")
    return row


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A decision about a supplier for a material."""

    id: int
    supplier_code: str
    supplier_name: str
    material: int
    material_code: str
    material_name: str
    state: ApprovalState
    basis: str
    valid_from: date | None
    valid_until: date | None
    condition: str | None
    evaluation: int | None
    evaluation_number: str | None
    evaluate_by: date | None
    decided_by: str
    decided_at: datetime


APPROVAL = (
    "SELECT p.id, s.code AS supplier_code, s.name AS supplier_name, p.material, m.code AS material_code,"
    " m.name_zh AS material_name, p.state, p.basis, p.valid_from, p.valid_until,"
    " p.condition, p.evaluation, e.number AS evaluation_number, p.evaluate_by, a.name AS decided_by, p.decided_at"
    " FROM approval p JOIN supplier s ON s.id = p.supplier JOIN material m ON m.id = p.material"
    " JOIN account a ON a.id = p.decided_by LEFT JOIN evaluation e ON e.id = p.evaluation"
)


async def latest_approval(supplier_id: int, material_id: int) -> ApprovalRow | None:
    """The decision that counts."""
    return await sql.one_as(
        ApprovalRow,
        f"{APPROVAL} WHERE p.supplier = $1 AND p.material = $2 ORDER BY p.id DESC LIMIT 1",
        supplier_id,
        material_id,
    )


async def approvals_of(supplier_id: int) -> list[ApprovalRow]:
    """Every decision about a supplier, newest first: the first of each material counts."""
    return await sql.fetch_as(ApprovalRow, f"{APPROVAL} WHERE p.supplier = $1 ORDER BY p.id DESC", supplier_id)


async def approved_suppliers(material_id: int) -> list[ApprovalRow]:
    """The latest decision on each supplier of a material."""
    return await sql.fetch_as(
        ApprovalRow,
        f"{APPROVAL} WHERE p.material = $1 AND NOT EXISTS (SELECT 1 FROM approval n WHERE n.supplier = p.supplier"
        " AND n.material = p.material AND n.id > p.id)"
        " ORDER BY s.id",
        material_id,
    )


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """An audit, survey or review that is kept, and the name of its file."""

    id: int
    kind: EvaluationKind
    number: str
    done_on: date
    digest: str
    entered_by: str
    entered_at: datetime
    file: str


async def evaluations_of(supplier_id: int, material_id: int) -> list[EvaluationRow]:
    """Every evaluation of a supplier for a material, newest first."""
    return await sql.fetch_as(
        EvaluationRow,
        "SELECT e.id, e.kind, e.number, e.done_on, e.digest, a.name AS entered_by, e.entered_at, f.name AS file"
        " FROM evaluation e JOIN account a ON a.id = e.entered_by JOIN evaluation_file f ON f.evaluation = e.id"
        " WHERE e.supplier = $1 AND e.material = $2 ORDER BY e.id DESC",
        supplier_id,
        material_id,
    )


async def evaluation_file(evaluation_id: int) -> FileRow:
    row = await sql.one_as(
        FileRow, "SELECT name, media_type, content FROM evaluation_file WHERE evaluation = $1", evaluation_id
    )
    if row is None:
        raise NotFound(f"#{evaluation_id}")
    return row


@dataclass(frozen=True, slots=True)
class SupplierLine:
    """A line of the list: what it may deliver, and its next paper to end."""

    code: str
    name: str
    kind: SupplierKind
    approved: list[str]
    next_end: date | None
    expired: int


async def supplier_list(day: date) -> list[SupplierLine]:
    """All suppliers in one statement. `expired` counts papers out of date that no later one replaces."""
    return await sql.fetch_as(
        SupplierLine,
        "SELECT s.code, s.name, s.kind,"
        " array(SELECT m.code FROM material m JOIN LATERAL (SELECT p.state, p.valid_until FROM approval p"
        " WHERE p.supplier = s.id AND p.material = m.id ORDER BY p.id DESC LIMIT 1) l"
        " ON l.state IN ('approved', 'conditional') AND l.valid_until >= $1 ORDER BY m.code) AS approved,"
        " (SELECT min(c.valid_until) FROM credential c WHERE c.supplier = s.id AND c.withdrawn_at IS NULL"
        " AND c.valid_until >= $1) AS next_end,"
        " (SELECT count(*) FROM credential c WHERE c.supplier = s.id AND c.withdrawn_at IS NULL AND c.valid_until < $1"
        " AND NOT EXISTS (SELECT 1 FROM credential n WHERE n.supplier = c.supplier AND n.type = c.type"
        " AND n.material IS NOT DISTINCT FROM c.material AND n.maker IS NOT DISTINCT FROM c.maker"
        " AND n.withdrawn_at IS NULL"
        " AND coalesce(n.valid_until, 'infinity') >= $1)) AS expired"
        " FROM supplier s ORDER BY s.id",
        day,
    )


@dataclass(frozen=True, slots=True)
class RuleRow:
    category: Category
    types: list[CredentialType]


async def credential_rules() -> dict[Category, tuple[CredentialType, ...]]:
    """The papers that quality decided on, by category; others need the default ones."""
    rows = await sql.fetch_as(RuleRow, "SELECT category, types FROM credential_rule")
    return {row.category: tuple(row.types) for row in rows}
