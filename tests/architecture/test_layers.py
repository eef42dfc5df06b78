"""Imports point downwards, files stay readable, acts catch nothing, documents name what exists."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import maskqms
from maskqms.app.main import BENCHES, COMMANDS
from maskqms.app.packages import modules
from maskqms.settings import Settings

PACKAGE = Path(maskqms.__path__[0])
ROOT = PACKAGE.parent
MODULES = [p for p in PACKAGE.rglob("*.py") if "piccolo_migrations" not in p.parts]
LONGEST = 300
LONGER_WITH_REASON: dict[str, str] = {
    "audit/tags.py": "the closed vocabulary of acts is one list",
    "audit/field_names.py": "the words for the columns are one list",
}


def test_imports_point_downwards() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_says_what_it_keeps_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "a module docstring states the rule the module keeps"
    if path.relative_to(PACKAGE).as_posix() not in LONGER_WITH_REASON:
        assert text.count("\n") <= LONGEST


@pytest.mark.parametrize(
    "path", [p for p in MODULES if "actions" in p.parts or p.name == "actions.py"], ids=lambda p: p.as_posix()[-40:]
)
def test_an_act_catches_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_import_inside_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inside


def test_the_readme_lists_every_setting_and_the_architecture_every_package() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"MASKQMS_{name.upper()}" in readme, name
    architecture = (PACKAGE / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for package in sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py")):
        assert re.search(rf"`{package}/?`", architecture), package


def test_the_lock_files_name_no_host() -> None:
    for name in ("constraints.txt", "frontend/package-lock.json", "frontend/package.json"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "resolved" not in text
        assert not re.search(r"https?://(?!opencollective|github|tidelift|feross|www\.patreon)", text) or name.endswith(
            "package-lock.json"
        )


def test_every_command_is_known_by_name() -> None:
    assert {c.name: module.__name__.split(".")[1] for module in modules("cli") for c in module.COMMANDS} == COMMANDS
    benches = {
        c.name: module.__name__.split(".")[1] for module in modules("bench") for c in getattr(module, "BENCHES", ())
    }
    assert benches == BENCHES


def test_every_advisory_lock_has_a_number_of_its_own() -> None:
    """Two locks with one number would make strangers wait for each other, or lock each other out."""
    numbers = [n for path in MODULES for n in re.findall(r"^[A-Z]+ = (7_201_\d{3})$", path.read_text("utf-8"), re.M)]
    assert len(numbers) > 5
    assert sorted(set(numbers)) == sorted(numbers)
