"""The instruments of the laboratory, and the gateway that `maskqms gateway --simulate` plays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from maskqms.demo.clockwork import Story
from maskqms.demo.days import Calendar, after, at
from maskqms.demo.world import World
from maskqms.devices.actions.calibrate import record_calibration
from maskqms.devices.actions.gateways import register_gateway
from maskqms.devices.actions.register import register_instrument
from maskqms.devices.states import InstrumentKind

GATEWAY = "lab-pc"


@dataclass(frozen=True, slots=True)
class Instrument:
    """`due` in days after the set-up; the codes SC-01 and FT-01 are those that the simulator plays."""

    code: str
    kind: InstrumentKind
    name: str
    serial_number: str
    unit: str | None
    range_from: str | None
    range_to: str | None
    resolution: str | None
    due: int | None
    gateway: str | None = None


INSTRUMENTS = (
    Instrument("SC-01", InstrumentKind.SCALE, "电子天平 220 g", "B647203118", "g", "0.02", "220", "0.001", 310,
               GATEWAY),
    Instrument("FT-01", InstrumentKind.FILTER_TESTER, "自动滤料测试仪", "8130A-20417", "%", "0", "99.999", "0.001", 240,
               GATEWAY),
    Instrument("TT-01", InstrumentKind.FORCE_GAUGE, "电子拉力试验机", "DL2024-077", "N", "0.5", "500", "0.01", 190),
    Instrument("DP-01", InstrumentKind.PRESSURE_GAUGE, "口罩压力差测试仪", "MYC-2023-15", "Pa", "0", "500", "0.1", 60),
    Instrument("TH-01", InstrumentKind.CLIMATE_SENSOR, "车间温湿度变送器", "THT-0912", "%RH", "0", "100", "0.1", 120),
    Instrument("BS-01", InstrumentKind.SCANNER, "条码扫描枪 一线", "DS2208-5521", None, None, None, None, None),
)  # fmt: skip


async def register_instruments(world: World, calendar: Calendar) -> Story:
    """Quality enters the gateway, an analyst the instruments with their last calibration."""
    moment = at(after(calendar.setup, 1), "16:00")
    yield moment
    world.gateway_token = await register_gateway(GATEWAY, actor=world.staff["zhou"])
    for one in INSTRUMENTS:
        yield (moment := moment + timedelta(minutes=3))
        await _register(world, one, moment.date())


async def _register(world: World, one: Instrument, day: date) -> None:
    due = None if one.due is None else day + timedelta(days=one.due)
    await register_instrument(
        code=one.code, kind=one.kind, name=one.name, unit=one.unit, serial_number=one.serial_number,
        station=None if one.gateway else "化验室", range_from=_number(one.range_from), range_to=_number(one.range_to),
        resolution=_number(one.resolution), calibration_due=due, gateway=one.gateway, actor=world.staff["chen"],
    )  # fmt: skip
    if due is not None:
        done = due - timedelta(days=365)
        await record_calibration(
            one.code, done_on=done, passed=True, due=due, certificate=f"豫计量校准 {done:%Y%m}-{one.code}",
            actor=world.staff["chen"],
        )  # fmt: skip


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
