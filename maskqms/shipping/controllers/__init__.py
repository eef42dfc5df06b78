"""The pages of shipping: consignees and shipments at the desk, picking and the second check at the gate."""

from __future__ import annotations

from litestar import Router

from maskqms.shipping.controllers.consignees import ConsigneeController
from maskqms.shipping.controllers.gate import GateController
from maskqms.shipping.controllers.shipments import ShipmentController

router = Router(path="/", route_handlers=[ConsigneeController, ShipmentController, GateController])
