"""Argon2 and nothing else; a wrong user name costs the same time as a wrong password."""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


async def hash_secret(secret: str) -> str:
    return await asyncio.to_thread(_hasher.hash, secret)


@cache
def _nobodys() -> str:
    """A hash to compare with when there is none, so that an unknown name takes as long as a wrong password."""
    return _hasher.hash("nobody has this password")


def _verify(stored: str, secret: str) -> bool:
    try:
        return _hasher.verify(stored, secret)
    except (VerificationError, InvalidHashError):
        return False


async def fits(stored: str | None, secret: str) -> bool:
    """Whether the secret is the stored one; without a stored one the same work is done and the answer is no."""
    matched = await asyncio.to_thread(_verify, stored or _nobodys(), secret)
    return matched and stored is not None
