"""How the next lot is inspected, and why a ruling about it cannot be signed (ISO 2859-1, 9.3 and 9.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.errors import Link, Reason
from maskqms.i18n import Text, _
from maskqms.lab.plan import PlannedTest
from maskqms.materials.specification import KEY_TESTS
from maskqms.materials.states import Category, SamplingRule
from maskqms.standards.editions import Name, Provenance
from maskqms.standards.limits import Kind, Limit, Word
from maskqms.standards.requirement import Requirement
from maskqms.standards.switching import Inspecting, Standing

IDENTITY = PlannedTest(
    requirement=Requirement(
        code="IDENTITY",
        name=Name(zh="品名、标签、随货证明核对", en="Item, label and certificates checked"),
        kind=Kind.ATTRIBUTE,
        limit=Limit(word=Word.PASS),
        provenance=Provenance.FACTORY,
        source="skip-lot",
    )
)
"""What remains of the inspection of a lot that is skipped: somebody looked that it is what it claims to be."""


def series_link(supplier: str, material: str) -> Link:
    return Link(f"{supplier} {material}", f"/suppliers/{supplier}/materials/{material}/sampling")


def receipt_blockers(standing: Standing, supplier: str, material: str) -> list[Reason]:
    """While inspection is discontinued nothing is received: the supplier acts, quality signs the resumption."""
    if standing.inspecting is not Inspecting.DISCONTINUED:
        return []
    return [
        Reason(
            "sampling.discontinued",
            _("{material} of {supplier} is not received: {why}.", material=material, supplier=supplier,
              why=standing.why.words),
            _("Quality signs the resumption after the supplier has acted."),
            (series_link(supplier, material),),
        )
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Skip:
    """Why a lot is not inspected as its specification says."""

    after: int
    one_of: int
    streak: int
    place: int

    def as_json(self) -> dict[str, int]:
        return {"after": self.after, "one_of": self.one_of, "streak": self.streak, "place": self.place}


def skip_words(kept: Mapping[str, Any]) -> Text:
    """The reason as it is kept with the lot."""
    return _(
        "Skip-lot: {streak} lots in a row accepted (rule {after}); one of {one_of} is inspected, this is no. {place}.",
        **kept,
    )


def skip_for(standing: Standing, streak: int, after: int | None, one_of: int | None, skipped: int) -> Skip | None:
    """Whether the next lot is skipped: under a rule, after enough accepted lots, and when its turn has not come."""
    if after is None or one_of is None or streak < after:
        return None
    if standing.inspecting not in (Inspecting.NORMAL, Inspecting.REDUCED) or skipped >= one_of - 1:
        return None
    return Skip(after, one_of, streak, skipped + 1)


def without_skipped(tests: Sequence[PlannedTest], category: Category) -> tuple[PlannedTest, ...]:
    """What is tested of a skipped lot: its identity, and of a key material always what it is bought for (R47)."""
    kept = KEY_TESTS.get(category, ())
    return (IDENTITY, *(test for test in tests if test.code in kept))


def draw_size(tests: Sequence[PlannedTest], rolls: int) -> int:
    """How many rolls are opened: as many as the largest sample of rolls, all where every roll is tested."""
    if any(test.per_roll is not None for test in tests):
        return rolls
    return min(rolls, max((test.tally.n for test in tests if test.tally is not None), default=1))


def ruling_blockers(
    rule: SamplingRule, standing: Standing, *, reason: str, after: int | None, one_of: int | None, skips: bool
) -> list[Reason]:
    """Why quality cannot sign this ruling now."""
    reasons = _timely(rule, standing, skips)
    if not reason.strip():
        reasons.append(Reason("sampling.reason", _("Say on what the ruling is based.")))
    if rule is SamplingRule.SKIP_ON and (after is None or one_of is None or after < 1 or one_of < 2):
        text = _("Skip-lot needs two numbers: after how many accepted lots, and one of how many is inspected.")
        reasons.append(Reason("sampling.skip_numbers", text, _("At least after 1, one of 2.")))
    return reasons


def _timely(rule: SamplingRule, standing: Standing, skips: bool) -> list[Reason]:
    state = standing.inspecting
    now = _("It stands at: {why}.", why=standing.why.words)
    if rule is SamplingRule.RESUME and state is not Inspecting.DISCONTINUED:
        return [Reason("sampling.not_discontinued", _("Inspection is not discontinued."), now)]
    if rule is SamplingRule.ALLOW_REDUCED and (state is not Inspecting.NORMAL or standing.allowed):
        text = _("Reduced inspection can be allowed once, while inspection is normal.")
        return [Reason("sampling.allow", text, now)]
    if rule is SamplingRule.END_REDUCED and not (standing.allowed or state is Inspecting.REDUCED):
        return [Reason("sampling.not_allowed", _("Reduced inspection is not allowed."), now)]
    if rule is SamplingRule.SKIP_OFF and not skips:
        return [Reason("sampling.no_skip", _("No lot is skipped."))]
    return []
