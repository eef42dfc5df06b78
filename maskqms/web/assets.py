"""What the build took from npm and from `frontend/src`: where it lies, and the drawings of the icons.

All files lie in one folder named by their common hash, so a browser may keep them for ever.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from litestar.datastructures import CacheControlHeader
from litestar.router import Router
from litestar.static_files import create_static_files_router
from markupsafe import Markup

STATIC = Path(__file__).parent / "static"


class NotBuilt(RuntimeError):
    """The front end was never built, which only happens in a checkout that was not installed."""


@cache
def _version() -> str:
    manifest = STATIC / "manifest.json"
    if not manifest.is_file():
        raise NotBuilt("The front end is not built: run `pip install -e .` or `python hatch_build.py` in the checkout.")
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


@cache
def _icons() -> dict[str, str]:
    shapes: dict[str, str] = json.loads((STATIC / "icons.json").read_text(encoding="utf-8"))
    return shapes


def asset(name: str) -> str:
    """The address of a built file: `asset("main.css")`; an unknown name is an error of the page, not a silent 404."""
    if not (STATIC / _version() / name).is_file():
        raise LookupError(f"no built file {name}")
    return f"/static/{_version()}/{name}"


def icon(name: str, label: str | None = None, size: str = "") -> Markup:
    """A Tabler outline icon drawn inline; hidden from screen readers unless it is given words of its own."""
    if name not in _icons():
        raise LookupError(f"no Tabler icon {name}")
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="icon {}" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>'
    ).format(size, spoken, Markup(_icons()[name]))  # noqa: S704 (our own build wrote the shapes)


def static_router() -> Router:
    """Serves the built files; open to everybody, because the sign-in page needs them."""
    return create_static_files_router(
        path=f"/static/{_version()}",
        directories=[STATIC / _version()],
        name="static",
        opt={"public": True, "exclude_from_auth": True},
        cache_control=CacheControlHeader(public=True, max_age=31_536_000, immutable=True),
        include_in_schema=False,
    )
