"""`maskqms`: the commands of every package under one name, each loaded only when it is called.

`maskqms judge` in a script should not wait for the web application to be imported.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

import click

from maskqms import __version__
from maskqms.i18n import set_locale
from maskqms.settings import settings

COMMANDS = {
    "audit": "audit",
    "backup": "app",
    "balance": "trace",
    "demo": "app",
    "gateway": "devices",
    "hold": "trace",
    "import": "trace",
    "judge": "standards",
    "label": "labels",
    "lift": "trace",
    "migrate": "app",
    "restore": "app",
    "sampling-plan": "standards",
    "serve": "app",
    "standards": "standards",
    "trace": "trace",
    "user": "accounts",
}
"""Name -> the package whose `cli.COMMANDS` holds it."""

BENCHES = {"audit": "audit", "gate": "release", "labels": "labels", "lists": "app", "trace": "trace"}
"""Name -> the package whose `bench.BENCHES` holds it."""


def _choose_data(_context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value:
        os.environ["MASKQMS_DATA"] = value
        settings.cache_clear()


def _with_data_option(command: click.Command) -> click.Command:
    """Every command takes `--data DIR`, at its own end too, where people who script it put it."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _with_data_option(inner)
    elif all(option.name != "data" for option in command.params):
        command.params.append(
            click.Option(
                ["--data"],
                metavar="DIR",
                expose_value=False,
                is_eager=True,
                callback=_choose_data,
                help="Folder of the embedded database and keys (MASKQMS_DATA).",
            )
        )
    return command


class Lazy(click.Group):
    """A group that knows its commands by name and imports the one that is asked for."""

    homes: dict[str, str]
    module: str

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.homes, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.homes and cmd_name not in self.commands:
            home = import_module(f"maskqms.{self.homes[cmd_name]}.{self.module}")
            for command in getattr(home, "COMMANDS" if self.module == "cli" else "BENCHES"):
                self.add_command(_with_data_option(command))
        return self.commands.get(cmd_name)


class Commands(Lazy):
    homes = COMMANDS
    module = "cli"


class Benches(Lazy):
    homes = BENCHES
    module = "bench"


def _leave(_number: int, _frame: object) -> None:
    """Told to go: every block is left properly, so that an embedded database stops with its last user."""
    sys.exit(128 + signal.SIGTERM)


@click.group(cls=Commands)
@click.version_option(__version__)
@click.option("--data", metavar="DIR", expose_value=False, callback=_choose_data, help="As of each command.")
def main() -> None:
    """Quality management and batch release for face-mask factories."""
    signal.signal(signal.SIGTERM, _leave)
    set_locale(settings().language)


@main.group("bench", cls=Benches)
def bench() -> None:
    """Measure the budgets, each beside its bare floor in the same run."""


if __name__ == "__main__":
    main()
