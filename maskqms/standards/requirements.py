"""What one mask must meet: the tests of an edition for its grade and its variants, with the factory's own limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from maskqms.standards.adjustments import Adjustment, adjust
from maskqms.standards.editions import Edition, Grade, Item, Variant
from maskqms.standards.requirement import Requirement


def find_grade(edition: Edition, grade: str | None) -> Grade:
    """The grade by its code or another of its names; none is needed where the standard has only one."""
    if grade is None and len(edition.grades) == 1:
        return edition.grades[0]
    wanted = (grade or "").strip().casefold()
    for found in edition.grades:
        names = (found.code, found.name.zh, found.name.en, *found.aliases)
        if wanted in {name.casefold() for name in names}:
            return found
    known = ", ".join(found.code for found in edition.grades)
    if grade is None:
        text = _("{edition} has several grades; give one of {known}.", edition=edition.edition, known=known)
    else:
        text = _("{edition} has no grade {grade}; use {known}.", edition=edition.edition, grade=grade, known=known)
    raise Refused(_("No such grade"), [Reason("standard.grade", text)])


def find_variants(edition: Edition, variants: Iterable[str] = ()) -> frozenset[str]:
    """The variants named, those they imply, and the default of each group of which none was named."""
    known = {variant.code: variant for variant in edition.variants}
    named = frozenset(variants)
    reasons = []
    if unknown := sorted(named - set(known)):
        text = _(
            "{edition} has no variant {unknown}; use {known}.",
            edition=edition.edition,
            unknown=", ".join(unknown),
            known=", ".join(known) or "-",
        )
        reasons.append(Reason("standard.variant", text))
    by_group: dict[str, list[Variant]] = {}
    for variant in edition.variants:
        by_group.setdefault(variant.group or variant.code, []).append(variant)
    chosen = set(named)
    for members in by_group.values():
        picked = [variant.code for variant in members if variant.code in named]
        if len(picked) > 1:
            text = _("A mask is one of {variants}, not several of them.", variants=", ".join(picked))
            reasons.append(Reason("standard.variant", text))
        if not picked:
            chosen.update(variant.code for variant in members if variant.default)
    refuse(_("No such variant"), reasons)
    return frozenset(chosen).union(*(known[code].implies for code in chosen))


def requirements(
    edition: Edition,
    grade: str | None = None,
    variants: Iterable[str] = (),
    adjustments: Sequence[Adjustment] = (),
    *,
    unasked: bool = False,
) -> tuple[Requirement, ...]:
    """The tests of this mask in the standard's order. `unasked` adds, marked so, those that only its other variants
    need: a result that was measured anyway is judged, but nobody waits for it."""
    chosen = find_grade(edition, grade)
    mine = find_variants(edition, variants)
    of_grade = [item for item in edition.tests if item.asked_of(chosen)]
    asked = {item.code for item in of_grade if item.fits(mine)}
    others = [item.code for item in of_grade if not item.fits(mine)]
    found = [
        _requirement(edition, item, chosen, asked=item.fits(mine))
        for item in of_grade
        if item.fits(mine) or (unasked and item.code not in asked and others.count(item.code) == 1)
    ]
    return adjust(edition, chosen.code, found, adjustments)


def missing_limits(found: Iterable[Requirement], *, release_only: bool = True) -> tuple[Requirement, ...]:
    """The tests that cannot be judged until an authorised person enters their limit."""
    return tuple(r for r in found if r.limit is None and (r.for_release or not release_only))


def _requirement(edition: Edition, item: Item, grade: Grade, *, asked: bool) -> Requirement:
    same = item.model_dump(
        include={
            "code", "clause", "unit", "kind", "comparator", "absolute", "compare", "step", "specimens", "provenance",
        }
    )  # fmt: skip
    return Requirement(
        **same,
        name=item.name,
        rule=item.rule,
        limit=item.limit_of(grade),
        expected=item.expected_of(grade),
        specimens_note=item.specimens_note,
        when=item.when[0],
        when_allowed=item.when,
        asked=asked,
        wording=item.wording,
        condition=item.condition,
        note=item.note,
        provenance_of=dict(item.provenance_of),
        source=edition.source_texts(item.sources),
    )
