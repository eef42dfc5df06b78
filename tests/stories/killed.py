"""A process of its own that issues a roll to a batch and is killed with -9 before statement N of the act.

Run as `python -m tests.stories.killed URL BATCH ROLL N`; prints how many statements a whole act takes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from decimal import Decimal

import asyncpg

from maskqms.accounts.queries import account_named
from maskqms.batches.actions.issue import issue_unit
from maskqms.db.engine import DB, configure, stop_pool


async def main(url: str, batch: str, roll: str, fatal: int) -> None:
    statements = 0

    def count(_query: asyncpg.connection.LoggedQuery) -> None:
        nonlocal statements
        statements += 1
        if statements == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    async def watch(link: asyncpg.Connection) -> None:
        link.add_query_logger(count)

    configure(url)
    DB.config["server_settings"]["application_name"] = "killed"
    actor = (await account_named("operator")).actor()
    await DB.start_connection_pool(min_size=1, max_size=2, setup=watch)
    await issue_unit(batch=batch, code=roll, quantity=Decimal(100), actor=actor)
    print(statements)
    await stop_pool()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
