"""`maskqms bench trace`: traces at any size, beside the bare recursive SQL run in the same process.

It makes a database of its own from a seeded invention and drops it again. The product's time is that of an answer:
walk, shares, what has left for whom, what can be stopped, proof with digest. The floor is the same lateral walk with
everything the answer holds (units, edges, shipment lines) fetched into Python as rows, and nothing done with them.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, TypeVar

import asyncpg
import click

from maskqms.commandline import answering, json_option, print_json
from maskqms.db import sql
from maskqms.db.opening import Place, opened
from maskqms.db.scratch import made, own_database
from maskqms.trace.invented import COLUMNS, Invention
from maskqms.trace.queries.answer import Trace
from maskqms.trace.queries.traversal import trace
from maskqms.trace.states import Direction

T = TypeVar("T")

WIDE, NARROW = 1.3, 1.5
NARROW_MS = 2.0
"""Budgets of design section 8: times the floor, and milliseconds of a narrow trace."""

SLOW_TO_KEEP = (
    "ALTER TABLE trace_edge DROP CONSTRAINT trace_edge_pkey",
    "DROP INDEX trace_edge_forward",
    "DROP INDEX shipment_line_unit",
)
KEPT_AGAIN = (
    "ALTER TABLE trace_edge ADD CONSTRAINT trace_edge_pkey PRIMARY KEY (child, parent) INCLUDE (share, quantity)",
    "CREATE INDEX trace_edge_forward ON trace_edge (parent, child) INCLUDE (share, quantity)",
    "CREATE INDEX shipment_line_unit ON shipment_line (unit) INCLUDE (shipment, consignee, quantity)"
    " WHERE removed_at IS NULL",
    "VACUUM (ANALYZE)",
    "CHECKPOINT",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One trace, measured: medians in milliseconds, and whether its budget was kept.

    The ratio is that of the medians. A budget in milliseconds is asked of the fastest repeat: what the others take more
    is the machine's, and falls on the floor as well. Where the allowed ratio of the bare SQL alone is over the
    milliseconds, the machine (or the lot) is not what they were meant for, and the ratio decides.
    `rows_ms` is what reading every row of the answer costs on top; `bare_walk_ms` a floor that fetches less than an
    answer holds: the walk with nothing but its shipment lines.
    """

    case: str
    root: str
    units: int
    links: int
    lines: int
    repeats: int
    product_ms: float
    fastest_ms: float
    bare_ms: float
    bare_fastest_ms: float
    ratio: float
    budget_ratio: float
    budget_ms: float | None
    kept: bool
    rows_ms: float
    bare_walk_ms: float | None


@asynccontextmanager
async def filled(where: Place, batches: int, say: Callable[[str], None]) -> AsyncIterator[dict[str, int]]:
    """The database, filled; dropped at the end whatever happens."""
    assert where.owner_url is not None
    async with made(where):
        yield await fill(where.owner_url, batches, say)


async def fill(owner_url: str, batches: int, say: Callable[[str], None]) -> dict[str, int]:
    """COPY the invention in; indexes and statistics come after."""
    link = await asyncpg.connect(owner_url)
    rows = dict.fromkeys(COLUMNS, 0)
    try:
        await link.execute("SET session_replication_role = replica")
        for statement in SLOW_TO_KEEP:
            await link.execute(statement)
        for chunk in Invention(batches).chunks():
            for table, records in chunk.items():
                await link.copy_records_to_table(table, records=records, columns=COLUMNS[table].split())
                rows[table] += len(records)
            say(f"{rows['trace_unit']} units, {rows['trace_edge']} edges, {rows['shipment_line']} lines")
        for statement in KEPT_AGAIN:
            await link.execute(statement, timeout=3600)
    finally:
        await link.close()
    return rows


ROOTS = {
    "widest": "SELECT code FROM trace_unit WHERE code = 'PKG-000000'",
    "lots": "SELECT code FROM trace_unit WHERE kind = 'lot' AND code LIKE 'MBL-%' ORDER BY md5(code) LIMIT 101",
    "carton": "SELECT code FROM trace_unit WHERE kind = 'carton' ORDER BY md5(code) LIMIT 1",
    "batch": "SELECT code FROM trace_unit WHERE kind = 'batch' ORDER BY md5(code) LIMIT 1",
}


async def median_lot() -> str:
    """The lot in the middle, by how much was made of it."""
    sized = [(len(await bare("bare.sql", row["code"])), row["code"]) for row in await sql.fetch(ROOTS["lots"])]
    return str(sorted(sized)[len(sized) // 2][1])


async def bare(statement: str, code: str) -> list[Any]:
    return await sql.fetch(sql.load("maskqms.trace", statement), code)


async def answered(code: str, direction: Direction) -> Trace:
    """The answer as it is sent first: walk, shares, what has left, proof with digest; its rows stay columns."""
    answer = await trace(code, direction)
    assert answer.proof.units == answer.summary.units
    return answer


def read_all(answer: Trace) -> int:
    """Every row of every table of the answer, as a document needs them."""
    lists = answer.lists
    tables = (answer.units(), answer.shipments, lists.shipped, lists.stoppable, lists.on_hand)
    return sum(len(table) for table in tables)


@contextmanager
def undisturbed() -> Iterator[None]:
    """No collection of garbage falls into one measurement and not into the other."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _timed(work: Callable[[], Awaitable[T]]) -> tuple[float, T]:
    begun = time.perf_counter()
    done = await work()
    return (time.perf_counter() - begun) * 1000, done


async def measure(case: str, code: str, direction: Direction, repeats: int, *, wide: bool) -> Case:
    """Product and floors by turns, so that whatever else the machine does falls on all."""
    floor = "bare.sql" if direction is Direction.FORWARD else "bare_backward.sql"
    answer = await answered(code, direction)
    await bare(floor, code)
    product, floors, rows, lowest = [], [], [], []
    for _ in range(repeats):
        with undisturbed():
            for _again in range(1 if wide else 10):
                floors.append((await _timed(lambda: bare(floor, code)))[0])
                taken, answer = await _timed(lambda: answered(code, direction))
                product.append(taken)
                begun = time.perf_counter()
                read_all(answer)
                rows.append((time.perf_counter() - begun) * 1000)
                if direction is Direction.FORWARD:
                    lowest.append((await _timed(lambda: bare("bare_walk.sql", code)))[0])
    ratio = median(product) / median(floors)
    budget, limit = (WIDE, None) if wide else (NARROW, NARROW_MS)
    return Case(
        case=case,
        root=code,
        units=answer.summary.units,
        links=len(answer.edge_from),
        lines=len(answer.line_units),
        repeats=len(product),
        product_ms=round(median(product), 3),
        fastest_ms=round(min(product), 3),
        bare_ms=round(median(floors), 3),
        bare_fastest_ms=round(min(floors), 3),
        ratio=round(ratio, 3),
        budget_ratio=budget,
        budget_ms=limit,
        kept=ratio <= budget and (limit is None or min(product) <= limit or min(floors) * budget > limit),
        rows_ms=round(median(rows), 3),
        bare_walk_ms=round(median(lowest), 3) if lowest else None,
    )


async def bench(where: Place, batches: int, repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    async with filled(where, batches, say) as rows, opened(where, pool=2, kind="test"):
        roots = {name: await sql.fetch_value(query) for name, query in ROOTS.items() if name != "lots"}
        wide = await measure("forward, widest lot", roots["widest"], Direction.FORWARD, repeats, wide=True)
        cases = [
            wide,
            await measure("forward, median lot", await median_lot(), Direction.FORWARD, repeats, wide=False),
            await measure("backward, carton", roots["carton"], Direction.BACKWARD, repeats, wide=False),
            await measure("backward, batch", roots["batch"], Direction.BACKWARD, repeats, wide=False),
        ]
    return {
        "batches": batches,
        "rows": rows,
        "cases": [asdict(case) for case in cases],
        "kept": all(case.kept for case in cases),
    }


@click.command("trace")
@click.option("--batches", default=10_000, show_default=True, type=click.IntRange(min=100))
@click.option("--repeats", default=9, show_default=True, type=click.IntRange(min=1))
@json_option
@answering
def trace_bench(batches: int, repeats: int, as_json: bool) -> None:
    """Forward and backward traces over a factory of so many batches; exit 1 when a budget is missed."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    with own_database(f"maskqms_bench_{os.getpid()}") as where:
        document = asyncio.run(bench(where, batches, repeats, say))
    if as_json:
        print_json(document)
    else:
        for case in document["cases"]:
            click.echo(
                f"{case['case']:<20} {case['product_ms']:>9.2f} ms, bare {case['bare_ms']:>9.2f} ms,"
                f" {case['ratio']:.2f}x of {case['budget_ratio']}x  ({case['units']} units, {case['lines']} lines)"
            )
    sys.exit(0 if document["kept"] else 1)


BENCHES = [trace_bench]
