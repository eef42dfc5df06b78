"""Customary tests to start a specification from: by category, and where it matters by grade and use.

The limits in `data/*.toml` are typical supplier agreements from memory (`recalled`) where they do not say otherwise; a
factory makes its own of them before quality signs. A draft is a copy: what is changed in it changes no template.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from maskqms.materials.specification import SpecificationTest
from maskqms.materials.states import Category
from maskqms.standards.editions import Frozen, Name
from maskqms.standards.limits import Kind, read_limit

OWN = ("evidence", "counted", "required", "warning", "flow", "area", "level", "aql", "per_roll")
"""What belongs to a test of a specification; everything else is the requirement's."""


class Template(Frozen):
    """Customary tests to start from. `key` names it in addresses: `meltblown_respirator.kn95`."""

    key: str
    name: Name
    category: Category
    default: bool
    level: str
    aql: str
    tests: tuple[SpecificationTest, ...]


@cache
def templates() -> tuple[Template, ...]:
    """Every template that is shipped."""
    folder = files("maskqms.materials").joinpath("data")
    texts = {path.name.removesuffix(".toml"): path.read_text(encoding="utf-8") for path in folder.iterdir()}
    return tuple(
        Template.model_validate(made)
        for key, text in sorted(texts.items())
        for made in _variants(key, tomllib.loads(text))
    )


def templates_of(category: Category) -> list[Template]:
    return [one for one in templates() if one.category is category]


def template(category: Category) -> Template:
    """The template of a category that is taken when nobody chooses."""
    return next(one for one in templates_of(category) if one.default)


def _variants(key: str, found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    common = {"category": found.get("category", key), "level": found["level"], "aql": found["aql"]}
    tests = [_test(row, found["source"]) for row in found["tests"]]
    if "variants" not in found:
        yield {**common, "key": key, "name": found["name"], "default": True, "tests": tests}
    for one in found.get("variants", ()):
        name = {language: f"{words} {one['name'][language]}" for language, words in found["name"].items()}
        kept = [_with_limit(test, one.get("limits", {})) for test in tests if _code(test) not in one.get("without", ())]
        yield {
            **common,
            "key": f"{key}.{one['key']}",
            "name": name,
            "default": one.get("default", False),
            "tests": kept,
        }


def _code(test: Mapping[str, Any]) -> str:
    return str(test["requirement"]["code"])


def _with_limit(test: dict[str, Any], limits: Mapping[str, str]) -> dict[str, Any]:
    text = limits.get(_code(test))
    if text is None:
        return test
    limit = read_limit(text, kind=Kind(test["requirement"]["kind"]))
    return test | {"requirement": test["requirement"] | {"limit": limit}}


def _test(row: dict[str, Any], source: str) -> dict[str, Any]:
    own = {name: row[name] for name in OWN if name in row}
    requirement = {name: value for name, value in row.items() if name not in own}
    return own | {"requirement": {"provenance": "recalled", "source": source, **requirement}}
