"""What a password costs to guess. The other tests hash cheaply (`tests/conftest.py`): this asks another process."""

from __future__ import annotations

import subprocess
import sys

HASHED = """
import asyncio
from maskqms.accounts.passwords import _nobodys, fits, hash_secret

async def main():
    stored = await hash_secret("Mask-2026-test")
    print(stored, _nobodys(), await fits(stored, "Mask-2026-test"), await fits(stored, "Mask-2026-Test"))

asyncio.run(main())
"""
COST = "$argon2id$v=19$m=65536,t=3,p=4$"
"""RFC 9106, section 4, the second recommended choice: 64 MiB, three passes, four lanes."""


def test_a_stored_password_and_an_unknown_name_cost_what_the_rfc_recommends() -> None:
    done = subprocess.run([sys.executable, "-c", HASHED], capture_output=True, text=True, check=True, timeout=60)
    stored, nobodys, right, wrong = done.stdout.split()
    assert stored.startswith(COST)
    assert nobodys.startswith(COST)
    assert (right, wrong) == ("True", "False")
