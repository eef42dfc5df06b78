"""The pages of master records and batches, at the desk and at the line."""

from __future__ import annotations

from litestar import Router

from maskqms.batches.controllers.masters import MasterController
from maskqms.batches.controllers.office import BatchController
from maskqms.batches.controllers.picking import PickController
from maskqms.batches.controllers.station import StationController
from maskqms.batches.controllers.work import WorkController

router = Router(
    path="/",
    route_handlers=[BatchController, MasterController, PickController, StationController, WorkController],
)
