"""The whole way: a scale on a pseudo-terminal, the gateway, HTTP, the server's database, and a person who waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from maskqms.db import sql
from maskqms.devices.actions.arm import arm, claim_reading
from maskqms.devices.actions.gateways import register_gateway
from maskqms.devices.gateway.configuration import Port
from maskqms.devices.gateway.run import TOKEN_FILE, Wiring, leave_for_gateway, run_gateway
from maskqms.devices.queries.readings import offers
from maskqms.devices.simulator import PseudoPort, mt_sics
from tests.browsing import served
from tests.make import devices as make


@pytest.fixture
async def address(app: object) -> AsyncIterator[str]:
    """The application on a real port, in this event loop."""
    async with served(app) as url:
        yield url


async def test_a_weight_reaches_the_person_who_waits(people, address: str, tmp_path: Path) -> None:
    await make.scale(people.quality)
    leave_for_gateway(tmp_path, server=address, token=await register_gateway("lab-pc", actor=people.admin))
    scale = PseudoPort(tmp_path / "scale")
    scale.plug()
    stop = threading.Event()
    port = Port(path=str(scale.link), instrument="SC-01", driver="mt-sics")
    wiring = Wiring(tmp_path / "gateway", address, tmp_path / TOKEN_FILE, [port])
    gateway = asyncio.create_task(asyncio.to_thread(run_gateway, wiring, stop))
    try:
        await arm("SC-01", "IN-1/weight/1", actor=people.inspector)

        async def wait() -> Decimal:
            async for offer in offers("IN-1/weight/1", actor=people.inspector, every=0.05):
                if offer.reading is not None:
                    taken = await claim_reading("IN-1/weight/1", actor=people.inspector, reading=offer.reading.id)
                    assert taken.value is not None
                    return taken.value
            raise AssertionError("the wait ended without a value")

        waiting = asyncio.create_task(wait())
        for value, stable in (("0.000", True), ("9.120", False), ("25.010", True), ("25.011", True)):
            scale.say(mt_sics(Decimal(value), stable=stable), patience=1)
            await asyncio.sleep(0.05)
        assert str(await asyncio.wait_for(waiting, 15)) == "25.010"
        for _ in range(100):
            if await sql.fetch_value("SELECT count(*) FROM reading") == 4:
                break
            await asyncio.sleep(0.05)
        assert await sql.fetch_value("SELECT array_agg(value_text ORDER BY seq) FROM reading") == [
            "0.000",
            "9.120",
            "25.010",
            "25.011",
        ]
    finally:
        stop.set()
        await asyncio.wait_for(gateway, 20)
        scale.unplug()
