"""`maskqms bench gate`: the release gate's time and statements, beside the same statements run bare.

Stands on the database that `bench trace` invents, so the ledger is as large as asked for. Three batches get a whole
record: an ordinary one, the one with the longest rework behind it, and one made of a thousand rolls in five hundred
cartons. The floor is the gate's own statements with their rows fetched and nothing done with them.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import asyncpg
import click

from maskqms.commandline import answering, json_option, print_json
from maskqms.db import sql
from maskqms.db.opening import Place, opened
from maskqms.db.scratch import own_database
from maskqms.db.transaction import transaction
from maskqms.lab.plan import Plan, planned
from maskqms.release.queries.gate import gate
from maskqms.standards.catalogue import catalogue
from maskqms.standards.limits import Kind
from maskqms.standards.requirements import requirements
from maskqms.trace.bench import filled

BUDGET_MS = 300
BUDGET_STATEMENTS = 12
EDITION = "YY 0469-2011"
ROLLS, CARTONS = 1000, 500

LONGEST = """
WITH RECURSIVE walk (root, id, depth) AS (
    SELECT u.id, u.id, 0 FROM trace_unit u WHERE u.kind = 'batch'
    UNION ALL
    SELECT w.root, e.parent, w.depth + 1 FROM walk w
    CROSS JOIN LATERAL (SELECT t.parent FROM trace_edge t JOIN trace_unit p ON p.id = t.parent
        WHERE t.child = w.id AND p.kind = 'batch' OFFSET 0) e
)
SELECT root FROM walk ORDER BY depth DESC, root LIMIT 1
"""
PEOPLE = """
INSERT INTO account (id, username, name, roles, heads_production, heads_quality, active, locale, password_hash,
    password_set_at, must_change, failures, created_at)
VALUES (1, 'bench', 'bench', '{quality}', false, false, true, 'zh', '-', now(), false, 0, now());
INSERT INTO signature (id, account, username, name, roles, meaning, subject, content, digest, at)
VALUES (1, 1, 'bench', 'bench', 'quality', 'checked', 'bench', '{}', repeat('0', 64), now());
INSERT INTO product (id, code, name_zh, kind, standard, variants, model, shelf_life_months, state, created_at,
    created_by)
VALUES (1, 'P-BENCH', '口罩', 'civil', 'YY 0469', '{}', '平面型', 24, 'active', now(), 1);
INSERT INTO master_record (id, product, version, state, standard, variants, bill, route, lines, yield_from,
    piece_tolerance, change, author, created_at)
VALUES (1, 1, 1, 'retired', 'YY 0469', '{}', '[]', '[]', '{}', 0, 0, '-', 1, now());
"""
WIDEST = f"""
WITH made AS (
    INSERT INTO trace_unit (kind, code, item, quantity, unit, on_hand, state, held, identifiers, created_at)
    VALUES ('batch', 'BENCH-WIDEST', 'KN95', 50000, 'piece', 0, 'quarantine', false, '{{}}', now()) RETURNING id
), fed AS (
    INSERT INTO trace_edge (child, parent, share, quantity)
    SELECT made.id, r.id, 0.1, 100 FROM made, LATERAL
        (SELECT id FROM trace_unit WHERE kind = 'roll' ORDER BY md5(code) LIMIT {ROLLS}) r
), packed AS (
    INSERT INTO trace_unit (kind, code, item, quantity, unit, on_hand, state, held, identifiers, created_at)
    SELECT 'carton', 'BENCH-WIDEST-C' || n, 'KN95', 100, 'piece', 100, 'quarantine', false,
        '{{"batch": "BENCH-WIDEST", "expires_on": "2028-11-20"}}', now()
    FROM generate_series(1, {CARTONS}) n RETURNING id
), boxed AS (
    INSERT INTO trace_edge (child, parent, share, quantity) SELECT packed.id, made.id, 0.002, 100 FROM packed, made
)
SELECT id FROM made
"""
RECORD = (
    "INSERT INTO batch (id, product, master_record, line, planned, planned_for, state, snapshot, standard, edition,"
    " made_on, expires_on, created_by, created_at, started_by, started_at, completed_by, completed_at, counted,"
    " balances)"
    " VALUES ($1, 1, 1, 'L1', 50000, '2026-11-21', 'complete', $2, 'YY 0469', $3, '2026-11-21', '2028-11-20', 1, now(),"
    " 1, now(), 1, now(), 50000, '{}')",
    "INSERT INTO trace_link (parent, child, activity, quantity, unit, drawn, at, recorded_at, actor)"
    " SELECT e.parent, e.child, 'issue', e.quantity, 'g', true, now(), now(), 'bench' FROM trace_edge e"
    " WHERE e.child = $1",
    "INSERT INTO carton (id, batch, number, boxes, pieces, account, packed_at) SELECT u.id, $1,"
    " row_number() OVER (ORDER BY u.id), 1, u.quantity, 1, now() FROM trace_edge e JOIN trace_unit u ON u.id = e.child"
    " WHERE e.parent = $1 AND u.kind = 'carton'",
    "INSERT INTO batch_output (batch, kind, quantity, made, account, at) VALUES ($1, 'good', 50000, 1, 1, now())",
)
SHEET = (
    "INSERT INTO inspection (code, purpose, subject, title, source, plan, needed, state, outcome, opened_by, opened_at,"
    " entered_by, entered_at) VALUES ($1, 'release', $2, '出厂检验', $3, $4, $5, 'entered', 'pass', 'bench', now(),"
    " 'bench', now()) RETURNING id"
)
RESULT = (
    "INSERT INTO lab_result (inspection, test, specimen, text, outcome, analyst, analyst_name, at)"
    " VALUES ($1, $2, $3, $4, 'pass', 1, 'bench', now())"
)


@dataclass(frozen=True, slots=True)
class GateCase:
    """One batch through the gate: medians in milliseconds, and whether the budgets were kept."""

    case: str
    batch: str
    ancestors: int
    cartons: int
    statements: int
    gate_ms: float
    bare_ms: float
    budget_ms: int
    budget_statements: int
    kept: bool


async def write_records(owner_url: str) -> dict[str, str]:
    """Whole batch records for the three batches; the codes by case."""
    link = await asyncpg.connect(owner_url)
    try:
        await link.execute("SET session_replication_role = replica")
        await link.execute(
            "SELECT setval(pg_get_serial_sequence('trace_unit', 'id'), (SELECT max(id) FROM trace_unit))"
        )
        await link.execute(PEOPLE)
        units = {
            "ordinary": await link.fetchval(
                "SELECT id FROM trace_unit WHERE kind = 'batch' ORDER BY md5(code) LIMIT 1"
            ),
            "longest rework": await link.fetchval(LONGEST),
            "widest": await link.fetchval(WIDEST),
        }
        edition = catalogue().edition(EDITION)
        found = [one for one in requirements(edition) if one.for_release and one.rule.kind != "aql"]
        plan = Plan(tests=tuple(planned(one) for one in found))
        snapshot = json.dumps({"bill": [], "variants": [], "piece_tolerance": 0, "yield_from": 0})
        for number, unit in enumerate(dict.fromkeys(units.values())):
            await link.execute(RECORD[0], unit, snapshot, EDITION)
            for statement in RECORD[1:]:
                await link.execute(statement, unit)
            text = plan.model_dump_json(exclude_none=True)
            sheet = await link.fetchval(SHEET, f"IN-BENCH-{number}", unit, EDITION, text, plan.needed)
            values = [
                (sheet, test.code, n + 1, "pass" if test.requirement.kind is Kind.ATTRIBUTE else "1")
                for test in plan.tests
                for n in range(test.cells)
            ]
            await link.executemany(RESULT, values)
        await link.execute("ANALYZE")
        rows = await link.fetch("SELECT id, code FROM trace_unit WHERE id = ANY($1::bigint[])", list(units.values()))
        codes = {row["id"]: row["code"] for row in rows}
        return {case: codes[unit] for case, unit in units.items()}
    finally:
        await link.close()


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000


async def measure(case: str, code: str, repeats: int) -> GateCase:
    """The gate and its bare statements by turns, so that whatever else the machine does falls on both."""
    asked: list[tuple[str, tuple[Any, ...]]] = []
    await gate(code)
    async with transaction() as link:
        await gate(code)  # the connection learns the types of the columns at their first use
        with link.query_logger(lambda said: asked.append((said.query, tuple(said.args)))):
            report = await gate(code)

    async def bare() -> None:
        for query, args in asked:
            await sql.fetch(query, *args)

    gates, floors = [], []
    for _ in range(repeats):
        floors.append(await _timed(bare))
        gates.append(await _timed(lambda: gate(code)))
    count = await sql.fetch_one(sql.load("maskqms.release", "size.sql"), code)
    assert count is not None
    assert report.checks
    return GateCase(
        case=case,
        batch=code,
        ancestors=count["ancestors"],
        cartons=count["cartons"],
        statements=len(asked),
        gate_ms=round(median(gates), 2),
        bare_ms=round(median(floors), 2),
        budget_ms=BUDGET_MS,
        budget_statements=BUDGET_STATEMENTS,
        kept=median(gates) <= BUDGET_MS and len(asked) <= BUDGET_STATEMENTS,
    )


async def bench(where: Place, batches: int, repeats: int, say: Callable[[str], None]) -> dict[str, Any]:
    assert where.owner_url is not None
    async with filled(where, batches, say) as rows:
        codes = await write_records(where.owner_url)
        async with opened(where, pool=2, kind="test"):
            cases = [await measure(case, code, repeats) for case, code in codes.items()]
    return {
        "batches": batches,
        "rows": rows,
        "cases": [asdict(case) for case in cases],
        "kept": all(case.kept for case in cases),
    }


@click.command("gate")
@click.option("--batches", default=10_000, show_default=True, type=click.IntRange(min=400))
@click.option("--repeats", default=15, show_default=True, type=click.IntRange(min=1))
@json_option
@answering
def gate_bench(batches: int, repeats: int, as_json: bool) -> None:
    """The release gate over a factory of so many batches; exit 1 when a budget is missed."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    with own_database(f"maskqms_bench_gate_{os.getpid()}") as where:
        document = asyncio.run(bench(where, batches, repeats, say))
    if as_json:
        print_json(document)
    else:
        for case in document["cases"]:
            click.echo(
                f"{case['case']:<16} {case['gate_ms']:>8.2f} ms of {case['budget_ms']},"
                f" bare {case['bare_ms']:>8.2f} ms, {case['statements']} statements of {case['budget_statements']}"
                f"  ({case['ancestors']} ancestors, {case['cartons']} cartons)"
            )
    sys.exit(0 if document["kept"] else 1)


BENCHES = [gate_bench]
