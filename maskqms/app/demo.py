"""`maskqms demo`: a factory with a month behind it, ready in the browser."""

from __future__ import annotations

import os

import click
from rich.console import Console

from maskqms.app.serving import serve
from maskqms.commandline import answering
from maskqms.db.opening import place
from maskqms.demo.days import WHOLE_MONTH
from maskqms.demo.making import made
from maskqms.demo.products import COMPANY_PREFIX
from maskqms.demo.tour import tell
from maskqms.devices.gateway.run import leave_for_gateway
from maskqms.settings import settings


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--fresh", is_flag=True, help="Drop the demo's database and make the month anew.")
@click.option(
    "--days", type=click.IntRange(3, WHOLE_MONTH), default=WHOLE_MONTH, show_default=True, help="Working days to make."
)
@answering
def demo_command(host: str, port: int, fresh: bool, days: int) -> None:
    """A demo factory with a month of history: makes it when it is not there, serves it, prints users and a tour."""
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::') else host}:{port}"  # noqa: S104
    _settle(address)
    console = Console()
    with place() as where:
        logbook = made(where, fresh=fresh, days=days, console=console)
        leave_for_gateway(settings().data, server=address, token=logbook.gateway_token)
        tell(console, logbook, address=address, data=str(settings().data))
        serve(where, host=host, port=port, workers=2)


def _settle(address: str) -> None:
    """A demo may say what a factory must: the address on its labels, and the usual example of a company prefix."""
    os.environ.setdefault("MASKQMS_PUBLIC_URL", address)
    os.environ.setdefault("MASKQMS_BASE_URL", address)
    os.environ.setdefault("MASKQMS_GS1_COMPANY_PREFIX", COMPANY_PREFIX)
    settings.cache_clear()


COMMANDS = [demo_command]
