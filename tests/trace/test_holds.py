"""A hold runs down to everything, is inherited by what comes later, and ends only by its own lifting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import asyncpg
import pytest

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.audit.verification import verify
from maskqms.db import sql
from maskqms.errors import Refused, Stale
from maskqms.trace.actions.cascade import lock_until_still
from maskqms.trace.actions.holds import lift_hold, place_hold, shown_digest
from maskqms.trace.actions.link import reverse_link
from maskqms.trace.queries.holds import active_holds_of, hold_by_code, holds, holds_of, units_of_hold
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.rules import usable_blockers
from maskqms.trace.states import Activity, HoldSubject, UnitKind, UnitState
from tests.make import trace as make

if TYPE_CHECKING:
    from tests.conftest import People


async def held() -> set[str]:
    return {row["code"] for row in await sql.fetch("SELECT code FROM trace_unit WHERE held")}


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


async def test_a_hold_stops_everything_made_of_it_and_counts_by_kind(people: People) -> None:
    await make.unit("L", kind=UnitKind.LOT)
    await make.unit("OTHER")
    for code, kind in (("R1", UnitKind.ROLL), ("R2", UnitKind.ROLL), ("B", UnitKind.BATCH), ("C", UnitKind.CARTON)):
        await make.unit(code, 10, kind=kind)
    for parent, child in (("L", "R1"), ("L", "R2"), ("R1", "B"), ("R2", "B"), ("OTHER", "B"), ("B", "C")):
        await make.link(parent, child, 1)
    placed = await place_hold(unit="L", reason="supplier's notice", actor=people.inspector)
    assert placed.units == {"lot": 1, "roll": 2, "batch": 1, "carton": 1}
    assert await held() == {"L", "R1", "R2", "B", "C"}
    assert [row.code for row in await units_of_hold(placed.hold.id)] == ["L", "R1", "R2", "B", "C"]
    assert [hold.code for hold in await holds()] == [placed.hold.code]


async def test_who_may_hold_and_never_without_a_reason(people: People) -> None:
    await make.unit("R")
    with pytest.raises(Refused) as refused:
        await place_hold(unit="R", reason=" ", actor=people.operator)
    assert codes(refused) == ["actor.role", "reason.missing"]
    assert (await place_hold(unit="R", reason="x", actor=SYSTEM)).units == {"roll": 1}


async def test_what_is_made_of_a_held_unit_inherits_every_hold_with_all_below(people: People) -> None:
    await make.chain("A", "B")
    await make.unit("ROLL", 10)
    first = await place_hold(unit="ROLL", reason="one", actor=people.quality)
    second = await place_hold(unit="ROLL", reason="two", actor=people.inspector)
    await make.link("ROLL", "A", 1)
    assert await held() == {"ROLL", "A", "B"}
    below = await unit_by_code("B")
    assert set(below.holds) == {first.hold.code, second.hold.code}
    assert {hold.code for hold in await active_holds_of([below.id])} == {first.hold.code, second.hold.code}
    assert [r.code for r in usable_blockers(below, await _now())] == ["unit.held", "unit.held"]


async def _now() -> datetime:
    return await sql.fetch_value("SELECT maskqms_now()")  # type: ignore[no-any-return]


async def test_lifting_ends_one_origin_only(people: People) -> None:
    await make.unit("L1")
    await make.unit("L2")
    await make.unit("B", kind=UnitKind.BATCH)
    await make.link("L1", "B", 1)
    await make.link("L2", "B", 1)
    first = await place_hold(unit="L1", reason="one", actor=people.quality)
    await place_hold(unit="L2", reason="two", actor=people.quality)
    lifted = await lift_hold(first.hold.code, reason="retested", signer=await people.signer("quality2"))
    assert lifted.lifted_by == "quality2"
    assert lifted.signature is not None
    assert await held() == {"L2", "B"}
    assert [hold.active for hold in await holds_of((await unit_by_code("B")).id)] == [True, False]


async def test_lifting_needs_a_second_person_of_quality_and_happens_once(people: People) -> None:
    await make.unit("R")
    placed = await place_hold(unit="R", reason="x", actor=people.quality)
    with pytest.raises(Refused) as same:
        await lift_hold(placed.hold.code, reason="y", signer=await people.signer("quality"))
    assert codes(same) == ["hold.same_person"]
    with pytest.raises(Refused) as inspector:
        await lift_hold(placed.hold.code, reason=" ", signer=await people.signer("inspector"))
    assert codes(inspector) == ["actor.role", "reason.missing"]
    shown = shown_digest(await hold_by_code(placed.hold.code))
    with pytest.raises(Stale):
        await lift_hold(placed.hold.code, reason="y", signer=await people.signer("quality2"), digest="0" * 64)
    await lift_hold(placed.hold.code, reason="y", signer=await people.signer("quality2"), digest=shown)
    with pytest.raises(Refused) as twice:
        await lift_hold(placed.hold.code, reason="y", signer=await people.signer("quality2"))
    assert codes(twice) == ["hold.lifted"]


async def test_a_reversed_link_ends_no_hold(people: People) -> None:
    await make.chain("L", "R")
    await place_hold(unit="L", reason="x", actor=people.quality)
    async with act(Tag.UNIT_REVERSE, actor=SYSTEM) as this:
        await reverse_link(await sql.fetch_value("SELECT id FROM trace_link"), actor=SYSTEM, reason="wrong roll")
        await this.record(subject="R")
    assert await held() == {"L", "R"}


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-20T{clock}:00+08:00")


def metres(begin: int, end: int) -> tuple[Decimal, Decimal]:
    return Decimal(begin), Decimal(end)


async def test_a_stretch_without_mapped_minutes_holds_all_that_the_roll_went_into(people: People) -> None:
    await make.unit("R", 1000)
    for code, span in (("B1", metres(0, 500)), ("B2", metres(500, 1000))):
        await make.unit(code, 10, kind=UnitKind.BATCH)
        await make.link("R", code, 500, span=span)
    placed = await place_hold(unit="R", span=metres(100, 200), reason="holes", actor=people.quality)
    assert await held() == {"R", "B1", "B2"}
    assert (placed.hold.subject_kind, placed.hold.span_from) == (HoldSubject.SPAN, 100)


async def test_a_stretch_with_mapped_minutes_holds_the_cartons_of_those_minutes(people: People) -> None:
    await make.unit("R", 1000)
    await make.unit("B", 30, kind=UnitKind.BATCH, measure="piece")
    await make.unit("LATER", 30, kind=UnitKind.BATCH, measure="piece")
    await make.link("R", "B", 600, span=metres(0, 600), window=(at("08:00"), at("09:00")))
    await make.link("R", "LATER", 400, span=metres(600, 1000), window=(at("09:00"), at("10:00")))
    for code, begin, end in (("C1", "08:00", "08:19"), ("C2", "08:20", "08:40"), ("C3", "08:41", "09:00")):
        await make.unit(code, 10, kind=UnitKind.CARTON, measure="piece")
        await make.link("B", code, 10, Activity.PACK, window=(at(begin), at(end)))
    await place_hold(unit="R", span=metres(250, 300), reason="holes", actor=people.quality)
    assert await held() == {"R", "C2"}


async def test_what_of_the_batch_is_not_packed_yet_is_held_with_it(people: People) -> None:
    await make.unit("R", 1000)
    await make.unit("B", 30, kind=UnitKind.BATCH, state=UnitState.IN_PROCESS, measure="piece")
    await make.link("R", "B", 600, span=metres(0, 600), window=(at("08:00"), at("09:00")))
    await make.unit("C1", 10, kind=UnitKind.CARTON, measure="piece")
    await make.link("B", "C1", 10, Activity.PACK, window=(at("08:00"), at("08:10")))
    await place_hold(unit="R", span=metres(250, 300), reason="holes", actor=people.quality)
    assert await held() == {"R", "B", "C1"}


async def test_a_link_made_while_a_hold_spreads_is_held_too(people: People) -> None:
    """Whoever comes first: the cascade waits for the link and finds it, or the link waits and inherits."""
    for round_ in range(6):
        codes_ = [f"{name}{round_}" for name in ("L", "R", "B", "C")]
        await make.chain(*codes_[:3])
        await make.unit(codes_[3], 10, kind=UnitKind.CARTON)
        await asyncio.gather(
            *_shuffled(
                round_,
                [
                    place_hold(unit=codes_[0], reason="x", actor=people.quality),
                    make.link(codes_[2], codes_[3], 10, Activity.PACK),
                ],
            )
        )
        assert set(codes_) <= await held(), round_


def _shuffled(seed: int, work: list[object]) -> Iterable[object]:
    return work if seed % 2 else reversed(work)


async def test_a_unit_that_appears_under_the_locks_is_looked_for_again(people: People) -> None:
    """Deterministic: between finding and locking, another transaction links something new."""
    await make.chain("L", "R")
    late = await make.unit("LATE", 0, kind=UnitKind.BATCH)
    roll = await unit_by_code("R")
    found = [{roll.id}, {roll.id, late.id}, {roll.id, late.id}]
    asked = []

    async def find() -> set[int]:
        asked.append(1)
        return found[min(len(asked) - 1, 2)]

    async with act(Tag.UNIT_MOVE, actor=SYSTEM) as this:
        assert await lock_until_still(find) == sorted({roll.id, late.id})
        await this.record(subject="R")
    assert len(asked) == 3


async def test_holding_is_on_record_with_its_units(people: People) -> None:
    await make.chain("L", "R")
    placed = await place_hold(unit="L", reason="notice", actor=people.quality)
    entries = await sql.fetch("SELECT subject, reason FROM audit_entry WHERE tag = 'hold:place' ORDER BY id")
    assert [(e["subject"], e["reason"]) for e in entries] == [(placed.hold.code, "notice"), ("L", "notice")]


@pytest.mark.usefixtures("db")
async def test_the_lock_of_a_unit_is_verified_against_the_holds(owner: asyncpg.Connection) -> None:
    """The flag is derived, so its thousand flips are not copied one by one; lying about it shows all the same."""
    await make.chain("L", "R")
    await place_hold(unit="L", reason="notice", actor=SYSTEM)
    copied = "SELECT count(*) FROM audit_entry WHERE table_name = 'trace_unit' AND tag = 'update'"
    assert await sql.fetch_value(copied) == 1
    assert (await verify()).first_broken is None
    await owner.execute("UPDATE trace_unit SET held = false WHERE code = 'R'")
    broken = (await verify()).first_broken
    assert broken is not None
    assert (broken.table, broken.reason) == ("trace_unit", "its lock is not what the holds say")
