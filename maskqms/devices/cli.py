"""The gateway's commands: run it, try it with instruments that are not there, look whether its file is right."""

import logging
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from maskqms.commandline import answering, json_option, print_json
from maskqms.devices.drivers.registry import drivers
from maskqms.devices.gateway.configuration import Configuration, Port, read_configuration
from maskqms.devices.gateway.run import (
    FOLDER,
    TOKEN_FILE,
    Wiring,
    run_gateway,
    server_left_in,
    stop_on_signals,
)
from maskqms.devices.simulator import laboratory
from maskqms.errors import Reason, Refused
from maskqms.i18n import _
from maskqms.settings import settings


def _token_there(path: Path) -> None:
    if not path.is_file():
        raise Refused(
            _("The gateway cannot start"),
            [
                Reason(
                    "gateway.no_token",
                    _("There is no token in {file}.", file=path),
                    _("Register the gateway on the server's page Instruments and write its token into this file."),
                )
            ],
        )


def _configured(data: Path, config: Path | None) -> Configuration:
    return read_configuration(config or data / FOLDER / "gateway.toml")


@click.command("gateway")
@click.option("--simulate", is_flag=True, help="Simulated instruments on pseudo-terminals; needs no file.")
@click.option("--server", metavar="URL", help="The server; else from the file, else the one on this computer.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The data folder; holds the spool.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Default: gateway/gateway.toml there.")
@click.option("--check", is_flag=True, help="Only read the file and say what is wrong with it.")
@json_option
@answering
def gateway(
    simulate: bool, server: str | None, data: Path | None, config: Path | None, check: bool, as_json: bool
) -> None:
    """Listen to the instruments on this computer's serial ports and carry what they say to the server."""
    data = data or settings().data
    if check:
        _describe(_configured(data, config), as_json)
    else:
        _run(simulate=simulate, server=server, data=data, config=config)


def _describe(found: Configuration, as_json: bool) -> None:
    if as_json:
        print_json({"ports": [port.model_dump() for port in found.port]})
        return
    for port in found.port:
        click.echo(f"{port.instrument}  {drivers()[port.driver].title}  {port.path}")


def _run(*, simulate: bool, server: str | None, data: Path, config: Path | None) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    configuration = None if simulate else _configured(data, config)
    token_file = (configuration and configuration.token_file) or data / TOKEN_FILE
    if configuration:
        _token_there(token_file)
    address = server or (configuration and configuration.server) or server_left_in(data) or settings().base_url
    stop = stop_on_signals()
    with ExitStack() as last:
        if configuration is None:
            folder = Path(last.enter_context(tempfile.TemporaryDirectory(prefix="maskqms-ports-")))
            played = laboratory(folder)
            threads = [instrument.start(stop) for instrument in played]
            for thread in threads:
                last.callback(thread.join, timeout=5)
            ports = tuple(Port(path=str(one.port.link), instrument=one.code, driver=one.driver) for one in played)
        else:
            ports = configuration.port
        last.callback(stop.set)
        run_gateway(
            Wiring(
                folder=data / FOLDER,
                server=address,
                token_file=token_file,
                ports=ports,
                ca_file=configuration.ca_file if configuration else None,
            ),
            stop,
        )


COMMANDS = [gateway]
