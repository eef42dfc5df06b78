"""No page speaks half a language: every marked sentence has its Chinese, with the same facts in it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")
JINJA = {"trimmed": "false", "trim_blocks": "true", "lstrip_blocks": "true"}


def messages(path: Path) -> Iterator[tuple[str, str]]:
    """Each marked sentence of a file, with the place where it stands."""
    source = io.BytesIO(path.read_bytes())
    if path.suffix == ".py":
        found = ((line, words) for line, words, *_ in extract("python", source, keywords={"_": None}))
    else:
        found = ((line, words) for line, _, words, _ in babel_extract(source, ["_"], [], JINJA))
    for line, words in found:
        first = words[0] if isinstance(words, tuple | list) else words
        if first:
            yield first, f"{path.relative_to(ROOT)}:{line}"


def marked() -> dict[str, str]:
    sources = [*(ROOT / "maskqms").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    return {words: place for path in sorted(sources) for words, place in messages(path)}


def catalogues() -> dict[str, Catalog]:
    folder = ROOT / "maskqms" / "locale" / "zh"
    return {path.name: read_po(io.BytesIO(path.read_bytes()), locale="zh") for path in sorted(folder.glob("*.po"))}


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    return {
        str(message.id): str(message.string)
        for catalogue in catalogues().values()
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def test_every_marked_sentence_has_its_chinese(chinese: dict[str, str]) -> None:
    missing = [f"{place}: {words!r}" for words, place in marked().items() if words not in chinese]
    assert not missing, "not translated:\n" + "\n".join(missing)


def test_a_translation_names_the_same_facts(chinese: dict[str, str]) -> None:
    wrong = [
        words
        for words, translated in chinese.items()
        if set(PLACEHOLDER.findall(words)) != set(PLACEHOLDER.findall(translated))
    ]
    assert not wrong


def test_one_sentence_has_one_translation() -> None:
    """The catalogues are merged when the package is built; two different words for one would depend on the order."""
    first: dict[str, tuple[str, str]] = {}
    clashes = []
    for name, catalogue in catalogues().items():
        for message in catalogue:
            known = first.setdefault(str(message.id), (str(message.string), name))
            if message.id and known[0] != str(message.string):
                clashes.append(f"{message.id!r}: {known[1]} {known[0]!r}, {name} {message.string!r}")
    assert not clashes, "\n".join(clashes)


def test_sentences_are_marked_as_constants() -> None:
    """`_(f"...")` can never be found in a catalogue."""
    pattern = re.compile(r"\b_\(\s*f[\"']")
    wrong = [str(path) for path in (ROOT / "maskqms").rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
    assert not wrong
