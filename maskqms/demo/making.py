"""Make the demo factory when it is not there, and show how far the month has come.

The month is worked in a process of its own: certificates are set by a library that keeps threads, and a server that is
forked from a process with such threads would wait for them for ever.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from maskqms.db.clock import local
from maskqms.db.opening import Place
from maskqms.demo.clockwork import Seen
from maskqms.demo.database import as_owner, begun, connected, ready
from maskqms.demo.days import Calendar, at
from maskqms.demo.factory import work
from maskqms.demo.logbook import Logbook, logbook_of, read, write
from maskqms.errors import Reason, Refused
from maskqms.i18n import _, set_locale
from maskqms.settings import settings


def made(where: Place, *, fresh: bool, days: int, console: Console) -> Logbook:
    """The logbook of the factory that is there, or of the one that is made now."""
    created_at, unfinished = asyncio.run(_stands(where, fresh))
    found = read(settings().data, created_at)
    if found is not None:
        return found
    if unfinished:
        console.print(str(_("A demo that was not finished is made anew.")))
        created_at, _nothing = asyncio.run(_stands(where, fresh=True))
    addresses = Place(where.app_url, where.owner_url, None)
    maker = multiprocessing.get_context("spawn").Process(target=_make, args=(addresses, days, created_at))
    maker.start()
    maker.join()
    found = read(settings().data, created_at)
    if maker.exitcode or found is None:
        broken = Reason("demo.not_made", _("The demo factory was not finished."), _("Start the command again."))
        raise Refused(_("No demo here"), [broken])
    return found


async def _stands(where: Place, fresh: bool) -> tuple[datetime, bool]:
    """When the database was created, and whether somebody works in it already."""
    return await ready(where, fresh=fresh), await begun(where)


def _make(where: Place, days: int, created_at: datetime) -> None:
    set_locale(settings().language)
    write(settings().data, asyncio.run(_worked(where, days, created_at)))


async def _worked(where: Place, days: int, created_at: datetime) -> Logbook:
    async with connected(where), as_owner(where) as owner:
        with _shown(Calendar.of(days)) as seen:
            world = await work(owner, days=days, seen=seen)
        return await logbook_of(world, created_at)


@contextmanager
def _shown(calendar: Calendar) -> Iterator[Seen]:
    """A bar over the working days; most of the work lies in them, not in the days of the set-up."""
    share = TextColumn("{task.percentage:>3.0f} %")
    with Progress(TextColumn("{task.description}"), BarColumn(), share, TimeElapsedColumn()) as progress:
        task = progress.add_task(str(_("The factory is set up")), total=len(calendar.days) + 1)

        def seen(moment: datetime) -> None:
            here = local(moment)
            done: float = sum(day < here.date() for day in calendar.days)
            if here.date() in calendar.days:
                hours = (here - at(here.date(), "07:00")).total_seconds() / 3600
                done += 1 + min(0.99, max(0.0, hours / 11))
                progress.update(task, description=str(_("Working: {day}", day=here.date())))
            progress.update(task, completed=done)

        yield seen
        progress.update(task, completed=len(calendar.days) + 1)
