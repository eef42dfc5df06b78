"""Why a specification cannot be changed or put in force (R47, R48)."""

from __future__ import annotations

from datetime import date

from maskqms.errors import Link, Reason
from maskqms.i18n import _
from maskqms.lab.states import Evidence
from maskqms.materials.specification import KEY_TESTS, SpecifiedTests
from maskqms.materials.states import Category, SpecificationState
from maskqms.standards.sampling import AQLS, LEVELS


def draft_blockers(state: SpecificationState) -> list[Reason]:
    if state is SpecificationState.DRAFT:
        return []
    text = _("This version is not a draft: {state}.", state=state.label)
    return [Reason("specification.not_draft", text, _("Draft a new version."))]


def sampling_blockers(level: str, aql: str) -> list[Reason]:
    """Only what ISO 2859-1 has can be planned by."""
    if level in LEVELS and aql in AQLS:
        return []
    text = _("ISO 2859-1 has no level {level} with AQL {aql}.", level=level, aql=aql)
    return [Reason("specification.sampling", text)]


def own_test_blockers(category: Category, tests: SpecifiedTests, material_code: str) -> list[Reason]:
    """A key material has at least one required own or commissioned test of what it is bought for."""
    wanted = KEY_TESTS.get(category)
    if wanted is None:
        return []
    own = [
        test
        for test in tests.tests
        if test.code in wanted and test.required and test.evidence is not Evidence.CERTIFICATE
    ]
    if own:
        return []
    return [
        Reason(
            "specification.own_test",
            _(
                "{material} is a key material: {tests} must be tested by the factory or on its behalf (R47).",
                material=material_code,
                tests=" / ".join(wanted),
            ),
            _("Make one of them a required own test."),
            (Link(material_code, f"/materials/{material_code}"),),
        )
    ]


def approval_blockers(
    state: SpecificationState,
    tests: SpecifiedTests,
    category: Category,
    material_code: str,
    *,
    drafter: int,
    approver: int,
) -> list[Reason]:
    """A draft becomes binding only whole, and by another person than who wrote it."""
    reasons = draft_blockers(state)
    if not tests.tests:
        reasons.append(Reason("specification.empty", _("It has no test.")))
    missing = [test for test in tests.tests if test.required and test.requirement.limit is None]
    for test in missing:
        text = _("{test} has no limit.", test=test.requirement.name)
        reasons.append(Reason("specification.limit", text, _("Enter it, or make the test not required.")))
    reasons += own_test_blockers(category, tests, material_code)
    if drafter == approver:
        reasons.append(
            Reason(
                "specification.same_person",
                _("Who wrote it does not put it in force."),
                _("Ask a second person of quality."),
            )
        )
    return reasons


def template_blockers(category: Category, chosen: Category | None) -> list[Reason]:
    """A draft starts from a template of its own category."""
    if chosen is category:
        return []
    text = _("No such template for {category}.", category=category.label)
    return [Reason("specification.template", text, _("Choose one of the list."))]


def day_blockers(day: date, today: date, latest: tuple[int, date] | None) -> list[Reason]:
    """A version holds from today or later, and never before one that was put in force earlier."""
    reasons = []
    if day < today:
        text = _("It would have been in force since {day}, before it was signed.", day=day)
        reasons.append(Reason("specification.past_day", text, _("Choose today or a later day.")))
    if latest is not None and day < latest[1]:
        text = _("Version {version} is signed to be in force from {day}.", version=latest[0], day=latest[1])
        reasons.append(Reason("specification.before_other", text, _("A newer version begins that day or later.")))
    return reasons
