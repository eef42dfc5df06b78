"""Badges that open a tablet, made by the real acts: issued by the administrator, given a PIN by their owner."""

from __future__ import annotations

from maskqms.accounts.actions.badges import IssuedBadge, issue_badge, set_pin
from tests.conftest import PASSWORD, People

PIN = "274613"


async def working_badge(people: People, name: str = "operator") -> IssuedBadge:
    badge = await issue_badge(username=name, actor=people.admin)
    await set_pin(number=badge.number, pin=PIN, password=PASSWORD, actor=getattr(people, name))
    return badge
