"""How wide words are, so that they are given a size before they are set.

Measuring inside the template makes every page depend on its place in the document and triples the time of a print run;
the same font measured here costs nothing, and a run of one batch repeats most of its words.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import pylopdf_fonts_zh_cn
from PIL import ImageFont

_SIZE = 1000


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), _SIZE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def _advance(letter: str) -> float:
    return _font().getlength(letter) / _SIZE


def ems(words: str) -> float:
    """The width of one line of the words, in units of their size; kerning, which narrows, is left out."""
    return sum(map(_advance, words))


def measured(words: str | None) -> dict[str, Any] | None:
    """Words with their width, as the templates take them."""
    return {"words": words, "ems": max(ems(words), 0.1)} if words else None
