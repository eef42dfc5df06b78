"""What only the database knows: acts on instruments and gateways that are refused, in the words a person reads."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.db import sql
from maskqms.db.transaction import transaction
from maskqms.devices.actions.arm import arm, claim_reading
from maskqms.devices.actions.calibrate import record_calibration
from maskqms.devices.actions.gateways import register_gateway, revoke_gateway
from tests.conftest import Clock, People
from tests.make import devices as make
from tests.refusals import DAY, MOMENT, Tried, code_of, refused, wanted

TARGET = "IN-001/GSM/1"


async def waiting(people: People, *lines: bytes) -> None:
    """The scale is asked for a value, and says this."""
    await make.scale(people.quality)
    talk = make.Talk(await make.gateway(people.admin))
    await arm("SC-01", TARGET, actor=people.inspector)
    await talk.say(*lines)


async def nothing_yet(people: People) -> None:
    await waiting(people, b"S D      20.100 g\r\n")
    await claim_reading(TARGET, actor=people.inspector)


async def another_value(people: People) -> None:
    await waiting(people, b"S S      25.010 g\r\n")
    await claim_reading(TARGET, actor=people.inspector, reading=0)


async def used_before(people: People) -> None:
    """What no act can do, since the instrument is locked: the database refuses it by itself."""
    await waiting(people, b"S S      25.010 g\r\n")
    found = await claim_reading(TARGET, actor=people.inspector)
    async with transaction():
        await sql.execute(
            "INSERT INTO reading_use (reading, target, account, name, at) VALUES ($1, 'other', $2, '李检验', now())",
            found.id,
            people.inspector.account_id,
        )


async def calibrated(people: People, done_on: date = DAY, due: date | None = DAY + timedelta(days=365)) -> None:
    await make.scale(people.quality)
    await record_calibration("SC-01", done_on=done_on, passed=True, due=due, certificate="C-1", actor=people.quality)


async def scale_twice(people: People, **facts: Any) -> None:
    await make.scale(people.quality)
    await make.scale(people.quality, **facts)


async def gateway_twice(people: People) -> None:
    for _time in range(2):
        await register_gateway("lab-pc", actor=people.admin)


async def revoke_twice(people: People) -> None:
    await make.gateway(people.admin)
    for _time in range(2):
        await revoke_gateway("lab-pc", actor=people.admin)


TRIED = (
    Tried(
        "reading.none",
        nothing_yet,
        "仪器 SC-01 尚未发出稳定数值。 → 请等待仪器稳定，并确认其单位设为 g。",
        (
            "Instrument SC-01 has sent no stable value yet. → Wait until the instrument is steady; check that it "
            "is set to g."
        ),
    ),
    Tried(
        "reading.other",
        another_value,
        "屏幕上的数值与现在将采用的数值不一致。 → 请查看新数值后再确认。",
        "The value shown is not the one that would be taken now. → Look at the new value and accept that one.",
    ),
    Tried(
        "reading.no_wait",
        lambda people: claim_reading(TARGET, actor=people.inspector),
        "此处已不再等待数值。 → 请重新选择仪器。",
        "Nothing is waiting for a value here any more. → Choose the instrument again.",
    ),
    Tried("reading.used", used_before, "该数值已被用作结果。", "This value has become a result already."),
    Tried(
        "calibration.future",
        lambda people: calibrated(people, DAY + timedelta(days=1)),
        "校准日期晚于今天。",
        "The day of the calibration is in the future.",
    ),
    Tried(
        "calibration.due",
        lambda people: calibrated(people, due=DAY),
        "合格的校准必须填写有效期，且晚于校准日期。",
        "A passed calibration needs the day until which it holds, after its own.",
    ),
    Tried("gateway.exists", gateway_twice, "已有同名网关。", "A gateway with this name is registered already."),
    Tried(
        "gateway.revoked",
        revoke_twice,
        "网关 lab-pc 的令牌已经作废。",
        "The token of gateway lab-pc has ended already.",
    ),
    Tried(
        "instrument.exists", scale_twice, "已有相同编号的仪器。", "An instrument with this code is registered already."
    ),
    Tried(
        "instrument.no_unit",
        lambda people: make.scale(people.quality, unit=None),
        "测量仪器必须填写单位。",
        "A measuring instrument needs a unit.",
    ),
    Tried(
        "instrument.range",
        lambda people: make.scale(people.quality, range_to=Decimal("0.01")),
        "量程下限必须小于上限。",
        "The range's lower end must be below its upper end.",
    ),
    Tried(
        "instrument.check_days",
        lambda people: make.scale(people.quality, check_days=0),
        "两次核查的间隔天数必须大于零。",
        "The days between two checks must be more than zero.",
    ),
    Tried(
        "instrument.resolution",
        lambda people: make.scale(people.quality, resolution=Decimal(0)),
        "分度值必须大于零。",
        "The resolution must be greater than zero.",
    ),
)


@pytest.mark.parametrize("row", TRIED, ids=code_of)
async def test_an_act_s_refusal_says_why_in_both_languages(row: Tried, people: People, clock: Clock) -> None:
    await clock.set(MOMENT)
    assert await refused(row, people) == wanted(row)
