"""How a command answers: words for people, or with `--json` one document on stdout; 0 done, 1 no, 2 wrong usage."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from maskqms.errors import NotFound, Refused

P = ParamSpec("P")
R = TypeVar("R")


def print_json(document: Any, *, indent: int | None = 2) -> None:
    """One JSON document on stdout and nothing else. Without `indent` on one line, for a hundred thousand entries:
    indenting those takes seconds."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=indent, default=str))


def say_no(refusal: Refused | NotFound, *, as_json: bool) -> NoReturn:
    """The answer is no: every reason, exit code 1."""
    if isinstance(refusal, NotFound):
        if as_json:
            print_json({"refused": [{"code": "unknown", "text": str(refusal.text), "path": [refusal.code]}]})
        else:
            click.echo(str(refusal.text), err=True)
        sys.exit(1)
    if as_json:
        print_json(refusal.as_json())
    else:
        click.echo(f"{refusal.what}:", err=True)
        for reason in refusal.reasons:
            click.echo(f"  - {reason.text}", err=True)
            if reason.remedy is not None:
                click.echo(f"    → {reason.remedy}", err=True)
    sys.exit(1)


def answering(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a refusal into its answer; the command has `--json` as `as_json` (or no such option)."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (Refused, NotFound) as refusal:
            say_no(refusal, as_json=bool(kwargs.get("as_json")))

    return run


json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
