"""The other half of the random hand: holds, papers, changes, places, counts, and what becomes of rejected goods."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

from maskqms.accounts.signing import content_digest
from maskqms.db.clock import now
from maskqms.dispositions.actions.destroy import plan_destruction, shown_content, witness_destruction
from maskqms.dispositions.actions.give_back import return_goods
from maskqms.dispositions.actions.regrade import decide_regrade, request_regrade
from maskqms.dispositions.queries.records import destruction, regrade
from maskqms.materials.actions.changes import report_source_change
from maskqms.materials.actions.conditions import record_readings, set_storage_limits
from maskqms.materials.actions.counts import approve_count, count_unit, finish_count, open_count
from maskqms.materials.actions.locations import put_away
from maskqms.materials.actions.suppliers import withdraw_credential
from maskqms.materials.queries.counts import count_by_code, count_content, lines_of
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.queries.suppliers import supplier_by_code
from maskqms.materials.rules.conditions import Limits, Reading
from maskqms.materials.states import ApprovalState, CredentialType, LotDecision, SourceChangeKind
from maskqms.quality.actions import open_deviation
from maskqms.quality.states import ChangeState
from maskqms.trace.actions.holds import lift_hold, place_hold, place_hold_on
from maskqms.trace.states import HoldSubject
from tests.dispositions.incoming_walk import Incoming
from tests.dispositions.notebook import Lot, Written
from tests.make import materials as make

SHELF = "Q-01"
PLACES = {"held": "H-01", "rejected": "X-01", "undecided": "W-01", "expired": "H-01", "retest": "H-01", "": "L1-IN"}


class Walk(Incoming):
    """All the acts."""

    async def begin(self) -> None:
        await super().begin()
        warm = Limits(temperature_to=Decimal(30))
        await set_storage_limits(warm, basis="规格书", location=SHELF, actor=self.people.quality)
        self.asked: dict[str, str] = {}
        self.planned: dict[str, str] = {}
        await self.stock_up()

    async def stock_up(self) -> None:
        """A lot in every standing: released, let go conditionally two days after its tests, rejected, divided, waiting;
        then of a changed source one released and one rejected."""
        await self.settle(await self.bring(None), LotDecision.RELEASE)
        early = await self.bring(None, "STRENGTH_MD")
        await self.settle(await self.bring(("RES", "39")), LotDecision.REJECT)
        divided = await self.bring(("PFE", "89"))
        await self.look_closer(divided, [None, ("PFE", "89")])
        await self.divide(divided, f"{divided}-R02")
        await self.receive()
        self.moment += timedelta(days=2)
        await self.tick()
        await self.let_go(early)
        await self.change_source()
        await self.tick()
        await self.settle(await self.bring(None), LotDecision.RELEASE)
        await self.settle(await self.bring(("RES", "39")), LotDecision.REJECT)

    async def deviate(self) -> None:
        await open_deviation(unit=self.a_roll(), title="外观异常", description="卷边有污", actor=self.people.quality)

    async def hold(self) -> None:
        unit = self.chance.choice((self.a_lot, self.a_roll))()
        placed = await place_hold(unit=unit, reason="待查", actor=self.people.quality)
        self.note_hold(placed.hold.code, {unit})

    async def hold_supplier(self) -> None:
        placed = await place_hold_on(
            HoldSubject.SUPPLIER, self.source.supplier, reason="来函通报", actor=self.people.quality
        )
        self.note_hold(placed.hold.code, set(self.book.lots))
        self.book.supplier_holds.add(placed.hold.code)

    async def lift(self) -> None:
        hold = self.any_of(self.book.holds)
        who = self.chance.choice(("quality2", "quality2", "quality2", "quality"))
        await lift_hold(hold, reason="已查明", signer=self.signers[who])
        del self.book.holds[hold]

    async def pass_days(self) -> None:
        self.moment += timedelta(days=self.chance.choice((1, 1, 2, 3)))
        await self.tick()

    async def change_licence(self) -> None:
        """The production licence is withdrawn, or another one is shown; that one may lapse soon."""
        book = self.book
        if book.licensed() and self.chance.random() < 0.3:
            for number in sorted(book.licences):
                await withdraw_credential(number, reason="已注销", actor=self.people.quality)
            book.licences.clear()
            return
        until = book.day + timedelta(days=self.chance.choice((1, 4, 90)))
        made = await make.credential(
            self.people, self.source.supplier, CredentialType.PRODUCTION_LICENCE, valid_until=until
        )
        book.licences[made] = until

    async def judge_supplier(self) -> None:
        """Suspended, or approved again: what came before stays what it is."""
        if not self.book.suspended and self.chance.random() < 0.8:
            return
        state = ApprovalState.APPROVED if self.book.suspended else ApprovalState.SUSPENDED
        row = await supplier_by_code(self.source.supplier)
        await make.approve(self.people, row, self.source.material, state=state)
        self.book.suspended = not self.book.suspended

    async def change_source(self) -> None:
        book = self.book
        waiting = [code for code, state in book.changes.items() if state == "open"]
        if waiting:
            decision = self.chance.choice((ChangeState.APPROVED, ChangeState.APPROVED, ChangeState.REJECTED))
            await make.change_decided(self.people, waiting[0], decision=decision)
            book.changes[waiting[0]] = str(decision)
            return
        code = await report_source_change(
            self.source.supplier,
            material=self.source.material,
            kind=SourceChangeKind.GRADE,
            description="换树脂牌号",
            actor=self.people.quality,
        )
        book.changes[code] = "open"

    async def move(self) -> None:
        roll = self.a_roll([unit for unit, metres in self.book.stock.items() if metres > 0])
        place = self.where_to(roll) if self.chance.random() < 0.8 else self.chance.choice(sorted(PLACES.values()))
        await put_away(roll, location=place, actor=self.people.warehouse)
        self.book.place[roll] = place

    def where_to(self, roll: str) -> str:
        """The place that fits, by the first thing that speaks against the roll (R54)."""
        bars = self.book.bars(roll)
        return next((place for reason, place in PLACES.items() if reason in bars), SHELF)

    def standing(self, place: str) -> list[str]:
        return sorted(unit for unit, where in self.book.place.items() if where == place and self.book.stock[unit] > 0)

    async def read_air(self) -> None:
        """Too warm: what stands there is held, unless an excursion holds it already (R55)."""
        value = self.chance.choice((20, 35))
        await record_readings(SHELF, [Reading(await now(), Decimal(value), None)], actor=self.people.warehouse)
        book = self.book
        reached = [unit for unit in self.standing(SHELF) if not set(book.held(unit)) & book.excursions]
        if value > 30 and reached:
            book.excursions.add(await self.new_hold(reached))

    async def count(self) -> None:
        """A shelf is counted; a roll may be short, or not be found (R56)."""
        book = self.book
        place = self.any_of([one for one in (SHELF, *PLACES.values()) if self.standing(one)])
        code = (await open_count(location=place, actor=self.people.warehouse)).code
        seen: dict[str, Decimal] = {}
        for unit in self.standing(place):
            seen[unit] = book.stock[unit]
            slip = self.chance.choice((0, 0, 0, -5, None))
            seen[unit] = Decimal(0) if slip is None else max(Decimal(0), book.stock[unit] + slip)
            if slip is not None:
                await count_unit(code, unit=unit, counted=seen[unit], actor=self.people.warehouse)
        different = {unit: metres - book.stock[unit] for unit, metres in seen.items() if metres != book.stock[unit]}
        await finish_count(code, actor=self.people.warehouse, explanation="卷上米数有误")
        book.counts[code] = different
        if different:
            book.count_holds[code] = await self.new_hold(different)

    async def agree_count(self) -> None:
        code = self.any_of(self.book.counts)
        row = await count_by_code(code)
        digest = content_digest(count_content(row, await lines_of(row.id)))
        await approve_count(code, digest=digest, signer=self.signers["quality"])
        book = self.book
        for unit, metres in book.counts.pop(code).items():
            book.stock[unit] += metres
        book.holds.pop(book.count_holds.get(code, ""), None)

    async def give_back(self) -> None:
        roll = self.a_roll(self.book.condemned)
        await return_goods([roll], waybill="SF-1", carrier="顺丰", reason="不合格", actor=self.people.warehouse)
        self.gone(roll)

    def gone(self, roll: str) -> None:
        assert roll in self.book.condemned, f"{roll} was not rejected"
        self.book.stock[roll] = Decimal(0)

    async def destroy(self) -> None:
        roll = self.a_roll(self.book.condemned)
        code = await plan_destruction([roll], method="粉碎", reason="不合格", actor=self.people.warehouse)
        self.planned[code] = roll

    async def witness(self) -> None:
        code = self.any_of(self.planned)
        who = self.chance.choice(("quality", "warehouse"))
        row = await witness_destruction(code, digest=shown_content(await destruction(code)), signer=self.signers[who])
        if str(row.state) == "done":
            self.gone(self.planned.pop(code))

    async def ask_regrade(self) -> None:
        roll = self.a_roll([one for one in self.book.condemned if not self.book.held(one) and self.book.stock[one] > 0])
        material = self.chance.choice(("M-MB-90", "M-MB-90", "M-MB-90", "M-MB-25"))
        code = await request_regrade(roll, material=material, reason="降级使用", actor=self.people.inspector)
        self.asked[code] = roll

    async def approve_regrade(self) -> None:
        code = self.any_of(self.asked)
        book = self.book
        digest = content_digest((await regrade(code)).content)
        row = await decide_regrade(code, approve=True, reason="", digest=digest, signer=self.signers["quality"])
        old = self.asked.pop(code)
        bars = book.bars(old)
        assert {"held", "expired", "limited"}.isdisjoint(bars), f"{old} was regraded: {bars}"
        assert row.material_code == "M-MB-90", f"{old} was regraded to what it failed as"
        metres = book.stock[old]
        self.gone(old)
        lot = await lot_by_code(str(row.lot_code))
        life = book.lots[book.lot_of[old]].expires
        book.note_lot(Lot(lot.code, row.material_code, life, (f"{lot.code}-R01",), (), came_of=old), metres)
        assert lot.inspection is not None
        book.sheets[lot.inspection] = Written(lot.code, retest=False, material=row.material_code)

    def after(self, act: str) -> Callable[[], Awaitable[None]] | None:
        return {
            "ask_regrade": self.approve_regrade, "approve_regrade": self.test_it, "destroy": self.witness,
            "witness": self.witness, "count": self.agree_count, "move": self.read_air, "hold_supplier": self.lift,
            "hold": self.lift,
        }.get(act) or super().after(act)  # fmt: skip

    def hands(self) -> dict[Callable[[], Awaitable[None]], int]:
        """Every act, and how often it is tried: the work of a day more often than what goes wrong."""
        return {
            **self.acts(), self.deviate: 1, self.hold: 2, self.hold_supplier: 1, self.lift: 8, self.pass_days: 4,
            self.change_licence: 2, self.judge_supplier: 4, self.change_source: 3, self.move: 8, self.read_air: 3,
            self.count: 3, self.agree_count: 3, self.give_back: 1, self.destroy: 1, self.witness: 2,
            self.ask_regrade: 4, self.approve_regrade: 4,
        }  # fmt: skip
