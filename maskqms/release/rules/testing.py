"""Factory tests: all of them, in limits, reviewed by another person, with instruments in calibration (R87 d, e, f)."""

from __future__ import annotations

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.release.rules.facts import GateFacts, QuestionFact, ResultFact
from maskqms.release.rules.report import GateCheck, each_once
from maskqms.release.states import GateGroup

PASS = "pass"  # noqa: S105
FAIL = "fail"


def testing_checks(facts: GateFacts) -> list[GateCheck]:
    return [complete(facts), none_failed(facts), reviewed(facts), calibrated(facts)]


def _sheet(code: str) -> Link:
    return Link(code, f"/inspections/{code}")


def _batch(facts: GateFacts) -> Link:
    return Link(facts.batch.code, f"/batches/{facts.batch.code}")


def _evidence(facts: GateFacts) -> Link | None:
    return _sheet(facts.inspections[-1].code) if facts.inspections else None


def complete(facts: GateFacts) -> GateCheck:
    """Each release test of the edition is in a plan and has a verdict."""
    reasons = []
    if not facts.inspections:
        reasons.append(
            Reason(
                "tests.none",
                _("No factory test was opened for the batch."),
                _("Open the factory test: its plan comes from the standard."),
                (_batch(facts),),
            )
        )
    else:
        planned = {test.code for test in facts.tests}
        reasons += [
            Reason(
                "tests.not_planned",
                _("{edition} asks for {test}, which is in no plan.", edition=facts.standard.edition, test=code),
                _("Open another factory test: its plan is taken from the standard as it stands now."),
                (_batch(facts), _sheet(facts.inspections[-1].code)),
            )
            for code in facts.standard.required
            if code not in planned
        ]
    reasons += [
        Reason(
            "tests.incomplete",
            _("{test} {name}: {reason}", test=test.code, name=test.name, reason=test.reason or _("No result.")),
            _("Enter the missing results; where the limit was missing, open another factory test once it is entered."),
            (_batch(facts), _sheet(test.inspection)),
        )
        for test in facts.tests
        if test.verdict not in (PASS, FAIL)
    ]
    reasons += [
        Reason(
            "tests.too_few",
            _(
                "{test} {name}: {sampled} specimens were planned, the whole batch asks for {due}.",
                test=test.code, name=test.name, sampled=test.sampled, due=test.due,
            ),
            _("More was made than planned. Open another factory test: its plan is that of the whole batch."),
            (_batch(facts), _sheet(test.inspection)),
        )
        for test in facts.tests
        if test.too_few
    ]  # fmt: skip
    return GateCheck(
        "tests.complete",
        GateGroup.TESTS,
        _("Completeness of the factory tests"),
        tuple(reasons),
        _("{count} tests in the plan", count=len(facts.tests)),
        _evidence(facts),
        _("Laboratory"),
    )


def none_failed(facts: GateFacts) -> GateCheck:
    """A failed test cannot be released by concession (R89); one that failed first and passed in a retest must have
    been investigated (R35)."""
    reasons = []
    for test in facts.tests:
        path = (_batch(facts), _sheet(test.inspection))
        if test.verdict == FAIL:
            text = _("{test} {name} failed: {reason}", test=test.code, name=test.name, reason=test.reason or "-")
            remedy = _("Product that fails its standard is never released: reject the batch.")
            reasons.append(Reason("tests.failed", text, remedy, path))
        elif stands := _standing(facts, test):
            text = _("{test} {name} failed, and investigation {code} found no cause: the first result stands.",
                     test=test.code, name=test.name, code=stands.code)  # fmt: skip
            remedy = _("Product that fails its standard is never released: reject the batch.")
            link = Link(stands.code, f"/investigations/{stands.code}")
            reasons.append(Reason("tests.stands", text, remedy, (*path, link)))
        elif any(not facts.investigated(failure) for failure in test.failures):
            text = _("{test} {name} failed before it was repeated.", test=test.code, name=test.name)
            remedy = _("Open a deviation, find the cause and close it.")
            reasons.append(Reason("tests.failed_before", text, remedy, path))
    return GateCheck(
        "tests.passed",
        GateGroup.TESTS,
        _("Failed results"),
        tuple(reasons),
        _("{count} tests passed", count=sum(test.verdict == PASS for test in facts.tests)),
        _evidence(facts),
        _("Laboratory and quality"),
    )


def _standing(facts: GateFacts, test: ResultFact) -> QuestionFact | None:
    """An older sheet failed and its investigation found nothing: a newer sheet that passes does not undo it."""
    older = [failure for failure in test.failures if failure.inspection != test.inspection]
    return next((found for failure in older if (found := facts.stands(test.code, failure))), None)


def reviewed(facts: GateFacts) -> GateCheck:
    """Somebody else than the analyst signed that the results were looked at."""
    batch = _batch(facts)
    reasons = [
        Reason(
            "tests.not_reviewed",
            _("The results of {code} are not reviewed: {state}.", code=inspection.code, state=inspection.stage),
            _("A second person of the laboratory or quality reviews them."),
            (batch, _sheet(inspection.code)),
        )
        for inspection in facts.inspections
        if not inspection.reviewed
    ]
    if not facts.inspections:
        reasons = [
            Reason(
                "tests.none_reviewed", _("There are no factory tests to review."), _("Open the factory test."), (batch,)
            )
        ]
    return GateCheck(
        "tests.reviewed",
        GateGroup.TESTS,
        _("Review of the results by a second person"),
        tuple(reasons),
        _("{codes}", codes=", ".join(inspection.code for inspection in facts.inspections) or "-"),
        _evidence(facts),
        _("Laboratory"),
    )


def calibrated(facts: GateFacts) -> GateCheck:
    """Each reading against the calibration of its instrument on the day it was taken."""
    batch = _batch(facts)
    reasons = []
    for reading in facts.readings:
        if reading.calibration_due is None or reading.day > reading.calibration_due:
            reasons.append(
                Reason(
                    "instrument.not_calibrated",
                    _(
                        "{test} was measured on {day} with {instrument}, whose calibration ran until {due}.",
                        test=reading.test,
                        day=reading.day.isoformat(),
                        instrument=reading.instrument,
                        due=reading.calibration_due or "-",
                    ),
                    _("Measure again with an instrument in calibration."),
                    (batch, Link(reading.instrument, f"/instruments/{reading.instrument}")),
                )
            )
    numbered = sum(reading.reading is not None for reading in facts.readings)
    return GateCheck(
        "tests.calibrated",
        GateGroup.TESTS,
        _("Calibration of the instruments used"),
        tuple(each_once(reasons)),
        _(
            "{count} results with an instrument, {numbered} read by the gateway",
            count=len(facts.readings),
            numbered=numbered,
        ),
        _evidence(facts),
        _("Laboratory"),
    )
