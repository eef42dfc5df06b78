"""The production record: ended, cleared at both ends, and adding up (R87 c, d, h, k, m)."""

from __future__ import annotations

from maskqms.errors import Link, Reason
from maskqms.i18n import Text, _
from maskqms.release.rules.facts import FailureFact, GateFacts
from maskqms.release.rules.report import GateCheck
from maskqms.release.states import GateGroup
from maskqms.trace.rules import plain

BEFORE, AFTER = "before", "after"


def production_checks(facts: GateFacts) -> list[GateCheck]:
    return [
        finished(facts),
        cleared(facts),
        in_process(facts),
        adds_up(facts),
        retained(facts),
    ]


def _page(facts: GateFacts) -> Link:
    return Link(facts.batch.code, f"/batches/{facts.batch.code}")


def _check(
    facts: GateFacts, code: str, label: Text, reasons: list[Reason], evidence: Text | None, who: Text | None = None
) -> GateCheck:
    return GateCheck(
        f"production.{code}",
        GateGroup.PRODUCTION,
        label,
        tuple(reasons),
        evidence,
        _page(facts),
        who or _("Production"),
    )


def finished(facts: GateFacts) -> GateCheck:
    """Nothing is released while it is still being made."""
    reasons = []
    if not facts.batch.finished:
        reasons.append(
            Reason(
                "batch.not_finished",
                _("The batch is not finished: {state}.", state=facts.batch.stage),
                _("Record the output, pack it and end the batch."),
                (_page(facts),),
            )
        )
    return _check(facts, "finished", _("End of production"), reasons, facts.batch.stage)


def in_process(facts: GateFacts) -> GateCheck:
    """In-process inspections are finished, reviewed and passed; what failed needs a deviation (R64)."""
    reasons = []
    for one in facts.checks:
        path = (_page(facts), Link(one.code, f"/inspections/{one.code}"))
        if not one.reviewed:
            text = _("In-process inspection {code} is not reviewed: {state}.", code=one.code, state=one.stage)
            reasons.append(Reason("check.not_reviewed", text, _("Finish and review it."), path))
        elif not one.passed and not facts.investigated(FailureFact(one.code, one.at)):
            text = _("In-process inspection {code} did not pass.", code=one.code)
            reasons.append(Reason("check.failed", text, _("Open a deviation, find the cause and close it."), path))
    evidence = _("{count} inspections", count=len(facts.checks)) if facts.checks else _("None was asked for")
    return _check(facts, "in_process", _("In-process checks"), reasons, evidence, _("Laboratory"))


def cleared(facts: GateFacts) -> GateCheck:
    """The line was cleared before the start and at the end, each done by one person and checked by another (R65)."""
    reasons = _clearance(facts, BEFORE, _("before the start")) + _clearance(facts, AFTER, _("at the end"))
    return _check(
        facts,
        "cleared",
        _("Line clearance before and after"),
        reasons,
        _("{count} clearances", count=len(facts.clearances)),
    )


def _clearance(facts: GateFacts, moment: str, words: Text) -> list[Reason]:
    mine = [one for one in facts.clearances if one.moment == moment]
    if any(one.checked and one.two_people and one.in_time for one in mine):
        return []
    if not mine:
        text = _("No line clearance {moment} is recorded.", moment=words)
    elif not any(one.in_time for one in mine):
        text = _("The line clearance {moment} was too old when the batch started.", moment=words)
    else:
        text = _("The line clearance {moment} is not checked by a second person.", moment=words)
    if moment == AFTER:
        remedy = _("Clear the line at the tablet; another person checks it.")
    elif facts.batch.finished:
        remedy = _("It cannot be made up for after production: reject the batch.")
    else:
        remedy = _("Stop the line: what was made on an uncleared line is not released.")
    return [Reason(f"clearance.{moment}", text, remedy, (_page(facts),))]


def adds_up(facts: GateFacts) -> GateCheck:
    """Yield, pieces and material use within limits, or explained by quality with a signature (R66, R67)."""
    reasons = [
        Reason(reason.code, reason.text, reason.remedy, reason.path or (_page(facts),)) for reason in facts.unbalanced
    ]
    output = facts.output
    if not output.good:
        reasons.append(
            Reason("balance.no_output", _("No good output is recorded."), _("Record what was made."), (_page(facts),))
        )
    words = {
        "good": plain(output.good),
        "scrap": plain(output.scrap),
        "samples": plain(output.samples),
        "retained": plain(output.retained),
    }
    evidence = _("{good} good, {scrap} scrap, {samples} samples, {retained} retained", **words)
    if facts.findings:
        evidence = _(
            "{good} good, {scrap} scrap, {samples} samples, {retained} retained; explained by quality", **words
        )
    return _check(
        facts, "balance", _("Balance of yield, pieces and material"), reasons, evidence, _("Production and quality")
    )


def retained(facts: GateFacts) -> GateCheck:
    """A sample of every batch stays (R87 m)."""
    reasons = []
    if not facts.output.retained:
        reasons.append(
            Reason(
                "sample.not_retained",
                _("No retained sample is recorded."),
                _("Record at the tablet what was kept, or unpack a carton and keep a box of it."),
                (_page(facts),),
            )
        )
    evidence = _("{count} pieces", count=plain(facts.output.retained))
    return _check(facts, "retained", _("Retained sample"), reasons, evidence, _("Quality"))
