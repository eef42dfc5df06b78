"""Signing in, locking out, signing: the refusals first."""

from __future__ import annotations

import pytest

from maskqms.accounts.actions.authorisations import grant_authorisation
from maskqms.accounts.actions.badges import issue_badge, revoke_badge, set_pin
from maskqms.accounts.actions.people import change_password, reset_password, set_roles
from maskqms.accounts.actions.signin import sign_in, sign_in_by_badge
from maskqms.accounts.queries import authorisation_of, signatures_of
from maskqms.accounts.sessions import find_session
from maskqms.accounts.signing import Meaning, content_digest, reauthenticate, sign
from maskqms.actor import Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import today
from maskqms.errors import Refused
from maskqms.settings import settings
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make.accounts import working_badge

WRONG = "wrong password"


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nobody(people: People) -> None:
    for username in ("quality", "nobody"):
        with pytest.raises(Refused) as refused:
            await sign_in(username, WRONG, address="x", request_id=None)
        assert codes(refused) == {"signin.wrong"}


async def test_too_many_wrong_passwords_lock_the_account_and_stay_in_the_trail(people: People, clock: Clock) -> None:
    for _try in range(settings().lockout_after):
        with pytest.raises(Refused):
            await sign_in("quality", WRONG, address="x", request_id=None)
    with pytest.raises(Refused) as refused:
        await sign_in("quality", PASSWORD, address="x", request_id=None)
    assert codes(refused) == {"account.locked"}
    tags = [row["tag"] for row in await sql.fetch("SELECT tag FROM audit_entry WHERE kind = 'act' ORDER BY id")]
    assert tags.count("session:fail") == settings().lockout_after
    assert "account:lock" in tags


async def test_a_lock_ends_by_itself(people: People, clock: Clock) -> None:
    for _try in range(settings().lockout_after):
        with pytest.raises(Refused):
            await sign_in("quality", WRONG, address="x", request_id=None)
    await clock.set(f"{(await today()).year + 1}-01-01T08:00:00+08:00")
    assert (await sign_in("quality", PASSWORD, address="x", request_id=None)).actor.username == "quality"


async def test_a_session_ends_with_its_persons_rights(people: People) -> None:
    opened = await sign_in("inspector", PASSWORD, address="x", request_id=None)
    assert await find_session(opened.token) is not None
    await set_roles(
        username="inspector",
        roles=[Role.OPERATOR],
        heads_production=False,
        heads_quality=False,
        reason="moved",
        actor=people.admin,
    )
    assert await find_session(opened.token) is None


async def test_nobody_raises_ones_own_rights(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await set_roles(
            username="admin",
            roles=[Role.QUALITY],
            heads_production=True,
            heads_quality=True,
            reason="",
            actor=people.admin,
        )
    assert codes(refused) == {"account.own-roles", "account.both-heads", "reason.missing"}


async def test_only_an_administrator_changes_roles(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await set_roles(
            username="operator",
            roles=[Role.QUALITY],
            heads_production=False,
            heads_quality=False,
            reason="x",
            actor=people.quality,
        )
    assert codes(refused) == {"actor.role"}


async def test_a_former_password_is_not_taken_again(people: People) -> None:
    await change_password(current=PASSWORD, password="Another-2026-word", actor=people.quality)
    with pytest.raises(Refused) as refused:
        await change_password(current="Another-2026-word", password=PASSWORD, actor=people.quality)
    assert codes(refused) == {"password.used"}


async def test_a_password_set_by_an_administrator_signs_nothing(people: People) -> None:
    given = await reset_password(username="quality", actor=people.admin)
    with pytest.raises(Refused) as refused:
        await reauthenticate(people.quality, username="quality", password=given)
    assert codes(refused) == {"signature.password-unchanged"}


async def test_an_administrator_signs_nothing_and_nobody_signs_for_another(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await reauthenticate(people.admin, username="quality", password=PASSWORD)
    assert codes(refused) == {"signature.role", "signature.other-person"}


async def test_a_signature_keeps_name_role_meaning_and_the_digest_of_what_was_shown(people: People) -> None:
    signer = await people.signer("quality")
    content = {"batch": "MB-1", "quantity": "12.50"}
    async with act(Tag.CLOCK_JOB, actor=signer.actor) as this:
        await sign(signer, Meaning.REVIEWED, subject="MB-1", content=content)
        await this.record(subject="MB-1")
    (row,) = await signatures_of("MB-1")
    assert (row.name, row.roles, row.meaning) == ("陈质量", "quality", Meaning.REVIEWED)
    assert row.stands_for(content_digest(content))
    assert not row.stands_for(content_digest({**content, "quantity": "12.51"}))


async def test_a_badge_opens_a_tablet_until_it_is_revoked(people: People) -> None:
    badge = await working_badge(people)
    opened = await sign_in_by_badge(badge.code, "274613", station="L1", address="x", request_id=None)
    assert (opened.actor.username, opened.actor.station) == ("operator", "L1")
    await revoke_badge(number=badge.number, reason="lost", actor=people.manager)
    assert await find_session(opened.token) is None
    with pytest.raises(Refused) as refused:
        await sign_in_by_badge(badge.code, "274613", station="L1", address="x", request_id=None)
    assert codes(refused) == {"signin.wrong"}


async def test_a_weak_pin_and_a_wrong_role_issue_no_badge(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await issue_badge(username="operator", actor=people.quality)
    assert codes(refused) == {"actor.role"}
    badge = await issue_badge(username="operator", actor=people.admin)
    with pytest.raises(Refused) as refused:
        await set_pin(number=badge.number, pin="111111", password=PASSWORD, actor=people.operator)
    assert codes(refused) == {"pin.weak"}


async def test_an_authorisation_is_granted_by_quality_and_never_to_oneself(people: People) -> None:
    day = await today()
    until = day.replace(year=day.year + 1)
    with pytest.raises(Refused) as refused:
        await grant_authorisation(
            username="quality",
            products=["P1", "P9"],
            known_products=["P1"],
            valid_from=until,
            valid_until=day,
            reason="任命放行人",
            signer=await people.signer("quality"),
        )
    assert codes(refused) == {
        "authorisation.oneself",
        "authorisation.unknown-product",
        "authorisation.dates",
    }
    await grant_authorisation(
        username="manager",
        products=["P1"],
        known_products=["P1"],
        valid_from=day,
        valid_until=until,
        reason="任命放行人",
        signer=await people.signer("quality"),
    )
    manager = people.manager.account_id
    assert manager is not None
    assert await authorisation_of(manager, "P1", day) is not None
    assert await authorisation_of(manager, "P2", day) is None
    assert await authorisation_of(manager, "P1", until.replace(year=until.year + 1)) is None


async def test_the_pages_are_closed_to_strangers_and_open_by_the_sign_in_page(
    client_as: ClientAs, people: People
) -> None:
    stranger = await client_as(None)
    assert (await stranger.get("/people")).headers["location"].startswith("/sign-in")
    administrator = await client_as(people.admin)
    assert "李检验" in (await administrator.get("/people")).text
    inspector = await client_as(people.inspector)
    assert (await inspector.get("/people")).status_code == 403


async def test_a_post_without_the_token_is_refused(client_as: ClientAs, people: People) -> None:
    client = await client_as(people.admin)
    del client.headers["x-csrftoken"]
    assert (await client.post("/people/operator/reset")).status_code == 403
