"""The pages of the spine: ask where things went, what stops them, what a unit is, and bring in history."""

from litestar import Router

from maskqms.trace.controllers.history import ImportController
from maskqms.trace.controllers.holds import HoldController
from maskqms.trace.controllers.traces import TraceController, trace_api
from maskqms.trace.controllers.units import UnitController

router = Router(path="/", route_handlers=[TraceController, UnitController, HoldController, ImportController, trace_api])
