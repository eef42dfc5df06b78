"""`maskqms bench lists`: the list pages over a factory of so many lots, beside a bare query for the same rows.

Each page is asked for as a browser would, signed in; the driver reports the statements it sends and what they take. The
floor is one statement for as many rows of the page's own table, newest first, and nothing joined, counted or filtered.
What a page shows is fixed, so its statements must be as many over one lot as over a hundred thousand.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import asyncpg
import click
import httpx

from maskqms.accounts.actions.people import create_account
from maskqms.actor import SYSTEM, Role
from maskqms.app.application import create_app
from maskqms.commandline import answering, json_option, print_json
from maskqms.db import sql
from maskqms.db.engine import DB
from maskqms.db.opening import Place, opened
from maskqms.db.scratch import made, own_database
from maskqms.web.requests import configure_logging

SHOWN = 50
FEW = 60
"""Lots of the small factory: more than a page shows, so that both pages are full."""
IN_STOCK = 20
"""One lot of so many is in stock, the newest; of the others everything was used."""

PAGES = (
    ("lots", "/lots", "trace_unit"),
    ("lots in quarantine", "/lots?state=quarantine", "trace_unit"),
    ("lots of a material", "/lots?material=M-3", "trace_unit"),
    ("lots by text", "/lots?text=SL-4", "trace_unit"),
    ("lots, last page", "/lots?page={last}", "trace_unit"),
    ("inspections", "/inspections", "inspection"),
    ("inspections waiting for review", "/inspections?state=entered", "inspection"),
    ("inspections by text", "/inspections?text=LOT-4", "inspection"),
    ("the inspector's day", "/inspections/day", "inspection"),
    ("suppliers", "/suppliers", "supplier"),
    ("scorecard", "/scorecard", "supplier"),
    ("purchase orders", "/purchase-orders", "purchase_order"),
    ("purchase orders overdue", "/purchase-orders?overdue=true", "purchase_order"),
    ("stock", "/stock", "trace_unit"),
    ("stock by expiry", "/stock/expiry", "trace_unit"),
    ("ledger of receipts", "/ledgers/purchase", "lot"),
    ("ledger of inspections", "/ledgers/inspection", "inspection"),
    ("ledger of use", "/ledgers/use", "trace_unit"),
    ("ledger that reconciles", "/ledgers/reconciled", "lot"),
    ("retests", "/retests", "lot"),
    ("rejected goods", "/rejected", "trace_unit"),
    ("samples", "/samples", "trace_unit"),
    ("today", "/", "trace_unit"),
)
"""What it is called, its address, and the table whose rows it shows."""

SIGNED = (
    "INSERT INTO signature (id, account, username, name, roles, meaning, subject, content, digest, at)"
    " SELECT 1, id, username, name, 'quality', 'approved', 'bench', '{}', repeat('0', 64), now() FROM account LIMIT 1"
)
HOUSE = """
INSERT INTO supplier (id, code, name, kind, created_at)
SELECT n, 'S' || n, '供应商 ' || n, 'manufacturer', now() FROM generate_series(1, 40) n;
INSERT INTO material (id, code, name_zh, category, unit, created_at)
SELECT n, 'M-' || n, '物料 ' || n, 'spunbond', 'm', now() FROM generate_series(1, 12) n;
INSERT INTO specification (id, material, version, state, level, aql, tests, drafted_by, drafted_at, in_force_from,
    approved_by, signature)
SELECT n, n, 1, 'in_force', 'II', '1.0', '{"tests": []}', 1, now(), now(), 2, 1 FROM generate_series(1, 12) n;
INSERT INTO approval (id, supplier, material, state, basis, valid_from, valid_until, decided_by, decided_at, signature)
SELECT n, 1 + n % 40, 1 + n % 12, 'approved', 'AU-1', '2026-01-01', '2027-12-31', 1, now(), 1
FROM generate_series(1, 480) n;
"""
LOTS = f"""
INSERT INTO trace_unit (id, kind, code, item, quantity, unit, on_hand, state, held, supplier, supplier_lot, identifiers,
    usable_until, created_at)
SELECT n, 'lot', 'LOT-' || n, '物料 ' || 1 + n % 12, 2000, 'm',
    CASE WHEN n % 4 = 0 OR n <= $1 - $1 / {IN_STOCK} THEN 0 ELSE n % 2000 END,
    CASE WHEN n > $1 - 40 THEN 'quarantine' WHEN n % 19 = 0 THEN 'rejected' ELSE 'released' END, false,
    '供应商 ' || 1 + n % 40, 'SL-' || n, jsonb_build_object('material', 'M-' || 1 + n % 12),
    now() + interval '300 days', now() - ($1 - n) * interval '20 minutes'
FROM generate_series(1, $1) n"""
DELIVERED = """
INSERT INTO lot (id, material, supplier, specification, approval, credentials, supplier_lot, manufacturer,
    delivery_note, received_by, received_at)
SELECT u.id, 1 + u.id % 12, 1 + u.id % 40, 1 + u.id % 12, 1 + u.id % 480, '[]', u.supplier_lot, u.supplier,
    'DN-' || u.id, 1, u.created_at FROM trace_unit u WHERE u.kind = 'lot'"""
ORDERS = """
WITH made AS (
    INSERT INTO purchase_order (code, supplier, state, drafted_by, drafted_at, ordered_by, ordered_at, ended_at)
    SELECT 'PO-' || l.id, l.supplier, CASE WHEN l.id % 50 = 0 THEN 'placed' ELSE 'closed' END, 1, l.received_at, 1,
        l.received_at, CASE WHEN l.id % 50 <> 0 THEN l.received_at END FROM lot l WHERE l.id % 5 = 0 RETURNING id, code
), lines AS (
    INSERT INTO purchase_line (purchase_order, number, material, specification, quantity, due_on, over_percent)
    SELECT made.id, 1, l.material, l.specification, CASE WHEN l.id % 50 = 0 THEN 4000 ELSE 2000 END,
        l.received_at::date, 0 FROM made JOIN lot l ON 'PO-' || l.id = made.code RETURNING id, purchase_order
)
UPDATE lot SET purchase_line = lines.id FROM lines JOIN made ON made.id = lines.purchase_order
WHERE 'PO-' || lot.id = made.code"""
ROLLS = f"""
WITH made AS (
    INSERT INTO trace_unit (kind, code, item, quantity, unit, on_hand, state, held, identifiers, created_at)
    SELECT 'roll', u.code || '-R' || r, u.item, 500, 'm',
        CASE WHEN u.id <= l.newest - l.newest / {IN_STOCK} THEN 0 ELSE 500 END, u.state, false, u.identifiers,
        u.created_at
    FROM trace_unit u CROSS JOIN generate_series(1, 4) r CROSS JOIN (SELECT max(id) AS newest FROM lot) l
    WHERE u.kind = 'lot' AND u.id % 4 = 0 RETURNING id, code
)
INSERT INTO roll (id, lot, number, metres)
SELECT made.id, u.id, right(made.code, 1)::int, 500 FROM made JOIN trace_unit u
    ON u.code = left(made.code, length(made.code) - 3)"""
INSPECTED = """
INSERT INTO inspection (id, code, purpose, subject, title, source, plan, needed, state, outcome, opened_by, opened_at,
    entered_by, entered_at, reviewer, reviewed_at, review_signature, decision, decider, decided_at, decision_signature)
SELECT u.id, 'IN-' || u.id, 'incoming', u.id, u.item, 'bench', '{"tests": []}', 3, s.state, s.outcome, 'bench',
    u.created_at, CASE WHEN s.state <> 'open' THEN 'bench' END, CASE WHEN s.state <> 'open' THEN u.created_at END,
    CASE WHEN s.state = 'decided' THEN 1 END, CASE WHEN s.state = 'decided' THEN u.created_at END,
    CASE WHEN s.state = 'decided' THEN 1 END, CASE WHEN s.state = 'decided' THEN 'accepted' END,
    CASE WHEN s.state = 'decided' THEN 2 END, CASE WHEN s.state = 'decided' THEN u.created_at END,
    CASE WHEN s.state = 'decided' THEN 1 END
FROM trace_unit u CROSS JOIN LATERAL (SELECT
    CASE WHEN u.state <> 'quarantine' THEN 'decided' WHEN u.id % 2 = 0 THEN 'open' ELSE 'entered' END AS state,
    CASE WHEN u.state <> 'quarantine' OR u.id % 2 = 1 THEN 'pass' END AS outcome) s
WHERE u.kind = 'lot'"""
RESULTS = """
INSERT INTO lab_result (inspection, test, specimen, text, value, outcome, analyst, analyst_name, at)
SELECT i.id, 'GSM', n, '25.1', 25.1, 'pass', 1, 'bench', i.opened_at FROM inspection i
CROSS JOIN generate_series(1, 3) n
"""
RETESTS = """
INSERT INTO lot_retest (lot, due_on, set_by, set_at)
SELECT id, received_at::date + 180, 'bench', received_at FROM lot WHERE id % 4 = 0"""
NEXT_NUMBERS = "SELECT setval(pg_get_serial_sequence('trace_unit', 'id'), $1)"


@dataclass(frozen=True, slots=True)
class ListCase:
    """One page: its statements over few lots and over all, what they take, and the bare query; medians in ms."""

    page: str
    address: str
    statements_of_few: int
    statements: int
    sql_ms: float
    bare_ms: float
    page_ms: float
    kept: bool


async def fill(owner_url: str, lots: int, say: Callable[[str], None]) -> None:
    """So many lots, a quarter of them in rolls, each with an inspection and its values."""
    link = await asyncpg.connect(owner_url, timeout=60)
    try:
        await link.execute("SET session_replication_role = replica")
        known = await link.fetchval("SELECT count(*) FROM lot")
        if not known:
            await link.execute(SIGNED)
            await link.execute(HOUSE)
        else:
            await link.execute(
                "TRUNCATE lab_result, inspection, roll, lot, purchase_line, purchase_order, trace_unit CASCADE"
            )
        await link.execute(LOTS, lots)
        await link.fetchval(NEXT_NUMBERS, lots)
        for statement in (DELIVERED, ORDERS, ROLLS, RETESTS, INSPECTED, RESULTS, "VACUUM (ANALYZE)"):
            await link.execute(statement, timeout=3600)
        say(f"{lots} lots")
    finally:
        await link.close()


@asynccontextmanager
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application itself, signed in as quality."""
    word = secrets.token_urlsafe(20)
    await create_account(
        username="bench", name="bench", roles={Role.QUALITY}, password=word, actor=SYSTEM, must_change=False
    )
    configure_logging(logging.WARNING)
    app = create_app(manage_database=False)
    async with (
        app.lifespan(),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://bench") as client,  # type: ignore[arg-type]
    ):
        await client.get("/sign-in")
        client.headers["x-csrftoken"] = client.cookies["maskqms_csrf"]
        answer = await client.post("/sign-in", data={"username": "bench", "password": word})
        if answer.status_code != 303:
            raise RuntimeError(f"the bench could not sign in: {answer.status_code}")
        yield client


async def look(client: httpx.AsyncClient, address: str) -> tuple[list[float], float]:
    """What each statement of the page took, and the page, in milliseconds."""
    taken: list[float] = []

    def note(said: asyncpg.connection.LoggedQuery) -> None:
        taken.append(said.elapsed * 1000)

    assert DB.pool is not None
    links = [await DB.pool.acquire() for _link in range(DB.pool.get_max_size())]
    for link in links:
        link.add_query_logger(note)
    for link in links:
        await DB.pool.release(link)
    begun = time.perf_counter()
    answer = await client.get(address)
    whole = (time.perf_counter() - begun) * 1000
    answer.raise_for_status()
    for link in [await DB.pool.acquire() for _link in range(DB.pool.get_max_size())]:
        link.remove_query_logger(note)
        await DB.pool.release(link)
    return taken, whole


async def measure(client: httpx.AsyncClient, page: str, address: str, table: str, few: int, repeats: int) -> ListCase:
    """The page and the bare query by turns."""
    bare = f"SELECT * FROM {table} ORDER BY id DESC LIMIT {SHOWN}"
    asked, pages, floors, count = [], [], [], 0
    await look(client, address)
    for _ in range(repeats):
        taken, whole = await look(client, address)
        count = len(taken)
        asked.append(sum(taken))
        pages.append(whole)
        begun = time.perf_counter()
        await sql.fetch(bare)
        floors.append((time.perf_counter() - begun) * 1000)
    return ListCase(
        page=page,
        address=address,
        statements_of_few=few,
        statements=count,
        sql_ms=round(median(asked), 2),
        bare_ms=round(median(floors), 2),
        page_ms=round(median(pages), 2),
        kept=count == few,
    )


async def bench(where: Place, lots: int, repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    assert where.owner_url is not None
    async with made(where), opened(where, pool=2, kind="test"), browser() as client:
        few = {}
        await fill(where.owner_url, FEW, say)
        for _page, address, _table in PAGES:
            await look(client, address.format(last=2))
            few[address] = len((await look(client, address.format(last=2)))[0])
        await fill(where.owner_url, lots, say)
        last = max(1, lots // SHOWN)
        cases = [
            await measure(client, page, address.format(last=last), table, few[address], repeats)
            for page, address, table in PAGES
        ]
    return {"lots": lots, "cases": [asdict(case) for case in cases], "kept": all(case.kept for case in cases)}


@click.command("lists")
@click.option("--lots", "--batches", default=10_000, show_default=True, type=click.IntRange(min=FEW))
@click.option("--repeats", default=9, show_default=True, type=click.IntRange(min=1))
@json_option
@answering
def lists_bench(lots: int, repeats: int, as_json: bool) -> None:
    """The list pages over a factory of so many lots; exit 1 when a page asks more of a larger factory."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    with own_database(f"maskqms_bench_lists_{os.getpid()}") as where:
        document = asyncio.run(bench(where, lots, repeats, say))
    if as_json:
        print_json(document)
    else:
        for case in document["cases"]:
            click.echo(
                f"{case['page']:<32} {case['statements']:>3} statements {case['sql_ms']:>9.2f} ms,"
                f" bare {case['bare_ms']:>6.2f} ms, page {case['page_ms']:>9.2f} ms"
            )
    sys.exit(0 if document["kept"] else 1)


BENCHES = [lists_bench]
