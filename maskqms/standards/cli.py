"""Standards, sampling plans and judging on the command line; none of it needs a database."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from maskqms.commandline import answering, json_option, print_json
from maskqms.errors import Refused
from maskqms.i18n import _
from maskqms.standards.catalogue import catalogue, choose_edition
from maskqms.standards.editions import Edition, Grade, Item, Provenance, Variant
from maskqms.standards.judging import Judged, Verdict, judge_all
from maskqms.standards.requirement import Requirement
from maskqms.standards.requirements import find_grade, requirements
from maskqms.standards.results_file import read_results
from maskqms.standards.sampling import AQLS, LEVELS, SEVERITIES, plan

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("sampling-plan")
@click.option("--lot-size", type=int, required=True, help="Items in the lot.")
@click.option("--level", default="II", show_default=True, help=f"Inspection level: {', '.join(LEVELS)}.")
@click.option("--aql", required=True, help=f"Acceptance quality limit: {', '.join(AQLS)}.")
@click.option("--severity", default="normal", show_default=True, help=f"{', '.join(SEVERITIES)}.")
@json_option
@answering
def sampling_plan(lot_size: int, level: str, aql: str, severity: str, as_json: bool) -> None:
    """The ISO 2859-1 single sampling plan of a lot."""
    # The values are arguments of the command: one that the tables do not have is wrong usage.
    try:
        found = plan(lot_size, level, aql, severity)
    except Refused as refused:
        if as_json:
            print_json(refused.as_json())
        else:
            click.echo("\n".join(str(reason.text) for reason in refused.reasons), err=True)
        sys.exit(2)
    if as_json:
        print_json(found.as_json())
        return
    if found.full:
        text = _(
            "Inspect all {n} items: accept with {ac} nonconforming, not with {re}.", n=found.n, ac=found.ac, re=found.re
        )
        click.echo(str(text))
        return
    text = _(
        "Code letter {letter}: inspect {n} items, accept with {ac} nonconforming, not with {re}.",
        letter=found.letter,
        n=found.n,
        ac=found.ac,
        re=found.re,
    )
    click.echo(str(text))


@click.group("standards")
def standards() -> None:
    """The product standards known here."""


@standards.command("list")
@json_option
def list_editions(as_json: bool) -> None:
    """Every edition: in force from when to when, and which limits are missing."""
    editions = catalogue().editions
    if as_json:
        print_json({"editions": [_summary(edition) for edition in editions]})
        return
    for edition in editions:
        state = _("complete") if edition.complete else _("limits missing")
        click.echo(f"{edition.edition:<24} {_period(edition):<26} {state!s:<15} {edition.title}")


@standards.command("show")
@click.argument("standard")
@click.option("--made-on", type=DAY, help="Production date that chooses the edition.")
@json_option
@answering
def show(standard: str, made_on: datetime | None, as_json: bool) -> None:
    """One edition with all its tests, limits and where they come from."""
    edition = _only_edition(standard, made_on.date() if made_on else None)
    if as_json:
        print_json(_detail(edition))
        return
    click.echo(f"{edition.edition}  {edition.title}")
    click.echo(_period(edition))
    if edition.note:
        click.echo(str(edition.note))
    click.echo("  ".join(_named(grade) for grade in edition.grades))
    if edition.variants:
        click.echo("  ".join(_named(variant) for variant in edition.variants))
    for item in edition.tests:
        only = "".join(f" +{code}" for code in item.only) + "".join(f" -{code}" for code in item.unless)
        kind = f"{item.when[0].label}, {item.provenance.label}{only}"
        click.echo(f"  {item.code:<14} {_limits(item):<44} {kind}  {item.name}")


@click.command("judge")
@click.argument("standard")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--grade", help="Grade, class, type or level; needed where the standard has several.")
@click.option("--made-on", type=DAY, help="Production date that chooses the edition.")
@click.option("--variant", "variants", multiple=True, help="sterile, eo, valve, ...; repeat for several.")
@json_option
@answering
def judge(
    standard: str,
    file: Path,
    grade: str | None,
    made_on: datetime | None,
    variants: tuple[str, ...],
    as_json: bool,
) -> None:
    """Judge the results in FILE (test,specimen,value) by a standard; exit 0 only when they pass."""
    day = made_on.date() if made_on else None
    edition = choose_edition(standard, day)
    asked = requirements(edition, grade, variants, unasked=True)
    results = read_results(file.read_bytes(), asked, edition, name=file.name)
    judged = judge_all(asked, results.values)
    if as_json:
        tests = [test.as_json() for test in judged.tests]
        document: dict[str, Any] = {"edition": edition.edition, "verdict": judged.verdict.value, "tests": tests}
        if results.not_asked:
            document["not_asked"] = list(results.not_asked)
        print_json(document)
    else:
        _print_judged(edition, judged, asked, day)
        if results.not_asked:
            click.echo(str(_("Not asked of this grade: {tests}", tests=", ".join(results.not_asked))))
    if judged.verdict is not Verdict.PASS:
        sys.exit(1)


def _print_judged(edition: Edition, judged: Judged, asked: tuple[Requirement, ...], day: date | None) -> None:
    click.echo(f"{edition.edition}  {edition.title}")
    if day and edition.effective_from and not edition.in_force_on(day):
        text = _("Note: {edition} was not in force on {day}.", edition=edition.edition, day=day.isoformat())
        click.echo(str(text))
    by_code = {requirement.code: requirement for requirement in asked}
    for test in judged.tests:
        requirement = by_code[test.test]
        limit = test.limit or str(_("limit unknown"))
        values = ", ".join(specimen.value for specimen in test.specimens)
        click.echo(f"  {test.verdict.label!s:<10} {test.test:<14} {requirement.name}: {limit} {requirement.unit or ''}")
        click.echo(f"  {'':<10} {values or '-'}  {test.reason}")
    click.echo(str(_("Verdict: {verdict}", verdict=judged.verdict.label)))


def _only_edition(standard: str, day: date | None) -> Edition:
    """The named edition, the one of the day, or the only one there is."""
    found = [e for e in catalogue().editions if e.standard == standard]
    return found[0] if len(found) == 1 and day is None else choose_edition(standard, day)


def _named(what: Grade | Variant) -> str:
    return what.code if what.code == str(what.name) else f"{what.code} ({what.name})"


def _period(edition: Edition) -> str:
    if edition.effective_from is None:
        return str(_("effective day unknown"))
    until = edition.effective_to.isoformat() if edition.effective_to else "..."
    return f"{edition.effective_from.isoformat()} - {until}"


def _limits(item: Item) -> str:
    if item.provenance is Provenance.NOT_FOUND:
        return str(_("limit unknown"))
    sign = f"{item.comparator} " if item.comparator and item.comparator != "range" else ""
    if item.limits is None:
        return f"{sign}{item.limit} {item.unit or ''}".strip()
    return f"{sign}{' / '.join(item.limits.values())} {item.unit or ''}".strip()


def _summary(edition: Edition) -> dict[str, Any]:
    missing = [item for item in edition.tests if item.provenance is Provenance.NOT_FOUND]
    return {
        "standard": edition.standard,
        "edition": edition.edition,
        "title": edition.title.model_dump(),
        "effective_from": edition.effective_from.isoformat() if edition.effective_from else None,
        "effective_to": edition.effective_to.isoformat() if edition.effective_to else None,
        "provenance": edition.dates.provenance.value,
        "source": edition.source_texts(edition.dates.sources),
        "grades": [grade.code for grade in edition.grades],
        "variants": [variant.code for variant in edition.variants],
        "complete": edition.complete,
        "incomplete": [
            {
                "test": item.code,
                "clause": item.clause,
                "when": item.when[0].value,
                "grades": [grade.code for grade in edition.grades if item.asked_of(grade)],
                "only": list(item.only),
                "unless": list(item.unless),
            }
            for item in missing
        ],
    }


def _detail(edition: Edition) -> dict[str, Any]:
    tests = []
    for item in edition.tests:
        test = item.model_dump(mode="json", exclude={"sources", "limit", "limits"})
        limits = {
            grade.code: (limit.text if (limit := item.limit_of(find_grade(edition, grade.code))) else None)
            for grade in edition.grades
            if item.asked_of(grade)
        }
        tests.append(test | {"limits": limits, "source": edition.source_texts(item.sources)})
    note = edition.note.model_dump() if edition.note else None
    return _summary(edition) | {"note": note, "tests": tests}


COMMANDS = [sampling_plan, standards, judge]
