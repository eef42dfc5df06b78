"""A list page costs a fixed number of statements, whether it shows one record or many."""

from __future__ import annotations

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
