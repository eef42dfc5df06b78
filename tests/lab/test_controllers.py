"""The worksheet over HTTP: cells, corrections, review; in both languages, with every refusal on the page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.db.transaction import transaction
from maskqms.devices.states import InstrumentKind
from maskqms.lab.plan import planned
from maskqms.lab.queries.inspections import inspections
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import InspectionState
from tests.conftest import PASSWORD, ClientAs, People
from tests.make import devices
from tests.make import lab as make

HTMX = {"HX-Request": "true"}


async def test_the_list_shows_what_waits_by_state(people: People, client_as: ClientAs) -> None:
    row = await make.inspection(people.quality)
    client = await client_as(people.inspector)
    assert row.code in (await client.get("/inspections")).text
    assert row.code in (await client.get("/inspections?state=open&text=mb-2026")).text
    assert row.code not in (await client.get("/inspections?state=decided")).text
    assert (await client.get("/inspections?state=nonsense&page=0")).status_code == 200


async def test_the_list_takes_two_statements_whatever_its_length(people: People) -> None:
    for number in range(5):
        row = await make.inspection(people.quality, subject=await make.unit(people.quality, f"MB-{number}"))
        await make.fill(row.code, people.inspector)
    counted: list[str] = []
    async with transaction() as link:
        link.add_query_logger(lambda record: counted.append(record.query))
        assert (await inspections(state=None)).total == 5
        link._query_loggers.clear()
    assert len(counted) == 2


async def test_a_cell_comes_back_judged_and_locked(people: People, client_as: ClientAs) -> None:
    row = await make.inspection(people.quality)
    client = await client_as(people.inspector)
    page = (await client.get(f"/inspections/{row.code}")).text
    assert "data-grid" in page
    url = f"/inspections/{row.code}/results"
    given = {"test": "PFE", "specimen": "1", "value": "94.9", "row": "0", "key": "key-of-cell-1"}
    for _time in range(2):
        answer = await client.post(url, data=given, headers=HTMX)
        assert answer.status_code == 200
        assert "tone-stop" in answer.text
        assert "disabled" in answer.text
        assert answer.headers["hx-trigger"] == "inspection-changed"
    assert len((await sheet(row.code)).results) == 1
    again = await client.post(url, data={**given, "value": "96", "key": "another-key"}, headers=HTMX)
    assert again.status_code == 409
    assert "不能覆盖" in again.text


async def test_a_value_that_is_none_stays_in_its_cell_with_the_fault(people: People, client_as: ClientAs) -> None:
    row = await make.inspection(people.quality)
    client = await client_as(people.inspector)
    for test, value in {"PFE": "abc", "APPEAR": "51"}.items():
        answer = await client.post(
            f"/inspections/{row.code}/results",
            data={"test": test, "specimen": "1", "value": value, "row": "0", "key": "some-key-1"},
            headers=HTMX,
        )
        assert answer.status_code == 422
        assert f'value="{value}"' in answer.text
        assert "aria-invalid" in answer.text
    assert (await client.post(f"/inspections/{row.code}/results", data={"test": "X"})).status_code == 404


async def test_a_correction_needs_its_reason_and_the_cell_keeps_both_values(
    people: People, client_as: ClientAs
) -> None:
    row = await make.inspection(people.quality)
    await make.fill(row.code, people.inspector)
    client = await client_as(people.inspector)
    url = f"/inspections/{row.code}/cells/PFE/1"
    assert (await client.post(url, data={"value": "95.9"})).status_code == 422
    assert (await client.post(url, data={"value": "95.9", "reason": "笔误"})).status_code == 303
    page = (await client.get(url)).text
    assert "<del>95.1</del>" in page
    assert "笔误" in page
    assert (await client.get(f"/inspections/{row.code}/cells/PFE/9")).status_code == 404


async def test_review_over_http_with_the_password_inside(people: People, client_as: ClientAs) -> None:
    row = await make.inspection(people.quality)
    await make.fill(row.code, people.inspector)
    analyst = await client_as(people.inspector)
    assert (await analyst.post(f"/inspections/{row.code}/finish", data={"key": "finish-key-1"})).status_code == 303
    digest = content_digest((await sheet(row.code)).content)
    signed = {"username": "inspector2", "password": PASSWORD, "digest": digest, "key": "review-key-1"}
    reviewer = await client_as(people.inspector2)
    url = f"/inspections/{row.code}/review"
    assert (await reviewer.post(url, data={**signed, "password": "wrong"})).status_code == 409
    assert (await reviewer.post(url, data={**signed, "username": "quality"})).status_code == 409
    assert (await reviewer.post(url, data={**signed, "digest": "0" * 64})).status_code == 409
    assert (await sheet(row.code)).inspection.state is InspectionState.ENTERED
    assert (await reviewer.post(url, data=signed)).status_code == 303
    page = (await reviewer.get(f"/inspections/{row.code}")).text
    assert "赵检验" in page
    assert "data-grid=" not in page
    back = await reviewer.post(f"/inspections/{row.code}/send-back", data={"reason": "样品编号有误"})
    assert back.status_code == 303
    assert "signature-void" not in (await reviewer.get(f"/inspections/{row.code}")).text


async def test_a_signature_on_changed_values_is_shown_void(people: People, client_as: ClientAs) -> None:
    row = await make.reviewed(people)
    client = await client_as(people.quality)
    await client.post(f"/inspections/{row.code}/send-back", data={"reason": "再核对"})
    await client.post(f"/inspections/{row.code}/cells/PFE/1", data={"value": "97", "reason": "核对原始记录"})
    assert "signature-void" in (await client.get(f"/inspections/{row.code}")).text


async def test_who_may_not_enter_sees_no_grid_and_is_refused(people: People, client_as: ClientAs) -> None:
    row = await make.inspection(people.quality)
    client = await client_as(people.regulator)
    page = await client.get(f"/inspections/{row.code}")
    assert page.status_code == 200
    assert "data-grid=" not in page.text
    data = {"test": "PFE", "specimen": "1", "value": "96", "key": "some-key-2"}
    assert (await client.post(f"/inspections/{row.code}/results", data=data, headers=HTMX)).status_code == 409
    assert (await client.get("/inspections/IN-0")).status_code == 404


async def test_the_page_speaks_english(people: People, client_as: ClientAs) -> None:
    row = await make.reviewed(people)
    client = await client_as(people.quality)
    client.cookies.set("maskqms_language", "en")
    page = (await client.get(f"/inspections/{row.code}")).text
    assert "Filtration efficiency" in page
    assert "过滤效率" not in page


async def test_a_cell_takes_the_next_stable_value_of_an_instrument(people: People, client_as: ClientAs) -> None:
    mass = make.PFE.model_copy(update={"code": "GSM", "unit": "g"})
    row = await make.inspection(people.quality, tests=[planned(mass)])
    await devices.scale(people.quality)
    await devices.scale(people.quality, "PG-01", kind=InstrumentKind.PRESSURE_GAUGE, unit="Pa", name="压力计")
    talk = devices.Talk(await devices.gateway(people.admin))
    client = await client_as(people.inspector)
    url = f"/inspections/{row.code}/cells/GSM/1"
    page = (await client.get(url)).text
    assert "SC-01" in page
    assert "PG-01" not in page
    assert (await client.post(f"{url}/wait", data={"instrument": "PG-01"})).status_code == 409
    assert (await client.post(f"{url}/wait", data={"instrument": "SC-01"})).status_code == 303
    await talk.say(b"S S     100.022 g\r\n")
    offered = (await client.get(f"{url}/offer")).text
    assert "S S" in offered.replace("␣", " ")
    number = offered.split('name="reading" value="')[1].split('"')[0]
    assert (await client.post(f"{url}/take", data={"reading": "999"})).status_code == 409
    assert (await client.post(f"{url}/take", data={"reading": number})).status_code == 303
    found = (await sheet(row.code)).current("GSM", 1)
    assert found is not None
    assert (found.value, found.reading, found.instrument) == (Decimal("100.022"), int(number), "SC-01")
    assert found.frame is not None
    assert "100.022" in found.frame
    assert "100.022" in (await client.get(url)).text


@pytest.mark.parametrize("path", ["/inspections", "/inspections/IN-1"])
async def test_nobody_sees_the_lab_without_signing_in(client_as: ClientAs, path: str) -> None:
    assert (await (await client_as(None)).get(path)).status_code in (303, 401)


async def test_a_cell_costs_the_same_few_statements_on_a_wide_sheet(
    people: People, client_as: ClientAs, asked: list[str]
) -> None:
    client = await client_as(people.inspector)
    row = await make.inspection(people.quality)
    counted = []
    for number in (1, 2, 3):
        asked.clear()
        given = {"test": "PFE", "specimen": str(number), "value": "96", "row": "0", "key": f"cell-of-sheet-{number}"}
        answer = await client.post(f"/inspections/{row.code}/results", data=given, headers=HTMX)
        counted.append(len(asked))
        assert len(answer.content) < 2_500
    assert len(set(counted)) == 1
    assert counted[0] <= 16
