"""`maskqms label CODE --form pdf|png|zpl --out FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from maskqms.actor import SYSTEM
from maskqms.audit.running import with_database
from maskqms.commandline import answering, json_option, print_json
from maskqms.labels.actions import Printed, print_labels
from maskqms.labels.rendering import Form
from maskqms.labels.symbols import Dpi


@click.command("label")
@click.argument("code")
@click.option("--form", type=click.Choice([str(form) for form in Form]), default=str(Form.PDF), show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False, writable=True), required=True, help="The file.")
@click.option("--dpi", type=click.Choice([str(dpi.value) for dpi in Dpi]), default="203", show_default=True)
@click.option("--mono", is_flag=True, help="Black only; ZPL always is.")
@click.option("--link", is_flag=True, help="A carton's QR code with the public address (MASKQMS_PUBLIC_URL).")
@json_option
@answering
def label_command(code: str, form: str, out: Path, dpi: str, mono: bool, link: bool, as_json: bool) -> None:
    """Print the label of CODE (lot, roll, box or carton) into a file; the print is kept in the audit trail."""

    async def work() -> Printed:
        return await print_labels([code], form=Form(form), dpi=Dpi(int(dpi)), mono=mono, link=link, actor=SYSTEM)

    printed = with_database(work)
    out.write_bytes(printed.files[0])
    if as_json:
        label = printed.labels[0].kind
        print_json({"code": code, "label": label, "form": form, "out": str(out), "bytes": len(printed.files[0])})
    else:
        click.echo(str(out))


COMMANDS = [label_command]
