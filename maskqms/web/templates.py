"""The Jinja environment of every page: a misspelt name is an error, everything is escaped, words are translated.

`ui` holds all macros of `templates/_parts/`, so a page imports nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from maskqms.i18n import _
from maskqms.settings import settings
from maskqms.web.assets import asset, icon
from maskqms.web.filters import FILTERS, distance, past
from maskqms.web.here import CsrfInput, here
from maskqms.web.locale import NAMES
from maskqms.web.navigation import active_entry, navigation
from maskqms.web.parts import Column, Option
from maskqms.workflow import State, Tone

PACKAGED = Path(__file__).parents[1] / "templates"
CHECKOUT = Path(__file__).parents[2] / "templates"

TONE_ICONS = {
    Tone.OK: "check",
    Tone.WAIT: "clock",
    Tone.STOP: "x",
    Tone.HELD: "lock",
    Tone.INFO: "info-circle",
    Tone.NEUTRAL: "point",
}

HTMX_CONFIG = json.dumps(
    {
        "allowEval": False,
        "includeIndicatorStyles": False,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "timeout": 30_000,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "409|422", "swap": True, "error": False},
            {"code": "[45]..", "swap": True, "error": True},
        ],
    }
)
"""No eval and no inline style (both forbidden by our CSP), no pages in the browser's storage, refusals are shown."""


def templates_folder() -> Path:
    """Inside the package when installed, beside it in a checkout."""
    return CHECKOUT if (CHECKOUT / "_layout").is_dir() and not (PACKAGED / "_layout").is_dir() else PACKAGED


@cache
def environment() -> Environment:
    folder = templates_folder()
    jinja = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=folder == CHECKOUT,
    )
    jinja.filters.update(FILTERS)
    jinja.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "default": str}
    jinja.globals.update(GLOBALS)
    jinja.globals["ui"] = jinja.get_template("_parts/ui.html").module
    return jinja


def choices(options: Any) -> list[Option]:
    """What a choice is offered: options, pairs, or the states of an enum."""
    if isinstance(options, type) and issubclass(options, State):
        return [Option(str(state.value), state.label) for state in options]
    return [one if isinstance(one, Option) else Option(str(one[0]), one[1]) for one in options]


def columns_of(columns: Iterable[Any]) -> list[Column]:
    """Table heads: a label, `(label, unit)` for figures, or a `Column`."""
    heads = []
    for column in columns:
        if isinstance(column, Column):
            heads.append(column)
        elif isinstance(column, tuple):
            heads.append(Column(column[0], unit=column[1], numeric=True))
        else:
            heads.append(Column(column))
    return heads


GLOBALS: dict[str, Any] = {
    "_": _,
    "Tone": Tone,
    "_icon": icon,  # for macros that have a parameter called icon
    "active_entry": active_entry,
    "asset": asset,
    "choices": choices,
    "columns_of": columns_of,
    "csrf_input": CsrfInput(),
    "distance": distance,
    "here": here,
    "htmx_config": HTMX_CONFIG,
    "icon": icon,
    "languages": NAMES,
    "navigation": navigation,
    "past": past,
    "settings": settings,
    "tone_icons": TONE_ICONS,
}
"""Known in every template and macro; with `ui` and `pages.CONTEXT_NAMES` that is all a template may use."""


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment()))
