"""Stock counts at the desk: the list, a count with its differences, and its approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from maskqms.accounts.pages import signature_line
from maskqms.accounts.queries import SignatureRow
from maskqms.accounts.signing import Meaning, content_digest
from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _
from maskqms.materials.queries.counts import CountLine, CountRow, count_content
from maskqms.materials.queries.locations import LocationRow
from maskqms.materials.queries.materials import MaterialRow
from maskqms.materials.rules.counts import APPROVERS, COUNTERS, above_limit
from maskqms.materials.stock_states import CountState
from maskqms.trace.rules import plain
from maskqms.web.filters import moment
from maskqms.web.forms import Form
from maskqms.web.parts import Fact, Option, Paging, Shown, SignatureLine
from maskqms.workflow import Tone

PAGE_SIZE = 50
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class CountsPage:
    rows: Sequence[CountRow]
    paging: Paging
    places: Sequence[Option]
    materials: Sequence[Option]
    limit: tuple[Decimal, str] | None
    may_count: bool
    may_limit: bool
    form: Form[Any]


def counts_page(
    rows: Sequence[CountRow],
    places: Sequence[LocationRow],
    materials: Sequence[MaterialRow],
    limit: tuple[Decimal, str] | None,
    page: int,
    actor: Actor,
    form: Form[Any],
) -> CountsPage:
    return CountsPage(
        rows=rows,
        paging=Paging(page, PAGE_SIZE, rows[0].total if rows else 0, "/stock/counts"),
        places=[Option(one.code, f"{one.code} {one.name}") for one in places],
        materials=[Option(one.code, f"{one.code} {one.name}") for one in materials],
        limit=limit,
        may_count=actor.has(*COUNTERS),
        may_limit=actor.has(Role.QUALITY),
        form=form,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of a finished count."""

    line: CountLine
    difference: Decimal | None
    percent: Decimal | None
    blocks: bool


@dataclass(frozen=True, slots=True)
class CountPage:
    """While it runs the book is shown to nobody; afterwards every difference, with what it blocks."""

    count: CountRow
    facts: Sequence[Fact]
    band: Text
    tone: Tone
    lines: Sequence[Difference]
    may_finish: bool
    may_recount: bool
    may_approve: bool
    shown: Shown
    meaning: Text
    signatures: Sequence[SignatureLine]
    form: Form[Any]


def count_page(
    row: CountRow, lines: Sequence[CountLine], signatures: Sequence[SignatureRow], actor: Actor, form: Form[Any]
) -> CountPage:
    finished = row.state is not CountState.OPEN
    took_part = actor.account_id in {row.finished_by, *(line.counter for line in lines)}
    waits = row.state is CountState.COUNTED
    return CountPage(
        count=row,
        facts=_facts(row),
        band=_band(row),
        tone=Tone.OK if row.state is CountState.APPROVED else Tone.STOP if row.hold_active else Tone.WAIT,
        lines=[_difference(line, row) for line in lines if finished or line.counted is not None],
        may_finish=not finished and actor.has(*COUNTERS),
        may_recount=waits and actor.has(*COUNTERS),
        may_approve=waits and actor.has(*APPROVERS) and not took_part,
        shown=_shown(row, list(lines)),
        meaning=Meaning.APPROVED.label,
        signatures=[signature_line(one) for one in signatures],
        form=form,
    )


def _difference(line: CountLine, row: CountRow) -> Difference:
    one = line.variance
    return Difference(
        line,
        None if one is None else one.difference,
        None if one is None or one.percent is None else round(one.percent, 1),
        one is not None and above_limit(one, row.limit_percent),
    )


def _facts(row: CountRow) -> list[Fact]:
    about = f"/locations/{row.location}" if row.location else f"/materials/{row.material}"
    return [
        Fact(_("Counted is"), row.about, about),
        Fact(_("Opened by"), f"{row.opener_name} {moment(row.opened_at)}"),
        Fact(
            _("Limit of the difference"),
            _("none set: every difference blocks") if row.limit_percent is None else f"{plain(row.limit_percent)} %",
        ),
        Fact(_("Hold"), row.hold, f"/holds/{row.hold}" if row.hold else None),
    ]


def _band(row: CountRow) -> Text:
    match row.state:
        case CountState.OPEN:
            return _("{n} of {lines} units counted. The book stays hidden until the count is finished.",
                     n=row.counted, lines=row.lines)  # fmt: skip
        case CountState.COUNTED if row.hold_active:
            return _("{n} units differ; those above the limit are on hold until another person approves the count.",
                     n=row.different)  # fmt: skip
        case CountState.COUNTED:
            return _("{n} units differ; another person of quality approves the count.", n=row.different)
        case _:
            return _("Approved; the book says what was counted.")


def _shown(row: CountRow, lines: list[CountLine]) -> Shown:
    different = [line for line in lines if line.counted != line.book]
    return Shown(
        rows=[
            Fact(_("Count"), f"{row.code} {row.about}"),
            Fact(_("Units counted"), str(len(lines))),
            *(
                Fact(line.code, f"{plain(line.book or NONE)} → {plain(line.counted or NONE)} {line.measure}")
                for line in different
            ),
            Fact(_("Explanation"), row.explanation),
        ],
        digest=content_digest(count_content(row, lines)),
    )
