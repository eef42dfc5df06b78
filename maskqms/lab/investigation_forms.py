"""What the pages of investigations, re-evaluations and outside laboratories send."""

from __future__ import annotations

import re
from datetime import date

from pydantic import Field

from maskqms.lab.states import Cause, CheckKind, Recheck, RetestBasis
from maskqms.web.forms import ClientKey, FormModel


class OpenInvestigation(FormModel):
    test: str = Field(max_length=60)
    why: str = Field(max_length=2000)
    key: ClientKey


class RecordCheck(FormModel):
    kind: CheckKind
    finding: str = Field(max_length=5000)
    hypothesis: str | None = Field(default=None, max_length=2000)
    key: ClientKey


class WidenInvestigation(FormModel):
    widen_reason: str = Field(max_length=2000)
    key: ClientKey


class ApproveRetest(FormModel):
    """`specimens` are the numbers that are repeated."""

    basis: RetestBasis
    specimens: list[int] = Field(min_length=1)
    reason: str = Field(max_length=2000)
    username: str
    password: str
    digest: str
    key: ClientKey


class EnterRetest(FormModel):
    ordinal: int = Field(ge=1)
    specimen: int = Field(ge=1, le=10_000)
    value: str = Field(max_length=60)
    instrument: str | None = Field(default=None, max_length=40)
    correction: str | None = Field(default=None, max_length=500)
    key: ClientKey


class ConcludeInvestigation(FormModel):
    cause: Cause
    conclusion: str = Field(max_length=5000)
    username: str
    password: str
    digest: str
    key: ClientKey


class SignRecheck(FormModel):
    inspection: str = Field(max_length=40)
    verdict: Recheck
    reason: str = Field(max_length=5000)
    username: str
    password: str
    digest: str
    key: ClientKey


class RegisterLaboratory(FormModel):
    """`scope` are codes of tests, with commas or blanks between."""

    code: str = Field(max_length=40, pattern=r"^[\w.-]+$")
    name: str = Field(max_length=200)
    accreditation: str = Field(max_length=80)
    scope: str = Field(max_length=2000)
    valid_until: date
    key: ClientKey

    @property
    def tests(self) -> list[str]:
        return [code for code in dict.fromkeys(re.split(r"[\s,;，；、]+", self.scope)) if code]


class ChangeLaboratory(FormModel):
    reason: str = Field(max_length=500)
    key: ClientKey


class AddReport(FormModel):
    report_test: str = Field(max_length=60)
    laboratory: str = Field(max_length=40)
    report: str = Field(max_length=80)
    reported_on: date
    justification: str | None = Field(default=None, max_length=2000)
    key: ClientKey
