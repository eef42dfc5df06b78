"""What people choose before they print."""

from __future__ import annotations

from maskqms.labels.rendering import Form
from maskqms.labels.symbols import Dpi
from maskqms.web.forms import FormModel


class PrintLabel(FormModel):
    """The file, the printer's dots, without colour, and with the public address on a carton."""

    form: Form
    dpi: Dpi = Dpi.D203
    mono: bool = False
    link: bool = False
