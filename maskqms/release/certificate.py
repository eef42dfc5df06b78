"""The certificate of conformity: what it says, and its PDF. Drawn once, in the act of release, and then frozen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from maskqms.accounts.queries import SignatureRow, signature, signatures_of
from maskqms.accounts.states import Meaning
from maskqms.i18n import Text, _, in_locale
from maskqms.lab.plan import PlannedTest
from maskqms.products.queries import of_kind
from maskqms.products.states import LicenceKind
from maskqms.release.queries.gate import Dossier
from maskqms.release.queries.records import ReleaseRow
from maskqms.release.queries.sheets import TestedRow
from maskqms.release.states import ReviewPart
from maskqms.standards.editions import Name, Provenance
from maskqms.standards.limits import Kind
from maskqms.standards.requirements import find_grade
from maskqms.trace.rules import plain
from maskqms.trace.states import UnitKind
from maskqms.web.filters import second

TEMPLATES = Path(__file__).parent / "typst"
LISTED = 6
"""So many values are printed one by one; of more, the smallest and the largest."""

WORDS = {"pass": "合格 Pass", "ND": "不得检出 ND"}

_DRAWING = Lock()


@cache
def _compiler() -> Any:
    """One compiler for the process: the font is read and the template parsed once."""
    fonts = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Compiler(
        str(TEMPLATES / "certificate.typ"), root=str(TEMPLATES), font_paths=[str(fonts)], ignore_system_fonts=True
    )


def draw_certificate(facts: dict[str, Any]) -> bytes:
    """The PDF. The compiler keeps its inputs between calls, so two threads take turns."""
    with _DRAWING:
        pdf: bytes = _compiler().compile(
            sys_inputs={"certificate": json.dumps(facts, ensure_ascii=False)}, format="pdf"
        )
    return pdf


async def certificate_facts(found: Dossier, row: ReleaseRow) -> dict[str, Any]:
    """Everything the certificate prints, in words of both languages."""
    batch, product = found.batch, found.product
    assert batch.made_on is not None
    registration = of_kind(
        found.licences, product.code, batch.made_on, LicenceKind.REGISTRATION, LicenceKind.EMERGENCY_REGISTRATION
    )
    licence = of_kind(found.licences, product.code, batch.made_on, LicenceKind.PRODUCTION_LICENCE)
    holder = licence or registration
    pieces, cartons = plain(row.quantity), len(found.facts.cartons)
    return {
        "number": row.certificate,
        "batch": batch.code,
        "maker": holder.holder if holder else "",
        "product": {"zh": row.device_name, "en": batch.said("product", "name_en") or product.name_en or ""},
        "model": row.model,
        "edition": batch.edition,
        "edition_title": _title(found),
        "grade": _grade(found),
        "made_on": batch.made_on.isoformat(),
        "expires_on": batch.expires_on.isoformat() if batch.expires_on else None,
        "quantity": both(_("{pieces} pieces in {cartons} cartons", pieces=pieces, cartons=cartons)),
        "markets": ", ".join(row.markets),
        "registration": registration.number if registration else None,
        "licence": licence.number if licence else None,
        "sheets": ", ".join(sheet.code for sheet in found.sheets.release),
        "tests": [_test(test, found) for test in found.sheets.tested],
        "notes": _notes(found),
        "lots": _lots(found),
        "statement": both(
            _(
                "This batch was tested by {edition}; all results meet the requirements. It is released.",
                edition=batch.edition,
            )
        ),
        "signatures": [_signature(meaning, one) for meaning, one in await _signatures(found)],
        "gate_digest": row.gate_digest,
    }


def both(text: Text) -> dict[str, str]:
    """A sentence in both languages."""
    return {"zh": text.in_locale("zh"), "en": text.in_locale("en")}


def _name(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


def _title(found: Dossier) -> str:
    return f"{found.edition.title.zh} {found.edition.title.en}" if found.edition else ""


def _grade(found: Dossier) -> dict[str, str] | None:
    if found.edition is None:
        return None
    names = [find_grade(found.edition, found.batch.said("grade")).name]
    chosen = found.batch.said("variants") or []
    names += [variant.name for variant in found.edition.variants if variant.code in chosen]
    return {"zh": "，".join(name.zh for name in names), "en": ", ".join(name.en for name in names)}


def _test(row: TestedRow, found: Dossier) -> dict[str, Any]:
    requirement = row.requirement
    planned = next((t for sheet in found.sheets.release for t in sheet.plan.tests if t.code == requirement.code), None)
    limit = " ".join(part for part in (_limit(row.judged.limit), requirement.unit) if part)
    return {
        **_name(requirement.name),
        "clause": requirement.clause or "—",
        "limit": limit,
        "values": _values(row.judged.values, requirement.kind, planned),
        "sheet": row.inspection if len(found.sheets.release) > 1 else None,
        "verdict": both(row.judged.outcome.label),
    }


def _limit(text: str | None) -> str:
    """As a reader of paper expects it: signs instead of operators, words in both languages."""
    if text in WORDS:
        return WORDS[text]
    return (text or "—").replace(">=", "≥").replace("<=", "≤").replace(" to ", " – ")


def _values(values: Sequence[str], kind: Kind, planned: PlannedTest | None) -> str:
    """The values themselves while they are few; marks and counts as a count."""
    if not values:
        return "—"
    if planned is not None and planned.counted is not None:
        return _with_count(_("nonconforming"), int(values[0]), planned.counted.n)
    if kind is Kind.ATTRIBUTE:
        passed = sum(value == "pass" for value in values)
        return _with_count(_("Pass"), passed, len(values))
    if len(values) <= LISTED:
        return ", ".join(values)
    numbers = sorted(Decimal(value.lstrip("<> ")) for value in values)
    return f"{numbers[0]} … {numbers[-1]} (n = {len(values)})"


def _with_count(word: Text, number: int, of: int) -> str:
    return f"{word.in_locale('zh')} {word.in_locale('en')} {number} / {of}"


def _notes(found: Dossier) -> list[str]:
    """Which limits did not come from the edition's own text."""
    entered = [row.requirement.code for row in found.sheets.tested if row.requirement.provenance is Provenance.ENTERED]
    tighter = [row.requirement.code for row in found.sheets.tested if row.requirement.provenance is Provenance.FACTORY]
    notes = []
    if entered:
        notes.append(_("Limit entered from the bought standard: {tests}", tests=", ".join(entered)))
    if tighter:
        notes.append(_("The factory's own tighter limit: {tests}", tests=", ".join(tighter)))
    notes += [
        _("{test}: first values {values} were made invalid by an investigation; the retest counts.",
          test=row.requirement.code, values=", ".join(row.invalid))
        for row in found.sheets.tested
        if row.invalid
    ]  # fmt: skip
    return [f"{note.in_locale('zh')}　{note.in_locale('en')}" for note in notes]


def _lots(found: Dossier) -> list[list[str]]:
    """The raw lots behind the batch, through every roll; a roll of which no lot is known stands for itself."""
    above = {link.child for link in found.facts.links if link.parent in found.ancestors}
    lots = [
        row
        for row in found.ancestors.values()
        if row.kind is UnitKind.LOT or (row.kind is UnitKind.ROLL and row.id not in above)
    ]
    return [
        [row.code, row.item, row.supplier or "—", row.supplier_lot or "—"]
        for row in sorted(lots, key=lambda row: (row.item, row.code))
    ] or [["—", "—", "—", "—"]]


async def _signatures(found: Dossier) -> list[tuple[Text, SignatureRow]]:
    """Laboratory, production, quality, release: the last signature of each."""
    lines: list[tuple[Text, SignatureRow]] = [
        (_("Test results reviewed"), await signature(sheet.review_signature))
        for sheet in found.sheets.release
        if sheet.review_signature is not None
    ]
    mine = await signatures_of(found.batch.code)
    for part in ReviewPart:
        reviews = [one for one in mine if one.meaning is Meaning.REVIEWED and one.content.get("part") == part]
        lines += [(part.label, one) for one in reviews[-1:]]
    lines += [(_("Released"), one) for one in mine if one.meaning is Meaning.RELEASED]
    return lines


def _signature(meaning: Text, row: SignatureRow) -> dict[str, Any]:
    roles = {}
    for locale in ("zh", "en"):
        with in_locale(locale):
            roles[locale] = row.role_names
    return {"meaning": both(meaning), "name": row.name, "roles": roles, "at": second(row.at), "digest": row.digest}
