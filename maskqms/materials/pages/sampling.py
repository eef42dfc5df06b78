"""Pages of sampling: the calculator of plans, and how a supplier's lots of a material stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.lab.words import SEVERITIES as SEVERITY_WORDS
from maskqms.materials.actions.sampling import ruling_content
from maskqms.materials.pages.oc import MOST_LOT, USUAL_LOT, OcPage, oc_page
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.queries.sampling import LotSamplingRow, RulingRow, Series
from maskqms.materials.queries.suppliers import SupplierRow
from maskqms.materials.rules.sampling import ruling_blockers, skip_words
from maskqms.materials.states import SamplingRule
from maskqms.standards.sampling import AQLS, LEVELS, SEVERITIES
from maskqms.standards.switching import ENOUGH_SCORE, DecidedLot, Ruled, Step, why_from
from maskqms.web.forms import Form, blank
from maskqms.web.parts import Fact, Option, Paging, Shown, Words
from maskqms.workflow import State, Tone

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class CalculatorPage:
    """The plan of any lot."""

    form: Form[Any]
    levels: Sequence[Option]
    aqls: Sequence[Option]
    severities: Sequence[Option]
    oc: OcPage | None


def calculator_page(given: Mapping[str, str]) -> CalculatorPage:
    """What was asked, as far as the tables have it; the fault beside its field."""
    form = blank(**given)
    lot = given["lot"].strip()
    if not (lot.isdecimal() and 1 <= int(lot) <= MOST_LOT):
        form.add_error("lot", _("A whole number from 1 to {most}.", most=MOST_LOT))
    for name, known in (("level", LEVELS), ("aql", AQLS), ("severity", SEVERITIES)):
        if given[name] not in known:
            form.add_error(name, _("Choose one of the list."))
    oc = None if form.errors else oc_page(int(lot), given["level"], given["aql"], given["severity"])
    return CalculatorPage(
        form=form,
        levels=[Option(one, one) for one in LEVELS],
        aqls=[Option(one, one) for one in AQLS],
        severities=[Option(one, SEVERITY_WORDS[one]) for one in SEVERITIES],
        oc=oc,
    )


CALCULATOR_STARTS = {"lot": str(USUAL_LOT), "level": "II", "aql": "2.5", "severity": "normal"}


@dataclass(frozen=True, slots=True)
class StepLine:
    """An event of the series and where it led; `switch` is the sentence where inspection changed."""

    label: Words
    href: str | None
    word: Text
    tone: Tone
    severity: Words | None
    at: datetime | None
    after: State
    score: int
    switch: Text | None


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """How the lots of a supplier of a material stand, from which history, and what quality may rule."""

    supplier: SupplierRow
    material: MaterialRow
    state: State
    sentence: Text
    tone: Tone
    facts: Sequence[Fact]
    steps: Sequence[StepLine]
    paging: Paging
    rulings: Sequence[RulingRow]
    skip: Text
    may_rule: bool
    rules: Sequence[Option]
    shown: Shown
    meaning: Text
    form: Form[Any]
    option: dict[str, Any]

    @property
    def href(self) -> str:
        return f"/suppliers/{self.supplier.code}/materials/{self.material.code}/sampling"


def series_page(
    supplier: SupplierRow,
    material: MaterialRow,
    series: Series,
    actor: Actor,
    page: int = 1,
    form: Form[Any] | None = None,
) -> SeriesPage:
    now = series.standing
    content = ruling_content(supplier.code, material.code, series)
    skips = series.skip_rule
    possible = [
        rule
        for rule in SamplingRule
        if not ruling_blockers(rule, now, reason="-", after=1, one_of=2, skips=skips is not None)
    ]
    newest = [_line(step) for step in reversed(series.steps)]
    href = f"/suppliers/{supplier.code}/materials/{material.code}/sampling"
    return SeriesPage(
        supplier=supplier,
        material=material,
        state=now.inspecting,
        sentence=now.why.words,
        tone=now.inspecting.tone,
        facts=(
            Fact(_("Supplier"), f"{supplier.code} {supplier.name}", f"/suppliers/{supplier.code}"),
            Fact(_("Material"), f"{material.code} {material.name}", f"/materials/{material.code}"),
            Fact(_("Switching score"), _("{score} of {enough}", score=now.score, enough=ENOUGH_SCORE)),
            Fact(_("Reduced inspection"), _("allowed") if now.allowed else _("not allowed")),
        ),
        steps=newest[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        paging=Paging(page, PAGE_SIZE, len(newest), href),
        rulings=list(reversed(series.rulings)),
        skip=_("Off: every lot is inspected.")
        if skips is None
        else _("After {after} accepted lots in a row one of {one_of} is inspected.", after=skips.after,
               one_of=skips.one_of),
        may_rule=actor.has(Role.QUALITY),
        rules=[Option(rule.value, rule.label) for rule in possible],
        shown=Shown(
            [
                Fact(_("Supplier"), f"{supplier.code} {supplier.name}"),
                Fact(_("Material"), f"{material.code} {material.name}"),
                Fact(_("State"), now.inspecting.label),
                Fact(_("Why"), now.why.words),
                Fact(_("Switching score"), now.score),
            ],
            content_digest(content),
        ),
        meaning=Meaning.APPROVED.label,
        form=form or blank(),
        option=_option(series.steps),
    )  # fmt: skip


def _line(step: Step) -> StepLine:
    event, after = step.event, step.after
    if isinstance(event, Ruled):
        label: Words = event.ruling.label
        href, word, tone, severity = None, _("signed by quality"), Tone.INFO, None
    else:
        label, href, severity = event.code, f"/lots/{event.code}", SEVERITY_WORDS[event.severity]
        word = _("Accepted") if event.accepted else _("Not accepted")
        tone = Tone.OK if event.accepted else Tone.STOP
    switch = after.why.words if step.switched else None
    return StepLine(label, href, word, tone, severity, event.at, after.inspecting, after.score, switch)


def _option(steps: Sequence[Step]) -> dict[str, Any]:
    """The switching score lot by lot, with the line it has to reach."""
    lots = [(step.event.code, step.after.score) for step in steps if isinstance(step.event, DecidedLot)][-100:]
    enough = {"yAxis": ENOUGH_SCORE, "label": {"formatter": str(ENOUGH_SCORE)}}
    return {
        "grid": {"left": 48, "right": 32, "top": 32, "bottom": 40},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [code for code, _score in lots], "axisLabel": {"hideOverlap": True}},
        "yAxis": {"type": "value", "name": str(_("Switching score")), "min": 0, "minInterval": 1},
        "series": [
            {
                "type": "line",
                "step": "end",
                "data": [score for _code, score in lots],
                "markLine": {"silent": True, "symbol": "none", "data": [enough]},
            }
        ],
    }


@dataclass(frozen=True, slots=True)
class LotSamplingPage:
    """How a lot was to be inspected, for its page; the draw is beside it."""

    severity: Text
    sentence: Text
    skipped: Text | None
    series: str
    inspection: str | None


def lot_sampling_page(
    row: LotSamplingRow | None, supplier: str, material: str, inspection: str | None
) -> LotSamplingPage:
    why = why_from({"cause": "start", "facts": {}} if row is None else row.why)
    return LotSamplingPage(
        severity=SEVERITY_WORDS["normal" if row is None else row.severity],
        sentence=why.words,
        skipped=None if row is None or row.skipped is None else skip_words(row.skipped),
        series=f"/suppliers/{supplier}/materials/{material}/sampling",
        inspection=inspection,
    )
