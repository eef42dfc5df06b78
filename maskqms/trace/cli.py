"""Trace, balance, hold, lift and import at a shell; their JSON is what people script against and does not change."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import click

from maskqms.accounts.queries import account_named
from maskqms.accounts.signing import Signer, reauthenticate
from maskqms.actor import SYSTEM, Actor
from maskqms.audit.running import with_database
from maskqms.commandline import answering, json_option, print_json
from maskqms.db.clock import local
from maskqms.errors import Reason, Refused
from maskqms.i18n import _
from maskqms.trace.actions.holds import PlacedHold, lift_hold, place_hold
from maskqms.trace.importer.layout import FILES
from maskqms.trace.importer.load import Imported, import_history
from maskqms.trace.moments import moment_of
from maskqms.trace.queries.answer import Trace
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.document import as_json as document_of
from maskqms.trace.queries.holds import HoldRow
from maskqms.trace.queries.traversal import trace
from maskqms.trace.rules import plain
from maskqms.trace.states import Direction

AS_OF = (
    "As it was at that moment: 2026-11-21T08:00+08:00, without an offset in the factory's time;"
    " a day alone, 2026-11-21, means its end."
)


class Moment(click.ParamType[datetime]):
    """As the page reads it; what it refuses is wrong usage here."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = moment_of(str(value))
        except Refused as refused:
            self.fail("; ".join(str(reason.text) for reason in refused.reasons), param, ctx)
        if moment is None:
            self.fail(str(_("Say as of when, such as 2026-11-21.")), param, ctx)
        return moment


@click.command("trace")
@click.argument("code")
@click.option("--backward", is_flag=True, help="What is in it, instead of where it went.")
@click.option("--as-of", type=Moment(), metavar="T", help=AS_OF)
@click.option("--prove", is_flag=True, help="Count again by a second walk, which must agree.")
@json_option
@answering
def trace_command(code: str, backward: bool, as_of: datetime | None, prove: bool, as_json: bool) -> None:
    """Where did CODE go: units, shipments, consignees. Or what is in it."""
    direction = Direction.BACKWARD if backward else Direction.FORWARD
    answer = with_database(lambda: trace(code, direction, as_of=as_of, prove=prove))
    if as_json:
        print_json(document_of(answer), indent=None)
    else:
        _print_trace(answer)
    sys.exit(0 if answer.consistent else 1)


def _print_trace(answer: Trace) -> None:
    proof = answer.proof
    for unit in answer.units():
        click.echo(f"{'  ' * unit.depth}{unit.code}  {unit.kind}  {plain(unit.quantity)} {unit.unit}  {unit.share:.6%}")
    for shipment in answer.shipments:
        click.echo(f"{shipment.code}  {shipment.date}  {shipment.consignee}  ({len(shipment.units)})")
    lists = answer.lists
    words = (
        (_("Shipped"), lists.shipped),
        (_("Can still be stopped"), lists.stoppable),
        (_("On hand"), lists.on_hand),
    )
    for label, items in words:
        click.echo(f"{label}: {len(items)}")
    again = _("not counted again") if proof.recount is None else _("counted again: {n}", n=proof.recount)
    click.echo(str(_("{units} units over {links} links, {again}.", units=proof.units, links=proof.links, again=again)))
    click.echo(f"{local(proof.as_of).isoformat()}  sha256 {proof.digest}")
    for fault in answer.faults:
        click.echo(f"INCONSISTENT: {fault}", err=True)


@click.command("balance")
@click.argument("code")
@json_option
@answering
def balance_command(code: str, as_json: bool) -> None:
    """What came into CODE and where it went."""
    document = with_database(lambda: balance(code)).as_json()
    if as_json:
        print_json(document)
    else:
        for name, value in document.items():
            click.echo(f"{name:>10}  {value}")


async def _person(username: str) -> tuple[Actor, str]:
    """Somebody at the shell, with the password from MASKQMS_PASSWORD or typed."""
    actor = (await account_named(username)).actor()
    return actor, os.environ.get("MASKQMS_PASSWORD") or click.prompt(username, hide_input=True, err=True)


async def _signer(username: str | None) -> Signer:
    if username is None:
        missing = Reason(
            "signature.missing",
            _("A hold is lifted by a person of quality, with password."),
            _("Name the person with --user."),
        )
        raise Refused(_("Not lifted"), [missing])
    actor, password = await _person(username)
    return await reauthenticate(actor, username=username, password=password)


@click.command("hold")
@click.argument("code")
@click.option("--reason", required=True, help="Why; everybody who meets the hold reads it.")
@click.option("--user", metavar="NAME", help="Who places it; without, the system does.")
@json_option
@answering
def hold_command(code: str, reason: str, user: str | None, as_json: bool) -> None:
    """Hold CODE and everything made of it, at once."""

    async def work() -> PlacedHold:
        actor = SYSTEM if user is None else (await _signer(user)).actor
        return await place_hold(unit=code, reason=reason, actor=actor)

    placed = with_database(work)
    if as_json:
        print_json({"hold": placed.hold.code, "units": placed.units})
    else:
        click.echo(f"{placed.hold.code}: " + ", ".join(f"{kind} {count}" for kind, count in placed.units.items()))


@click.command("lift")
@click.argument("id")
@click.option("--reason", required=True)
@click.option("--user", metavar="NAME", help="The person of quality who signs; not who placed it.")
@json_option
@answering
def lift_command(id: str, reason: str, user: str | None, as_json: bool) -> None:
    """Lift hold ID. Asks for the password, or takes it from MASKQMS_PASSWORD."""

    async def work() -> HoldRow:
        return await lift_hold(id, reason=reason, signer=await _signer(user))

    lifted = with_database(work)
    if as_json:
        print_json({"hold": lifted.code, "lifted_by": lifted.lifted_by, "units": lifted.units})
    else:
        click.echo(str(_("{code} lifted.", code=lifted.code)))


@click.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@answering
def import_command(folder: Path, as_json: bool) -> None:
    """Load history from the CSV files in DIR: all of it, or nothing and every fault."""
    files = {layout.name: (folder / layout.name).read_bytes() for layout in FILES if (folder / layout.name).is_file()}
    with click.progressbar(length=8, label=str(_("Import")), file=sys.stderr) as bar:

        def progress(_step: str, done: int, _total: int) -> None:
            bar.update(done - bar.pos)

        imported = with_database(_loading(files, progress))
    if as_json:
        print_json(imported.as_json(), indent=None)
    else:
        _print_import(imported)
    sys.exit(1 if imported.faults else 0)


def _loading(files: dict[str, bytes], progress: Callable[[str, int, int], None]) -> Callable[[], Awaitable[Imported]]:
    return lambda: import_history(files, actor=SYSTEM, progress=progress)


def _print_import(imported: Imported) -> None:
    for finding in imported.faults or imported.warnings[:20]:
        column = f" {finding.column}" if finding.column else ""
        click.echo(f"{finding.file}:{finding.line}{column}: {finding.reason}", err=bool(imported.faults))
    if imported.faults:
        click.echo(str(_("Nothing was loaded: {n} faults.", n=len(imported.faults))), err=True)
        return
    if len(imported.warnings) > 20:
        click.echo(str(_("… and {n} more warnings; --json lists them all.", n=len(imported.warnings) - 20)))
    for file, rows in imported.loaded.items():
        click.echo(f"{file}: {rows}  sha256 {imported.digests[file]}")


COMMANDS = [trace_command, balance_command, hold_command, lift_command, import_command]
