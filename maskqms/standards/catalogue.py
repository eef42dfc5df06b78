"""Every edition the product knows, and which one rules a mask made on a given day.

The production date decides: a surgical mask of 2026-11-30 is judged by YY 0469-2011, one of 2026-12-01 by YY 0469-2023.
An edition without a known effective day is never chosen by a date, only by its full name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise

from maskqms.errors import Reason, Refused
from maskqms.i18n import Text, _
from maskqms.standards.editions import Edition, once


def _plain(name: str) -> str:
    """Names as people type them: `yy0469`, `YY 0469`, `EN 14683-2019`."""
    return re.sub(r"[^A-Z0-9]", "", name.upper())


class Catalogue:
    """Editions by name and by day."""

    def __init__(self, editions: Iterable[Edition]) -> None:
        self.editions: Sequence[Edition] = sorted(
            editions, key=lambda e: (e.standard, e.effective_from or date.max, e.edition)
        )
        once("name", [name for e in self.editions for name in {_plain(n) for n in (e.edition, *e.aliases)}])
        for standard in self.standards:
            dated = [e for e in self.editions_of(standard) if e.effective_from]
            for earlier, later in pairwise(dated):
                if earlier.effective_to is None or earlier.effective_to >= (later.effective_from or date.min):
                    raise ValueError(f"{earlier.edition} and {later.edition} are in force on the same day")

    @property
    def standards(self) -> list[str]:
        return list(dict.fromkeys(e.standard for e in self.editions))

    def editions_of(self, standard: str) -> list[Edition]:
        """All editions of a standard, oldest first; refused when the standard is unknown."""
        wanted = _plain(standard)
        found = [e for e in self.editions if wanted in {_plain(n) for n in (e.standard, *e.standard_aliases)}]
        if not found:
            raise self._unknown(standard)
        return found

    def edition(self, name: str) -> Edition:
        """The edition of this full name."""
        found = self._named(name)
        if found is None:
            raise self._unknown(name)
        return found

    def edition_in_force(self, standard: str, made_on: date) -> Edition:
        """The edition that rules a mask made on this day."""
        editions = self.editions_of(standard)
        for found in editions:
            if found.in_force_on(made_on):
                return found
        names = ", ".join(e.edition for e in editions)
        if all(e.effective_from is None for e in editions):
            text = _(
                "No effective day is known for any edition of {standard}; name the edition in full: {names}.",
                standard=standard,
                names=names,
            )
            raise _refused("standard.undated", text)
        text = _(
            "No known edition of {standard} was in force on {day}; known are {names}.",
            standard=standard,
            day=made_on.isoformat(),
            names=names,
        )
        raise _refused("standard.not_in_force", text)

    def choose(self, name: str, made_on: date | None = None) -> Edition:
        """The edition of a full name, or the one of a standard that was in force on the production date."""
        if found := self._named(name):
            return found
        if made_on is not None:
            return self.edition_in_force(name, made_on)
        names = ", ".join(e.edition for e in self.editions_of(name))
        text = _("{name} has several editions; give a production date or one of {names}.", name=name, names=names)
        raise _refused("standard.no_date", text)

    def _named(self, name: str) -> Edition | None:
        wanted = _plain(name)
        return next((e for e in self.editions if wanted in {_plain(n) for n in (e.edition, *e.aliases)}), None)

    def _unknown(self, name: str) -> Refused:
        known = ", ".join(self.standards)
        return _refused(
            "standard.unknown", _("{name} is not a standard known here; known are {known}.", name=name, known=known)
        )


def _refused(code: str, text: Text) -> Refused:
    return Refused(_("No edition chosen"), [Reason(code, text)])


def read_edition(text: str) -> Edition:
    """An edition from its TOML text; pydantic's ValidationError names what is wrong."""
    return Edition.model_validate(tomllib.loads(text))


@cache
def catalogue() -> Catalogue:
    """The editions shipped with the product."""
    folder = files("maskqms.standards").joinpath("data")
    return Catalogue(
        read_edition(file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")
    )


def edition_in_force(standard: str, made_on: date) -> Edition:
    return catalogue().edition_in_force(standard, made_on)


def choose_edition(name: str, made_on: date | None = None) -> Edition:
    return catalogue().choose(name, made_on)
