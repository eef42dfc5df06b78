"""What the demo prints at every start and cannot read from the database: badge codes, the gateway's token, and which
codes the tour stands on. Kept beside the data, and only believed when it belongs to this very database."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from maskqms.db import sql
from maskqms.demo.materials import MELTBLOWN
from maskqms.demo.plan import Ending, month
from maskqms.demo.world import World

FILE = "demo.json"

LAST_ROLL = (
    "SELECT code FROM trace_unit WHERE kind = 'roll' AND starts_with(code, $1) AND on_hand = quantity"
    " AND state = 'released' ORDER BY code DESC LIMIT 1"
)
FIRST_ROLL = "SELECT code FROM trace_unit WHERE kind = 'roll' AND starts_with(code, $1) ORDER BY code LIMIT 1"
SHIPPED_CARTON = (
    "SELECT u.code FROM shipment_line l JOIN shipment s ON s.id = l.shipment AND s.state = 'confirmed'"
    " JOIN trace_unit u ON u.id = l.unit WHERE l.removed_at IS NULL"
    " AND u.identifiers ->> 'batch' = ANY($1::text[]) ORDER BY l.id DESC LIMIT 1"
)


class Logbook(BaseModel):
    """Written when the month is complete; a database without its logbook was interrupted and is made anew."""

    created_at: datetime
    badges: dict[str, str]
    gateway_token: str
    codes: dict[str, str]


def write(data: Path, logbook: Logbook) -> None:
    path = data / FILE
    path.touch(mode=0o600)
    path.write_text(logbook.model_dump_json(indent=1), "utf-8")


def read(data: Path, created_at: datetime) -> Logbook | None:
    """The logbook of this database, or None."""
    with suppress(OSError, ValidationError):
        found = Logbook.model_validate_json((data / FILE).read_text("utf-8"))
        return found if found.created_at == created_at else None
    return None


async def logbook_of(world: World, created_at: datetime) -> Logbook:
    """The codes that the tour names."""
    planned = {batch.ending: world.batches[batch.name] for batch in month(world.calendar)}
    names = {batch.ending: batch.name for batch in month(world.calendar)}
    sick = [world.batches[batch.name] for batch in month(world.calendar) if batch.decay and batch.line == "L1"]
    codes = {
        "star": world.lots["star"],
        "star_roll": await sql.fetch_value(LAST_ROLL, world.lots["star"]),
        "bad": world.lots["bad"],
        "bad_roll": await sql.fetch_value(FIRST_ROLL, world.lots["bad"]),
        "expired": world.lots["loop-old"],
        "other_roll": await sql.fetch_value(FIRST_ROLL, world.lots["kn-1"]),
        "begun_sheet": world.sheets["begun"],
        "weighed_sheet": world.sheets["loop-new"],
        "running": planned[Ending.RUNNING],
        "failed": planned[Ending.FAILED],
        "failed_sheet": world.sheets[names[Ending.FAILED]],
        "ready": planned[Ending.READY],
        "deviating": planned[Ending.DEVIATION],
        "deviation": world.deviations["open"],
        "no_limits": next(
            world.batches[batch.name] for batch in month(world.calendar) if batch.ending is Ending.NO_LIMITS
        ),
        "open_shipment": world.shipments["open"],
        "shipped_carton": await sql.fetch_value(SHIPPED_CARTON, sick),
        "material": MELTBLOWN,
    }
    return Logbook(created_at=created_at, badges=world.staff.badges, gateway_token=world.gateway_token, codes=codes)
