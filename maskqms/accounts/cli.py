"""`maskqms user`: the first administrator and, where somebody has a shell anyway, the others."""

from __future__ import annotations

import click

from maskqms.accounts.actions.people import create_account, new_password, reset_password
from maskqms.accounts.queries import accounts
from maskqms.actor import SYSTEM, Role
from maskqms.audit.running import with_database
from maskqms.commandline import answering, json_option, print_json


@click.group("user")
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Printed name, as on signatures.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([str(role) for role in Role]))
@click.option("--production-head", is_flag=True, help="Heads production: never releases, never heads quality.")
@click.option("--quality-head", is_flag=True)
@json_option
@answering
def add(
    username: str, name: str, roles: tuple[str, ...], production_head: bool, quality_head: bool, as_json: bool
) -> None:
    """Make an account and print a password that must be changed at first use."""
    password = new_password()
    with_database(
        lambda: create_account(
            username=username,
            name=name,
            roles=[Role(role) for role in roles],
            password=password,
            heads_production=production_head,
            heads_quality=quality_head,
            actor=SYSTEM,
        )
    )
    _show(username, password, as_json)


@user.command("reset")
@click.argument("username")
@json_option
@answering
def reset(username: str, as_json: bool) -> None:
    """A new password for somebody who forgot it; it must be changed at first use."""
    _show(username, with_database(lambda: reset_password(username=username, actor=SYSTEM)), as_json)


@user.command("list")
@json_option
@answering
def list_users(as_json: bool) -> None:
    """Everybody with an account."""
    rows = with_database(accounts)
    if as_json:
        print_json([{"username": r.username, "name": r.name, "roles": r.roles, "active": r.active} for r in rows])
        return
    for row in rows:
        click.echo(f"{row.username:20} {row.name:20} {', '.join(row.roles)}{'' if row.active else '  (inactive)'}")


def _show(username: str, password: str, as_json: bool) -> None:
    if as_json:
        print_json({"username": username, "password": password})
    else:
        click.echo(f"{username}  {password}")


COMMANDS = [user]
