"""The pages of the lab."""

from litestar import Router

from maskqms.lab.controllers.files import FileController
from maskqms.lab.controllers.samples import SampleController, SampleDeskController
from maskqms.lab.controllers.tally import TallyController
from maskqms.lab.controllers.worksheets import CellController, InspectionController

router = Router(
    path="/",
    route_handlers=[
        InspectionController,
        CellController,
        FileController,
        SampleController,
        SampleDeskController,
        TallyController,
    ],
)
