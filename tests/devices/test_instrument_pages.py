"""The address of the gateways, and the instruments' pages, through HTTP."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime
from typing import Any

from maskqms.db import sql
from maskqms.devices.actions.gateways import register_gateway, revoke_gateway
from maskqms.devices.controllers import BATCHES
from maskqms.devices.queries.instruments import instrument_by_code
from maskqms.devices.states import InstrumentState
from tests.make import devices as make

EPOCH = str(uuid.uuid4())


def batch(*frames: bytes, **facts: Any) -> dict[str, Any]:
    return {
        "sent_at": datetime.now(UTC).isoformat(),
        "readings": [
            {
                "seq": seq,
                "epoch": EPOCH,
                "instrument": "SC-01",
                "port": "/dev/x",
                "driver": "mt-sics",
                "piece": "frame",
                "raw": base64.b64encode(frame).decode(),
                "received_at": datetime.now(UTC).isoformat(),
                "age": 0.01,
                **facts,
            }
            for seq, frame in enumerate(frames, 1)
        ],
    }


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_gateway_needs_its_token_and_nothing_else(people, client_as) -> None:
    await make.scale(people.quality)
    token = await register_gateway("lab-pc", actor=people.admin)
    client = await client_as(None)
    client.cookies.clear()
    client.headers.pop("x-csrftoken")
    body = batch(b"S S     100.00 g\r\n")
    for headers in ({}, bearer("gw-wrong"), bearer(""), {"Authorization": token}):
        assert (await client.post("/api/v1/readings", json=body, headers=headers)).status_code == 401
    answer = await client.post("/api/v1/readings", json=body, headers=bearer(token))
    assert answer.status_code == 200
    assert answer.json() == {"accepted": [1], "conflicting": [], "refused": []}
    await revoke_gateway("lab-pc", actor=people.admin)
    assert (await client.post("/api/v1/readings", json=body, headers=bearer(token))).status_code == 401


async def test_a_gateway_token_opens_no_page_and_a_session_brings_no_readings(people, client_as) -> None:
    token = await register_gateway("lab-pc", actor=people.admin)
    client = await client_as(None)
    answer = await client.get("/instruments", headers=bearer(token))
    assert answer.status_code == 303
    client = await client_as(people.quality)
    assert (await client.post("/api/v1/readings", json=batch(b"x\r\n"))).status_code == 401


async def test_what_is_no_batch_is_refused_whole(people, client_as) -> None:
    await make.scale(people.quality)
    token = await register_gateway("lab-pc", actor=people.admin)
    client = await client_as(None)

    async def status(body: Any = None, content: bytes | None = None) -> int:
        answer = await client.post("/api/v1/readings", json=body, content=content, headers=bearer(token))
        return int(answer.status_code)

    assert await status(content=b"{") == 400
    assert await status({"sent_at": "2026-01-01", "readings": []}) == 400
    assert await status(batch(b"x" * 4097)) == 400
    assert await status(batch(b"x\r\n", seq=0)) == 400
    assert await status(batch(b"x\r\n", age=-1)) == 400
    assert await status(batch(b"x\r\n", port="\x00")) == 400
    assert await status(batch(*[b"x\r\n"] * 501)) == 400
    assert await status(content=b"x" * (5 * 1024 * 1024)) == 413
    assert await sql.fetch_value("SELECT count(*) FROM reading") == 0


async def test_a_runaway_gateway_is_slowed_down(people, client_as, monkeypatch) -> None:
    monkeypatch.setattr(BATCHES, "most", 3)
    await make.scale(people.quality)
    token = await register_gateway("runaway-pc", actor=people.admin)
    client = await client_as(None)
    answers = [
        await client.post("/api/v1/readings", json=batch(b"S S     1.00 g\r\n"), headers=bearer(token))
        for _ in range(5)
    ]
    assert [answer.status_code for answer in answers].count(200) == 3
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


async def test_the_list_is_empty_then_shows_state_due_and_last_value(people, client_as) -> None:
    client = await client_as(people.quality)
    page = await client.get("/instruments")
    assert page.status_code == 200
    assert "尚未登记仪器" in page.text
    await make.scale(people.quality)
    await make.scale(people.quality, "SC-02", calibration_due=None)
    await make.Talk(await make.gateway(people.admin)).say(b"S S     100.00 g\r\n")
    page = await client.get("/instruments")
    for words in ("SC-01", "100.00", "有效", "无有效校准", "lab-pc"):
        assert words in page.text
    page = await client.get("/instruments/SC-01")
    assert page.status_code == 200
    assert "S␣S␣␣␣␣␣100.00␣g\\r\\n" in page.text
    page = await client.get("/instruments/SC-02")
    assert "没有有效校准" in page.text
    assert (await client.get("/instruments/none")).status_code == 404


async def test_an_instrument_is_registered_calibrated_and_taken_out_on_the_pages(people, client_as) -> None:
    client = await client_as(people.quality)
    assert (await client.get("/instruments/new")).status_code == 200
    bad = await client.post("/instruments", data={"code": "SC 1", "name": "x", "kind": "scale"})
    assert bad.status_code == 422
    assert "SC 1" in bad.text
    fields = {"code": "SC-01", "name": "天平", "kind": "scale", "unit": "g", "key": "k" * 16}
    made = await client.post("/instruments", data=fields)
    assert (made.status_code, made.headers["location"]) == (303, "/instruments/SC-01")
    assert (await client.post("/instruments", data=fields)).status_code == 303
    assert (await client.post("/instruments", data={**fields, "key": "m" * 16})).status_code == 409
    unitless = await client.post("/instruments", data={"code": "SC-02", "name": "天平", "kind": "scale"})
    assert unitless.status_code == 409
    calibrated = await client.post(
        "/instruments/SC-01/calibrations",
        data={"done_on": "2020-01-02", "passed": "true", "due": "2099-01-01", "certificate": "C-7"},
    )
    assert calibrated.status_code == 303
    future = await client.post(
        "/instruments/SC-01/calibrations", data={"done_on": "2098-01-02", "passed": "true", "certificate": "C-8"}
    )
    assert future.status_code == 409
    assert str((await instrument_by_code("SC-01")).calibration_due) == "2099-01-01"
    out = await client.post("/instruments/SC-01/state", data={"state": "out_of_service", "reason": "摔落"})
    assert out.status_code == 303
    assert (await instrument_by_code("SC-01")).state is InstrumentState.OUT_OF_SERVICE
    assert (await client.post("/instruments/SC-01/state", data={"state": "retired"})).status_code == 422
    operator = await client_as(people.operator)
    refused = await operator.post("/instruments/SC-01/state", data={"state": "in_use", "reason": "x"})
    assert refused.status_code == 409
    assert "登记仪器" not in (await operator.get("/instruments")).text


async def test_a_gateway_token_is_shown_once(people, client_as) -> None:
    client = await client_as(people.admin)
    page = await client.post("/gateways", data={"name": "lab-pc"}, headers={"HX-Request": "true"})
    assert page.status_code in (200, 201)
    token = page.text.split("gw-")[1].split("<")[0]
    assert f"gw-{token}" not in (await client.get("/instruments")).text
    whole = await client.post("/gateways/token", data={"name": "lab-pc"})
    assert "gw-" in whole.text
    assert "<html" in whole.text
    assert (await client.post("/gateways/revoke", data={"name": "lab-pc"})).status_code == 303
    assert (await client.post("/gateways", data={"name": ""})).status_code == 422
