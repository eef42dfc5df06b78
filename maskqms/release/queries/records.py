"""Reviews and decisions as they were signed, certificates, and who took part in a batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pydantic import Json

from maskqms.batches.queries.record import people_of
from maskqms.db import sql
from maskqms.errors import NotFound
from maskqms.i18n import _
from maskqms.release.queries.sheets import Sheets
from maskqms.release.rules.people import Involved
from maskqms.release.states import Decision, ReviewPart


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """The decision on a batch."""

    id: int
    batch: int
    batch_code: str
    decision: Decision
    product: str
    device_name: str
    model: str
    quantity: Decimal
    unit: str
    expires_on: date | None
    markets: tuple[str, ...]
    gate: Json[dict[str, object]]
    gate_digest: str
    certificate: str | None
    reason: str | None
    account: int
    name: str
    signature: int
    at: datetime
    sha256: str | None


RELEASE = (
    "SELECT r.id, r.batch, u.code AS batch_code, r.decision, r.product, r.device_name, r.model, r.quantity, r.unit,"
    " r.expires_on, r.markets, r.gate, r.gate_digest, r.certificate, r.reason, r.account, s.name, r.signature, r.at,"
    " c.sha256 FROM release_record r JOIN trace_unit u ON u.id = r.batch JOIN signature s ON s.id = r.signature"
    " LEFT JOIN certificate c ON c.release = r.id"
)


async def release_of(batch_id: int) -> ReleaseRow | None:
    """The decision on this batch, when there is one."""
    return await sql.one_as(ReleaseRow, f"{RELEASE} WHERE r.batch = $1", batch_id)


async def recent_decisions(limit: int = 20) -> list[ReleaseRow]:
    return await sql.fetch_as(ReleaseRow, f"{RELEASE} ORDER BY r.id DESC LIMIT $1", limit)


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """The bytes as they were handed out."""

    number: str
    pdf: bytes
    sha256: str
    at: datetime


async def certificate(number: str) -> CertificateFile:
    row = await sql.one_as(CertificateFile, "SELECT number, pdf, sha256, at FROM certificate WHERE number = $1", number)
    if row is None:
        raise NotFound(number)
    return row


async def involved_in(batch_id: int, sheets: Sheets) -> list[Involved]:
    """Everybody who made, verified or tested something of this batch (R11)."""
    made = [
        Involved(person.account, ReviewPart.PRODUCTION, deed.label)
        for person in await people_of(batch_id)
        for deed in person.deeds
    ]
    tested = [Involved(account, ReviewPart.QUALITY, _("Entered test results")) for account in sheets.analysts()]
    return [*made, *tested]
