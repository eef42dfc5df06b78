"""What the pages of sampling send: a ruling of quality, the list of cartons, and the units that were opened."""

from __future__ import annotations

from pydantic import Field

from maskqms.materials.forms import COLUMNS, SignShown
from maskqms.materials.states import SamplingRule
from maskqms.web.forms import ClientKey, FormModel


class RuleSampling(SignShown):
    """What quality rules about a supplier's lots; the two numbers belong to skip-lot."""

    rule: SamplingRule
    reason: str = Field(max_length=1000)
    after: int | None = Field(default=None, ge=1, le=1000)
    one_of: int | None = Field(default=None, ge=2, le=1000)


class ListCartons(FormModel):
    cartons: int
    draw: int
    key: ClientKey


class OpenUnits(FormModel):
    """The opened units, as scanned: one a line."""

    units: str = Field(max_length=40_000)
    reason: str | None = Field(default=None, max_length=1000)
    key: ClientKey

    @property
    def codes(self) -> list[str]:
        return list(dict.fromkeys(code for code in COLUMNS.split(" ".join(self.units.split())) if code))
