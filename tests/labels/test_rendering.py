"""Every kind of label, in every form, read back by an independent decoder as the record it was printed from."""

from __future__ import annotations

import io
import itertools
from datetime import date

import biip
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from maskqms.errors import Refused
from maskqms.labels import zpl
from maskqms.labels.content import BoxLabel, CartonLabel, LotLabel
from maskqms.labels.fields import USUAL_ROOM
from maskqms.labels.gs1.strings import joined
from maskqms.labels.layouts import PAPER, placed, scan_address
from maskqms.labels.rendering import Form, _compile, page_data, render, render_many
from maskqms.labels.states import LabelStatus
from maskqms.labels.symbols import Dpi
from tests.make import labels as make

DPIS = [Dpi.D203, Dpi.D300]


def expected(label):
    """What a scanner must report: (identifier, data) of every symbol."""
    match label:
        case CartonLabel():
            bars = {("]C1", joined(label.lot_elements())), ("]C1", "00" + label.sscc)}
            return {("]d2", joined(label.elements()))} | bars | ({("]Q1", label.link)} if label.link else set())
        case BoxLabel():
            return {("]d2", joined(label.elements()))}
    return {("]Q1", scan_address(label.code, make.BASE)), ("]C0", label.code)}


def scanned(picture):
    return {(b.symbology_identifier, b.bytes.decode()) for b in zxingcpp.read_barcodes(picture.convert("L"))}


def picture_of(label, form, dpi):
    file = render(label, form, base=make.BASE, dpi=dpi)
    match form:
        case Form.PNG:
            return Image.open(io.BytesIO(file))
        case Form.PDF:
            return pypdfium2.PdfDocument(file)[0].render(scale=dpi.ppi / 72).to_pil()
    (picture,) = zpl.pictures(file)
    return picture


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("label", make.every_kind(), ids=lambda label: f"{label.kind}-{getattr(label, 'status', '')}")
def test_what_is_printed_is_what_is_scanned(label, form, dpi):
    found = scanned(picture_of(label, form, dpi))
    assert found == expected(label)
    for identifier, data in found:
        if identifier in ("]C1", "]d2"):
            message = biip.parse(identifier + data).gs1_message
            assert message is not None
            assert all(not e.gtin_error and not e.sscc_error for e in message.element_strings)


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("form", [Form.PNG, Form.ZPL])
@pytest.mark.parametrize("label", make.every_kind(), ids=lambda label: f"{label.kind}-{getattr(label, 'status', '')}")
def test_bars_are_whole_dots_and_quiet_zones_are_free(label, form, dpi):
    picture = picture_of(label, form, dpi).convert("L")
    for one in placed(label, dpi, make.BASE):
        drawing = one.drawing
        part = picture.crop((one.x, one.y, one.x + drawing.width, one.y + drawing.height))
        assert part.tobytes() == drawing.bitmap().convert("L").tobytes()
        for y in range(part.height):
            row = part.crop((0, y, part.width, y + 1)).tobytes()
            assert {len(list(run)) % drawing.dots for _, run in itertools.groupby(row)} == {0}
            assert set(row[: drawing.quiet]) | set(row[-drawing.quiet :]) == {255}


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("label", make.every_kind(), ids=lambda label: f"{label.kind}-{getattr(label, 'status', '')}")
def test_nothing_is_printed_under_a_symbol(label, dpi):
    """The template leaves the symbols' places free: without them there is only paper."""
    drawings = placed(label, dpi, make.BASE)
    png = _compile(page_data([label], [drawings], vectors=False, mono=True), format="png", ppi=dpi.ppi)
    words = Image.open(io.BytesIO(png)).convert("L")
    for one in drawings:
        part = words.crop((one.x, one.y, one.x + one.drawing.width, one.y + one.drawing.height))
        assert part.getextrema() == (255, 255), one.drawing.symbol.text


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("label", make.every_kind(), ids=lambda label: label.kind)
def test_the_paper_has_the_size_of_the_label(label, dpi):
    picture = picture_of(label, Form.ZPL, dpi)
    wide, high = PAPER[label.kind]
    assert abs(picture.width - wide * dpi.dots_per_mm) <= 8
    assert abs(picture.height - high * dpi.dots_per_mm) <= 1


def test_the_three_statuses_differ_without_colour():
    pictures = {status: picture_of(make.lot(status=status), Form.ZPL, Dpi.D203) for status in LabelStatus}
    corner = {status: picture.crop((8, 8, 400, 20)).tobytes() for status, picture in pictures.items()}
    band = {status: picture.crop((28, 28, 580, 135)).tobytes() for status, picture in pictures.items()}
    assert len(set(corner.values())) == 3
    dark = {status: data.count(0) / len(data) for status, data in band.items()}
    assert dark[LabelStatus.REJECTED] > 0.6 > 0.4 > max(dark[LabelStatus.QUARANTINE], dark[LabelStatus.QUALIFIED])


def test_words_can_be_found_in_the_pdf():
    page = pypdfium2.PdfDocument(render(make.lot(), Form.PDF, base=make.BASE))[0]
    words = page.get_textpage().get_text_range()
    for word in ("待验", "QUARANTINE", "熔喷非织造布", "供应商批号", "Supplier lot", "RR-2611-088", "1200 m"):
        assert word in words


class TestRuns:
    def test_many_labels_are_one_pdf_with_a_page_each(self):
        labels = [make.carton(n) for n in range(1, 26)]
        (file,) = render_many(labels, Form.PDF, base=make.BASE)
        document = pypdfium2.PdfDocument(file)
        assert len(document) == 25
        for number in (0, 24):
            assert scanned(document[number].render(scale=300 / 72).to_pil()) == expected(labels[number])

    def test_a_run_may_mix_kinds(self):
        labels = make.every_kind()
        pngs = render_many(labels, Form.PNG, base=make.BASE)
        assert [scanned(Image.open(io.BytesIO(png))) for png in pngs] == [expected(label) for label in labels]
        (stream,) = render_many(labels, Form.ZPL, base=make.BASE)
        assert [scanned(picture) for picture in zpl.pictures(stream)] == [expected(label) for label in labels]
        assert stream.count(b"^XA") == stream.count(b"^XZ") == len(labels)

    def test_every_fault_of_every_label_at_once_and_nothing_printed(self):
        labels = [
            make.carton(1, batch=None, gtin="16901234567898"),
            make.carton(2, sscc="069012340000000017", made_on=date(2029, 1, 1)),
            make.lot(supplier=" ", supplier_lot=None, quantity=None),
        ]
        with pytest.raises(Refused) as caught:
            render_many(labels, Form.PDF, base=make.BASE)
        assert [reason.code for reason in caught.value.reasons] == [
            "label.batch_missing",
            "gs1.check_digit",
            "label.expires_before_made",
            "gs1.check_digit",
            "label.supplier_missing",
            "label.supplier_lot_missing",
            "label.quantity_missing",
        ]

    def test_no_label_is_no_run(self):
        with pytest.raises(Refused) as caught:
            render_many([], Form.PDF, base=make.BASE)
        assert [reason.code for reason in caught.value.reasons] == ["label.none"]


class TestRefusals:
    @pytest.mark.parametrize("kind", [make.lot, make.roll, make.box, make.carton])
    def test_each_required_fact_is_asked_for(self, kind):
        required = type(kind()).required
        empty = kind(**dict.fromkeys(required))
        assert [reason.code for reason in empty.blockers()] == [f"label.{name}_missing" for name in required]

    @pytest.mark.parametrize(
        ("label", "code"),
        [
            (make.box(batch="批次1"), "gs1.characters"),
            (make.box(batch="MB-20261121-0012345"[:19] + "67"), "gs1.length"),
            (make.box(gtin="690123456789"), "gs1.check_digit"),
            (make.box(gtin="6901234"), "gtin.length"),
            (make.box(pieces=0), "label.pieces_not_positive"),
            (make.carton(serial="C" * 21), "gs1.length"),
            (make.lot(item="熔" * 41), "label.item_too_long"),
            (make.box(expires_on=date(2026, 11, 21)), "label.expires_before_made"),
        ],
    )
    def test_content_that_cannot_be_printed(self, label, code):
        assert code in [reason.code for reason in label.blockers()]

    def test_bars_that_do_not_fit_on_the_paper(self):
        label = make.carton(batch="ABCDEFGHIJKLMNOPQRST")
        with pytest.raises(Refused) as caught:
            render(label, Form.PDF, base=make.BASE)
        assert [reason.code for reason in caught.value.reasons] == ["symbol.no_room"]
        assert scanned(picture_of(label, Form.PNG, Dpi.D300)) == expected(label)


class TestLongWords:
    """The longest facts that are accepted stay inside their places: nothing is printed under a symbol."""

    WIDE = "阿" * 22

    @pytest.mark.parametrize("dpi", DPIS)
    def test_a_full_lot(self, dpi):
        label = LotLabel(
            code="ML-20261121-001",
            status=LabelStatus.QUALIFIED,
            item="阿" * 40,
            item_en="Wide " * 12,
            quantity=make.lot().quantity,
            unit="m",
            supplier=self.WIDE,
            supplier_lot="SUPPLIER-LOT-0123456789-0123456789",
            received_on=date(2026, 11, 21),
            usable_until=date(2027, 5, 20),
            material="M-MELTBLOWN-25-GSM-WITHOUT-SPACES",
            specification=self.WIDE,
            storage=self.WIDE,
            inspection="IN-20261121-004",
            released_by="欧阳司马诸葛上官",
            released_on=date(2026, 11, 23),
        )
        assert label.blockers() == []
        test_nothing_is_printed_under_a_symbol(label, dpi)
        assert scanned(picture_of(label, Form.ZPL, dpi)) == expected(label)

    @pytest.mark.parametrize("dpi", DPIS)
    @pytest.mark.parametrize("kind", [make.box, make.carton])
    def test_full_goods(self, kind, dpi):
        room = type(kind()).room
        texts = ("product", "model", "standard", "registration", "licence", "maker", "sterile", "storage")
        label = kind(**{name: "阿" * int(room.get(name, USUAL_ROOM)) for name in texts}, serial="20261121003C00012345")
        assert label.blockers() == []
        test_nothing_is_printed_under_a_symbol(label, dpi)
        assert scanned(picture_of(label, Form.ZPL, dpi)) == expected(label)


def test_goods_without_optional_facts_are_printed_too():
    bare = ("product_en", "registration", "licence", "maker", "sterile", "storage")
    for label in (make.box, make.carton):
        plain = label(**dict.fromkeys(bare), single_use=False)
        page = pypdfium2.PdfDocument(render(plain, Form.PDF, base=make.BASE))[0]
        assert "一次性" not in page.get_textpage().get_text_range()
        assert scanned(picture_of(plain, Form.PNG, Dpi.D203)) == expected(plain)
