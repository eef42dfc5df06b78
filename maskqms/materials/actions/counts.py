"""Stock is counted blind, explained, approved by somebody else, and only then does the book follow (R56, S33)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import SYSTEM, Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.numbering import next_number
from maskqms.errors import Reason, Stale, reason_blockers, refuse
from maskqms.i18n import _
from maskqms.materials.queries.counts import CountRow, count_by_code, count_content, count_limit, lines_of, locked_count
from maskqms.materials.queries.locations import location_by_code
from maskqms.materials.queries.materials import locked_material
from maskqms.materials.rules import counts as rules
from maskqms.materials.rules.stock import GOODS
from maskqms.materials.stock_states import CountState
from maskqms.trace.actions.cascade import descendants, lock_until_still
from maskqms.trace.actions.holds import lift_hold, place_hold_on_units
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.queries.units import UnitRow, lock_units, unit_by_code
from maskqms.trace.rules import WHAT_HAPPENED, plain
from maskqms.trace.states import MovementKind


@dataclass(frozen=True, slots=True)
class Counted:
    """What the handheld says; never what the book has."""

    code: str
    item: str
    counted: Decimal
    unit: str
    lines: int
    done: int
    expected: bool


async def set_count_limit(percent: Decimal, *, basis: str, actor: Actor) -> None:
    """From how many percent of the book on a difference blocks the unit."""
    async with act(Tag.COUNT_LIMIT, actor=actor) as this:
        reasons = actor.lacks(Role.QUALITY) + reason_blockers(basis, _("Name the procedure."))
        if not percent.is_finite() or not 0 <= percent <= 100:
            reasons.append(Reason("count.limit", _("The limit lies between 0 and 100 %.")))
        refuse(_("Limit not set"), reasons)
        before = await count_limit()
        await sql.execute(
            "INSERT INTO stock_count_limit (percent, basis, set_by, set_at) VALUES ($1, $2, $3, $4)",
            percent,
            basis.strip(),
            actor.account_id,
            this.at,
        )
        await this.record(
            subject=None,
            before=None if before is None else {"percent": before[0]},
            after={"percent": percent},
            reason=basis.strip(),
        )


async def open_count(*, actor: Actor, location: str | None = None, material: str | None = None) -> CountRow:
    """A sheet with everything that the book has in a place, or of a material."""
    about = location or material or ""
    async with act(Tag.COUNT_OPEN, actor=actor, subject=about) as this:
        reasons = actor.lacks(*rules.COUNTERS)
        if bool(location) is bool(material):
            reasons.append(Reason("count.about", _("A count is of one place or of one material.")))
        refuse(_("Count not opened"), reasons)
        place = await location_by_code(location) if location else None
        item = await locked_material(material) if material else None
        running = await sql.fetch_value(
            "SELECT code FROM stock_count WHERE state <> 'approved' AND (location = $1 OR material = $2)",
            place.id if place else None,
            item.id if item else None,
        )
        if running is not None:
            text = _("Count {code} of {about} is not finished.", code=running, about=about)
            refuse(_("Count not opened"), [Reason("count.running", text, _("Finish and approve that one first."))])
        code = await next_number("CC")
        limit = await count_limit()
        count_id = await sql.fetch_value(
            "INSERT INTO stock_count (code, location, material, state, limit_percent, opened_by, opened_at)"
            " VALUES ($1, $2, $3, 'open', $4, $5, $6) RETURNING id",
            code,
            place.id if place else None,
            item.id if item else None,
            None if limit is None else limit[0],
            actor.account_id,
            this.at,
        )
        lines = await sql.fetch(
            "INSERT INTO stock_count_line (count, unit, expected, seen) SELECT $1, u.id, true, false FROM trace_unit u"
            " WHERE u.on_hand > 0 AND u.kind IN ('lot', 'roll', 'box', 'carton')"
            " AND ($2::text IS NULL OR u.location = $2)"
            " AND ($3::text IS NULL OR (u.identifiers ? 'material' AND u.identifiers ->> 'material' = $3))"
            " ORDER BY u.id RETURNING id",
            count_id,
            place.code if place else None,
            item.code if item else None,
        )
        await this.record(subject=code, after={"about": about, "units": len(lines)})
        return await count_by_code(code)


async def count_unit(code: str, *, unit: str, counted: Decimal, actor: Actor) -> Counted:
    """What lies there of one unit. Counting it again replaces the figure; the trail keeps the first."""
    async with act(Tag.COUNT_UNIT, actor=actor, subject=code) as this:
        found = await unit_by_code(unit)
        one = (await lock_units([found.id]))[found.id]
        row = await locked_count(code)
        reasons = actor.lacks(*rules.COUNTERS) + rules.open_count_blockers(code, row.state)
        reasons += rules.countable_blockers(
            one.code, material=one.identifiers.get("material"), wanted=row.material
        )  # fmt: skip
        whole = one.quantity if one.kind in GOODS else None
        reasons += rules.counted_blockers(one.code, one.unit, counted, whole=whole)
        refuse(_("{code} was not counted", code=one.code), reasons)
        before = await sql.fetch_one(
            "SELECT expected, counted FROM stock_count_line WHERE count = $1 AND unit = $2", row.id, one.id
        )
        await sql.execute(
            "INSERT INTO stock_count_line AS l (count, unit, expected, book, counted, counted_by, counted_at, seen)"
            " VALUES ($1, $2, false, $3, $4, $5, $6, true) ON CONFLICT (count, unit) DO UPDATE"
            " SET book = $3, counted = $4, counted_by = $5, counted_at = $6, seen = true",
            row.id,
            one.id,
            one.on_hand,
            counted,
            actor.account_id,
            this.at,
        )
        again = None if before is None or before["counted"] is None else {"counted": before["counted"]}
        await this.record(subject=code, before=again, after={"unit": one.code, "counted": counted, "of": one.unit})
        now = await count_by_code(code)
        expected = bool(before and before["expected"])
        return Counted(one.code, one.item, counted, one.unit, now.lines, now.counted, expected)


async def finish_count(code: str, *, actor: Actor, explanation: str | None = None) -> CountRow:
    """End the counting: what nobody scanned is missing. Differences above the limit hold their units, at once."""
    async with act(Tag.COUNT_FINISH, actor=actor, subject=code) as this:
        units = await _locked_with_descendants(code)
        row = await locked_count(code)
        lines = await lines_of(row.id)
        missing = [line.unit for line in lines if line.counted is None and line.unit in units]
        gone = sum(1 for unit in missing if units[unit].on_hand > 0)
        variances = [line.variance for line in lines if line.variance is not None]
        refuse(
            _("Count not finished"),
            actor.lacks(*rules.COUNTERS)
            + rules.finish_blockers(code, row.state, gone, variances, explanation)
            + ([] if lines else [Reason("count.empty", _("Nothing was counted."), _("Scan what lies there."))]),
        )
        await sql.execute(
            "UPDATE stock_count_line l SET book = u.on_hand, counted = 0, counted_by = $3, counted_at = $4"
            " FROM trace_unit u WHERE l.count = $1 AND l.unit = ANY($2::bigint[]) AND u.id = l.unit",
            row.id,
            missing,
            actor.account_id,
            this.at,
        )
        lines = await lines_of(row.id)
        variances = [line.variance for line in lines if line.variance is not None]
        blocked = rules.blocked_by(variances, row.limit_percent)
        why = (explanation or "").strip() or None
        hold = None
        held = await _held_by(code)
        blocked = [one for one in blocked if one.unit not in held]
        if blocked:
            words = ", ".join(f"{one.code}: {plain(one.book)} → {plain(one.counted)}" for one in blocked)
            reason = str(_("Stock count {code} differs from the book: {what}", code=code, what=words))
            placed = await place_hold_on_units(
                [one.unit for one in blocked], subject=code, reason=reason[:2000], actor=SYSTEM
            )
            hold = placed.hold.id
        await sql.execute(
            "UPDATE stock_count SET state = 'counted', explanation = $2, finished_by = $3, finished_at = $4,"
            " hold = coalesce($5, hold) WHERE id = $1",
            row.id,
            why,
            actor.account_id,
            this.at,
            hold,
        )
        await this.record(
            subject=code,
            after={"state": CountState.COUNTED, "missing": gone, "blocked": len(blocked)},
            reason=why,
        )
        return await count_by_code(code)


async def _locked_with_descendants(code: str) -> dict[int, UnitRow]:
    """The counted units, locked together with what a hold on them reaches: in one order, as every hold does it."""
    counted = [line.unit for line in await lines_of((await count_by_code(code)).id)]
    await lock_until_still(lambda: descendants(counted))
    return await lock_units(counted)


HOLDS = "FROM hold h WHERE h.subject_kind = 'units' AND h.subject = $1 AND h.state = 'active'"


async def _holds_of(code: str) -> list[str]:
    """The holds that the count placed and that still stand: one, or more when counting again found more."""
    return [row["code"] for row in await sql.fetch(f"SELECT h.code {HOLDS} ORDER BY h.id", code)]


async def _held_by(code: str) -> set[int]:
    rows = await sql.fetch(f"SELECT unit FROM hold_unit WHERE hold IN (SELECT h.id {HOLDS})", code)
    return {row["unit"] for row in rows}


async def recount(code: str, *, reason: str, actor: Actor) -> CountRow:
    """Send a finished count back. What it blocked stays blocked until a count is approved."""
    async with act(Tag.COUNT_RECOUNT, actor=actor, subject=code) as this:
        row = await locked_count(code)
        reasons = actor.lacks(*rules.COUNTERS) + reason_blockers(reason, WHAT_HAPPENED)
        if row.state is not CountState.COUNTED:
            text = _("Count {code} does not wait for approval: {state}.", code=code, state=row.state.label)
            reasons.append(Reason("count.not_counted", text, _("The count is finished first.")))
        refuse(_("Not counted again"), reasons)
        await sql.execute(
            "UPDATE stock_count_line SET book = NULL, counted = NULL, counted_by = NULL, counted_at = NULL"
            " WHERE count = $1 AND NOT seen",
            row.id,
        )
        await sql.execute(
            "UPDATE stock_count SET state = 'open', finished_by = NULL, finished_at = NULL WHERE id = $1", row.id
        )
        await this.record(subject=code, after={"state": CountState.OPEN}, reason=reason.strip())
        return await count_by_code(code)


async def approve_count(code: str, *, digest: str, signer: Signer) -> CountRow:
    """Say that the count is true: the book follows by movements, and the hold that the count placed ends."""
    async with act(Tag.COUNT_APPROVE, actor=signer.actor, subject=code) as this:
        units = await _locked_with_descendants(code)
        row = await locked_count(code)
        lines = await lines_of(row.id)
        different = [line.variance for line in lines if line.variance is not None and line.variance.difference != 0]
        on_hand = {unit.id: unit.on_hand for unit in units.values()}
        refuse(
            _("Count not approved"),
            signer.actor.lacks(*rules.APPROVERS)
            + rules.approve_blockers(
                code,
                row.state,
                approver=signer.account.id,
                finished_by=row.finished_by,
                counters=[line.counter for line in lines if line.counter is not None],
                name=signer.actor.name,
            )
            + rules.gone_blockers([one for one in different if one.unit in on_hand], on_hand),
        )
        content = count_content(row, lines)
        if digest != content_digest(content):
            raise Stale(_("Count not approved"))
        signature = await sign(signer, Meaning.APPROVED, subject=code, content=content)
        reason = f"{code}: {row.explanation or ''}".strip(": ")
        for one in different:
            await record_movement(
                one.unit, kind=MovementKind.ADJUST, quantity=one.difference, actor=signer.actor, reason=reason
            )
        words = str(_("Count {code} explained and approved: {why}", code=code, why=row.explanation or "-"))
        for hold in await _holds_of(code):
            await lift_hold(hold, reason=words, signer=signer)
        await sql.execute(
            "UPDATE stock_count SET state = 'approved', approved_by = $2, approved_at = $3, signature = $4"
            " WHERE id = $1",
            row.id,
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(
            subject=code,
            before={"state": CountState.COUNTED},
            after={"state": CountState.APPROVED, "adjusted": len(different)},
            reason=row.explanation,
        )
        return await count_by_code(code)
