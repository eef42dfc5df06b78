"""The whole main job through the real pages: a paper lapses, a roll comes in, masks go out, the roll is found again.

One story, told by everybody at their own screens: tablets at the line and the gate, desks elsewhere. Only people's
accounts and what other deliveries left in the store are there before.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browsing import PageAs
from tests.conftest import Clock, People
from tests.stories import incoming, leaving, making, releasing
from tests.stories.hands import Floor

pytestmark = pytest.mark.browser


async def test_the_main_job(people: People, clock: Clock, page_as: PageAs, site: str, tmp_path: Path) -> None:
    floor = Floor(page_as, people)
    try:
        await clock.set("2026-11-23T09:00+08:00")
        await incoming.enter_material(floor)
        supplier = await incoming.enter_supplier(floor)
        await incoming.order(floor, supplier)

        await clock.set("2026-11-25T09:00+08:00")
        lot = await incoming.receive(floor, supplier)
        await incoming.inspect(floor, lot)
        await incoming.decide(floor, lot)

        await making.other_materials(people)
        await making.register_product(floor)
        await making.write_master_record(floor)
        batch = await making.start_batch(floor)
        await leaving.put_on_hold(floor, lot.roll(4), "卷边受潮，待评估")
        await making.issue_material(floor, batch, lot, held=lot.roll(4))
        await making.make_masks(floor, batch)

        shipment = await leaving.open_shipment(floor)
        await leaving.refuse_unreleased(floor, shipment, batch)
        deviation = await releasing.find_blockers(floor, lot, batch)
        async with releasing.gateway(tmp_path, site, await releasing.register_instrument(floor)):
            await releasing.run_factory_test(floor, batch)
        await releasing.close_deviation(floor, deviation)
        await releasing.release(floor, batch)

        await leaving.print_labels(floor, lot, batch)
        await leaving.ship(floor, shipment, batch)
        waiting = await leaving.pick_another(floor, batch)
        await leaving.trace_both_ways(floor, lot, batch)
        await leaving.hold_the_roll(floor, lot, batch, shipped=shipment, waiting=waiting)
    except BaseException:
        await floor.show_failure()
        raise
