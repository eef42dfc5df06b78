"""The history of a record is its whole life, whatever the acts were called that touched it, and nothing is cut off."""

from __future__ import annotations

import re
from urllib.parse import quote

import asyncpg

from maskqms.accounts.actions.people import create_account, set_locale
from maskqms.actor import SYSTEM, Role
from maskqms.audit.acts import act
from maskqms.audit.queries import EntryRow, history_of
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.labels.actions import print_labels
from maskqms.labels.rendering import Form
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.importer.load import import_history
from tests.audit.test_verification import HISTORY
from tests.conftest import ClientAs, People
from tests.make.batches import make_running
from tests.make.materials import received
from tests.make.release import released
from tests.make.shipping import cartons, shipped


async def everything(subject: str) -> list[EntryRow]:
    return (await history_of(subject, size=10_000)).entries


def tags(entries: list[EntryRow]) -> set[str]:
    return {entry.tag for entry in entries if entry.kind != "row"}


async def test_a_roll_shows_its_receipt_its_label_and_its_hold(people: People, client_as: ClientAs) -> None:
    lot = (await received(people)).lot
    roll = f"{lot}-R01"
    await print_labels([roll], form=Form.PDF, actor=people.warehouse)
    await place_hold(unit=lot, reason="气味异常", actor=people.quality)
    came = {"order:delivered", "lot:receive", "inspection:open", "sample:list"}
    assert tags(await everything(roll)) == came | {"label:print", "hold:place"}
    page = (await (await client_as(people.operator)).get(f"/history/{roll}")).text
    assert "批已收货" in page
    assert "气味异常" in page
    assert f'href="/history/{lot}"' in page


async def test_a_timeline_tells_the_last_acts_in_short(people: People, client_as: ClientAs) -> None:
    lot = (await received(people)).lot
    await place_hold(unit=lot, reason="气味异常", actor=people.quality)
    client = await client_as(people.operator)
    page = (await client.get(f"/timelines/{lot}")).text
    assert page.index("气味异常") < page.index("批已收货"), "the latest first"
    assert "陈质量" in page
    assert f'href="/history/{lot}"' in page
    assert "<ol" not in (await client.get("/timelines/NOTHING")).text
    assert f'hx-get="/timelines/{lot}"' in (await client.get(f"/lots/{lot}")).text


async def test_a_roll_shows_its_issue_and_a_batch_what_was_made_of_it(people: People) -> None:
    batch = await make_running(people)
    assert {"batch:issue"} == tags(await everything(f"ML-{batch.code}-R01"))
    made = tags(await everything(batch.code))
    assert {"batch:plan", "clearance:do", "clearance:check", "batch:start", "batch:issue", "batch:output"} <= made


async def test_a_carton_shows_packing_picking_the_second_look_and_leaving(people: People) -> None:
    batch = (await released(people, cartons=1)).batch_code
    (carton,) = await cartons(batch)
    shipment = await shipped(people, batch)
    assert {
        "batch:pack", "shipment:pick", "shipment:check", "shipment:confirm",
    } <= tags(await everything(carton))  # fmt: skip
    assert "release:sign" in tags(await everything(batch))
    assert "shipment:confirm" in tags(await everything(shipment))


async def test_a_unit_of_the_imported_past_shows_its_import(people: People) -> None:
    await import_history({path.name: path.read_bytes() for path in HISTORY.glob("*.csv")}, actor=SYSTEM)
    code = await sql.fetch_value("SELECT code FROM trace_unit ORDER BY id LIMIT 1")
    assert tags(await everything(code)) == {"history:import"}


async def test_a_person_shows_own_changes_and_not_what_others_are_to_them(people: People) -> None:
    await create_account(username="chen", name="陈", roles=[Role.OPERATOR], password="long enough 2026", actor=SYSTEM)
    await make_running(people)
    assert tags(await everything("chen")) == {"account:create"}
    assert "batch:issue" not in tags(await everything("operator"))


async def test_a_long_history_is_shown_whole_part_after_part(people: People, client_as: ClientAs) -> None:
    for n in range(120):
        await set_locale(locale="zh" if n % 2 else "en", actor=people.operator2)
    client = await client_as(people.quality)
    address, seen = "/history/operator2", []
    while address:
        page = (await client.get(address)).text
        seen += re.findall(r"/transactions/1/(\d+)\">[^<]* \d+</a>", page)
        found = re.search(r'href="(/history/operator2\?epoch=[^"]+)"', page)
        address = found.group(1).replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, key=int, reverse=True)


async def test_an_old_epoch_comes_after_a_new_one_though_its_numbers_are_higher(
    people: People, owner: asyncpg.Connection
) -> None:
    """In a restored cluster transactions are numbered anew: two may have the same number."""
    await set_locale(locale="en", actor=people.operator2)
    entry = "INSERT INTO audit_entry (epoch, tx, kind, tag, subject, table_name, row_id, after) VALUES"
    await owner.execute(f"{entry} (2, 5, 'act', 'account:roles', 'operator2', NULL, NULL, NULL)")
    await owner.execute(f"{entry} (2, 5, 'row', 'update', NULL, 'account', 77, '{{}}')")
    tx = await sql.fetch_value("SELECT max(tx) FROM audit_entry WHERE epoch = 1")
    await owner.execute(f"{entry} (2, $1, 'act', 'account:reset', 'operator2', NULL, NULL, NULL)", tx)
    entries = [row for row in await everything("operator2") if row.kind != "row"]
    assert [(row.epoch, row.tag) for row in entries] == [
        (2, "account:reset"),
        (2, "account:roles"),
        (1, "account:language"),
    ]
    assert [row.changed for row in entries] == [0, 1, 1]


async def test_of_a_transaction_with_thousands_of_rows_the_records_own_come_first_and_the_rest_is_counted(
    people: People, client_as: ClientAs
) -> None:
    async with act(Tag.ACCOUNT_LANGUAGE, actor=people.operator) as this:
        await sql.execute(
            "INSERT INTO supplier (code, name, kind, created_at)"
            " SELECT 'S' || n, 'maker ' || n, 'manufacturer', maskqms_now() FROM generate_series(1, 3000) n"
        )
        await this.record(subject="all of them")
    entries = await everything("S2900")
    rows = [row for row in entries if row.kind == "row"]
    assert (rows[0].after or {})["code"] == "S2900"
    assert len(rows) == 50
    client = await client_as(people.quality)
    page = (await client.get("/history/S2900")).text
    assert "2950" in page
    (whole,) = set(re.findall(r"/transactions/1/\d+", page))
    assert "S80" in (await client.get(whole)).text
    assert (await client.get(f"{whole}?after={entries[1].id + 90}")).status_code == 200
    assert (await client.get("/transactions/1/1")).status_code == 404
    operator = await client_as(people.operator)
    assert whole not in (await operator.get("/history/S2900")).text
    assert (await operator.get(whole)).status_code == 403


async def test_a_row_changed_by_no_act_is_in_the_history_of_its_record(
    people: People, client_as: ClientAs, owner: asyncpg.Connection
) -> None:
    await owner.execute("UPDATE account SET name = 'somebody else' WHERE username = 'operator'")
    page = (await (await client_as(people.quality)).get("/history/operator")).text
    assert "没有对应操作" in page
    assert "somebody else" in page


async def test_a_subject_with_a_slash_a_space_or_a_sign_has_a_history(people: People, client_as: ClientAs) -> None:
    for subject in ("YY/T 0969-2013 细菌过滤效率", "豫药监械生产许20240001号?#%", "M v2"):
        async with act(Tag.LIMIT_ENTER, actor=people.quality) as this:
            await this.record(subject=subject, reason=f"because of {subject}")
        client = await client_as(people.quality)
        link = f"/history/{quote(subject)}"
        assert link in (await client.get("/audit")).text
        answer = await client.get(link)
        assert answer.status_code == 200
        assert "because of" in answer.text


async def test_a_history_costs_the_same_statements_however_long_it_is(people: People) -> None:
    """Counted by the queries that it sends: three for the rows, one for the transactions, one for their entries."""
    sent: list[str] = []
    fetch = sql.fetch

    async def counting(query: str, *args: object) -> list[object]:
        sent.append(query)
        return await fetch(query, *args)

    counts = []
    sql.fetch = counting  # type: ignore[assignment]
    try:
        batch = await make_running(people)
        for subject in (f"ML-{batch.code}-R01", batch.code):
            sent.clear()
            await history_of(subject)
            counts.append(len(sent))
    finally:
        sql.fetch = fetch
    assert max(counts) <= 5


async def test_the_trail_is_read_by_those_whose_work_it_is(people: People, client_as: ClientAs) -> None:
    for name in ("quality", "manager", "admin", "regulator"):
        client = await client_as(getattr(people, name))
        assert (await client.get("/audit")).status_code == 200
        assert 'href="/audit"' in (await client.get("/")).text
    for name in ("operator", "warehouse", "inspector"):
        client = await client_as(getattr(people, name))
        assert (await client.get("/audit")).status_code == 403
        assert (await client.post("/audit/verify")).status_code == 403
        assert 'href="/audit"' not in (await client.get("/")).text


async def test_nobody_verifies_again_and_again(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.regulator)
    answers = [(await client.post("/audit/verify")).status_code for _time in range(7)]
    assert answers == [200] * 6 + [429]
