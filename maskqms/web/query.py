"""Filters of lists, read from the address: what cannot be read is left out, because a filter never is a fault."""

from __future__ import annotations

from typing import Any, TypeVar

from litestar import Request
from pydantic import BaseModel, ValidationError

from maskqms.web.forms import collect, unbelievable

M = TypeVar("M", bound=BaseModel)


def read_query(request: Request[Any, Any, Any], model: type[M]) -> M:
    """The filter as its model; every field of it needs a default."""
    given = collect(request.query_params, model, {})
    try:
        asked = model.model_validate(given)
    except ValidationError as fault:
        wrong = {str(detail["loc"][0]) for detail in fault.errors() if detail["loc"]}
        asked = model.model_validate({name: value for name, value in given.items() if name not in wrong})
    if far := unbelievable(asked):
        asked = model.model_validate({name: value for name, value in asked if name not in far})
    return asked
