"""A delivery's way: received by the warehouse, tested, reviewed by the other analyst, decided by quality."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maskqms.accounts.signing import content_digest
from maskqms.demo.clockwork import Story
from maskqms.demo.days import after, at, dice
from maskqms.demo.deliveries import Delivery, Fate
from maskqms.demo.values import fill_sheet
from maskqms.demo.warehouse import ARRIVALS, REJECTS, SHELF
from maskqms.demo.world import World
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.review import review_inspection
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.decide import decide_lot
from maskqms.materials.actions.locations import put_away
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.rules.decision import lot_content
from maskqms.materials.states import LotDecision
from maskqms.quality.actions import close_deviation
from maskqms.quality.queries import deviation_from

BY_INSTRUMENT = frozenset({"PFE", "RES"})
"""Left empty on the sheet that waits for the filter tester."""


async def take_in(world: World, delivery: Delivery) -> Story:
    """From the lorry to the decision, two working days."""
    chance, staff = dice(f"lot:{delivery.name}"), world.staff
    analyst, reviewer = ("chen", "zhao") if chance.random() < 0.5 else ("zhao", "chen")
    arrival = at(delivery.day, delivery.hour, chance.randint(0, 35))
    yield arrival
    received = await receive_lot(
        supplier=delivery.supplier,
        material=delivery.material,
        receipt=replace(delivery.receipt, order=world.orders[delivery.name]),
        actor=staff["zheng"],
    )
    world.lots[delivery.name], world.sheets[delivery.name] = received.lot, received.inspection
    yield arrival + timedelta(minutes=12)
    await put_away(received.lot, location=ARRIVALS, actor=staff["zheng"])
    if delivery.fate is Fate.UNTOUCHED:
        return
    begun = delivery.fate is Fate.BEGUN
    moment = sampled = arrival + timedelta(minutes=chance.randint(45, 80))
    async for moment in fill_sheet(
        received.inspection, of=delivery.material, begin=sampled, chance=chance, analyst=staff[analyst],
        shifts=delivery.shifts, but=BY_INSTRUMENT if begun else frozenset(),
    ):  # fmt: skip
        yield moment
    if begun:
        return
    yield moment + timedelta(minutes=6)
    await finish_entry(received.inspection, actor=staff[analyst])
    next_day = after(delivery.day, 1)
    yield at(next_day, "08:50", chance.randint(0, 40))
    await review_inspection(
        received.inspection,
        digest=content_digest((await sheet(received.inspection)).content),
        signer=staff.signer(reviewer),
    )
    yield at(next_day, "10:10", chance.randint(0, 50))
    await _decide(world, delivery)
    rejected = delivery.fate is Fate.REJECTED
    yield at(next_day, "11:20", chance.randint(0, 20))
    await put_away(received.lot, location=REJECTS if rejected else SHELF, actor=staff["feng"])
    if rejected:
        yield at(next_day, "15:30", chance.randint(0, 30))
        await _close(world, received.inspection)


async def _decide(world: World, delivery: Delivery) -> None:
    lot = await lot_by_code(world.lots[delivery.name])
    verdict = (await sheet(world.sheets[delivery.name])).verdict
    rejected = delivery.fate is Fate.REJECTED
    await decide_lot(
        lot.code,
        decision=LotDecision.REJECT if rejected else LotDecision.RELEASE,
        digest=content_digest(lot_content(lot.facts, verdict)),
        reason="过滤效率低于 95 %, 整批退回供应商" if rejected else None,
        signer=world.staff.signer("sun"),
    )


async def _close(world: World, inspection: str) -> None:
    """What the failed sheet opened by itself ends with the rejection."""
    found = await deviation_from(inspection)
    assert found is not None
    world.deviations["bad"] = found.code
    await close_deviation(
        found.code,
        conclusion="驻极处理不足, 供应商确认。整批拒收并退回, 已要求供应商整改; 未投入使用。",
        digest=content_digest(found.content()),
        signer=world.staff.signer("zhou"),
    )
