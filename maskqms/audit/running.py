"""How a command meets the database: open it, act, seal what was done, close it."""

from __future__ import annotations

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from maskqms.audit.acts import shell
from maskqms.audit.keys import CannotSeal
from maskqms.audit.seals import seal
from maskqms.db.opening import Place, opened, place

Answer = TypeVar("Answer")


def with_database(work: Callable[[], Awaitable[Answer]], *, kind: str = "production") -> Answer:
    """Run the work in an open database; what it did is sealed before the command ends."""
    with of_shell(), place() as where:
        return asyncio.run(in_database(where, work, kind=kind))


@contextmanager
def of_shell() -> Iterator[None]:
    """What is done in the block is done at a shell; the trail says whose."""
    token = shell.set(f"shell:{_user()}")
    try:
        yield
    finally:
        shell.reset(token)


async def in_database(where: Place, work: Callable[[], Awaitable[Answer]], *, kind: str = "production") -> Answer:
    """The same inside a running loop, for a place that is already open."""
    async with opened(where, pool=4, kind=kind):
        try:
            return await work()
        finally:
            await seal_or_say()


async def seal_or_say() -> None:
    """Seal; somebody without the key leaves it to the server, which has it."""
    try:
        await seal()
    except (CannotSeal, OSError) as why:
        click.echo(f"not sealed: {why}", err=True)


def _user() -> str:
    """The name behind the shell; a container may have a number only."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
