"""A lot's certificate beside its own values, and how they drifted over the supplier's last lots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.actor import Actor
from maskqms.i18n import _
from maskqms.lab.actions.certificate import READERS
from maskqms.lab.charts import Series, over_time
from maskqms.lab.queries.certificates import CertificateRow, Drift
from maskqms.lab.queries.sheets import Sheet
from maskqms.lab.words import limit_words, mark
from maskqms.materials.pages.retests import mean_of
from maskqms.materials.queries.lots import LotRow
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Option, Words


@dataclass(frozen=True, slots=True)
class Compared:
    """One test: what the certificate says, what the factory found, and how far they are apart."""

    test: str
    name: str
    limit: Words
    unit: str | None
    certificate: Words | None
    number: str | None
    own: Decimal | None
    drift: Decimal | None
    picture: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """The certificate of a lot beside the own values."""

    lot: LotRow
    inspection: str
    rows: Sequence[Compared]
    history: Sequence[Drift]
    form: Form[Any]
    tests: Sequence[Option]
    may_enter: bool

    @property
    def pictures(self) -> Sequence[Compared]:
        return [row for row in self.rows if row.picture is not None]


def certificate_page(
    lot: LotRow,
    sheet: Sheet,
    values: Sequence[CertificateRow],
    history: Sequence[Drift],
    actor: Actor,
    form: Form[Any] | None = None,
) -> CertificatePage:
    said = {value.test: value for value in values}
    rows = []
    for test in sheet.inspection.plan.tests:
        found = said.get(test.code)
        numbers = [
            one.value
            for n in range(1, test.cells + 1)
            if (one := sheet.current(test.code, n)) and one.value is not None
        ]
        own = mean_of(numbers)
        past = [one for one in history if one.test == test.code]
        name = str(test.requirement.name)
        rows.append(
            Compared(
                test=test.code,
                name=name,
                limit=limit_words(test),
                unit=test.requirement.unit,
                certificate=None if found is None else mark(found.text),
                number=None if found is None else found.certificate,
                own=own,
                drift=None if own is None or found is None or found.value is None else own - found.value,
                picture=_picture(name, past, test.requirement.unit) if past else None,
            )
        )
    return CertificatePage(
        lot=lot,
        inspection=sheet.inspection.code,
        rows=rows,
        history=history[::-1],
        form=form or blank(certificate=values[-1].certificate if values else None),
        tests=[Option(test.code, f"{test.requirement.name} ({test.code})") for test in sheet.inspection.plan.tests],
        may_enter=actor.has(*READERS),
    )


def _picture(name: str, past: Sequence[Drift], unit: str | None) -> Mapping[str, Any]:
    """The drift lot by lot; the dashed line is no drift at all."""
    line = [(one.subject_code, one.drift) for one in past]
    return over_time(
        [Series(name, line)], unit=unit, lines=[(str(_("as the certificate says")), Decimal(0))], words=True
    )
