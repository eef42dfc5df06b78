"""The sheets of rolls that were inspected by themselves, after their lot failed as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.lab.queries.sheets import Sheet, sheet
from maskqms.materials.queries.lots import RollRow


async def roll_sheets(rolls: Sequence[RollRow]) -> dict[str, Sheet]:
    """By roll; a lot that did not fail has none, and asks nothing."""
    return {roll.code: await sheet(roll.inspection) for roll in rolls if roll.inspection is not None}
