"""Values of suppliers' certificates: those of one sheet, and the drift of own values from them over many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from maskqms.db import sql

STANDING = "NOT EXISTS (SELECT 1 FROM certificate_value n WHERE n.supersedes = c.id)"


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """What a certificate says of a test."""

    id: int
    test: str
    text: str
    value: Decimal | None
    certificate: str
    name: str
    at: datetime


async def certificate_values(inspection: int) -> list[CertificateRow]:
    """The values that stand, by test."""
    return await sql.fetch_as(
        CertificateRow,
        "SELECT c.id, c.test, c.text, c.value, c.certificate, c.name, c.at FROM certificate_value c"
        f" WHERE c.inspection = $1 AND {STANDING} ORDER BY c.test",
        inspection,
    )


@dataclass(frozen=True, slots=True)
class Drift:
    """Own mean against the certificate for one test of one inspected unit."""

    subject: int
    subject_code: str
    test: str
    certificate: Decimal
    own: Decimal

    @property
    def drift(self) -> Decimal:
        """How far the own value lies from the certificate's."""
        return self.own - self.certificate


async def drifts(subjects: list[int]) -> list[Drift]:
    """Of these units, every test with a number on the certificate and own numbers, oldest unit first."""
    return await sql.fetch_as(
        Drift,
        "SELECT i.subject, u.code AS subject_code, c.test, c.value AS certificate, round(avg(r.value), 4) AS own"
        " FROM certificate_value c JOIN inspection i ON i.id = c.inspection AND i.purpose = 'incoming'"
        " JOIN trace_unit u ON u.id = i.subject JOIN lab_result r ON r.inspection = i.id AND r.test = c.test"
        " AND r.value IS NOT NULL AND lab_result_counts(r.id, r.retest, r.specimen)"
        " AND NOT EXISTS (SELECT 1 FROM lab_result n WHERE n.supersedes = r.id)"
        f" WHERE i.subject = ANY($1::bigint[]) AND c.value IS NOT NULL AND {STANDING}"
        " GROUP BY i.subject, u.code, c.test, c.value ORDER BY i.subject, c.test",
        subjects,
    )
