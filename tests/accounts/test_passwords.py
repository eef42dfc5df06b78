"""What a password costs to guess. The other tests hash cheaply (`tests/conftest.py`), so this asks a process of its own."""

from __future__ import annotations

import subprocess
import sys

from maskqms.accounts.passwords import fits

HASHED = """
import asyncio
from maskqms.accounts.passwords import _nobodys, hash_secret
print(asyncio.run(hash_secret("Mask-2026-test")))
print(_nobodys())
"""
COST = "$argon2id$v=19$m=65536,t=3,p=4$"
"""RFC 9106, section 4, the second recommended choice: 64 MiB, three passes, four lanes."""


async def test_a_stored_password_and_an_unknown_name_cost_what_the_rfc_recommends() -> None:
    done = subprocess.run([sys.executable, "-c", HASHED], capture_output=True, text=True, check=True, timeout=60)
    stored, nobodys = done.stdout.split()
    assert stored.startswith(COST)
    assert nobodys.startswith(COST)
    assert await fits(stored, "Mask-2026-test")
    assert not await fits(stored, "Mask-2026-Test")
