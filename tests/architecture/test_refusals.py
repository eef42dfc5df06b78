"""Every refusal has its words under test: each code, and each sentence said under it, stands in a row of a table."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import maskqms
from tests.refusals import Row, Tried

PACKAGE = Path(maskqms.__path__[0])
TESTS = Path(__file__).parents[1]
WATCHED = ("materials", "lab", "dispositions", "devices", "quality", "trace/rules.py")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Said:
    """A code in the source, with the sentence or remedy that goes with it there, where it is written there."""

    code: str
    place: str
    message: str | None
    remedy: bool = False


def sources() -> list[Path]:
    paths = [PACKAGE / name for name in WATCHED]
    return sorted(path for one in paths for path in ([one] if one.is_file() else one.rglob("*.py")))


def constants(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def messages(node: ast.AST, around: ast.AST) -> list[str]:
    """The marked sentences of an expression; a name stands for what was assigned to it last before."""
    found = [
        str(one.args[0].value)
        for one in ast.walk(node)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "_"
        if isinstance(one.args[0], ast.Constant)
    ]
    if found or not isinstance(node, ast.Name):
        return found
    assigned = [
        one
        for one in ast.walk(around)
        if isinstance(one, ast.Assign) and one.lineno <= node.lineno
        if any(isinstance(target, ast.Name) and target.id == node.id for target in one.targets)
    ]
    return messages(max(assigned, key=lambda one: one.lineno).value, around) if assigned else []


def called(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def said_in(path: Path) -> Iterator[Said]:
    """Every `Reason(code, sentence, remedy)` and every `explain(constraint, code, sentence)` of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    for call in called(tree, "explain"):
        place = f"{path.relative_to(PACKAGE.parent)}:{call.lineno}"
        for message in messages(call.args[2], tree):
            yield Said(constants(call.args[1])[0], place, message)
    for call in called(tree, "Reason"):
        place = f"{path.relative_to(PACKAGE.parent)}:{call.lineno}"
        around = next((one for one in functions if call in ast.walk(one)), tree)
        codes = [word for word in constants(call.args[0]) if "." in word]
        assert codes, f"{place}: a code is written where it is given, so that it can be searched for"
        for code in codes:
            yield Said(code, place, None)
            if len(codes) == 1:
                yield from (Said(code, place, one) for one in messages(call.args[1], around))
                for remedy in call.args[2:3]:
                    yield from (Said(code, place, one, remedy=True) for one in messages(remedy, around))


def tables() -> list[Row | Tried]:
    rows: list[Row | Tried] = []
    for path in sorted(TESTS.glob("*/test_refusal_words*.py")):
        module = importlib.import_module(".".join(("tests", path.parent.name, path.stem)))
        rows += [*getattr(module, "ROWS", ()), *getattr(module, "TRIED", ())]
    return rows


def pattern(message: str) -> re.Pattern[str]:
    """What the sentence looks like with its facts in it."""
    parts = re.split(r"\{\w+\}", message)
    return re.compile(".+".join(re.escape(part) for part in parts), re.DOTALL)


@pytest.fixture(scope="module")
def source() -> list[Said]:
    return [one for path in sources() for one in said_in(path)]


@pytest.fixture(scope="module")
def rows() -> list[Row | Tried]:
    return tables()


def test_every_code_has_a_row(source: list[Said], rows: list[Row | Tried]) -> None:
    assert len(source) > 500
    told = {row.code for row in rows}
    assert not sorted({f"{one.code} ({one.place})" for one in source if one.code not in told})


def test_every_row_is_of_a_code_that_exists(rows: list[Row | Tried]) -> None:
    known = {word for path in PACKAGE.rglob("*.py") for word in constants(ast.parse(path.read_text(encoding="utf-8")))}
    assert not sorted({row.code for row in rows} - known)


def test_every_sentence_and_remedy_of_a_code_has_a_row(source: list[Said], rows: list[Row | Tried]) -> None:
    english: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        sentence, _arrow, remedy = row.en.partition(" → ")
        english.setdefault(row.code, set()).add((sentence, remedy))
    unsaid = [
        f"{one.code} ({one.place}): {one.message}"
        for one in source
        if one.message
        and not any(pattern(one.message).fullmatch(pair[one.remedy]) for pair in english.get(one.code, ()))
    ]
    assert not unsaid, "\n".join(unsaid)


def test_a_row_is_written_in_both_languages(rows: list[Row | Tried]) -> None:
    assert not [row.code for row in rows if not CHINESE.search(row.zh) or not row.en or row.zh == row.en]
    halves = [row.code for row in rows if ("→" in row.zh) != ("→" in row.en)]
    assert not halves
