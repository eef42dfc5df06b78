"""A delivery at the entrance, on a tablet in a real browser: scanned, received, labelled, the rest sent away."""

from __future__ import annotations

from datetime import date

import pytest

from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.queries.orders import lines_of, order_by_code
from maskqms.materials.queries.receipts import certificates_of
from maskqms.materials.states import OrderState
from tests.browsing import TABLET, PageAs
from tests.conftest import Clock, People
from tests.make import materials as make
from tests.make.papers import PAPER, pdf
from tests.materials.test_browser import shot

pytestmark = pytest.mark.browser


async def test_a_truck_at_the_entrance(people: People, clock: Clock, page_as: PageAs) -> None:
    await clock.set("2026-11-21T10:00+08:00")
    where = await make.source(people, ordered=None, storage_life_days=365)
    code = await make.order(people, where, 2000, over=5, due_on=date(2026, 11, 22))
    clerk = await page_as(people.warehouse, size=TABLET)
    await clerk.goto("/station/receive")
    await shot(clerk, "dock")
    await clerk.keyboard.type(code)
    await clerk.keyboard.press("Enter")
    await clerk.wait_for_url(f"**/station/receive/{code}")
    await clerk.fill("#delivery_note", "SH-20261121-9")
    await clerk.fill("#supplier_lot", "RP-2611-09")
    await clerk.fill("#made_on", "2026-11-01")
    await clerk.fill("#rolls", "A-1 500 12.5\nA-2\nA-2\n")
    paper = {"name": "合格证.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    report = {"name": "检验报告.pdf", "mimeType": "application/pdf", "buffer": pdf("a report")}
    await clerk.set_input_files("#certificate", [paper, report])
    await clerk.click(".station-primary button[type=submit]")
    await clerk.wait_for_selector("[data-answer=refused]")
    await shot(clerk, "delivery-refused")
    await clerk.fill("#rolls", "A-1 500 12.5\nA-2 long\nA-3\n")
    await clerk.click(".station-primary button[type=submit]")
    await clerk.wait_for_selector("#rolls.is-invalid")
    assert await clerk.evaluate("document.querySelector('#certificate').files.length") == 2
    await clerk.fill("#rolls", "A-1 500 12.5\nA-2\nA-3\n")
    await clerk.click(".station-primary button[type=submit]")
    await clerk.wait_for_selector("text=已收货：ML-20261121-001")
    await shot(clerk, "delivery-done")
    kept = await certificates_of((await lot_by_code("ML-20261121-001")).id)
    assert sorted(one.name for one in kept) == ["合格证.pdf", "检验报告.pdf"]
    assert await clerk.input_value("#delivery_note") == "SH-20261121-9"
    await clerk.click("text=门口拒收")
    await clerk.fill("#quantity", "500")
    await clerk.fill("#reason", "外包装破损")
    await clerk.check("input[name=line]", force=True)
    await clerk.fill("#delivery_note", "SH-20261121-9")
    await shot(clerk, "refuse-goods")
    await clerk.click(".station-primary button[type=submit]")
    await clerk.wait_for_selector("text=已登记拒收")
    order = await order_by_code(code)
    line = (await lines_of(order.id))[0]
    assert (order.state, line.delivered, line.refused) == (OrderState.PART_DELIVERED, 1500, 500)
    desk = await page_as(people.warehouse)
    await desk.goto("/purchase-orders")
    await shot(desk, "orders")
    await desk.goto(f"/purchase-orders/{code}")
    await shot(desk, "order")
    draft = await make.draft(people, where, due_on=date(2026, 12, 1))
    await desk.goto(f"/purchase-orders/{draft}")
    await shot(desk, "order-draft")
    await desk.goto("/lots/ML-20261121-001")
    await shot(desk, "lot-with-order")
    await desk.goto("/lots/new")
    await shot(desk, "desk-receipt")
