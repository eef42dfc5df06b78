"""What a gateway brings is kept once, as bytes; and what happens to what has no place."""

from __future__ import annotations

from decimal import Decimal

import asyncpg
import pytest

from maskqms.db import sql
from maskqms.devices.actions.gateways import register_gateway, renew_token, revoke_gateway
from maskqms.devices.forms import Piece
from maskqms.devices.queries.gateways import gateway_of, gateways
from maskqms.devices.queries.instruments import instrument_by_code, instruments
from maskqms.devices.queries.readings import last_readings
from maskqms.devices.states import ReadingKind
from maskqms.errors import Refused
from tests.make import devices as make


async def test_a_batch_sent_twice_is_kept_once(people) -> None:
    scale = await make.scale(people.quality)
    talk = make.Talk(await make.gateway(people.admin))
    batch = [talk.piece(f"S S {n:>10}.00 g\r\n".encode()) for n in range(1, 6)]
    first = await talk.bring(batch)
    assert (first.accepted, first.conflicting, first.refused) == ([1, 2, 3, 4, 5], [], [])
    again = await talk.bring([*batch, talk.piece(b"S S          6.00 g\r\n")])
    assert again.accepted == [1, 2, 3, 4, 5, 6]
    kept = await last_readings(scale.id)
    assert [str(reading.value) for reading in reversed(kept)] == [f"{n}.00" for n in range(1, 7)]
    entries = await sql.fetch("SELECT after FROM audit_entry WHERE tag = 'reading:store' ORDER BY id")
    assert len(entries) == 2


async def test_a_known_number_with_other_bytes_is_a_conflict_and_changes_nothing(people) -> None:
    scale = await make.scale(people.quality)
    talk = make.Talk(await make.gateway(people.admin))
    await talk.say(b"S S       1.00 g\r\n")
    talk.seq = 0
    answer = await talk.say(b"S S       9.99 g\r\n", b"S S       2.00 g\r\n")
    assert (answer.accepted, answer.conflicting) == ([2], [1])
    assert [reading.value for reading in await last_readings(scale.id)] == [Decimal("2.00"), Decimal("1.00")]


async def test_the_server_reads_the_bytes_for_itself(people) -> None:
    scale = await make.scale(people.quality)
    talk = make.Talk(await make.gateway(people.admin))
    await talk.bring(
        [
            talk.piece(b"S S     100.00 g\r\n"),
            talk.piece(b"S +\r\n"),
            talk.piece(b"\xff\x00nonsense\r\n"),
            talk.piece(b"S S     100", piece=Piece.TRUNCATED),
            talk.piece(b"S S     100.00 g\r\n", piece=Piece.GARBAGE),
        ]
    )
    kept = list(reversed(await last_readings(scale.id)))
    assert [reading.kind for reading in kept] == [
        ReadingKind.VALUE,
        ReadingKind.FAULT,
        ReadingKind.UNREAD,
        ReadingKind.TRUNCATED,
        ReadingKind.GARBAGE,
    ]
    assert [reading.value for reading in kept] == [Decimal("100.00"), None, None, None, None]
    assert kept[2].frame == b"\xff\x00nonsense\r\n"
    assert kept[2].shown == "\\xff\\x00nonsense\\r\\n"


async def test_what_has_no_place_is_refused_piece_by_piece(people) -> None:
    await make.scale(people.quality)
    mine = await make.gateway(people.admin)
    await make.gateway(people.admin, "packing-pc")
    await make.scale(people.quality, "SC-02", gateway="packing-pc")
    talk = make.Talk(mine)
    answer = await talk.bring(
        [
            talk.piece(b"S S       1.00 g\r\n"),
            talk.piece(b"S S       1.00 g\r\n", instrument="SC-77"),
            talk.piece(b"S S       1.00 g\r\n", instrument="SC-02"),
            talk.piece(b"S S       1.00 g\r\n", driver="unheard-of"),
        ]
    )
    assert answer.accepted == [1]
    assert [(no.seq, no.code) for no in answer.refused] == [
        (2, "instrument.unknown"),
        (3, "instrument.unknown"),
        (4, "driver.unknown"),
    ]
    await make.scale(people.quality, "SC-77")
    talk.seq = 1
    assert (await talk.bring([talk.piece(b"S S       1.00 g\r\n", instrument="SC-77")])).accepted == [2]


async def test_readings_cannot_be_changed_or_deleted(people) -> None:
    await make.scale(people.quality)
    await make.Talk(await make.gateway(people.admin)).say(b"S S       1.00 g\r\n")
    for statement in ("UPDATE reading SET value = 2", "DELETE FROM reading", "TRUNCATE reading CASCADE"):
        with pytest.raises(asyncpg.PostgresError):
            await sql.execute(statement)


async def test_tokens_are_shown_once_renewed_and_revoked(people) -> None:
    token = await register_gateway("lab-pc", actor=people.admin)
    assert (await gateway_of(token)) is not None
    assert await gateway_of("gw-wrong") is None
    stored = await sql.fetch_value("SELECT row_to_json(gateway)::text FROM gateway")
    assert token not in stored
    with pytest.raises(Refused) as twice:
        await register_gateway("lab-pc", actor=people.admin)
    assert twice.value.reasons[0].code == "gateway.exists"
    fresh = await renew_token("lab-pc", actor=people.quality)
    assert await gateway_of(token) is None
    await revoke_gateway("lab-pc", actor=people.quality)
    assert await gateway_of(fresh) is None
    with pytest.raises(Refused) as ended:
        await revoke_gateway("lab-pc", actor=people.quality)
    assert ended.value.reasons[0].code == "gateway.revoked"
    with pytest.raises(Refused):
        await register_gateway("mine", actor=people.operator)
    assert [row.name for row in await gateways()] == ["lab-pc"]


async def test_the_list_knows_what_was_said_last(people) -> None:
    await make.scale(people.quality)
    await make.scale(people.quality, "SC-02")
    await make.Talk(await make.gateway(people.admin)).say(b"S S       1.00 g\r\n", b"S D       1.20 g\r\n")
    listed = await instruments()
    assert [(row.code, row.last_text, row.last_stable) for row in listed] == [
        ("SC-01", "1.20", False),
        ("SC-02", None, None),
    ]
    assert (await instrument_by_code("SC-01")).last_unit == "g"
