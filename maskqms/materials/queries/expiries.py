"""What ends or falls due: papers of suppliers, their approvals and re-evaluations, the factory's own licences (R44)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maskqms.db import sql
from maskqms.i18n import Text, _
from maskqms.materials.states import CredentialType, DueKind
from maskqms.products.states import LicenceKind

DUE = (
    "SELECT 'credential' AS kind, s.code, '/suppliers/' || s.code AS href, s.name, c.type AS paper, c.number AS what,"
    " c.valid_until AS due, coalesce(c.owner, c.verified_by) AS owner FROM credential c"
    " JOIN supplier s ON s.id = c.supplier WHERE c.withdrawn_at IS NULL AND c.valid_until IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM credential n WHERE n.supplier = c.supplier AND n.type = c.type AND n.id <> c.id"
    " AND n.material IS NOT DISTINCT FROM c.material AND n.maker IS NOT DISTINCT FROM c.maker"
    " AND n.withdrawn_at IS NULL AND coalesce(n.valid_until, 'infinity') > c.valid_until)"
    " UNION ALL SELECT d.kind, s.code, '/suppliers/' || s.code || '/materials/' || m.code, s.name, NULL, m.code, d.due,"
    " l.decided_by FROM (SELECT DISTINCT ON (supplier, material) * FROM approval"
    " ORDER BY supplier, material, id DESC) l"
    " JOIN supplier s ON s.id = l.supplier JOIN material m ON m.id = l.material"
    " CROSS JOIN LATERAL (VALUES ('approval', l.valid_until), ('evaluation', l.evaluate_by)) d (kind, due)"
    " WHERE l.state IN ('approved', 'conditional') AND d.due IS NOT NULL"
    " UNION ALL SELECT 'licence', l.number, '/licences', l.holder, l.kind, l.number, l.valid_until, g.account"
    " FROM licence l JOIN signature g ON g.id = l.signature WHERE l.state = 'in_force'"
    " AND l.valid_until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM licence n"
    " WHERE n.kind = l.kind AND n.number = l.number AND n.state = l.state AND n.valid_until > l.valid_until)"
)
"""One row for each end; what a later paper replaces has none."""

WARNED = (
    f"SELECT d.code, d.href, d.name || ' ' || d.what AS words, d.due, count(*) OVER () AS total FROM ({DUE}) d"
    " WHERE d.due <= $2::date + $3::int AND ($4::bigint IS NULL OR d.owner = $4) ORDER BY d.due, d.code LIMIT $1"
)
"""The warnings of one person, or all of them, for Today: how many, the day, days before, whose."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """An end with the person who sees to it."""

    kind: DueKind
    code: str
    href: str
    name: str
    paper: str | None
    what: str
    due: date
    owner: str

    @property
    def title(self) -> Text:
        """What ends: the kind of paper by its name."""
        if self.paper is None:
            return self.kind.label
        if self.kind is DueKind.LICENCE:
            return _("Own licence: {paper}", paper=LicenceKind(self.paper).label)
        return CredentialType(self.paper).label


async def due_until(day: date, *, owner: int | None = None) -> list[DueRow]:
    """Everything that ends by that day, what is past included, the nearest first; of one owner or of all."""
    return await sql.fetch_as(
        DueRow,
        "SELECT d.kind, d.code, d.href, d.name, d.paper, d.what, d.due, a.name AS owner"
        f" FROM ({DUE}) d JOIN account a ON a.id = d.owner WHERE d.due <= $1 AND ($2::bigint IS NULL OR d.owner = $2)"
        " ORDER BY d.due, d.code, d.what",
        day,
        owner,
    )
