"""Every sentence in English, and a short way to make a requirement."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from maskqms.i18n import in_locale
from maskqms.standards.editions import Name, Provenance
from maskqms.standards.limits import Comparator, Kind, read_limit
from maskqms.standards.requirement import Requirement

Make = Callable[..., Requirement]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with in_locale("en"):
        yield


@pytest.fixture
def make() -> Make:
    def requirement(limit: str = ">= 95", kind: Kind = Kind.VARIABLE, **more: Any) -> Requirement:
        found = read_limit(limit, kind=kind, comparator=more.get("comparator"))
        facts: dict[str, Any] = {"code": "BFE", "provenance": Provenance.VERIFIED, "source": "the test", **more}
        if found is not None:
            facts.setdefault("comparator", found.comparator)
        elif kind is Kind.VARIABLE:
            facts.setdefault("comparator", Comparator.AT_LEAST)
        return Requirement(name=Name(zh="项目", en="test"), kind=kind, limit=found, **facts)

    return requirement
