"""Templates and page classes agree; no page carries script or style of its own."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

import pytest
from jinja2 import meta, nodes

from maskqms.web.pages import CONTEXT_NAMES
from maskqms.web.templates import GLOBALS, environment, templates_folder

FOLDER = templates_folder()
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
HEAD = re.compile(r"\A\{# ([\w.]+)")


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_first_line_names_the_page_class(name: str) -> None:
    head = HEAD.match(source(name))
    assert head, f"{name} begins with a comment naming its page class"
    module, _dot, cls = head.group(1).rpartition(".")
    assert is_dataclass(getattr(import_module(module), cls)), head.group(1)


def set_at_the_top(tree: nodes.Template) -> set[str]:
    """Names that a child template sets or imports before its blocks; Jinja shows them to the blocks."""
    names = {
        target.name for node in tree.body if isinstance(node, nodes.Assign) for target in node.find_all(nodes.Name)
    }
    names |= {node.target for node in tree.body if isinstance(node, nodes.Import)}
    for node in tree.body:
        if isinstance(node, nodes.FromImport):
            names |= {item if isinstance(item, str) else item[1] for item in node.names}
    return names


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_uses_only_its_page_and_the_globals(name: str) -> None:
    jinja = environment()
    tree = jinja.parse(source(name))
    unknown = meta.find_undeclared_variables(tree) - set_at_the_top(tree)
    assert unknown <= {*CONTEXT_NAMES, *GLOBALS, "ui", *jinja.globals}, unknown


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_inline_script_or_style(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", source(name), flags=re.S)
    assert not re.search(r"<script(?![^>]*(\ssrc=|type=\"application/json\"))", text), "inline script"
    assert not re.search(r"\sstyle=|<style", text), "inline style"
    assert not re.search(r"\son(click|change|submit|load|input)=|hx-on", text), "inline handler"


def test_every_page_class_has_a_template() -> None:
    used = {match.group(1) for name in TEMPLATES if (match := HEAD.match(source(name)))}
    missing = []
    for path in Path(import_module("maskqms").__path__[0]).glob("*/pages.py"):
        module = import_module(f"maskqms.{path.parent.name}.pages")
        missing += [
            f"{module.__name__}.{name}"
            for name, value in vars(module).items()
            if name.endswith("Page") and is_dataclass(value) and value.__module__ == module.__name__
            and f"{module.__name__}.{name}" not in used
        ]  # fmt: skip
    assert not missing
