"""Builders: instruments, gateways, and readings that came in through the real act."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from maskqms.actor import Actor
from maskqms.db.clock import today
from maskqms.devices.actions.gateways import register_gateway
from maskqms.devices.actions.register import register_instrument
from maskqms.devices.actions.store import Stored, store_readings
from maskqms.devices.forms import Piece, SentReading
from maskqms.devices.queries.gateways import GatewayRow, gateway_of
from maskqms.devices.queries.instruments import InstrumentRow
from maskqms.devices.states import InstrumentKind


async def scale(actor: Actor, code: str = "SC-01", **facts: Any) -> InstrumentRow:
    """A laboratory scale, calibrated for another year, that takes nothing below 20 mg for a weight."""
    given: dict[str, Any] = {
        "kind": InstrumentKind.SCALE,
        "name": "分析天平",
        "unit": "g",
        "range_from": Decimal("0.02"),
        "range_to": Decimal("220"),
        "resolution": Decimal("0.001"),
        "calibration_due": await today() + timedelta(days=365),
    }
    return await register_instrument(code=code, actor=actor, **{**given, **facts})


async def gateway(actor: Actor, name: str = "lab-pc") -> GatewayRow:
    found = await gateway_of(await register_gateway(name, actor=actor))
    assert found is not None
    return found


class Talk:
    """A gateway that brings what an instrument says, one line after another."""

    def __init__(self, gateway: GatewayRow, instrument: str = "SC-01", driver: str = "mt-sics") -> None:
        self.gateway, self.instrument, self.driver = gateway, instrument, driver
        self.epoch, self.seq = uuid.uuid4(), 0

    def piece(self, raw: bytes, *, age: float = 0.0, piece: Piece = Piece.FRAME, **facts: Any) -> SentReading:
        self.seq += 1
        given: dict[str, Any] = {
            "seq": self.seq,
            "epoch": self.epoch,
            "instrument": self.instrument,
            "port": "/dev/serial/by-id/scale",
            "driver": self.driver,
            "piece": piece,
            "raw": raw,
            "received_at": datetime.now(UTC) - timedelta(seconds=age),
            "age": age,
        }
        return SentReading.model_construct(**{**given, **facts})

    async def say(self, *lines: bytes, age: float = 0.0) -> Stored:
        return await self.bring([self.piece(raw, age=age) for raw in lines])

    async def bring(self, pieces: Iterable[SentReading]) -> Stored:
        return await store_readings(self.gateway, list(pieces), sent_at=datetime.now(UTC))
