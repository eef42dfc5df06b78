"""One factory and one random hand: receipts, tests, decisions, retests; `Warehouse` adds what happens in stock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from maskqms.accounts.signing import Signer, content_digest
from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.queries.stock import candidates
from maskqms.batches.rules.issue import ISSUABLE
from maskqms.db import sql
from maskqms.db.clock import now
from maskqms.errors import Refused
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry, send_back
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.parting import inspect_rolls
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.actions.retest import decide_retest, open_retest, set_retest_rule, shown_retest
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.states import LotDecision
from maskqms.trace.queries.units import units_by_id
from maskqms.trace.rules import usable_blockers
from tests.conftest import Clock, People
from tests.dispositions.notebook import BREAKS, INTERVAL, Lot, Notebook, Written
from tests.make import batches, warehouse
from tests.make import materials as make

NOBODY = "ML-19990101-001"
"""What an act is tried on when nothing fits: it refuses."""
METRES = 50


class Incoming:
    """Goods come in, are tested and decided; some are tested again."""

    def __init__(self, people: People, clock: Clock, seed: int) -> None:
        self.people, self.clock, self.chance = people, clock, Random(seed)
        self.moment = datetime.fromisoformat("2026-11-21T08:00+08:00")
        self.book = Notebook(self.moment.date())
        self.signers: dict[str, Signer] = {}
        self.notes = 0
        self.done: list[str] = []
        self.batch = ""
        self.goes_on = False
        self.known_holds: set[str] = set()

    async def begin(self) -> None:
        await self.clock.set(self.moment)
        self.source = await make.source(self.people, few=make.FEW)
        lower = await make.lower_grade(self.people, RES="40")
        for material in (self.source.material, lower.code):
            await set_retest_rule(material, days=INTERVAL[material], tests=["PFE"], actor=self.people.quality)
        await warehouse.places(self.people)
        self.batch = (await batches.make_started(self.people)).code
        for row in await sql.fetch(
            "SELECT id, valid_until FROM credential WHERE type = 'production_licence' AND withdrawn_at IS NULL"
        ):
            self.book.licences[row["id"]] = row["valid_until"]
        for name in ("quality", "quality2", "inspector2", "warehouse", "inspector"):
            self.signers[name] = await self.people.signer(name)
        self.people.signer = self._signer  # type: ignore[method-assign]

    async def _signer(self, name: str) -> Signer:
        """The password was checked once: what is tried here is the order of acts."""
        return self.signers[name]

    async def tick(self) -> None:
        self.moment += timedelta(minutes=1)
        await self.clock.set(self.moment)
        self.book.day = self.moment.date()

    def any_of(self, fitting: Collection[str], others: Collection[str] = ()) -> str:
        """Mostly one that fits, the newest where the work before goes on; sometimes any other."""
        if not fitting or (others and self.chance.random() < 0.1):
            fitting = others
        known = sorted(fitting) or [NOBODY]
        return known[-1] if self.goes_on else self.chance.choice(known)

    def a_lot(self, among: Collection[str] = ()) -> str:
        return self.any_of(self.book.lots.keys() & set(among) if among else self.book.lots, self.book.lots)

    def a_roll(self, among: Collection[str] = ()) -> str:
        rolls = {roll for lot in self.book.lots.values() for roll in lot.rolls}
        return self.any_of(rolls & set(among) if among else rolls, rolls)

    def a_sheet(self, state: str, *, retest: bool | None = None) -> str:
        return self.any_of(
            [code for code, one in self.book.sheets.items() if one.state == state and retest in (None, one.retest)],
            self.book.sheets,
        )

    def tested(self, *, retest: bool) -> set[str]:
        """Lots whose own sheet was reviewed and waits for its decision."""
        return {
            one.about for one in self.book.sheets.values()
            if one.state == "reviewed" and one.retest is retest and one.about in self.book.lots
        }  # fmt: skip

    async def new_hold(self, units: Collection[str]) -> str:
        """A hold that the product had to place by itself just now."""
        code = str(await sql.fetch_value("SELECT code FROM hold ORDER BY id DESC LIMIT 1"))
        assert code not in self.known_holds, f"no hold on {sorted(units)}"
        self.note_hold(code, units)
        return code

    def note_hold(self, code: str, units: Collection[str]) -> None:
        self.known_holds.add(code)
        self.book.holds[code] = set(units)

    async def bring(self, bad: tuple[str, str] | None, left: str | None = None) -> str:
        """A lot with its sheet filled, and reviewed where nothing was left out."""
        await self.receive()
        code, written = list(self.book.sheets.items())[-1]
        if left is None:
            await self.fill(code, bad)
            await self.look_at(code)
        else:
            with pytest.raises(Refused):
                await self.fill(code, bad, left)
        return written.about

    async def receive(self) -> None:
        book = self.book
        self.notes += 1
        life = self.chance.choice((5, 12, 300))
        expires = book.day + timedelta(days=life)
        made = await receive_lot(
            supplier=self.source.supplier,
            material=self.source.material,
            receipt=make.receipt(count=2, metres=METRES, delivery_note=f"SH-{self.notes}", expires_on=expires),
            actor=self.people.warehouse,
        )
        assert book.licensed(), f"{made.lot} came in without a licence"
        assert not book.suspended, f"{made.lot} came from a suspended supplier"
        rolls = (f"{made.lot}-R01", f"{made.lot}-R02")
        book.note_lot(Lot(made.lot, self.source.material, expires, rolls, tuple(book.changes)), Decimal(METRES))
        book.sheets[made.inspection] = Written(made.lot, retest=False, material=self.source.material)

    async def test_it(self) -> None:
        """Fill a sheet: all of it, or part, with a bad value now and then, and hand it in."""
        bad = self.chance.choice((*[None] * 5, ("PFE", "92"), ("PFE", "89"), ("RES", "39"), ("RES", "39")))
        await self.fill(self.a_sheet("open"), bad, self.chance.choice((None, None, None, "STRENGTH_MD", "APPEAR")))

    async def fill(self, code: str, bad: tuple[str, str] | None, left: str | None = None) -> None:
        found = await sheet(code)
        written = self.book.sheets[code]
        for test in found.inspection.plan.tests:
            if test.code == left or found.current(test.code, 1) is not None:
                continue
            value = bad[1] if bad is not None and test.code == bad[0] else make.good_value(test)
            await enter_result(code, test=test.code, specimen=1, value=value, actor=self.people.inspector)
            written.last_value = self.book.day
            written.broken |= (test.code, value) in BREAKS[written.material]
        await finish_entry(code, actor=self.people.inspector)
        written.handed_in, written.failed, written.state = self.book.day, written.broken, "entered"
        if written.failed and (written.retest or written.about in self.book.conditional):
            await self.new_hold({written.about})

    async def review(self) -> None:
        await self.look_at(self.a_sheet("entered"))

    async def look_at(self, code: str) -> None:
        digest = content_digest((await sheet(code)).content)
        await review_inspection(code, digest=digest, signer=self.signers["inspector2"])
        self.book.sheets[code].state = "reviewed"

    async def send_back(self) -> None:
        code = self.a_sheet(self.chance.choice(("entered", "reviewed")))
        await send_back(code, reason="核对原始记录", actor=self.people.quality)
        self.book.sheets[code].state = "open"

    def own_sheets(self, lot: str) -> list[Written]:
        """Incoming sheets of a lot and of its rolls."""
        return [one for one in self.book.sheets.values() if one.about in self.book.all_of(lot) and not one.retest]

    async def decide(self) -> None:
        code = self.a_lot(self.tested(retest=False))
        fitting = any(one.failed for one in self.own_sheets(code)) if code in self.book.lots else False
        decision = LotDecision.REJECT if fitting is (self.chance.random() < 0.8) else LotDecision.RELEASE
        await self.settle(code, decision)

    async def settle(self, code: str, decision: LotDecision) -> None:
        who = self.chance.choice(("quality", "quality2"))
        await make.decide(self.people, code, decision, who=who, reason="按检验结果")
        book, sheets = self.book, self.own_sheets(code)
        assert all(one.state == "reviewed" for one in sheets), f"{code} was decided before a review"
        whole = next(one for one in sheets if one.about == code)
        left = book.all_of(code) - book.condemned
        if decision is LotDecision.RELEASE:
            assert not any(one.failed for one in sheets), f"{code} was released although it failed"
            assert {"held", "expired"}.isdisjoint(book.bars(code)), f"{code} was released: {book.bars(code)}"
            book.release(code, left, whole.handed_in)
        else:
            used = code in book.conditional
            book.condemn(left)
            if used:
                await self.new_hold({code})
        for one in sheets:
            one.state = "decided"

    async def condition(self) -> None:
        begun = [one for one in self.book.sheets.values() if one.state == "open" and one.last_value and not one.broken]
        await self.let_go(self.a_lot({one.about for one in begun if not one.retest} - self.book.let_go))

    async def let_go(self, code: str) -> None:
        await make.condition(self.people, code)
        book = self.book
        whole = next(one for one in self.own_sheets(code) if one.about == code)
        assert not whole.broken, f"{code} was let go with a bad value"
        assert {"held", "expired", "rejected"}.isdisjoint(book.bars(code)), book.bars(code)
        book.release(code, book.all_of(code), whole.last_value)
        book.conditional |= book.all_of(code)

    async def sort(self) -> None:
        known = {self.book.lot_of[one.about] for one in self.book.sheets.values() if one.about not in self.book.lots}
        failed = {one.about for one in self.book.sheets.values() if one.failed and one.state == "reviewed"}
        lot = self.a_lot(failed & self.book.lots.keys() - known)
        bad = self.chance.sample((None, None, ("PFE", "89")), 2) if self.chance.random() < 0.8 else []
        await self.look_closer(lot, bad)

    async def look_closer(self, lot: str, bad: Sequence[tuple[str, str] | None]) -> None:
        """A sheet a roll; filled and reviewed where `bad` says with what."""
        rolls = [f"{lot}-R01", f"{lot}-R02"]
        made = await inspect_rolls(lot, rolls=rolls, actor=self.people.inspector)
        for roll, code in zip(rolls, made.inspections, strict=True):
            self.book.sheets[code] = Written(roll, retest=False, material=self.book.lots[lot].material)
        for code, value in zip(made.inspections, bad, strict=False):
            await self.fill(code, value)
            await self.look_at(code)

    async def part(self) -> None:
        lot = self.a_lot(
            self.tested(retest=False)
            & {self.book.lot_of[one.about] for one in self.book.sheets.values() if one.about not in self.book.lots}
        )
        failed = {one.about for one in self.book.sheets.values() if one.failed and one.about != lot}
        bad = self.any_of(failed & {f"{lot}-R01", f"{lot}-R02"}, {f"{lot}-R01", f"{lot}-R02"})
        await self.divide(lot, bad)

    async def divide(self, lot: str, bad: str) -> None:
        await make.part(self.people, lot, bad)
        book, sheets = self.book, self.own_sheets(lot)
        good = book.all_of(lot) - {bad} - book.condemned
        tested = next(one.handed_in for one in sheets if one.about == lot)
        for roll in good - {lot}:
            own = next((one for one in sheets if one.about == roll), None) or next(one for one in sheets)
            assert own.handed_in is not None, f"{roll} was released untested"
            assert not own.failed, f"{roll} was released although it failed"
        book.release(lot, good, tested)
        book.condemn({bad})
        for one in sheets:
            one.state = "decided"

    async def ask_retest(self) -> None:
        running = {one.about for one in self.book.sheets.values() if one.retest and one.state != "decided"}
        lot = self.a_lot(self.book.let_go - self.book.condemned - running)
        code = await open_retest(lot, actor=self.chance.choice((self.people.inspector, self.people.quality)))
        assert lot in self.book.let_go - self.book.condemned
        self.book.sheets[code] = Written(lot, retest=True, material=self.book.lots[lot].material)

    async def conclude_retest(self) -> None:
        code = self.a_sheet("reviewed", retest=True)
        book, written = self.book, self.book.sheets.get(code)
        if written is None or not written.retest:
            return
        lot = await lot_by_code(written.about)
        content, _usable = await shown_retest(lot, await sheet(code))
        who = self.chance.choice(("quality", "quality2", "inspector"))
        await decide_retest(lot.code, digest=content_digest(content), signer=self.signers[who])
        assert who != "inspector", f"{code} was decided by who tested"
        written.state = "decided"
        if written.failed:
            for one in self.own_sheets(lot.code) if lot.code in book.conditional else ():
                assert one.state == "reviewed", f"{lot.code} was rejected with an inspection that nobody finished"
                one.state = "decided"
            book.condemn(book.all_of(lot.code) & book.let_go)
        else:
            book.lots[lot.code].tested = written.handed_in

    async def issue(self) -> None:
        """To the line, with whatever reason the order of expiry asks for: nothing that may not be used goes in."""
        roll = self.a_roll(self.book.let_go)
        bars = self.book.bars(roll) if roll in self.book.lot_of else {}
        issued = await issue_unit(
            batch=self.batch, code=roll, quantity=Decimal(1), reason="指定使用", again=True, actor=self.people.operator
        )
        assert not bars, f"{issued.code} was issued: {bars}"
        self.book.stock[roll] -= 1
        self.book.made_of.setdefault(self.batch, set()).add(roll)

    async def compare(self) -> None:
        """What the rules and the station's list let pass is exactly what the book has nothing against."""
        book, at = self.book, await now()
        bars = {unit: book.bars(unit) for unit in book.lot_of}
        ids = [row["id"] for row in await sql.fetch("SELECT id FROM trace_unit WHERE kind IN ('lot', 'roll')")]
        for unit in (await units_by_id(ids)).values():
            ours = bars[unit.code].keys() - {"limited", "failed"}
            theirs = usable_blockers(unit, at, states=ISSUABLE)
            assert bool(ours) is bool(theirs), f"{unit.code}: {bars[unit.code]}, {[str(one.text) for one in theirs]}"
            assert unit.on_hand == book.stock[unit.code], unit.code
        listed = await candidates(list(INTERVAL), at, limit=10_000)
        offered = {one.code for rows in listed.values() for one in rows}
        usable = {unit for unit, found in bars.items() if not found and book.stock[unit] > 0}
        assert offered == usable, f"{ {unit: bars[unit] for unit in offered ^ usable} }"

    def after(self, act: str) -> Callable[[], Awaitable[None]] | None:
        """What usually comes next."""
        if act == "review":
            return self.chance.choice((self.decide, self.sort))
        return {
            "receive": self.test_it, "test_it": self.review, "sort": self.part, "ask_retest": self.test_it,
            "condition": self.issue, "decide": self.issue,
        }.get(act)  # fmt: skip

    def acts(self) -> dict[Callable[[], Awaitable[None]], int]:
        return {
            self.receive: 8, self.test_it: 12, self.review: 11, self.send_back: 1, self.decide: 9, self.condition: 5,
            self.sort: 4, self.part: 3, self.ask_retest: 6, self.conclude_retest: 5, self.issue: 8,
        }  # fmt: skip
