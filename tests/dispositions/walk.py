"""One factory and one random hand: the acts that lots can meet, from receipt to the line, most of them refused.

What may not be used is read here from the history alone (decisions, holds, days, papers, changes), not from the states
that the rules look at.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from maskqms.accounts.signing import Signer, content_digest
from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.rules.issue import ISSUABLE
from maskqms.db import sql
from maskqms.db.clock import now
from maskqms.dispositions.actions.destroy import plan_destruction, shown_content, witness_destruction
from maskqms.dispositions.actions.give_back import return_goods
from maskqms.dispositions.actions.regrade import decide_regrade, request_regrade
from maskqms.dispositions.queries.records import destruction, regrade
from maskqms.lab.actions.enter import enter_result
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.changes import report_source_change
from maskqms.materials.actions.conditions import record_readings, set_storage_limits
from maskqms.materials.actions.counts import approve_count, count_unit, finish_count, open_count
from maskqms.materials.actions.locations import put_away
from maskqms.materials.actions.parting import inspect_rolls
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.actions.retest import decide_retest, open_retest, set_retest_rule, shown_retest
from maskqms.materials.actions.suppliers import withdraw_credential
from maskqms.materials.queries.counts import count_by_code, count_content
from maskqms.materials.queries.counts import lines_of as count_lines
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.queries.suppliers import supplier_by_code
from maskqms.materials.rules.conditions import Limits, Reading
from maskqms.materials.states import ApprovalState, CredentialType, LotDecision, SourceChangeKind
from maskqms.quality.actions import open_deviation
from maskqms.quality.states import ChangeState
from maskqms.trace.actions.holds import lift_hold, place_hold
from maskqms.trace.queries.units import unit_by_code, units_by_id
from maskqms.trace.rules import usable_blockers
from maskqms.trace.states import UnitState
from tests.conftest import Clock, People
from tests.make import batches, warehouse
from tests.make import materials as make

AIR = Limits(temperature_to=Decimal(30))
BAD = {"PFE": "92", "RES": "39", "STRENGTH_MD": "1"}
DECIDERS = ("quality", "quality2")


class Walk:
    """One factory and one random hand."""

    def __init__(self, people: People, clock: Clock, seed: int) -> None:
        self.people, self.clock, self.chance = people, clock, Random(seed)
        self.day = datetime.fromisoformat("2026-11-21T10:00+08:00")
        self.signers: dict[str, Signer] = {}
        self.licensed = self.approved = True
        self.notes = 0
        self.done: list[str] = []
        self.batch = ""

    async def begin(self) -> None:
        await self.clock.set(self.day)
        self.source = await make.source(self.people, few=make.FEW)
        await set_retest_rule(self.source.material, days=9, tests=["PFE"], actor=self.people.quality)
        await warehouse.places(self.people)
        for place in ("W-01", "Q-01"):
            await set_storage_limits(AIR, basis="规格书", location=place, actor=self.people.quality)
        await make.lower_grade(self.people, RES="40")
        self.batch = (await batches.make_started(self.people)).code
        for name in (*DECIDERS, "inspector2", "warehouse", "inspector"):
            self.signers[name] = await self.people.signer(name)
        self.people.signer = self._signer  # type: ignore[method-assign]

    async def stock_up(self) -> None:
        """Lots in every standing: one that waits, two and one of a changed source released and put away, one rejected,
        one failed and sorted roll by roll."""
        for number in range(6):
            if number == 3:
                self.day += timedelta(hours=1)
                await self.clock.set(self.day)
                await self.change_source()
            await self.receive()
            lot = await lot_by_code(max(await self.codes("SELECT code FROM trace_unit WHERE kind = 'lot'")))
            if number == 0:
                continue
            await make.inspected(self.people, str(lot.inspection), bad={"PFE": "92"} if number > 3 else None)
            if number == 5:
                await make.sorted_rolls(self.people, lot.code, {f"{lot.code}-R02": {"PFE": "92"}})
                continue
            await make.decide(
                self.people, lot.code, LotDecision.REJECT if number > 3 else LotDecision.RELEASE, reason="按检验结果"
            )
            if number < 4:
                await put_away(lot.code, location="Q-01", actor=self.people.warehouse)

    async def _signer(self, name: str) -> Signer:
        """The password was checked once: what is tried here is the order of acts."""
        return self.signers[name]

    async def codes(self, query: str) -> list[str]:
        return [row["code"] for row in await sql.fetch(query)]

    async def one(self, query: str) -> str:
        """Any code that the query finds; a foreign one where it finds none, so that the act refuses."""
        return self.chance.choice(await self.codes(query) or ["ML-19990101-001"])

    async def a_unit(self, kind: str, state: str | None) -> str:
        """Three times of four one in the state that the act is for, else any."""
        wanted = f" AND state = '{state}'" if state and self.chance.random() < 0.75 else ""
        return await self.one(f"SELECT code FROM trace_unit WHERE kind = '{kind}'{wanted}")

    async def a_lot(self, state: str | None = None) -> str:
        return await self.a_unit("lot", state)

    async def a_roll(self, state: str | None = None) -> str:
        return await self.a_unit("roll", state)

    async def a_sheet(self, state: str, purpose: str = "incoming") -> str:
        return await self.one(f"SELECT code FROM inspection WHERE purpose = '{purpose}' AND state = '{state}'")

    async def receive(self) -> None:
        self.notes += 1
        life = self.chance.choice((3, 30, 300))
        made = await receive_lot(
            supplier=self.source.supplier,
            material=self.source.material,
            receipt=make.receipt(
                count=2, delivery_note=f"SH-{self.notes}", expires_on=date(2026, 11, 21) + timedelta(days=life)
            ),
            actor=self.people.warehouse,
        )
        assert self.licensed, f"{made.lot} came in without a licence"
        assert self.approved, f"{made.lot} came in from a suspended supplier"

    async def test_it(self) -> None:
        """Fill a sheet: all of it, or part, with a bad value now and then."""
        code = await self.a_sheet("open")
        bad = self.chance.choice((None, None, "PFE", "RES", "STRENGTH_MD"))
        left = self.chance.choice((None, None, "PFE", "STRENGTH_MD", "APPEAR"))
        found = await sheet(code)
        for test in found.inspection.plan.tests:
            if test.code == left or found.current(test.code, 1) is not None:
                continue
            value = (
                {"PFE": "92", "RES": "39", "STRENGTH_MD": "1"}[test.code] if test.code == bad else make.good_value(test)
            )
            await enter_result(code, test=test.code, specimen=1, value=value, actor=self.people.inspector)
        await finish_entry(code, actor=self.people.inspector)

    async def review(self, purpose: str = "incoming") -> None:
        code = await self.a_sheet("entered", purpose)
        digest = content_digest((await sheet(code)).content)
        await review_inspection(code, digest=digest, signer=self.signers["inspector2"])

    async def decide(self) -> None:
        decision = self.chance.choice((LotDecision.RELEASE, LotDecision.RELEASE, LotDecision.REJECT))
        await make.decide(
            self.people, await self.a_lot("quarantine"), decision, who=self.chance.choice(DECIDERS), reason="按检验结果"
        )

    async def condition(self) -> None:
        await make.condition(self.people, await self.a_lot("quarantine"))

    async def sort(self) -> None:
        lot = await self.a_lot("quarantine")
        await inspect_rolls(lot, rolls=[f"{lot}-R01", f"{lot}-R02"], actor=self.people.inspector)

    async def part(self) -> None:
        lot = await self.a_lot("quarantine")
        await make.part(self.people, lot, f"{lot}-R0{self.chance.choice((1, 2))}")

    async def deviate(self) -> None:
        await open_deviation(
            unit=await self.a_roll(), title="外观异常", description="卷边有污", actor=self.people.quality
        )

    async def hold(self) -> None:
        pick = self.chance.choice((self.a_lot, self.a_roll))
        await place_hold(unit=await pick(), reason="待查", actor=self.people.quality)

    async def lift(self) -> None:
        hold = await self.one("SELECT code FROM hold WHERE state = 'active'")
        await lift_hold(hold, reason="已查明", signer=self.signers["quality2"])

    async def open_retest(self) -> None:
        await open_retest(await self.a_lot("released"), actor=self.people.inspector)

    async def test_again(self) -> None:
        """Fill a retest: the charge has held, or it has not."""
        code = await self.a_sheet("open", "retest")
        for test in (await sheet(code)).inspection.plan.tests:
            value = self.chance.choice((make.good_value(test), make.good_value(test), "92"))
            await enter_result(code, test=test.code, specimen=1, value=value, actor=self.people.inspector)
        await finish_entry(code, actor=self.people.inspector)

    async def review_retest(self) -> None:
        await self.review("retest")

    async def decide_retest(self) -> None:
        code = await self.a_sheet("reviewed", "retest")
        lot = await lot_by_code((await sheet(code)).inspection.subject_code)
        shown, _usable = await shown_retest(lot, await sheet(code))
        signer = self.signers[self.chance.choice(DECIDERS)]
        await decide_retest(lot.code, digest=content_digest(shown), signer=signer)

    async def move(self) -> None:
        pick = self.chance.choice((self.a_lot, self.a_roll))
        place = self.chance.choice(("W-01", "Q-01", "Q-01", "X-01", "H-01"))
        await put_away(await pick(), location=place, actor=self.people.warehouse)

    async def read_the_air(self) -> None:
        """Once in a while it was too warm, and what stood there then is held."""
        warm = self.chance.choice((20, 20, 20, 35))
        place = self.chance.choice(("W-01", "Q-01"))
        await record_readings(place, [Reading(await now(), Decimal(warm), None)], actor=self.people.warehouse)

    async def count(self) -> None:
        """A count of one place, with a roll that is shorter than the book says."""
        found = await open_count(location="Q-01", actor=self.people.warehouse)
        rolls = await self.codes("SELECT code FROM trace_unit WHERE kind = 'roll' AND location = 'Q-01'")
        for roll in rolls:
            there = (await unit_by_code(roll)).on_hand
            short = self.chance.choice((Decimal(0), Decimal(0), there / 2))
            await count_unit(found.code, unit=roll, counted=there - short, actor=self.people.warehouse)
        await finish_count(found.code, actor=self.people.warehouse, explanation="标签磨损")

    async def approve_count(self) -> None:
        code = await self.one("SELECT code FROM stock_count WHERE state = 'counted'")
        row = await count_by_code(code)
        digest = content_digest(count_content(row, await count_lines(row.id)))
        await approve_count(code, digest=digest, signer=self.signers["quality"])

    async def suspend(self) -> None:
        """The supplier is suspended, or approved again."""
        state = ApprovalState.SUSPENDED if self.approved else ApprovalState.APPROVED
        row = await supplier_by_code(self.source.supplier)
        await make.approve(self.people, row, self.source.material, state=state)
        self.approved = state is ApprovalState.APPROVED

    async def change_source(self) -> None:
        await report_source_change(
            self.source.supplier, material=self.source.material, kind=SourceChangeKind.GRADE,
            description="换树脂牌号", actor=self.people.quality,
        )  # fmt: skip

    async def decide_change(self) -> None:
        code = await self.one("SELECT code FROM change_control WHERE state = 'open'")
        decision = self.chance.choice((ChangeState.APPROVED, ChangeState.APPROVED, ChangeState.REJECTED))
        await make.change_decided(self.people, code, decision=decision)

    async def pass_days(self) -> None:
        self.day += timedelta(days=self.chance.choice((1, 1, 2, 5)))
        await self.clock.set(self.day)

    async def lose_licence(self) -> None:
        """The production licence is withdrawn, or a new one is shown."""
        if self.licensed:
            rows = await sql.fetch(
                "SELECT id FROM credential WHERE type = 'production_licence' AND withdrawn_at IS NULL"
            )
            for row in rows:
                await withdraw_credential(row["id"], reason="已注销", actor=self.people.quality)
        else:
            await make.credential(self.people, self.source.supplier, CredentialType.PRODUCTION_LICENCE)
        self.licensed = not self.licensed

    async def give_back(self) -> None:
        await return_goods(
            [await self.a_roll("rejected")],
            waybill="SF-1",
            carrier="顺丰",
            reason="不合格",
            actor=self.people.warehouse,
        )

    async def destroy(self) -> None:
        roll = await self.a_roll("rejected")
        await plan_destruction([roll], method="粉碎", reason="不合格", actor=self.people.warehouse)

    async def witness(self) -> None:
        code = await self.one("SELECT code FROM destruction WHERE state = 'waiting'")
        who = self.chance.choice(("quality", "warehouse"))
        await witness_destruction(code, digest=shown_content(await destruction(code)), signer=self.signers[who])

    async def ask_regrade(self) -> None:
        material = self.chance.choice(("M-MB-90", "M-MB-90", "M-MB-25"))
        roll = await self.a_roll("rejected")
        await request_regrade(roll, material=material, reason="降级使用", actor=self.people.inspector)

    async def approve_regrade(self) -> None:
        code = await self.one("SELECT code FROM regrade WHERE state = 'requested'")
        digest = content_digest((await regrade(code)).content)
        await decide_regrade(code, approve=True, reason="", digest=digest, signer=self.signers["quality"])

    async def issue(self) -> None:
        """To the line, with whatever reason the order of expiry asks for: nothing that may not be used goes in."""
        roll = await self.a_roll("released")
        barred = {**await self.limited(), **await self.barred()}
        issued = await issue_unit(
            batch=self.batch, code=roll, quantity=Decimal(1), reason="指定使用", again=True, actor=self.people.operator
        )
        assert issued.code not in barred, f"{roll} was issued: {barred[roll]}"

    async def barred(self) -> dict[str, str]:
        """Units that may not be used, and what in their history says so."""
        rows = await sql.fetch(
            "SELECT u.code, concat_ws(', ',"
            " CASE WHEN EXISTS (SELECT 1 FROM unit_state_change c WHERE c.unit = u.id AND c.after = 'rejected')"
            "  THEN 'rejected' END,"
            " CASE WHEN EXISTS (SELECT 1 FROM hold_unit h JOIN hold o ON o.id = h.hold WHERE h.unit = u.id"
            "  AND o.state = 'active') THEN 'held' END,"
            " CASE WHEN l.expires_on < (maskqms_now() AT TIME ZONE 'Asia/Shanghai')::date THEN 'expired' END,"
            " CASE WHEN EXISTS (SELECT 1 FROM lot_retest t WHERE t.lot = l.id AND t.id ="
            "  (SELECT max(id) FROM lot_retest WHERE lot = l.id) AND t.due_on"
            "  < (maskqms_now() AT TIME ZONE 'Asia/Shanghai')::date)"
            "  THEN 'past its retest date' END,"
            " CASE WHEN EXISTS (SELECT 1 FROM inspection i WHERE i.subject = l.id AND i.purpose = 'retest'"
            "  AND i.decision = 'rejected') THEN 'failed its retest' END,"
            " CASE WHEN EXISTS (WITH RECURSIVE up (id) AS (SELECT u.id UNION SELECT k.parent FROM trace_link k"
            "  JOIN up ON up.id = k.child) SELECT 1 FROM up JOIN hold_unit h ON h.unit = up.id"
            "  JOIN hold o ON o.id = h.hold WHERE o.state = 'active') THEN 'made of what is held' END,"
            " CASE WHEN l.decision IS NULL OR l.decision = 'reject' THEN 'not decided or rejected' END,"
            " CASE WHEN l.signature IS NULL THEN 'not signed' END) AS why"
            " FROM trace_unit u LEFT JOIN roll r ON r.id = u.id JOIN lot l ON l.id = coalesce(r.lot, u.id)"
        )
        return {row["code"]: row["why"] for row in rows if row["why"]}

    async def limited(self) -> dict[str, str]:
        """Units of a source that changed before they came, and nobody approved it: not for a batch that validates
        nothing."""
        rows = await sql.fetch(
            "SELECT u.code, u.id, c.code AS change FROM trace_unit u LEFT JOIN roll r ON r.id = u.id"
            " JOIN lot l ON l.id = coalesce(r.lot, u.id) JOIN source_change s ON s.supplier = l.supplier"
            " AND s.material = l.material AND s.since <= l.received_at JOIN change_control c ON c.id = s.change"
            " WHERE c.state = 'open'"
        )
        return {row["code"]: f"limited by {row['change']}" for row in rows}

    async def holds_true(self) -> None:
        """No barred unit is usable, and no rejected one has come into another state than scrapped."""
        barred, at = await self.barred(), await now()
        ids = [row["id"] for row in await sql.fetch("SELECT id FROM trace_unit WHERE kind IN ('lot', 'roll')")]
        for unit in (await units_by_id(ids)).values():
            if unit.code in barred:
                assert usable_blockers(unit, at, states=ISSUABLE), f"{unit.code} is usable: {barred[unit.code]}"
            if "rejected," in f"{barred.get(unit.code, '')},".replace("or rejected", ""):
                assert unit.state in (UnitState.REJECTED, UnitState.SCRAPPED), unit.code

    def hands(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self.receive, self.test_it, self.test_it, self.test_it, self.review, self.review, self.review, self.decide,
            self.decide, self.condition, self.sort, self.part, self.deviate, self.hold, self.lift, self.pass_days,
            self.lose_licence, self.give_back, self.destroy, self.witness, self.ask_regrade, self.approve_regrade,
            self.issue, self.issue, self.issue, self.open_retest, self.test_again, self.test_again, self.review_retest,
            self.decide_retest, self.decide_retest, self.move, self.move, self.move, self.read_the_air, self.count,
            self.approve_count, self.suspend, self.change_source, self.decide_change,
        ]  # fmt: skip
