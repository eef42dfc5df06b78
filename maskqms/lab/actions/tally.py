"""Pieces are looked at one after the other; the count of the bad ones becomes the value of the test."""

from __future__ import annotations

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import NotFound, Reason, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.lab import rules, tallying
from maskqms.lab.actions.enter import CellAnswer, enter_result
from maskqms.lab.plan import Tally
from maskqms.lab.queries.sheets import Sheet, locked_sheet
from maskqms.lab.queries.tally import entries_of
from maskqms.lab.states import DefectClass

NOT_COUNTED = _("Not counted")


def counted_plan(sheet: Sheet, test: str) -> Tally:
    """The plan of a test whose bad pieces are counted."""
    found = sheet.inspection.plan.test(test)
    if found is None or found.counted is None:
        raise NotFound(f"{sheet.inspection.code}/{test}")
    return found.counted


def _may(sheet: Sheet, actor: Actor) -> list[Reason]:
    row = sheet.inspection
    return actor.lacks(*rules.testers(row.purpose)) + rules.open_blockers(row.code, row.state)


async def count_pieces(
    code: str,
    *,
    test: str,
    actor: Actor,
    pieces: int = 1,
    defect_class: DefectClass | None = None,
    defect: str | None = None,
    same_piece: bool = False,
) -> int:
    """So many good pieces, or a defect on the next piece or on the one just looked at; answers the entry's number."""
    async with act(Tag.TALLY_COUNT, actor=actor, subject=code) as this:
        sheet = await locked_sheet(code)
        plan = counted_plan(sheet, test)
        entries = await entries_of(sheet.inspection.id, test)
        size = pieces if defect_class is None else 1
        refuse(
            NOT_COUNTED,
            _may(sheet, actor)
            + tallying.count_blockers(
                entries,
                plan,
                pieces=size,
                same_piece=same_piece,
                has_value=sheet.current(test, 1) is not None,
            ),
        )
        last = tallying.last_bad(entries)
        piece = last if same_piece and last is not None else tallying.count(entries).next_piece
        entry: int = await sql.fetch_value(
            "INSERT INTO tally_entry (inspection, test, piece, pieces, defect_class, defect, analyst, analyst_name, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
            sheet.inspection.id,
            test,
            piece,
            size,
            defect_class,
            (defect or "").strip() or None,
            actor.account_id,
            actor.name,
            this.at,
        )
        after = {"test": test, "piece": piece, "pieces": size, "defect_class": defect_class, "defect": defect}
        await this.record(subject=code, after=after)
        return entry


async def undo_count(code: str, *, test: str, entry: int, reason: str, actor: Actor) -> int:
    """Take one entry back; it stays readable with the reason."""
    async with act(Tag.TALLY_UNDO, actor=actor, subject=code) as this:
        sheet = await locked_sheet(code)
        counted_plan(sheet, test)
        found = next((one for one in await entries_of(sheet.inspection.id, test) if one.id == entry), None)
        if found is None:
            raise NotFound(f"{code}/{entry}")
        reasons = _may(sheet, actor) + reason_blockers(reason, _("Say what was counted wrongly."))
        if found.undone is not None:
            reasons.append(Reason("tally.undone", _("This entry was taken back already.")))
        if sheet.current(test, 1) is not None:
            text = _("The count of this test was entered already.")
            reasons.append(Reason("tally.closed", text, _("Correct the value with a reason.")))
        refuse(_("Not taken back"), reasons)
        await sql.execute(
            "INSERT INTO tally_undo (entry, account, name, at, reason) VALUES ($1, $2, $3, $4, $5)",
            entry,
            actor.account_id,
            actor.name,
            this.at,
            reason.strip(),
        )
        await this.record(subject=code, before={"test": test, "piece": found.piece}, after={}, reason=reason.strip())
        return entry


async def enter_count(code: str, *, test: str, actor: Actor) -> CellAnswer:
    """The count of nonconforming pieces as the test's value."""
    async with act(Tag.RESULT_ENTER, actor=actor, subject=code):
        sheet = await locked_sheet(code)
        plan = counted_plan(sheet, test)
        found = tallying.count(await entries_of(sheet.inspection.id, test))
        refuse(NOT_COUNTED, tallying.close_blockers(found, plan))
        return await enter_result(code, test=test, specimen=1, value=str(found.nonconforming), actor=actor)
