"""Who may be what: accounts, passwords, sessions, posts and authorisations."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from maskqms.accounts.actions.authorisations import grant_authorisation, revoke_authorisation
from maskqms.accounts.actions.badges import issue_badge, revoke_badge
from maskqms.accounts.actions.people import change_password, create_account, reset_password, set_active, set_roles
from maskqms.accounts.actions.signin import sign_in
from maskqms.accounts.queries import account_named, authorisation_of, authorisations
from maskqms.accounts.rules import pin_blockers
from maskqms.accounts.sessions import find_session
from maskqms.actor import SIGNING_ROLES, SYSTEM, Role
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.errors import Refused
from maskqms.settings import settings
from tests.conftest import PASSWORD, Clock, People
from tests.make.accounts import working_badge

NEW = "Another-2026-word"


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def make(username: str, *roles: Role, name: str = "某人", **more: bool) -> int:
    return await create_account(username=username, name=name, roles=roles, password=NEW, actor=SYSTEM, **more)


@pytest.mark.parametrize("username", ["Chen", "陈", "chén", "аdmin", "a", "1a", "a b", "x" * 61, ""])
async def test_a_user_name_is_plain_letters_that_nobody_can_imitate(people: People, username: str) -> None:
    with pytest.raises(Refused) as refused:
        await make(username, Role.OPERATOR)
    assert "account.username" in codes(refused)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
async def test_a_printed_name_is_needed(people: People, name: str) -> None:
    with pytest.raises(Refused) as refused:
        await make("chen", Role.OPERATOR, name=name)
    assert codes(refused) == {"account.name"}


@pytest.mark.parametrize("other", [*sorted(SIGNING_ROLES), Role.REGULATOR])
async def test_an_administrator_is_nothing_else(people: People, other: Role, owner: asyncpg.Connection) -> None:
    """Who gives out rights signs nothing (R16), so that no second role can bring it back; nor a regulator (R18)."""
    with pytest.raises(Refused) as refused:
        await make("chen", Role.ADMINISTRATOR, other)
    assert codes(refused) == {"account.role-alone"}
    with pytest.raises(Refused) as refused:
        await set_roles(
            username="operator",
            roles=[Role.ADMINISTRATOR, other],
            heads_production=False,
            heads_quality=False,
            reason="x",
            actor=people.admin,
        )
    assert codes(refused) == {"account.role-alone"}
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("UPDATE account SET roles = $1 WHERE username = 'admin'", ["administrator", str(other)])


async def test_rights_change_at_once_and_with_everything_in_the_trail(people: People) -> None:
    await set_roles(
        username="manager",
        roles=[Role.PLANT_MANAGER, Role.OPERATOR],
        heads_production=True,
        heads_quality=False,
        reason="new post",
        actor=people.admin,
    )
    row = await sql.fetch_one("SELECT before::text, after::text, reason, name FROM audit_entry WHERE tag = $1",
                              "account:roles")  # fmt: skip
    assert row is not None
    assert '"heads_production": false' in row["before"]
    assert '"heads_production": true' in row["after"]
    assert (row["reason"], row["name"]) == ("new post", "管理员")


async def test_a_head_of_production_and_an_authorisation_never_meet_even_at_the_same_time(people: People) -> None:
    day = await today()
    signer = await people.signer("quality")

    async def head() -> None:
        await set_roles(
            username="manager",
            roles=[Role.PLANT_MANAGER],
            heads_production=True,
            heads_quality=False,
            reason="x",
            actor=people.admin,
        )

    async def grant() -> None:
        await grant_authorisation(
            username="manager",
            products=["P1"],
            known_products=["P1"],
            valid_from=day,
            valid_until=day,
            reason="任命放行人",
            signer=signer,
        )

    ends = await asyncio.gather(head(), grant(), return_exceptions=True)
    assert sum(isinstance(end, Refused) for end in ends) == 1


async def test_an_authorisation_that_ended_yesterday_here_no_longer_stands_in_the_way(
    people: People, clock: Clock
) -> None:
    """In China it is tomorrow for eight hours while the server's calendar says today."""
    await clock.set("2026-11-21T12:00+08:00")
    day = await today()
    await grant_authorisation(
        username="manager",
        products=["P1"],
        known_products=["P1"],
        valid_from=day,
        valid_until=day,
        reason="任命放行人",
        signer=await people.signer("quality"),
    )
    await clock.set("2026-11-22T00:30+08:00")
    await set_roles(
        username="manager",
        roles=[Role.PLANT_MANAGER],
        heads_production=True,
        heads_quality=False,
        reason="x",
        actor=people.admin,
    )
    assert (await account_named("manager")).heads_production
    assert await authorisation_of((await account_named("manager")).id, "P1", day) is None


async def test_an_authorisation_is_never_over_before_it_is_given_and_revoked_once(people: People) -> None:
    day = await today()
    signer = await people.signer("quality")
    with pytest.raises(Refused) as refused:
        await grant_authorisation(
            username="manager",
            products=["P1", "P1"],
            known_products=["P1"],
            valid_from=day - timedelta(days=9),
            valid_until=day - timedelta(days=1),
            reason="任命放行人",
            signer=signer,
        )
    assert codes(refused) == {"authorisation.over"}
    await grant_authorisation(
        username="manager",
        products=["P1"],
        known_products=["P1"],
        valid_from=day,
        valid_until=day,
        reason="任命放行人",
        signer=signer,
    )
    (row,) = await authorisations()
    ends = await asyncio.gather(
        *(revoke_authorisation(authorisation=row.id, reason="x", signer=signer) for _time in range(2)),
        return_exceptions=True,
    )
    assert sum(isinstance(end, Refused) for end in ends) == 1
    assert await sql.fetch_value("SELECT count(*) FROM signature WHERE meaning = 'revoked'") == 1


async def test_a_reset_does_not_let_an_old_password_back_in(people: People) -> None:
    given = await reset_password(username="quality", actor=people.admin)
    with pytest.raises(Refused) as refused:
        await change_password(current=given, password=PASSWORD, actor=people.quality)
    assert codes(refused) == {"password.used"}


async def test_a_new_password_ends_every_other_session_of_the_person(people: People) -> None:
    here = await sign_in("quality", PASSWORD, address="x", request_id=None)
    elsewhere = await sign_in("quality", PASSWORD, address="y", request_id=None)
    await change_password(current=PASSWORD, password=NEW, actor=people.quality, token=here.token)
    assert await find_session(here.token) is not None
    assert await find_session(elsewhere.token) is None


async def test_a_session_ends_when_idle_and_at_the_end_of_a_long_day(
    people: People, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await sign_in("quality", PASSWORD, address="x", request_id=None)
    back = "UPDATE session SET seen_at = seen_at - make_interval(secs => $1), opened_at = opened_at - $2::interval"
    await owner.execute(back, 20 * 60.0, timedelta())
    assert await find_session(opened.token) is not None  # and it is seen now
    await owner.execute(back, 0.0, timedelta(hours=settings().session_hours))
    assert await find_session(opened.token) is None
    opened = await sign_in("quality", PASSWORD, address="x", request_id=None)
    await owner.execute(back, settings().idle_minutes * 60.0, timedelta())
    assert await find_session(opened.token) is None

    monkeypatch.setenv("MASKQMS_IDLE_MINUTES", "1")
    settings.cache_clear()
    opened = await sign_in("quality", PASSWORD, address="x", request_id=None)
    for _time in range(3):  # 40 seconds apart: at work, though never a whole minute since the last request
        await owner.execute(back, 40.0, timedelta())
        assert await find_session(opened.token) is not None
    monkeypatch.undo()
    settings.cache_clear()


async def test_a_session_of_a_closed_account_is_dead(people: People) -> None:
    opened = await sign_in("quality", PASSWORD, address="x", request_id=None)
    await set_active(username="quality", active=False, reason="left", actor=people.admin)
    assert await find_session(opened.token) is None


async def test_a_badge_needs_a_living_account_and_its_end_a_reason(people: People) -> None:
    await set_active(username="operator2", active=False, reason="left", actor=people.admin)
    with pytest.raises(Refused) as refused:
        await issue_badge(username="operator2", actor=people.admin)
    assert codes(refused) == {"badge.inactive"}
    badge = await working_badge(people)
    with pytest.raises(Refused) as refused:
        await revoke_badge(number=badge.number, reason=" ", actor=people.admin)
    assert codes(refused) == {"reason.missing"}


@pytest.mark.parametrize("pin", ["111111", "121212", "123456", "987654", "12345", "1234567", "２７４６１３", "27461a"])
def test_a_pin_is_six_digits_that_are_no_row(pin: str) -> None:
    assert [reason.code for reason in pin_blockers(pin)] == ["pin.weak"]


async def test_a_person_is_made_by_administrators_only(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await create_account(username="chen", name="x", roles=[Role.OPERATOR], password=NEW, actor=people.quality)
    assert codes(refused) == {"actor.role"}
