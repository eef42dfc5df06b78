"""Investigations: the list, and one with its values beside each other, its checks and its retests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.lab.pages.worksheet import Asked
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.investigations import InvestigationFile, InvestigationList, RetestRow
from maskqms.lab.queries.sheets import ResultRow
from maskqms.lab.rules import choices
from maskqms.lab.states import Cause, CheckKind, InvestigationState, RetestBasis
from maskqms.lab.words import limit_words, mark
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging, Shown, SignatureLine, Tab, Words

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class InvestigationsPage:
    tabs: Sequence[Tab]
    found: InvestigationList
    paging: Paging
    form: Form[Any]


def investigations_page(
    found: InvestigationList, state: InvestigationState | None, text: str | None, page: int
) -> InvestigationsPage:
    def address(one: InvestigationState | None) -> str:
        return Paging(1, 1, 1, "/investigations", {"state": one, "text": text}).to(1)

    tabs = [Tab(_("All"), address(None), None, state is None)]
    tabs += [Tab(one.label, address(one), None, one is state) for one in InvestigationState]
    paging = Paging(page, PAGE_SIZE, found.total, "/investigations", {"state": state, "text": text})
    return InvestigationsPage(tabs, found, paging, blank(state=state, text=text))


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One specimen: its first value, and the value of every retest beside it."""

    specimen: int
    first: ResultRow | None
    repeats: Sequence[ResultRow | None]


@dataclass(frozen=True, slots=True)
class InvestigationPage:
    """One investigation."""

    file: InvestigationFile
    test: PlannedTest
    limit: Words
    facts: Sequence[Fact]
    band: Text
    lines: Sequence[ValueLine]
    may_check: bool
    may_widen: bool
    may_retest: bool
    may_approve: bool
    may_conclude: bool
    open_retest: RetestRow | None
    missing: Sequence[Option]
    instruments: Sequence[Option]
    value_choices: Sequence[Option]
    specimens: Sequence[Option]
    shown: Shown
    approving: Text
    concluding: Text
    signatures: Sequence[SignatureLine]
    check_form: Form[Any]
    widen_form: Form[Any]
    retest_form: Form[Any]
    approve_form: Form[Any]
    conclude_form: Form[Any]
    kinds: type[CheckKind] = CheckKind
    bases: type[RetestBasis] = RetestBasis
    causes: type[Cause] = Cause

    def mark(self, text: str) -> Words:
        return mark(text)

    @property
    def retest_heads(self) -> list[Words]:
        return [_("Retest {number}", number=one.ordinal) for one in self.file.retests]


def investigation_page(
    file: InvestigationFile,
    actor: Actor,
    signatures: Sequence[SignatureRow],
    asked: Asked,
    **forms: Form[Any],
) -> InvestigationPage:
    row, facts = file.row, file.facts
    going = row.state is not InvestigationState.CONCLUDED
    works, quality = actor.has(Role.INSPECTOR, Role.QUALITY), actor.has(Role.QUALITY)
    apart = quality and actor.account_id not in file.analysts
    waiting = next((one for one in reversed(file.retests)), None)
    done = {r.specimen for r in file.repeated(waiting.ordinal)} if waiting else set()
    left = [n for n in waiting.specimens if n not in done] if waiting else []
    repeats = going and waiting is not None and bool(left) and works
    return InvestigationPage(
        file=file,
        test=facts.test,
        limit=limit_words(facts.test),
        facts=(
            Fact(_("Inspection"), row.inspection, f"/inspections/{row.inspection}"),
            Fact(_("Of"), row.subject_code, f"/c/{row.subject_code}"),
            Fact(_("Test"), f"{row.test} {facts.test.requirement.name}"),
            Fact(_("Opened"), row.opened_at),
            *((Fact(_("Cause"), row.cause.label),) if row.cause else ()),
        ),
        band=_band(file, left),
        lines=_lines(file),
        may_check=going and works,
        may_widen=works and row.state is InvestigationState.LABORATORY,
        may_retest=repeats and actor.account_id not in file.analysts,
        may_approve=going and apart and len(file.retests) < facts.test.retests_allowed,
        may_conclude=going and apart,
        open_retest=waiting if left else None,
        missing=[Option(str(n), str(n)) for n in left],
        instruments=asked.options(facts.test),
        value_choices=[Option(one.value, one.label) for one in choices(facts.test)],
        specimens=[Option(str(n), str(n)) for n in range(1, facts.test.cells + 1)],
        shown=Shown(_shown(file), content_digest(file.content)),
        approving=Meaning.APPROVED.label,
        concluding=Meaning.CLOSED.label,
        signatures=[signature_line(s) for s in signatures],
        check_form=forms.get("check_form") or blank(),
        widen_form=forms.get("widen_form") or blank(),
        retest_form=forms.get("retest_form") or blank(instrument=asked.last.get(row.test)),
        approve_form=forms.get("approve_form") or blank(specimens=range_of(facts.test.cells)),
        conclude_form=forms.get("conclude_form") or blank(),
    )


def range_of(cells: int) -> list[int]:
    """All specimens: a retest repeats the whole test unless somebody says otherwise."""
    return list(range(1, cells + 1))


def _band(file: InvestigationFile, left: Sequence[int]) -> Text:
    """One sentence: what is to be done next."""
    row, allowed = file.row, file.facts.test.retests_allowed
    if row.state is InvestigationState.CONCLUDED:
        return _("Concluded by {name}.", name=row.concluder)
    if not file.checks:
        return _("Begin with the raw record: record what was looked at and what was found.")
    if left:
        return _("The retest waits for {count} values by another analyst.", count=len(left))
    if file.retests or not allowed:
        return _("Quality concludes: with a cause that was found, or the first result stands.")
    return _("Quality allows a retest (at most {allowed}) or concludes.", allowed=allowed)


def _lines(file: InvestigationFile) -> list[ValueLine]:
    first = {r.specimen: r for r in file.first()}
    series = [{r.specimen: r for r in file.repeated(one.ordinal)} for one in file.retests]
    numbers = range(1, file.facts.test.cells + 1)
    return [ValueLine(n, first.get(n), [values.get(n) for values in series]) for n in numbers]


def _shown(file: InvestigationFile) -> list[Fact]:
    """What is signed, for people."""
    rows = [
        Fact(_("Investigation"), f"{file.row.code} · {file.row.inspection} · {file.row.subject_code}"),
        Fact(_("First values"), "; ".join(f"{r.specimen}: {mark(r.text)}" for r in file.first())),
    ]
    rows += [
        Fact(
            _("Retest {number}", number=one.ordinal),
            "; ".join(f"{r.specimen}: {mark(r.text)}" for r in file.repeated(one.ordinal)) or None,
        )
        for one in file.retests
    ]
    return rows + [Fact(check.kind.label, f"{check.finding} ({check.name})") for check in file.checks]
