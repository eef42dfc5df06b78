"""Days and moments as people type them: one reading for shell and page, and none that the calendar cannot hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from maskqms.errors import Refused
from maskqms.trace.moments import moment_of
from maskqms.trace.pages.units import last_day
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.rules import usable_blockers
from tests.make import trace as make

if TYPE_CHECKING:
    from tests.conftest import ClientAs, People


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2026-11-21", "2026-11-21T23:59:59.999999+08:00"),
        ("20261121", "2026-11-21T23:59:59.999999+08:00"),
        (" 2026-11-21T08:00 ", "2026-11-21T08:00+08:00"),
        ("2026-11-21T00:00", "2026-11-21T00:00+08:00"),
        ("2026-11-21T08:00Z", "2026-11-21T16:00+08:00"),
    ],
)
def test_a_day_means_its_end_and_without_offset_it_is_the_factorys_time(words: str, moment: str) -> None:
    assert moment_of(words) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("words", ["soon", "9999-12-31", "0001-01-01T00:00+14:00", "1899-12-30", "2026-02-30"])
def test_what_nobody_can_have_meant_is_refused(words: str) -> None:
    with pytest.raises(Refused):
        moment_of(words)


@pytest.mark.usefixtures("db")
async def test_the_page_and_the_document_read_a_day_alike(client_as: ClientAs, people: People) -> None:
    await make.history()
    client = await client_as(people.quality)
    asked = {"code": "MBL-0000006", "as_of": "2026-11-21"}
    document = (await client.get("/api/v1/trace/MBL-0000006", params={"as_of": "2026-11-21"})).json()
    assert document["proof"]["as_of"] == "2026-11-21T23:59:59.999999+08:00"
    assert "2026-11-21 23:59:59+08:00" in (await client.get("/trace", params=asked)).text
    refused = await client.get("/trace", params={"code": "MBL-0000006", "as_of": "9999-12-31"})
    assert refused.status_code == 409


def test_the_last_usable_day_is_the_factorys(unit: UnitRow) -> None:
    """Usable until the end of 2026-11-21 in Shanghai, which is 16:00 of that day in Greenwich."""
    limit = datetime(2026, 11, 20, 22, tzinfo=UTC)
    assert last_day(limit) == date(2026, 11, 21)
    (reason,) = usable_blockers(unit, datetime(2027, 1, 1, tzinfo=UTC))
    assert reason.text.facts["day"] == date(2026, 11, 21)


@pytest.fixture
async def unit(db: object) -> UnitRow:
    made = await make.unit("R", usable_until=datetime(2026, 11, 20, 22, tzinfo=UTC))
    object.__setattr__(made, "usable_until", datetime(2026, 11, 20, 22, tzinfo=UTC))
    return made
