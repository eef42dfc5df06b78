"""What a visitor of the demo is promised: users, codes, refusals and end states, all made through the real acts."""

from __future__ import annotations

import asyncio
import re

import pytest

from maskqms.accounts.rules import PIN_DIGITS
from maskqms.demo.people import PASSWORD, PEOPLE
from maskqms.demo.suppliers import TRADER
from tests.demo.conftest import Demo, shell, start, stop, wait_for

KEY = "3f0c8a52-5d0e-4b1e-9a53-6f0f5a1c2b00"


def test_it_prints_the_address_everybody_and_the_tour_in_both_languages(demo: Demo) -> None:
    assert demo.printed.count(demo.address) > 4
    assert PASSWORD in demo.printed
    for person in PEOPLE:
        assert person.username in demo.printed
        assert person.name in demo.printed
    for username, badge in demo.badges.items():
        assert badge in demo.printed, username
    assert demo.printed.index("演示工厂") < demo.printed.index("Demo factory")
    for code in demo.codes.values():
        assert code in demo.printed or code.startswith("M-")


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.username)
def test_everybody_signs_in_and_sees_today(demo: Demo, person: object) -> None:
    with demo.visitor(person.username) as client:  # type: ignore[attr-defined]
        assert client.get("/").status_code == 200


def test_its_workers_draw_labels(demo: Demo) -> None:
    """typst hangs in a process that was forked after it drew: the server may load it before the fork, and no more."""
    for _worker in range(4):
        with demo.visitor("sun") as client:
            picture = client.get(f"/labels/{demo.codes['shipped_carton']}/preview.png")
            assert picture.status_code == 200
            assert picture.content.startswith(b"\x89PNG")


def test_an_operator_signs_in_with_badge_and_pin(demo: Demo) -> None:
    pin = next(person.pin for person in PEOPLE if person.username == "zhang")
    assert pin is not None
    assert len(pin) == PIN_DIGITS
    with demo.visitor("ma") as client:
        client.post("/sign-out")
        answer = client.post("/station/sign-in", data={"badge": demo.badges["zhang"], "pin": pin})
        assert answer.status_code == 303, answer.text


def test_the_trail_holds(demo: Demo) -> None:
    code, found = shell(demo.data, "audit", "verify")
    assert code == 0
    assert found["ok"] is True
    assert found["entries"] > 5000
    assert found["first_broken"] is None


def test_nothing_was_made_behind_the_product_s_back(demo: Demo) -> None:
    """Every row change has its person or the product itself; none came from a shell."""
    rows = asyncio.run(demo.ask("SELECT DISTINCT table_name FROM audit_entry WHERE kind = 'row' AND name IS NULL"))
    assert [row["table_name"] for row in rows] == []


def test_batches_end_as_the_tour_says(demo: Demo) -> None:
    found = asyncio.run(demo.ask("SELECT u.code, b.state, b.edition FROM batch b JOIN trace_unit u ON u.id = b.id"))
    states = {row["code"]: row["state"] for row in found}
    editions = {row["code"]: row["edition"] for row in found}
    assert states[demo.codes["running"]] == "in_production"
    for name in ("failed", "ready", "deviating", "no_limits"):
        assert states[demo.codes[name]] == "complete", name
    assert "released" in states.values()
    assert editions[demo.codes["running"]] == "YY 0469-2011"
    assert editions[demo.codes["no_limits"]] == "YY/T 0969-2023"
    assert editions[demo.codes["ready"]] == "GB 2626-2019"


def test_now_is_late_in_the_afternoon_of_the_last_day_and_runs_on(demo: Demo) -> None:
    first, second = (asyncio.run(demo.ask("SELECT maskqms_now() AS at"))[0]["at"] for _time in range(2))
    assert str(first).startswith("2026-11-25 ")
    assert second > first


def test_the_lot_that_lost_its_filtration_is_shipped_stoppable_and_on_hand(demo: Demo) -> None:
    code, found = shell(demo.data, "trace", demo.codes["star"], "--prove")
    assert code == 0
    assert found["proof"]["frontier_empty"] is True
    assert found["proof"]["recount"] == found["proof"]["units"]
    for name in ("shipped", "stoppable", "on_hand"):
        assert found["lists"][name], name
    code, back = shell(demo.data, "trace", demo.codes["shipped_carton"], "--backward")
    assert code == 0
    assert demo.codes["star"] in {unit["code"] for unit in back["units"]}


def test_the_trader_s_delivery_is_refused(demo: Demo) -> None:
    with demo.visitor("zheng") as client:
        answer = client.post(
            "/lots",
            data={
                "supplier": TRADER, "material": demo.codes["material"], "delivery_note": "SHD-1", "supplier_lot": "L-1",
                "quantity": "2500", "manufacturer": "山东沐尘过滤材料有限公司", "made_on": "2026-11-01", "key": KEY,
            },
        )  # fmt: skip
    assert answer.status_code == 409, answer.text
    assert "MC-SQ-2026-11" in answer.text
    assert "2026-11-15" in answer.text


@pytest.mark.parametrize("scanned", ["bad_roll", "expired", "other_roll"])
def test_the_tablet_refuses_what_must_not_go_in(demo: Demo, scanned: str) -> None:
    with demo.visitor("zhang") as client:
        answer = client.post(f"/station/{demo.codes['running']}/issue", data={"code": demo.codes[scanned], "key": KEY})
    assert answer.status_code == 409, answer.text


def test_the_failed_batch_and_the_one_without_limits_say_why(demo: Demo) -> None:
    with demo.visitor("wu") as client:
        failed = client.get(f"/batches/{demo.codes['failed']}/release").text
        waiting = client.get(f"/batches/{demo.codes['no_limits']}/release").text
        deviating = client.get(f"/batches/{demo.codes['deviating']}/release").text
    assert "BFE" in failed
    for test in ("APPEAR", "STRAP", "BFE", "DP"):
        assert test in waiting
    assert demo.codes["deviation"] in deviating


def test_the_ready_batch_is_released_with_one_signature(demo: Demo) -> None:
    batch = demo.codes["ready"]
    with demo.visitor("wu") as client:
        page = client.get(f"/batches/{batch}/release").text
        form = page[page.index(f"/batches/{batch}/release/sign") :]
        digest = re.search(r'name="digest"\s+value="([0-9a-f]{64})"', form)
        assert digest is not None
        signed = {"username": "wu", "password": PASSWORD, "digest": digest[1], "markets": "CN", "key": KEY}
        answer = client.post(f"/batches/{batch}/release/sign", data=signed)
        assert answer.status_code == 303, answer.text
        assert "COC-20261125-" in client.get(f"/batches/{batch}/release").text


def test_a_second_start_serves_the_same_factory(demo: Demo) -> None:
    """Nothing is made again; badges and codes are printed as before, beside the demo that runs already."""
    process, address, told = start(demo.data)
    try:
        wait_for(process, address, told)
        again = told.read_text("utf-8")
    finally:
        stop(process)
    assert demo.badges["gao"] in again
    assert demo.codes["shipped_carton"] in again
