"""The pages as a person meets them: ask, look at a unit, hold and lift, import from a browser."""

from __future__ import annotations

import csv
import re
from html import escape, unescape
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from maskqms.db import sql
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.genealogy import draw
from maskqms.trace.queries.holds import hold_by_code
from maskqms.trace.queries.traversal import trace
from maskqms.trace.states import Direction, UnitKind
from tests.make import trace as make

if TYPE_CHECKING:
    from tests.conftest import PASSWORD, ClientAs, People
else:
    PASSWORD = "Mask-2026-test"

pytestmark = pytest.mark.usefixtures("db")


async def test_an_answer_shows_picture_proof_and_table(client_as: ClientAs, people: People) -> None:
    await make.history()
    client = await client_as(people.inspector)
    page = (await client.get("/trace", params={"code": "MBL-0000006", "prove": "true"})).text
    assert "MBR-0000045" in page
    assert '"type": "sankey"' in page
    for view, word in (
        ("shipped", "C000"),
        ("shipments", "SH-0000085"),
        ("on_hand", "/trace"),
        ("stoppable", "/trace"),
    ):
        table = (await client.get("/trace", params={"code": "MBL-0000006", "view": view})).text
        assert word in table
    back = (await client.get("/trace", params={"code": "B-0000153", "direction": "backward"})).text
    assert "MBL-0000006" in back


async def test_the_question_alone_and_an_unknown_code(client_as: ClientAs, people: People) -> None:
    client = await client_as(people.inspector)
    assert (await client.get("/trace")).status_code == 200
    assert (await client.get("/trace", params={"code": "NOBODY"})).status_code == 404
    assert (await client.get("/trace", params={"code": "NOBODY", "as_of": "soon"})).status_code == 409


async def test_the_filtered_table_can_be_taken_along(client_as: ClientAs, people: People) -> None:
    await make.history()
    client = await client_as(people.quality)
    asked = {"code": "MBL-0000006", "kind": "batch", "text": "B-00001", "view": "units"}
    answer = await client.get("/trace/table/csv", params=asked)
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) > 10
    assert all(row[0].startswith("B-00001") for row in rows[1:])
    workbook = load_workbook(BytesIO((await client.get("/trace/table/xlsx", params=asked)).content))
    assert [cell.value for cell in workbook["units"]["A"]][1:] == [row[0] for row in rows[1:]]


async def test_the_same_as_json(client_as: ClientAs, people: People) -> None:
    await make.history()
    client = await client_as(people.quality)
    document = (await client.get("/api/v1/trace/B-0000153", params={"direction": "backward", "prove": "true"})).json()
    assert document["proof"]["recount"] == 10
    assert {unit["code"] for unit in document["units"]} >= {"MBL-0000006", "PKG-0000001"}
    assert (await client.get("/api/v1/trace/NOBODY")).status_code == 404
    assert (await (await client_as(None)).get("/api/v1/trace/B-0000153")).status_code in {302, 303, 401}


async def test_an_imported_unit_has_a_page(client_as: ClientAs, people: People) -> None:
    await make.history()
    client = await client_as(people.quality)
    page = (await client.get("/units/B-0000153")).text
    assert "PKG-0000001" in page
    assert "SH-" in page
    assert (await client.get("/units/NOBODY")).status_code == 404
    assert (await client.get("/c/B-0000153")).headers["location"] == "/units/B-0000153"


ODD_CODES = ("2024/15?a#1", "A B+C%2F", "批次 №7", 'x&y="z"', "50%")


async def test_codes_of_others_have_their_pages_whatever_is_in_them(client_as: ClientAs, people: People) -> None:
    """Each page links to the others by addresses that lead back to the same code."""
    client = await client_as(people.quality)
    for code in ODD_CODES:
        await make.unit(code)
        await make.unit(f"{code} child")
        await make.link(code, f"{code} child", 1)
    for code in ODD_CODES:
        opened = await client.get(f"/c/{quote(code, safe='')}")
        assert opened.status_code == 303, code
        page = await client.get(opened.headers["location"])
        assert page.status_code == 200, code
        links = [unescape(link) for link in re.findall(r'href="([^"]*)"', page.text)]
        child = f"/c/{quote(f'{code} child', safe='')}"
        assert child in links
        assert (await client.get(child)).headers["location"] == f"/units/{quote(f'{code} child', safe='')}"
        (question,) = [link for link in links if link.startswith("/trace?code=")]
        traced = await client.get(question)
        assert traced.status_code == 200
        assert child in unescape(traced.text)
        (hold,) = [link for link in links if link.startswith("/holds/new")]
        assert f'value="{escape(code)}"' in (await client.get(hold)).text.replace("&#34;", "&quot;")
        assert (await client.get(f"/api/v1/trace/{quote(code, safe='')}")).json()["root"] == code


async def test_hold_and_lift_by_two_people(client_as: ClientAs, people: People) -> None:
    await make.chain("L", "R")
    client = await client_as(people.quality)
    assert 'value="L"' in (await client.get("/holds/new", params={"unit": "L"})).text
    placed = await client.post("/holds", data={"unit": "l", "reason": "供应商通报", "key": "k" * 16})
    assert placed.status_code == 303
    again = await client.post("/holds", data={"unit": "l", "reason": "供应商通报", "key": "k" * 16})
    assert again.headers["location"] == placed.headers["location"]
    address = placed.headers["location"]
    assert "供应商通报" in (await client.get("/holds")).text
    assert 'id="lift"' not in (await client.get(address)).text
    other = await client_as(people.quality2)
    page = (await other.get(address)).text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest is not None
    given = {"username": "quality2", "digest": digest.group(1), "reason": "复检合格", "key": "j" * 16}
    wrong = await other.post(f"{address}/lift", data={**given, "password": "wrong"})
    assert wrong.status_code == 409
    assert (await other.post(f"{address}/lift", data={**given, "password": PASSWORD})).status_code == 303
    assert not await sql.fetch_value("SELECT bool_or(held) FROM trace_unit")
    assert "复检合格" in (await other.get(address)).text
    assert 'class="signature-void"' not in (await other.get(address)).text


async def test_what_is_wrong_with_a_hold_is_said_beside_the_field(client_as: ClientAs, people: People) -> None:
    await make.unit("R")
    client = await client_as(people.quality)
    for data in (
        {"unit": "", "reason": "x"},
        {"unit": "NOBODY", "reason": "x"},
        {"unit": "R", "reason": "x", "span_from": "3"},
    ):
        answer = await client.post("/holds", data={**data, "key": "k" * 16})
        assert answer.status_code == 422
        assert "is-invalid" in answer.text
    refused = await (await client_as(people.operator)).post(
        "/holds", data={"unit": "R", "reason": "x", "key": "o" * 16}
    )
    assert refused.status_code == 409


async def test_a_lift_needs_its_fields(client_as: ClientAs, people: People) -> None:
    await make.unit("R")
    placed = await place_hold(unit="R", reason="x", actor=people.inspector)
    client = await client_as(people.quality)
    answer = await client.post(f"/holds/{placed.hold.code}/lift", data={"reason": ""})
    assert answer.status_code == 422
    assert (await hold_by_code(str(placed.hold.id))).active


def upload(name: str, content: bytes) -> tuple[str, tuple[str, bytes]]:
    return "files", (name, content)


async def test_import_from_a_browser_as_files_zip_and_workbook(client_as: ClientAs, people: People) -> None:
    client = await client_as(people.quality)
    files = make.history_files()
    damaged = files | {"links.csv": files["links.csv"] + b"B-0000233,B-0000114,rework,5,piece,2026-04-01\n"}
    refused = await client.post("/import", data={"key": "a" * 16}, files=[upload(*item) for item in damaged.items()])
    assert refused.status_code == 422
    assert "B-0000114 → B-0000233" in refused.text
    assert await sql.fetch_value("SELECT count(*) FROM trace_unit") == 0
    zipped = BytesIO()
    with ZipFile(zipped, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"history/{name}", content)
    loaded = await client.post("/import", data={"key": "b" * 16}, files=[upload("h.zip", zipped.getvalue())])
    assert loaded.status_code == 200, loaded.text
    assert await sql.fetch_value("SELECT count(*) FROM trace_link") == 2261


async def test_the_template_with_its_example_can_be_filled_in_and_loaded(client_as: ClientAs, people: People) -> None:
    client = await client_as(people.manager)
    template = await client.get("/import/template/xlsx")
    sheet = load_workbook(BytesIO(template.content))
    assert set(sheet.sheetnames) == {"units", "links", "consignees", "shipments", "shipment_lines"}
    book = Workbook()
    book.remove(book.active)
    rest = ["m", None, None, None, None, "released"]
    rows = {
        "units": [["lot", "L", "布", 10.5, *rest], ["roll", "R", "布", 5, *rest]],
        "links": [["L", "R", "split", 5, "m", "2026-01-01"]],
        "consignees": [["C", "H", None, None, None]],
        "shipments": [["S", "C", "2026-01-02"]],
        "shipment_lines": [["S", "R", 5, "m"]],
    }  # fmt: skip
    for name in sheet.sheetnames:
        made = book.create_sheet(name)
        made.append([cell.value for cell in sheet[name][1]])
        for row in rows[name]:
            made.append(row)
    content = BytesIO()
    book.save(content)
    loaded = await client.post("/import", data={"key": "c" * 16}, files=[upload("h.xlsx", content.getvalue())])
    assert loaded.status_code == 200, loaded.text
    assert {s.code for s in (await trace("L")).shipments} == {"S"}
    assert (await client.get("/import/template/zip")).content[:2] == b"PK"


async def test_other_files_are_refused_in_words(client_as: ClientAs, people: People) -> None:
    client = await client_as(people.quality)
    for name, content in (("photo.jpg", b"x"), ("h.zip", b"x"), ("h.xlsx", b"x")):
        answer = await client.post("/import", data={"key": "d" * 16}, files=[upload(name, content)])
        assert answer.status_code == 409
    assert (await client.post("/import", data={"key": "d" * 16})).status_code == 422
    for person in (people.operator, people.admin):
        assert (await (await client_as(person)).get("/import")).status_code == 403
        refused = await (await client_as(person)).post("/import", data={"key": "e" * 16}, files=[upload("h.zip", b"x")])
        assert refused.status_code == 409


async def test_the_same_upload_sent_twice_is_loaded_once(client_as: ClientAs, people: People) -> None:
    client = await client_as(people.quality)
    files = make.history_files()
    damaged = files | {"links.csv": files["links.csv"].replace(b",issue,", b",glue,", 1)}
    answers = [
        await client.post("/import", data={"key": "f" * 16}, files=[upload(*item) for item in given.items()])
        for given in (damaged, files, files)
    ]
    assert [answer.status_code for answer in answers] == [422, 200, 200]
    assert "3,901" in answers[2].text
    assert await sql.fetch_value("SELECT count(*) FROM history_import") == 1
    other = await client.post("/import", data={"key": "g" * 16}, files=[upload(*item) for item in files.items()])
    assert other.status_code == 422


async def test_five_thousand_units_are_drawn_as_few_and_it_says_so() -> None:
    await make.history()
    answer = await trace("PKG-0000001")
    picture = draw(answer, suppliers={answer.root_id: "厂"}, held={"B-0000001"}, shown=10)
    nodes = picture.option["series"][0]["data"]
    assert len(nodes) <= 4 * 11 + 2
    assert {(fold.shown, fold.total) for fold in picture.folds} >= {(10, 192)}
    names = {node["name"] for node in nodes}
    for link in picture.option["series"][0]["links"]:
        assert {link["source"], link["target"]} <= names
        assert link["value"] > 0


async def test_words_of_a_picture_have_a_line_each_and_the_room_they_need() -> None:
    """Nodes lie at least a line apart and words are one line, so that none covers another or has to be left out."""
    await make.history()
    for code, direction in (("MBL-0000006", Direction.FORWARD), ("B-0000153", Direction.BACKWARD)):
        (series,) = draw(await trace(code, direction), suppliers={}, held={"MBR-0000053"}).option["series"]
        assert series["nodeGap"] >= series["label"]["lineHeight"]
        words = [node["label"]["formatter"] for node in series["data"]]
        assert all("\n" not in line for line in words)
        assert "MBR-0000053 冻结中" in words
        assert series["right"] < 120


async def test_what_is_not_drawn_is_said_also_when_nothing_is_folded(client_as: ClientAs, people: People) -> None:
    """Bought by the pallet and repacked: a flow against the order of the levels, which no Sankey of them can show."""
    await make.unit("PALLET", kind=UnitKind.PALLET)
    await make.unit("CARTON", kind=UnitKind.CARTON)
    await make.unit("BATCH", kind=UnitKind.BATCH)
    await make.link("PALLET", "CARTON", 50)
    await make.link("BATCH", "PALLET", 50)
    picture = draw(await trace("BATCH"), suppliers={}, held=set())
    assert (list(picture.folds), picture.hidden_flows) == ([], 1)
    client = await client_as(people.quality)
    assert "另有 1 条流向未画出" in (await client.get("/trace", params={"code": "BATCH"})).text


async def test_a_picture_of_the_way_back_flows_the_way_the_material_went() -> None:
    await make.unit("L", kind=UnitKind.LOT, supplier="S")
    await make.unit("B", kind=UnitKind.BATCH)
    lot = await make.link("L", "B", 50)
    picture = draw(await trace("B", Direction.BACKWARD), suppliers={lot.parent: "S"}, held=set())
    flows = {(link["source"], link["target"]) for link in picture.option["series"][0]["links"]}
    assert flows == {("supplier S", "L"), ("L", "B")}


async def test_a_roll_comes_from_its_lot_and_only_the_lot_from_the_supplier() -> None:
    await make.history()
    answer = await trace("MBL-0000006", Direction.FORWARD)
    (series,) = draw(answer, suppliers=dict.fromkeys(answer.ids, "S001"), held=()).option["series"]
    assert [link["target"] for link in series["links"] if link["source"] == "supplier S001"] == ["MBL-0000006"]
