"""A form keeps what was typed and says what is wrong in words for people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, get, post
from litestar.datastructures import UploadFile
from pydantic import Field, field_validator

from maskqms.i18n import _, in_locale
from maskqms.web.forms import ClientKey, Form, FormModel, blank, read_form
from maskqms.web.query import read_query
from maskqms.workflow import State, Tone


class Purpose(State):
    INCOMING = "incoming", _("Incoming"), Tone.NEUTRAL


class Sample(FormModel):
    code: str
    quantity: Decimal = Field(gt=0, decimal_places=2)
    rolls: int = 1
    made_on: date | None = None
    tests: list[str] = []
    counts: list[int] = []
    confirmed: bool = False
    purpose: Purpose | None = None
    certificate: UploadFile | None = None
    note: str | None = None
    password: str | None = None
    key: ClientKey

    @field_validator("note")
    @classmethod
    def no_shouting(cls, note: str | None) -> str | None:
        if note and note.isupper():
            raise ValueError(_("Reason: {reason}", reason=note))
        return note


GOOD = {"code": "ML-1", "quantity": "12.5"}


class Reader:
    """Posts a form and keeps what `read_form` made of it."""

    def __init__(self) -> None:
        self.form: Form[Sample] | None = None

        @post("/", status_code=200)
        async def read(request: Request[Any, Any, Any]) -> None:
            self.form = await read_form(request, Sample)

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=Litestar([read])), base_url="http://t")  # type: ignore[arg-type]

    async def __call__(self, data: dict[str, Any], **facts: Any) -> Form[Sample]:
        answer = await self.client.post("/", data=data, **facts)
        assert answer.status_code == 200, answer.text
        assert self.form is not None
        return self.form


@pytest.fixture
async def read() -> AsyncIterator[Reader]:
    reader = Reader()
    yield reader
    await reader.client.aclose()


async def test_a_whole_form_becomes_the_model(read: Reader) -> None:
    form = await read({**GOOD, "made_on": "2026-11-20", "tests": ["pfe", "bfe"], "confirmed": "true", "note": " 好 "})
    assert form.errors == {}
    assert form.value is not None
    assert form.value.quantity == Decimal("12.5")
    assert form.value.made_on == date(2026, 11, 20)
    assert form.value.tests == ["pfe", "bfe"]
    assert form.value.confirmed


async def test_one_value_of_a_list_is_a_list(read: Reader) -> None:
    form = await read({**GOOD, "tests": "pfe", "counts": "3"})
    assert form.value is not None
    assert (form.value.tests, form.value.counts) == (["pfe"], [3])


async def test_what_was_typed_stays_beside_its_error(read: Reader) -> None:
    form = await read({"code": "ML-1", "quantity": "-1", "rolls": "two", "made_on": "tomorrow"})
    assert form.value is None
    assert form.text("quantity") == "-1"
    assert form.text("code") == "ML-1"
    with in_locale("zh"):
        assert str(form.error("quantity")) == "必须大于 0。"
        assert str(form.error("rolls")) == "请输入整数。"
        assert str(form.error("made_on")) == "请输入日期，例如 2026-11-21。"
    with in_locale("en"):
        assert str(form.error("quantity")) == "Must be greater than 0."


@pytest.mark.parametrize("typed", ["", " ", "\t", "　"])
async def test_an_empty_field_is_absent_and_never_an_empty_word(read: Reader, typed: str) -> None:
    form = await read({"code": typed, "quantity": "1", "note": typed})
    with in_locale("en"):
        assert str(form.error("code")) == "Fill this in."
    form = await read({**GOOD, "note": typed})
    assert form.value is not None
    assert form.value.note is None


async def test_figures_typed_with_a_chinese_input_method_are_figures(read: Reader) -> None:
    form = await read({**GOOD, "quantity": "１２．５", "rolls": "３"})
    assert form.value is not None
    assert (form.value.quantity, form.value.rolls) == (Decimal("12.5"), 3)


async def test_the_group_separator_survives_in_words(read: Reader) -> None:
    form = await read({**GOOD, "code": "10B1\x1d2112"})
    assert form.value is not None
    assert form.value.code == "10B1\x1d2112"


async def test_a_password_is_read_but_never_shown_again(read: Reader) -> None:
    form = await read({"quantity": "1", "password": "secret"})
    assert "password" not in form.raw
    assert form.text("password") == ""


async def test_a_file_is_handed_over_and_an_empty_file_field_is_absent(read: Reader) -> None:
    form = await read(GOOD, files={"certificate": ("a.pdf", b"%PDF", "application/pdf")})
    assert form.value is not None
    assert form.value.certificate is not None
    assert form.value.certificate.filename == "a.pdf"
    form = await read(GOOD, files={"certificate": ("", b"", "application/octet-stream")})
    assert form.value is not None
    assert form.value.certificate is None


async def test_a_form_without_script_gets_a_client_key_of_its_own(read: Reader) -> None:
    first, second = await read({**GOOD, "key": ""}), await read(GOOD)
    assert first.value is not None
    assert second.value is not None
    assert len(first.value.key) == 32
    assert first.value.key != second.value.key
    kept = await read({**GOOD, "key": "0123456789abcdef"})
    assert kept.value is not None
    assert kept.value.key == "0123456789abcdef"


async def test_a_validator_speaks_for_itself_and_unknown_choices_are_named_so(read: Reader) -> None:
    form = await read({**GOOD, "note": "LOUD", "purpose": "nonsense"})
    with in_locale("en"):
        assert str(form.error("note")) == "Reason: LOUD"
        assert str(form.error("purpose")) == "Choose one of the values offered."


async def test_too_many_digits_are_counted_for_the_person(read: Reader) -> None:
    form = await read({**GOOD, "quantity": "1.005"})
    with in_locale("en"):
        assert str(form.error("quantity")) == "May have at most 2 digits after the point."


async def test_a_filter_in_the_address_is_never_a_fault() -> None:
    class Find(FormModel):
        purpose: Purpose | None = None
        text: str | None = None
        page: int = Field(default=1, ge=1)

    found: list[Find] = []

    @get("/", status_code=200)
    async def show(request: Request[Any, Any, Any]) -> None:
        found.append(read_query(request, Find))

    transport = httpx.ASGITransport(app=Litestar([show]))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        await client.get("/", params={"purpose": "incoming", "text": "ML", "page": "2"})
        await client.get("/", params={"purpose": "nonsense", "text": "", "page": "-1"})
    assert found == [Find(purpose=Purpose.INCOMING, text="ML", page=2), Find()]


@pytest.mark.parametrize(("typed", "fits"), [
    ("9999-12-31", False), ("0001-01-01", False), ("1979-12-31", False), ("2200-01-01", False), ("2199-12-31", True),
])  # fmt: skip
async def test_a_day_that_nobody_can_have_meant_is_said_beside_its_field(read: Reader, typed: str, fits: bool) -> None:
    form = await read(GOOD | {"made_on": typed})
    assert (form.value is not None) == fits
    assert (form.error("made_on") is None) == fits
    assert form.text("made_on") == typed


def test_a_blank_form_shows_its_defaults_as_a_person_would_type_them() -> None:
    form = blank(
        quantity=Decimal("1E+3"), made_on=date(2026, 11, 21), at=datetime(2026, 11, 21, 8, 5), none=None,  # noqa: DTZ001
        tests=["pfe"], yes=True, no=False, purpose=Purpose.INCOMING,
    )  # fmt: skip
    assert form.text("quantity") == "1000"
    assert form.text("made_on") == "2026-11-21"
    assert form.text("at") == "2026-11-21T08:05"
    assert form.texts("tests") == ["pfe"]
    assert (form.text("yes"), form.text("no"), form.text("none")) == ("true", "", "")
    assert form.text("purpose") == "incoming"


def test_a_fault_found_by_a_look_up_belongs_to_its_field() -> None:
    form = blank(code="X")
    form.add_error("code", _("Unknown code"))
    form.add_error("code", _("Nothing here"))
    assert form.value is None
    with in_locale("en"):
        assert str(form.error("code")) == "Unknown code"
