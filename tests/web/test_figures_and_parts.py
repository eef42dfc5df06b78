"""Figures, moments, tries and the small data of the parts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from maskqms.actor import Actor, Role
from maskqms.i18n import in_locale
from maskqms.web import assets, filters, navigation
from maskqms.web.parts import Check, CheckGroup, Column, Option, Paging
from maskqms.web.security import Tries
from maskqms.web.templates import choices, columns_of, environment

NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)  # already the 22nd in the factory


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("12000.500"), "12,000.5"),
        (Decimal("100"), "100"),
        (Decimal("1E+3"), "1,000"),
        (Decimal("0.10"), "0.1"),
        (Decimal("0"), "0"),
        (Decimal("-0.50"), "-0.5"),
        (5, "5"),
        (1200, "1,200"),
    ],
)
def test_numbers_are_trimmed(value: Decimal | int, words: str) -> None:
    assert filters.number(value) == words


def test_moments_are_shown_in_the_zone_of_the_factory() -> None:
    assert filters.moment(NOW) == "2026-11-22 02:30"
    assert filters.day(NOW) == "2026-11-22"
    assert filters.day(date(2026, 11, 21)) == "2026-11-21"
    assert filters.second(NOW).startswith("2026-11-22 02:30:00")
    assert filters.percent(Decimal("0.125")) == "12.5 %"


@pytest.mark.parametrize(
    ("value", "words", "over"),
    [
        (NOW + timedelta(minutes=5), "in 5 min", False),
        (NOW - timedelta(hours=5), "5 h ago", True),
        (NOW + timedelta(days=3), "in 3 days", False),
        (date(2026, 11, 22), "today", False),
        (date(2026, 11, 21), "24 h ago", True),
        (date(2026, 12, 22), "in 30 days", False),
    ],
)
def test_distances_are_said_as_people_say_them(value: date | datetime, words: str, over: bool) -> None:
    with in_locale("en"):
        assert str(filters.distance(value, NOW)) == words
    assert filters.past(value, NOW) is over


def test_facts_are_spoken() -> None:
    with in_locale("en"):
        assert str(filters.spoken(True)) == "yes"
    assert filters.spoken([Decimal("1.50"), "a"]) == "1.5, a"
    assert filters.spoken(None) is None


def test_pages_of_a_list_keep_the_filter() -> None:
    paging = Paging(2, 50, 120, "/lots", {"state": "released", "q": None, "tests": ["a", "b"]})
    assert (paging.pages, paging.first, paging.last) == (3, 51, 100)
    assert paging.to(3) == "/lots?state=released&tests=a&tests=b&page=3"
    empty = Paging(1, 50, 0, "/lots")
    assert (empty.pages, empty.first, empty.last) == (1, 0, 0)


def test_a_group_of_checks_knows_what_is_open() -> None:
    good, bad = Check("a", passed=True), Check("b", passed=False)
    group = CheckGroup("g", [good, bad])
    assert (group.passed, group.open) == ([good], [bad])


def test_options_and_columns_may_be_given_shortly() -> None:
    assert choices([("a", "A"), Option("b", "B")]) == [Option("a", "A"), Option("b", "B")]
    assert choices(Role)[0] == Option("operator", Role.OPERATOR.label)
    heads = columns_of(["Code", ("Length", "m"), Column("x", sort="x")])
    assert heads == [Column("Code"), Column("Length", unit="m", numeric=True), Column("x", sort="x")]


def test_too_many_tries_must_wait_and_are_forgotten() -> None:
    tries = Tries(2, 60)
    assert [tries.take("a", at) for at in (0, 1, 2)] == [0, 0, 58]
    assert tries.take("b", 2) == 0
    assert tries.take("a", 60.5) == 0


def test_every_entry_of_the_map_has_an_icon_and_its_own_address() -> None:
    entries = [entry for group in navigation.MAP for entry in group.entries]
    for entry in entries:
        assert assets.icon(entry.icon)
    assert len({entry.href for entry in entries}) == len(entries)


def test_the_map_shows_what_is_somebodys_work() -> None:
    nobody = Actor(1, "x", "X")
    everybody = Actor(1, "x", "X", frozenset(Role))
    assert navigation.navigation(None) == ()
    seen = {entry.href for group in navigation.navigation(nobody) for entry in group.entries}
    every = {entry.href for group in navigation.navigation(everybody) for entry in group.entries}
    assert seen <= every
    assert "/" in seen
    assert navigation.active_entry("/") == "/"
    assert navigation.active_entry("/nowhere") is None


def test_unknown_icons_and_files_are_errors() -> None:
    with pytest.raises(LookupError):
        assets.icon("no-such-icon")
    with pytest.raises(LookupError):
        assets.asset("no-such-file.css")
    assert 'aria-label="&lt;b&gt;"' in assets.icon("lock", label="<b>")


def test_every_template_compiles() -> None:
    jinja = environment()
    for name in jinja.list_templates():
        jinja.get_template(name)
