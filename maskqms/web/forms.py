"""Forms keep what was typed: a fault is shown beside its field, in words for people, with everything still there.

`read_form` never raises for bad input; the controller shows its page again with status 422. Rules of the domain are not
checked here but by acts, which refuse.
"""

from __future__ import annotations

import secrets
import types
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.datastructures.multi_dicts import MultiMixin
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from maskqms.db.clock import FIRST_DAY, LAST_DAY, believable
from maskqms.i18n import Text, _

M = TypeVar("M", bound=BaseModel)
ClientKey = Annotated[str, Field(default_factory=lambda: secrets.token_hex(16), min_length=8, max_length=100)]
"""The client-made key of an act; made here when the browser runs no script, so a form always works."""

BLANKS = " \t\r\n　"
FIGURES = (Decimal, int, float, date, datetime, time)
SECRET_FIELDS = ("password", "pin", "pin_again")


class FormModel(BaseModel):
    """Base of form models: fields may hold uploaded files, what is not a field is ignored."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="ignore", frozen=True)


@dataclass
class Form(Generic[M]):
    """A form as it stands: the value once it is whole, else what was typed and what is wrong with it."""

    value: M | None = None
    errors: dict[str, Text] = field(default_factory=dict)
    raw: dict[str, str | list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What stands in a field, for showing it again."""
        typed = self.raw.get(name, "")
        return typed if isinstance(typed, str) else ", ".join(typed)

    def texts(self, name: str) -> list[str]:
        typed = self.raw.get(name, [])
        return [typed] if isinstance(typed, str) else typed

    def error(self, name: str) -> Text | None:
        return self.errors.get(name)

    def add_error(self, name: str, text: Text) -> None:
        """A fault that only a look-up could find; "" when it belongs to no field."""
        self.errors.setdefault(name, text)
        self.value = None


def blank(**defaults: Any) -> Form[Any]:
    """A form nobody has filled in yet, with the defaults it starts from."""
    return Form(raw={name: _as_typed(value) for name, value in defaults.items() if value is not None})


def _as_typed(value: Any) -> str | list[str]:
    if isinstance(value, list | tuple | set | frozenset):
        return [str(_as_typed(item)) for item in value]
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, Enum):
        return str(value.value)
    return str(value)


async def read_form(request: Request[Any, Any, Any], model: type[M]) -> Form[M]:
    """Read a posted form into the model, or into words about each field that is wrong."""
    posted = await request.form()
    form: Form[M] = Form(raw={})
    given = collect(posted, model, form.raw)
    try:
        form.value = model.model_validate(given)
    except ValidationError as fault:
        for detail in fault.errors(include_url=False):
            form.errors.setdefault(str(detail["loc"][0]) if detail["loc"] else "", in_words(detail))
        return form
    for name in unbelievable(form.value):
        form.add_error(name, _("Type a date between {first} and {last}.", first=FIRST_DAY, last=LAST_DAY))
    return form


def unbelievable(model: BaseModel) -> list[str]:
    """The fields that hold a day which nobody can have meant."""
    found = []
    for name, value in model:
        days = value if isinstance(value, list | tuple | set | frozenset) else [value]
        if any(isinstance(day, date) and not believable(day) for day in days):
            found.append(name)
    return found


def collect(posted: MultiMixin[Any], model: type[BaseModel], raw: dict[str, str | list[str]]) -> dict[str, Any]:
    """What was given for each field of the model: lists whole, figures in plain digits, nothing for empty fields."""
    given: dict[str, Any] = {}
    for name in {*posted.keys(), *model.model_fields} - {"_csrf_token"}:
        values = [value for value in posted.getall(name, []) if not _is_empty(value)]
        known = model.model_fields.get(name)
        typed = [value for value in values if isinstance(value, str)]
        many = known is not None and _holds(known.annotation, list, tuple, set, frozenset)
        if not name.endswith(SECRET_FIELDS):
            raw[name] = typed if many or len(typed) > 1 else (typed[0] if typed else "")
        if known is None or not values:
            continue
        if _holds(known.annotation, *FIGURES):
            values = [unicodedata.normalize("NFKC", v) if isinstance(v, str) else v for v in values]
        given[name] = values if many else values[-1]
    return given


def _is_empty(value: Any) -> bool:
    """Nothing typed, or a file field without a file. The GS character is no blank: it belongs to the scan."""
    if isinstance(value, UploadFile):
        return not value.filename
    return not str(value).strip(BLANKS)


def _holds(annotation: Any, *kinds: type) -> bool:
    """Whether a field's annotation is, or may be, one of the kinds: `Decimal | None` holds a Decimal."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return any(_holds(part, *kinds) for part in get_args(annotation))
    if origin is Annotated:
        return _holds(get_args(annotation)[0], *kinds)
    kind = origin or annotation
    return isinstance(kind, type) and issubclass(kind, kinds) and not issubclass(kind, bool)


def in_words(detail: ErrorDetails) -> Text:
    """pydantic's fault as a sentence for the person who typed."""
    facts: Mapping[str, Any] = detail.get("ctx", {})
    kind = detail["type"]
    own = facts.get("error")
    if isinstance(own, ValueError) and own.args and isinstance(own.args[0], Text):
        return own.args[0]
    if kind in ONE_FACT:
        make, name = ONE_FACT[kind]
        return Text(make.message, {"limit": facts[name]})
    for start, words in PLAIN:
        if kind.startswith(start):
            return words
    if kind in {"literal_error", "enum"}:
        return _("Choose one of the values offered.")
    return _("This value cannot be used here.")


ONE_FACT: dict[str, tuple[Text, str]] = {
    "greater_than": (_("Must be greater than {limit}."), "gt"),
    "greater_than_equal": (_("Must be at least {limit}."), "ge"),
    "less_than": (_("Must be less than {limit}."), "lt"),
    "less_than_equal": (_("Must be at most {limit}."), "le"),
    "multiple_of": (_("Must be a multiple of {limit}."), "multiple_of"),
    "string_too_short": (_("Needs at least {limit} characters."), "min_length"),
    "string_too_long": (_("May have at most {limit} characters."), "max_length"),
    "too_short": (_("Choose at least {limit}."), "min_length"),
    "too_long": (_("Choose at most {limit}."), "max_length"),
    "decimal_max_places": (_("May have at most {limit} digits after the point."), "decimal_places"),
    "decimal_max_digits": (_("May have at most {limit} digits."), "max_digits"),
    "decimal_whole_digits": (_("May have at most {limit} digits before the point."), "whole_digits"),
}

PLAIN: tuple[tuple[str, Text], ...] = (
    ("missing", _("Fill this in.")),
    ("none_required", _("Fill this in.")),
    ("decimal", _("Type a number, such as 12.5.")),
    ("float", _("Type a number, such as 12.5.")),
    ("finite_number", _("Type a number, such as 12.5.")),
    ("int", _("Type a whole number.")),
    ("datetime", _("Type a date and time, such as 2026-11-21 14:30.")),
    ("date", _("Type a date, such as 2026-11-21.")),
    ("time", _("Type a time, such as 14:30.")),
    ("timezone", _("Type a date and time, such as 2026-11-21 14:30.")),
    ("bool", _("Choose yes or no.")),
    ("string_pattern_mismatch", _("Not written as expected here.")),
    ("is_instance_of", _("Choose a file.")),
)


S = TypeVar("S", bound=Enum)


def chosen(kind: type[S], code: str) -> S | None:
    """A filter's choice from an address: a member of the enum, or none for an empty or unknown word."""
    return next((member for member in kind if member.value == code), None)
