"""Printing over HTTP and from the command line: an act, or a refusal with every reason."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image

from maskqms.actor import SYSTEM
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.labels import zpl
from maskqms.labels.actions import print_labels
from maskqms.labels.bench import bench_labels
from maskqms.labels.cli import label_command
from maskqms.labels.rendering import Form
from maskqms.trace.actions.units import make_unit
from maskqms.trace.states import UnitKind, UnitState

LOT = "ML-20261121-001"
CARTON = "MB-20261121-003-C0001"


@pytest.fixture
async def lot(people):
    async with act(Tag.LOT_RECEIVE, actor=people.inspector):
        return await make_unit(
            kind=UnitKind.LOT,
            code=LOT,
            item="熔喷非织造布 BFE99",
            quantity=Decimal(1200),
            unit="m",
            state=UnitState.QUARANTINE,
            usable_until=datetime(2099, 5, 20, 16, tzinfo=UTC),
            supplier="江苏瑞熔新材料有限公司",
            supplier_lot="RR-2611-088",
            actor=people.inspector,
        )


@pytest.fixture
async def carton(people):
    async with act(Tag.BATCH_PACK, actor=people.operator):
        return await make_unit(
            kind=UnitKind.CARTON,
            code=CARTON,
            item="医用外科口罩",
            quantity=Decimal(2000),
            unit="piece",
            state=UnitState.QUARANTINE,
            made_on=date(2026, 11, 21),
            usable_until=datetime(2028, 11, 20, 16, tzinfo=UTC),
            identifiers={
                "model": "17.5 cm × 9.5 cm",
                "standard": "YY 0469-2011",
                "gtin": "16901234567899",
                "batch": "MB-20261121-003",
                "serial": "20261121003C0001",
                "sscc": "069012340000000016",
                "pieces_per_box": 50,
            },
            actor=people.operator,
        )


def read(picture):
    return {(b.symbology_identifier, b.bytes.decode()) for b in zxingcpp.read_barcodes(picture.convert("L"))}


async def entries(kind):
    found = await sql.fetch(
        "SELECT subject, name, after FROM audit_entry WHERE tag = 'label:print' AND kind = $1 ORDER BY id", kind
    )
    return [(row["subject"], row["name"], json.loads(row["after"])) for row in found]


async def test_a_print_is_kept_with_what_the_label_said(lot, people):
    printed = await print_labels([LOT], form=Form.ZPL, actor=people.warehouse)
    (picture,) = zpl.pictures(printed.files[0])
    assert ("]C0", LOT) in read(picture)
    ((subject, name, after),) = await entries("act")
    assert (subject, name, after["label"], after["form"]) == (LOT, people.warehouse.name, "lot", "zpl")
    assert after["said"]["supplier_lot"] == "RR-2611-088"
    assert len(after["digest"]) == 64


async def test_who_only_reads_or_administers_prints_nothing(lot, people):
    for actor in (people.regulator, people.admin):
        with pytest.raises(Refused) as caught:
            await print_labels([LOT], form=Form.PDF, actor=actor)
        assert [reason.code for reason in caught.value.reasons] == ["actor.role"]
    assert [subject for subject, _name, _after in await entries("refusal")] == [LOT, LOT]


async def test_a_run_is_all_or_nothing(lot, carton, people):
    await sql.execute("UPDATE trace_unit SET identifiers = identifiers - 'sscc' WHERE code = $1", CARTON)
    with pytest.raises(Refused) as caught:
        await print_labels([LOT, CARTON], form=Form.PDF, actor=people.operator)
    assert [reason.code for reason in caught.value.reasons] == ["label.sscc_missing"]
    assert await entries("act") == []


class TestPages:
    async def test_look_then_print(self, lot, people, client_as):
        client = await client_as(people.inspector)
        page = await client.get(f"/labels/{LOT}")
        assert page.status_code == 200
        assert f"/labels/{LOT}/preview.png" in page.text
        assert "待验" in page.text
        picture = await client.get(f"/labels/{LOT}/preview.png")
        assert picture.headers["content-type"] == "image/png"
        assert ("]C0", LOT) in read(Image.open(io.BytesIO(picture.content)))
        assert await entries("act") == []
        file = await client.post(f"/labels/{LOT}/print", data={"form": "pdf", "dpi": "300"})
        assert file.status_code == 200
        assert file.content.startswith(b"%PDF")
        assert file.headers["content-disposition"] == f'attachment; filename="{LOT}.pdf"'
        assert len(await entries("act")) == 1

    async def test_a_carton_with_the_public_address(self, carton, people, client_as):
        client = await client_as(people.operator)
        assert 'name="link"' in (await client.get(f"/labels/{CARTON}")).text
        file = await client.post(f"/labels/{CARTON}/print", data={"form": "png", "dpi": "300", "link": "true"})
        found = read(Image.open(io.BytesIO(file.content)))
        assert ("]C1", "00069012340000000016") in found
        assert any(identifier == "]Q1" and "check.example/01/" in data for identifier, data in found)

    async def test_a_label_that_cannot_be_printed_says_why(self, carton, people, client_as, owner):
        await owner.execute("UPDATE trace_unit SET identifiers = identifiers - 'gtin' WHERE code = $1", CARTON)
        client = await client_as(people.operator)
        page = await client.get(f"/labels/{CARTON}")
        assert page.status_code == 200
        assert 'data-reason="label.gtin_missing"' in page.text
        assert "preview.png" not in page.text
        refused = await client.post(f"/labels/{CARTON}/print", data={"form": "pdf"})
        assert refused.status_code == 409

    async def test_unknown_codes_and_wrong_choices(self, lot, people, client_as):
        client = await client_as(people.inspector)
        assert (await client.get("/labels/ML-NOTHING")).status_code == 404
        assert (await client.post(f"/labels/{LOT}/print", data={"form": "doc"})).status_code == 422

    async def test_nobody_looks_without_signing_in(self, lot, client_as):
        client = await client_as(None)
        assert (await client.get(f"/labels/{LOT}", follow_redirects=False)).status_code in (303, 401)

    async def test_a_reader_sees_the_label_and_no_button(self, lot, people, client_as):
        client = await client_as(people.regulator)
        page = await client.get(f"/labels/{LOT}")
        assert page.status_code == 200
        assert f"/labels/{LOT}/print" not in page.text


def test_the_command_wants_a_file():
    answer = CliRunner().invoke(label_command, [LOT, "--form", "pdf"])
    assert answer.exit_code == 2
    assert CliRunner().invoke(label_command, [LOT, "--form", "doc", "--out", "x"]).exit_code == 2


def test_the_bench_measures_both_sides():
    rates = bench_labels(0.1)
    assert rates.labels >= 100
    assert rates.floor_per_second > rates.labels_per_second * 0.5


async def test_the_system_may_print(lot):
    printed = await print_labels([LOT], form=Form.PDF, actor=SYSTEM)
    assert printed.files[0].startswith(b"%PDF")


async def test_a_box_is_completed_from_its_product(people):
    async with act(Tag.BATCH_PACK, actor=people.operator):
        await sql.execute(
            "INSERT INTO product (code, name_zh, name_en, kind, standard, variants, model, gtin, carton_gtin,"
            " pieces_per_box, boxes_per_carton, shelf_life_months, state, created_at, created_by)"
            " VALUES ('P-1', '医用外科口罩', 'Surgical mask', 'medical', 'YY 0469', '{}', '175x95', '6901234567892',"
            " '16901234567899', 50, 40, 24, 'active', now(), $1)",
            people.operator.account_id,
        )
        await make_unit(
            kind=UnitKind.BOX,
            code="MB-20261205-001-B0001",
            item="医用外科口罩",
            quantity=Decimal(50),
            unit="piece",
            state=UnitState.QUARANTINE,
            made_on=date(2026, 12, 5),
            usable_until=datetime(2028, 12, 4, 16, tzinfo=UTC),
            identifiers={"product": "P-1", "batch": "MB-20261205-001", "serial": "20261205001B0001"},
            actor=people.operator,
        )
    printed = await print_labels(["MB-20261205-001-B0001"], form=Form.PDF, actor=people.operator)
    (label,) = printed.labels
    # The standard is the edition in force on the production day.
    assert (label.standard, label.gtin, label.pieces, label.product_en) == (
        "YY 0469-2023",
        "6901234567892",
        50,
        "Surgical mask",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("state = 'rejected'", "label.not_for_sale"),
        ("state = 'scrapped'", "label.not_for_sale"),
        ("held = true", "unit.held"),
        ("usable_until = now() - interval '1 day'", "unit.expired"),
    ],
)
async def test_goods_that_may_not_leave_get_no_label(carton, people, client_as, owner, change, code):
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(f"UPDATE trace_unit SET {change} WHERE code = $1", CARTON)
    with pytest.raises(Refused) as refused:
        await print_labels([CARTON], form=Form.PDF, actor=people.operator)
    assert [reason.code for reason in refused.value.reasons] == [code]
    assert refused.value.reasons[0].remedy
    client = await client_as(people.operator)
    shown = await client.get(f"/labels/{CARTON}")
    assert str(refused.value.reasons[0].text) in shown.text
