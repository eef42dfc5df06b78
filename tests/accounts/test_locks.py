"""Guessing: counted exactly, however many guess at once, and no way around the lock."""

from __future__ import annotations

import asyncio

import pytest

from maskqms.accounts.actions.badges import revoke_badge
from maskqms.accounts.actions.people import change_password, reset_password, set_active
from maskqms.accounts.actions.signin import sign_in, sign_in_by_badge
from maskqms.accounts.passwords import hash_secret
from maskqms.accounts.queries import account_named
from maskqms.accounts.signing import Meaning, reauthenticate, sign
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.settings import settings
from tests.conftest import PASSWORD, People
from tests.make.accounts import working_badge

WRONG = "wrong password"


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


async def guess(username: str, password: str = WRONG) -> set[str]:
    try:
        await sign_in(username, password, address="x", request_id=None)
    except Refused as refused:
        return {reason.code for reason in refused.reasons}
    return set()


async def lock(username: str) -> None:
    for _try in range(settings().lockout_after):
        assert await guess(username) == {"signin.wrong"}


async def test_many_guesses_at_once_are_all_counted_and_lock(people: People) -> None:
    answers = await asyncio.gather(*(guess("quality") for _try in range(settings().lockout_after)))
    assert answers == [{"signin.wrong"}] * settings().lockout_after
    assert await guess("quality", PASSWORD) == {"account.locked"}
    assert await sql.fetch_value("SELECT count(*) FROM audit_entry WHERE tag = 'account:lock'") == 1


async def test_a_right_guess_that_was_on_its_way_when_the_lock_fell_opens_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand guesses sent together would otherwise all be judged before the first is counted."""
    judged = asyncio.Event()
    from_before = await account_named("quality")

    async def slow(stored: str | None, _secret: str) -> bool:
        await judged.wait()
        return stored == from_before.password_hash

    with monkeypatch.context() as patch:
        patch.setattr("maskqms.accounts.actions.signin.fits", slow)
        waiting = asyncio.create_task(guess("quality", PASSWORD))
        await asyncio.sleep(0.05)
    await lock("quality")
    judged.set()
    assert await waiting == {"account.locked"}
    assert await sql.fetch_value("SELECT count(*) FROM session") == 0


async def test_a_password_that_was_reset_meanwhile_opens_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = asyncio.Event()

    async def slow(_stored: str | None, _secret: str) -> bool:
        await judged.wait()
        return True

    with monkeypatch.context() as patch:
        patch.setattr("maskqms.accounts.actions.signin.fits", slow)
        waiting = asyncio.create_task(guess("quality", PASSWORD))
        await asyncio.sleep(0.05)
    await reset_password(username="quality", actor=people.admin)
    judged.set()
    assert await waiting == {"signin.wrong"}


async def test_an_unknown_name_locks_like_a_known_one(people: People) -> None:
    """Else five tries would tell which names exist."""
    for name in ("nobody", "quality"):
        await lock(name)
        assert await guess(name) == {"account.locked"}


async def test_every_try_stays_in_the_trail_also_while_locked(people: People) -> None:
    await lock("quality")
    await guess("quality")
    await guess("quality")
    rows = await sql.fetch("SELECT kind FROM audit_entry WHERE tag = 'session:fail' AND subject = 'quality'")
    assert sorted(row["kind"] for row in rows) == ["act"] * settings().lockout_after + ["refusal"] * 2


async def test_wrong_passwords_of_signatures_and_of_the_password_page_count_too(people: People) -> None:
    with pytest.raises(Refused):
        await reauthenticate(people.quality, username="quality", password=WRONG)
    for _try in range(settings().lockout_after - 1):
        with pytest.raises(Refused) as refused:
            await change_password(current=WRONG, password="Another-2026-word", actor=people.quality)
        assert codes(refused) == {"password.current"}
    with pytest.raises(Refused) as refused:
        await change_password(current=PASSWORD, password="Another-2026-word", actor=people.quality)
    assert codes(refused) == {"account.locked"}


async def test_a_success_forgets_earlier_failures(people: People) -> None:
    for _round in range(2):
        for _try in range(settings().lockout_after - 1):
            await guess("quality")
        assert await guess("quality", PASSWORD) == set()
    assert (await account_named("quality")).failures == 0


async def test_a_closed_account_opens_nothing_and_says_nothing(people: People) -> None:
    await set_active(username="quality", active=False, reason="left", actor=people.admin)
    assert await guess("quality", PASSWORD) == {"signin.wrong"}
    with pytest.raises(Refused):
        await reauthenticate(people.quality, username="quality", password=PASSWORD)


async def test_a_signer_whose_password_was_reset_meanwhile_signs_nothing(people: People) -> None:
    signer = await people.signer("quality")
    await reset_password(username="quality", actor=people.admin)
    with pytest.raises(Refused) as refused:
        async with act(Tag.CLOCK_JOB, actor=signer.actor):
            await sign(signer, Meaning.REVIEWED, subject="MB-1", content={})
    assert codes(refused) == {"signature.account-changed"}
    assert await sql.fetch_value("SELECT count(*) FROM signature") == 0


async def test_a_signature_stands_only_inside_an_act(people: People) -> None:
    signer = await people.signer("quality")
    with pytest.raises(RuntimeError):
        await sign(signer, Meaning.REVIEWED, subject="MB-1", content={})


async def test_an_administrators_try_to_sign_is_kept(people: People) -> None:
    with pytest.raises(Refused):
        await reauthenticate(people.admin, username="admin", password=PASSWORD)
    row = await sql.fetch_one("SELECT kind, tag, name FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert tuple(row) == ("refusal", "signature:fail", "管理员")


async def test_a_pin_fits_whole_or_not_at_all(people: People) -> None:
    badge = await working_badge(people)
    for pin in ("2746139", "27461", ""):
        with pytest.raises(Refused) as refused:
            await sign_in_by_badge(badge.code, pin, station="L1", address="x", request_id=None)
        assert codes(refused) == {"signin.wrong"}
    assert (await account_named("operator")).failures == 3


async def test_a_badge_is_no_way_around_the_lock(people: People) -> None:
    badge = await working_badge(people)
    await lock("operator")
    with pytest.raises(Refused) as refused:
        await sign_in_by_badge(badge.code, "274613", station="L1", address="x", request_id=None)
    assert codes(refused) == {"account.locked"}


async def test_a_badge_revoked_while_its_pin_is_checked_opens_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    badge = await working_badge(people)
    judged = asyncio.Event()

    async def slow(_stored: str | None, _secret: str) -> bool:
        await judged.wait()
        return True

    with monkeypatch.context() as patch:
        patch.setattr("maskqms.accounts.actions.signin.fits", slow)
        waiting = asyncio.create_task(
            sign_in_by_badge(badge.code, "274613", station="L1", address="x", request_id=None)
        )
        await asyncio.sleep(0.05)
    await revoke_badge(number=badge.number, reason="lost", actor=people.manager)
    judged.set()
    with pytest.raises(Refused) as refused:
        await waiting
    assert codes(refused) == {"signin.wrong"}
    assert await sql.fetch_value("SELECT count(*) FROM session") == 0


async def test_an_unknown_name_costs_the_same_work(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try checks one Argon2 hash, whether the name, the password or the badge is wrong."""
    checked: list[bool] = []
    cost = (await hash_secret("x")).rsplit("$", 2)[0]

    def count(_stored: str, _secret: str) -> bool:
        checked.append(_stored.rsplit("$", 2)[0] == cost)
        return False

    monkeypatch.setattr("maskqms.accounts.passwords._verify", count)
    await guess("quality")
    await guess("nobody")
    with pytest.raises(Refused):
        await sign_in_by_badge("no such badge", "274613", station="L1", address="x", request_id=None)
    assert checked == [True, True, True]
