"""A list page costs a fixed number of statements, whether it shows one record or many."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from maskqms.db.engine import DB
from tests.conftest import ClientAs, People
from tests.make.batches import make_completed, make_started

PAGES = (
    "/",
    "/batches",
    "/release",
    "/inspections",
    "/lots",
    "/products",
    "/licences",
    "/shipments",
    "/holds",
    "/deviations",
)


@pytest.fixture
async def asked(db: object) -> AsyncIterator[list[str]]:
    """Every statement that the application sends, as the driver reports it."""
    statements: list[str] = []

    def note(query: asyncpg.connection.LoggedQuery) -> None:
        statements.append(query.query)

    assert DB.pool is not None
    for add in (True, False):
        links = [await DB.pool.acquire() for _link in range(DB.pool.get_max_size())]
        for link in links:
            (link.add_query_logger if add else link.remove_query_logger)(note)
        for link in links:
            await DB.pool.release(link)
        if add:
            yield statements


async def test_ten_records_cost_no_more_statements_than_one(
    client_as: ClientAs, people: People, asked: list[str]
) -> None:
    client = await client_as(people.quality)

    async def counts() -> dict[str, int]:
        found = {}
        for page in PAGES:
            asked.clear()
            answer = await client.get(page)
            assert answer.status_code == 200, page
            found[page] = len(asked)
        return found

    await make_completed(people, cartons=1)
    await counts()
    few = await counts()
    assert min(few.values()) > 0
    await make_completed(people, cartons=2)
    await make_started(people)
    assert await counts() == few
