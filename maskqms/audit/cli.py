"""`maskqms audit verify`."""

from __future__ import annotations

import sys

import click

from maskqms.audit.running import with_database
from maskqms.audit.verification import Verification, verify
from maskqms.commandline import answering, json_option, print_json


@click.group("audit")
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@json_option
@answering
def verify_command(as_json: bool) -> None:
    """Check every seal, every entry and every regulated row; exit 1 when something is not as it was written."""
    found: Verification = with_database(verify)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(f"{found.entries} entries, {found.seals} seals, {found.unsealed} not sealed yet")
        click.echo("everything is as it was written" if found.ok else f"BROKEN: {found.first_broken}")
    sys.exit(0 if found.ok else 1)


COMMANDS = [audit]
