"""Which packages exist, lowest first, and the module of a given name in each that has one."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

PACKAGES = (
    "standards", "accounts", "audit", "trace", "devices", "products", "labels", "quality", "lab", "materials",
    "dispositions", "batches", "release", "shipping", "app",
)  # fmt: skip


def modules(name: str) -> list[ModuleType]:
    """`modules("controllers")`: that module of every package that has it."""
    home = Path(__file__).parents[1]
    return [
        import_module(f"maskqms.{package}.{name}")
        for package in PACKAGES
        if (home / package / f"{name}.py").is_file() or (home / package / name / "__init__.py").is_file()
    ]
