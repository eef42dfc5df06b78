"""The people of the demo factory: one or two in each role, every act of the month under the name of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from maskqms.accounts.actions.badges import issue_badge, set_pin
from maskqms.accounts.actions.people import create_account
from maskqms.accounts.queries import account_named
from maskqms.accounts.signing import Signer, reauthenticate
from maskqms.actor import SIGNING_ROLES, SYSTEM, Actor, Role
from maskqms.demo.clockwork import Story
from maskqms.demo.days import Calendar, at
from maskqms.i18n import Text, _

PASSWORD = "Changyuan-2026"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the factory; `pin` makes a badge for the tablets."""

    username: str
    name: str
    role: Role
    work: Text
    pin: str | None = None
    heads_production: bool = False
    heads_quality: bool = False


PEOPLE = (
    Person("zhang", "张建军", Role.OPERATOR, _("operates line 1"), "246810"),
    Person("wang", "王海涛", Role.OPERATOR, _("operates line 2"), "135791"),
    Person("liu", "刘春梅", Role.OPERATOR, _("operates line 3"), "864213"),
    Person("gao", "高志强", Role.OPERATOR, _("shift leader, checks line clearances"), "975312"),
    Person("zheng", "郑志伟", Role.WAREHOUSE, _("receives and picks"), "112358"),
    Person("feng", "冯桂兰", Role.WAREHOUSE, _("checks what leaves"), "314159"),
    Person("chen", "陈静", Role.INSPECTOR, _("tests")),
    Person("zhao", "赵晓燕", Role.INSPECTOR, _("tests, reviews the other's sheets")),
    Person("sun", "孙丽娟", Role.QUALITY, _("decides on lots, reviews batches")),
    Person("zhou", "周敏", Role.QUALITY, _("head of quality"), heads_quality=True),
    Person("wu", "吴建华", Role.QUALITY, _("authorised to release")),
    Person("qian", "钱国强", Role.PLANT_MANAGER, _("head of production"), heads_production=True),
    Person("he", "何磊", Role.ADMINISTRATOR, _("accounts and settings, signs nothing")),
    Person("ma", "马超", Role.REGULATOR, _("inspector of the authority, reads")),
)
LINES: Mapping[str, str] = {"L1": "zhang", "L2": "wang", "L3": "liu"}
"""Who operates which line."""


class Staff:
    """The people as they act. A password is checked once for each of them, and the proof is used for the month."""

    def __init__(self) -> None:
        self.badges: dict[str, str] = {}
        self._actors: dict[str, Actor] = {}
        self._signers: dict[str, Signer] = {}

    def __getitem__(self, username: str) -> Actor:
        return self._actors[username]

    def signer(self, username: str) -> Signer:
        return self._signers[username]

    async def arrive(self, calendar: Calendar) -> Story:
        """The administrator makes the accounts and hands out the badges."""
        moment = at(calendar.setup, "08:30")
        for person in sorted(PEOPLE, key=lambda one: one.role is not Role.ADMINISTRATOR):
            yield moment
            moment += timedelta(minutes=4)
            await self._enter(person)

    async def _enter(self, person: Person) -> None:
        maker = SYSTEM if person.role is Role.ADMINISTRATOR else self["he"]
        await create_account(
            username=person.username,
            name=person.name,
            roles=[person.role],
            password=PASSWORD,
            actor=maker,
            must_change=False,
            heads_production=person.heads_production,
            heads_quality=person.heads_quality,
        )
        actor = (await account_named(person.username)).actor()
        self._actors[person.username] = actor
        if person.role in SIGNING_ROLES:
            self._signers[person.username] = await reauthenticate(actor, username=person.username, password=PASSWORD)
        if person.pin is not None:
            badge = await issue_badge(username=person.username, actor=maker)
            await set_pin(number=badge.number, pin=person.pin, password=PASSWORD, actor=actor)
            self.badges[person.username] = badge.code
