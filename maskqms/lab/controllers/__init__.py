"""The pages of the lab."""

from litestar import Router

from maskqms.lab.controllers.files import FileController
from maskqms.lab.controllers.samples import SampleController, SampleDeskController
from maskqms.lab.controllers.tally import TallyController
from maskqms.lab.controllers.worksheets import CellController, InspectionController
from maskqms.lab.investigation_controllers import InvestigationController, RecheckController
from maskqms.lab.outside_controllers import AroundController, LaboratoryController

router = Router(
    path="/",
    route_handlers=[
        InspectionController,
        AroundController,
        CellController,
        FileController,
        TallyController,
        SampleController,
        SampleDeskController,
        InvestigationController,
        RecheckController,
        LaboratoryController,
    ],
)
