"""The pages of suppliers, materials and lots."""

from litestar import Router

from maskqms.materials.controllers.approvals import ApprovalController
from maskqms.materials.controllers.certificates import CertificateController
from maskqms.materials.controllers.counts import CountController
from maskqms.materials.controllers.locations import LocationController, StorageController, ToMoveController
from maskqms.materials.controllers.lots import LotController
from maskqms.materials.controllers.materials import MaterialController, SpecificationController
from maskqms.materials.controllers.orders import OrderController
from maskqms.materials.controllers.receiving import DockController
from maskqms.materials.controllers.retests import FiltrationController, RetestController, RetestRuleController
from maskqms.materials.controllers.sampling import (
    CalculatorController,
    DrawController,
    LotSamplingController,
    SeriesController,
)
from maskqms.materials.controllers.sourcing import ExpiriesController, ScorecardController
from maskqms.materials.controllers.stock import StockController
from maskqms.materials.controllers.stock_list import LedgerController, StockListController
from maskqms.materials.controllers.suppliers import PapersController, SupplierController
from maskqms.materials.controllers.warehouse import WarehouseController

router = Router(
    path="/",
    route_handlers=[
        OrderController,
        DockController,
        LotController,
        StockController,
        StockListController,
        ToMoveController,
        CountController,
        LedgerController,
        LocationController,
        StorageController,
        WarehouseController,
        MaterialController,
        SpecificationController,
        SupplierController,
        ApprovalController,
        PapersController,
        RetestController,
        RetestRuleController,
        FiltrationController,
        CertificateController,
        ExpiriesController,
        ScorecardController,
        CalculatorController,
        SeriesController,
        LotSamplingController,
        DrawController,
    ],
)
