"""A batch at its line: cleared by two people, started, fed by scans, counted, packed, completed and cleared again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from maskqms.batches.actions.clearance import check_clearance, clear_line
from maskqms.batches.actions.complete import complete_batch
from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.actions.output import record_output
from maskqms.batches.actions.pack import pack_carton
from maskqms.batches.actions.plan import plan_batch
from maskqms.batches.actions.start import start_batch
from maskqms.batches.queries.batches import batch_by_code
from maskqms.batches.queries.stock import candidates
from maskqms.batches.rules.masters import BillItem
from maskqms.batches.states import ClearanceMoment, ClearancePoint, OutputKind, ScrapReason
from maskqms.db.clock import now
from maskqms.demo.clockwork import Story
from maskqms.demo.days import at, dice
from maskqms.demo.plan import Ending, PlannedBatch
from maskqms.demo.world import World
from maskqms.quality.actions import open_deviation

CHECKER = "gao"
SAMPLES, RETAINED = 58, 20
RUNS = (("09:50", 0.3), ("12:00", 0.35), ("14:20", 0.35))
"""When the counter is read, and which share of the batch it shows."""
SCRAP = (ScrapReason.EAR_LOOP, ScrapReason.WELD, ScrapReason.NOSE_WIRE, ScrapReason.FOLD, ScrapReason.DIRT)
POINTS = [str(point) for point in ClearancePoint]


async def make(world: World, planned: PlannedBatch) -> Story:
    """One shift. The batch that runs on the last evening stops somewhere in the afternoon, as far as it got."""
    chance = dice(f"batch:{planned.name}")
    line = int(planned.line[1]) - 1
    yield at(planned.day, "07:15", 2 * line)
    operator = world.staff[planned.operator]
    row = await plan_batch(
        product=planned.product, line=planned.line, quantity=Decimal(planned.good), actor=world.staff["qian"]
    )
    code = world.batches[planned.name] = row.code
    async for moment in _cleared(world, planned, code, ClearanceMoment.BEFORE, at(planned.day, "07:40", 4 * line)):
        yield moment
    yield at(planned.day, "08:05", chance.randint(0, 8))
    await start_batch(batch=code, actor=operator)
    scrap = _scrap(chance, planned.good)
    made = planned.good + sum(scrap) + SAMPLES + RETAINED
    async for moment in _feed(world, planned, code, Decimal(made), chance):
        yield moment
    async for moment in _run(world, planned, code, scrap, chance):
        yield moment
    if planned.ending is Ending.RUNNING:
        return
    yield at(planned.day, "16:12", 4 * line + chance.randint(0, 3))
    await complete_batch(batch=code, counted=Decimal(made + chance.randint(-9, 12)), actor=operator)
    async for moment in _cleared(world, planned, code, ClearanceMoment.AFTER, at(planned.day, "16:27", 4 * line)):
        yield moment


async def _cleared(
    world: World, planned: PlannedBatch, code: str, moment: ClearanceMoment, begin: datetime
) -> AsyncIterator[datetime]:
    """The operator clears, the shift leader looks at the same points."""
    yield begin
    await clear_line(batch=code, moment=moment, confirmed=POINTS, signer=world.staff.signer(planned.operator))
    yield begin + timedelta(minutes=3)
    await check_clearance(batch=code, moment=moment, clean=True, signer=world.staff.signer(CHECKER))


def _scrap(chance: Random, good: int) -> list[int]:
    """Pieces scrapped in the morning, at noon and in the afternoon: about two of a hundred."""
    return [max(3, round(good * chance.uniform(0.004, 0.008))) for _part in range(3)]


async def _feed(
    world: World, planned: PlannedBatch, code: str, made: Decimal, chance: Random
) -> AsyncIterator[datetime]:
    """Scan what the tablet puts on top: the first to expire, and the next one when that is used up."""
    moment = at(planned.day, "08:16", chance.randint(0, 4))
    bill = (await batch_by_code(code)).bill
    for item in bill:
        wanted = _amount(item, made, chance)
        while wanted > 0:
            yield moment
            top = (await candidates([item.material], await now()))[item.material][0]
            quantity = min(wanted, top.on_hand)
            await issue_unit(batch=code, code=top.code, quantity=quantity, actor=world.staff[planned.operator])
            wanted -= quantity
            moment += timedelta(seconds=50)


def _amount(item: BillItem, made: Decimal, chance: Random) -> Decimal:
    """What the pieces need and a little more for threading in; pieces are whole."""
    amount = item.needed(made) * Decimal(str(round(chance.uniform(1.008, 1.026), 4)))
    return amount.quantize(Decimal(1)) if item.unit != "piece" else Decimal(int(amount) + 1)


async def _run(
    world: World, planned: PlannedBatch, code: str, scrap: list[int], chance: Random
) -> AsyncIterator[datetime]:
    """Good pieces are counted and packed through the day; scrap by reason, samples for the lab, retained ones."""
    operator = world.staff[planned.operator]
    per_carton = planned.good // planned.cartons
    packed = 0
    for part, (hour, share) in enumerate(RUNS):
        cartons = planned.cartons - packed if part == len(RUNS) - 1 else round(planned.cartons * share)
        left_open = 2 if planned.ending is Ending.RUNNING and part == len(RUNS) - 1 else 0
        moment = at(planned.day, hour, chance.randint(0, 9))
        yield moment
        await record_output(batch=code, kind=OutputKind.GOOD, quantity=Decimal(cartons * per_carton), actor=operator)
        for _carton in range(cartons - left_open):
            moment += timedelta(minutes=chance.randint(4, 6))
            yield moment
            await pack_carton(batch=code, actor=operator)
        packed += cartons
        yield moment + timedelta(minutes=5)
        reason = ScrapReason.START if part == 0 else chance.choice(SCRAP)
        await record_output(
            batch=code, kind=OutputKind.SCRAP, quantity=Decimal(scrap[part]), scrap_reason=reason, actor=operator
        )
        if part == 1:
            async for later in _sampled(world, planned, code, moment + timedelta(minutes=12)):
                yield later


async def _sampled(world: World, planned: PlannedBatch, code: str, moment: datetime) -> AsyncIterator[datetime]:
    """The lab takes its samples and those that are kept; what somebody notices meanwhile becomes a deviation."""
    yield moment
    await record_output(
        batch=code, kind=OutputKind.SAMPLE, quantity=Decimal(SAMPLES), note="出厂检验", actor=world.staff["chen"]
    )
    yield moment + timedelta(minutes=2)
    await record_output(
        batch=code, kind=OutputKind.RETAINED, quantity=Decimal(RETAINED), note="留样柜 2 层", actor=world.staff["chen"]
    )
    if planned.ending is Ending.DEVIATION:
        yield moment + timedelta(minutes=15)
        found = await open_deviation(
            unit=code,
            title="耳带焊接温度波动",
            description="13:05 至 13:25 三线左侧耳带焊头温度在 168 至 191 ℃ 间波动 (工艺要求 175 ± 5 ℃)。",
            immediate_action="停机更换热电偶, 该时段产品逐只拉力复检。",
            actor=world.staff[planned.operator],
        )
        world.deviations["open"] = found.code
    if planned.closed_deviation:
        yield moment + timedelta(minutes=15)
        found = await open_deviation(
            unit=code,
            title="车间相对湿度短时超限",
            description="空调加湿段故障, 11:40 至 12:10 车间相对湿度 67 % (要求 ≤ 65 %)。",
            immediate_action="切换备用机组, 12:12 恢复。",
            actor=world.staff[CHECKER],
        )
        world.deviations["closed"] = found.code
