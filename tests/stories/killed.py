"""A process whose children do one act each and are killed with -9 after statement N of it.

Run as `python -m tests.stories.killed URL`; reads one JSON object a line, `{"act", "fatal", ...facts}`, and answers
each with one line: `killed`, or `ended` when the act had fewer statements. A child is a fork, so that hundreds of
deaths cost seconds; nothing that starts threads may run before the fork.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

import asyncpg

from maskqms.accounts.queries import account_named
from maskqms.accounts.signing import content_digest, reauthenticate
from maskqms.actor import Actor
from maskqms.batches.actions.issue import issue_unit
from maskqms.batches.actions.pack import pack_carton
from maskqms.db.engine import DB, configure, stop_pool
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.rules.receipt import NewRoll, Receipt
from maskqms.release.actions.decide import sign_release
from maskqms.release.queries.gate import dossier
from maskqms.release.rules.contents import release_content
from maskqms.shipping.actions.confirm import confirm_shipment
from maskqms.trace.actions.holds import place_hold

Facts = Mapping[str, Any]
Prepared = Callable[[], Awaitable[object]]


async def person(name: str) -> Actor:
    return (await account_named(name)).actor()


async def receive(facts: Facts) -> Prepared:
    actor = await person("warehouse")
    rolls = (NewRoll(metres=Decimal(500), kilograms=Decimal(12)),) * 2
    delivery = Receipt(quantity=Decimal(1000), supplier_lot="KILL-1", delivery_note="SH-KILL", rolls=rolls)
    return lambda: receive_lot(supplier=facts["supplier"], material=facts["material"], receipt=delivery, actor=actor)


async def issue(facts: Facts) -> Prepared:
    actor = await person("operator")
    return lambda: issue_unit(batch=facts["batch"], code=facts["roll"], quantity=Decimal(100), actor=actor)


async def pack(facts: Facts) -> Prepared:
    actor = await person("operator")
    return lambda: pack_carton(batch=facts["batch"], actor=actor)


async def release(facts: Facts) -> Prepared:
    signer = await reauthenticate(await person("quality2"), username="quality2", password=facts["password"])
    found = await dossier(facts["batch"])
    digest = content_digest(release_content(found.report, found.batch.product, found.facts.output.packed))
    return lambda: sign_release(facts["batch"], digest=digest, signer=signer)


async def ship(facts: Facts) -> Prepared:
    actor = await person("warehouse")
    return lambda: confirm_shipment(facts["shipment"], carrier="顺丰速运", waybill="SF1", actor=actor)


async def hold(facts: Facts) -> Prepared:
    actor = await person("quality")
    return lambda: place_hold(unit=facts["unit"], reason="熔喷布驻极不良", actor=actor)


ACTS: dict[str, Callable[[Facts], Awaitable[Prepared]]] = {
    one.__name__: one for one in (receive, issue, pack, release, ship, hold)
}


async def act(url: str, facts: Facts) -> None:
    """Do the act; die after statement `fatal` of it, if there is one."""
    statements: int | None = None

    def count(_query: asyncpg.connection.LoggedQuery) -> None:
        nonlocal statements
        if statements is None:
            return
        statements += 1
        if statements == facts["fatal"]:
            os.kill(os.getpid(), signal.SIGKILL)

    async def watch(link: asyncpg.Connection) -> None:
        link.add_query_logger(count)

    configure(url)
    DB.config["server_settings"]["application_name"] = "killed"
    await DB.start_connection_pool(min_size=1, max_size=2, setup=watch)
    prepared = await ACTS[facts["act"]](facts)
    statements = 0
    await prepared()
    await stop_pool()


def main(url: str) -> None:
    for line in sys.stdin:
        facts = json.loads(line)
        born = os.fork()
        if born == 0:
            try:
                asyncio.run(act(url, facts))
            finally:
                os._exit(0)
        _pid, status = os.waitpid(born, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else "ended", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
