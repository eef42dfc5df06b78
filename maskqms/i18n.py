"""Words in the user's language.

A sentence is marked where it is made, `_("Lot {code} has expired", code=code)`, and becomes words only where it is
shown: a refusal raised in an act is read by a Chinese operator and stored for an English-reading inspector.
Message ids are English; `locale/zh/*.po` holds the Chinese, merged into one catalogue when the package is built.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any

from babel.messages.pofile import read_po

LOCALES = ("zh", "en")
DEFAULT_LOCALE = "zh"
LOCALE_FOLDER = Path(__file__).parent / "locale"

_locale: ContextVar[str] = ContextVar("maskqms_locale", default=DEFAULT_LOCALE)


@cache
def _catalogue(locale: str) -> Mapping[str, str] | gettext.NullTranslations:
    """The compiled catalogue of an installed package, or the `.po` files of a checkout that was never built."""
    compiled = LOCALE_FOLDER / locale / "LC_MESSAGES" / "maskqms.mo"
    if compiled.is_file():
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    words: dict[str, str] = {}
    for path in sorted((LOCALE_FOLDER / locale).glob("*.po")):
        with path.open("rb") as file:
            words.update({str(m.id): str(m.string) for m in read_po(file, locale=locale) if m.id and m.string})
    return words


def translate(message: str, locale: str | None = None) -> str:
    """The message in the given or the current locale; the message itself where no translation exists."""
    locale = locale or _locale.get()
    if locale == "en":
        return message
    words = _catalogue(locale)
    if isinstance(words, gettext.NullTranslations):
        return words.gettext(message)
    return words.get(message, message)


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence and its facts, rendered in the reader's language by `str()`. A fact with words of its own in each
    language (another sentence, a name of a standard) has `in_locale` too and is rendered with it."""

    message: str
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def in_locale(self, locale: str) -> str:
        words = translate(self.message, locale)
        if not self.facts:
            return words
        return words.format(**{k: v.in_locale(locale) if hasattr(v, "in_locale") else v for k, v in self.facts.items()})

    def __str__(self) -> str:
        return self.in_locale(_locale.get())

    def __html__(self) -> str:
        """Escaped for Jinja, facts included."""
        return escape(str(self), quote=True)


def _(message: str, /, **facts: Any) -> Text:
    """Mark a sentence for translation; facts fill its `{names}`."""
    return Text(message, MappingProxyType(facts)) if facts else Text(message)


def current_locale() -> str:
    return _locale.get()


def set_locale(locale: str) -> None:
    """Choose the language of this request or command; an unknown one falls back to Chinese."""
    _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)


@contextmanager
def in_locale(locale: str) -> Iterator[None]:
    """Speak another language for a while: a certificate is printed in both."""
    token = _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _locale.reset(token)
