"""What the commands have in common: which folder, which ports, and how an answer is written."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from deploy.embedded.errors import StackError
from deploy.embedded.folder import Kind

PORT_BASE = 8100
# A demonstration runs beside the real house, so it has ports of its own.
DEMONSTRATION_STEP = 50
HIGHEST_PORT_BASE = 65_000

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def data_option(command: Decorated) -> Decorated:
    """Adds `--data`."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        envvar="MUSTER_DATA",
        help="The data folder. Default: ./data, or ./demo-data for a demonstration; also MUSTER_DATA.",
    )(command)


def json_option(command: Decorated) -> Decorated:
    """Adds `--json`, as the argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for machines.")(command)


def data_folder(data: Path | None, kind: Kind) -> Path:
    """The folder that was named, or the default of its kind."""
    return data if data is not None else Path("demo-data" if kind == "demonstration" else "data")


def port_base(kind: Kind) -> int:
    """The first of the ports, from MUSTER_PORT_BASE; a demonstration's ports begin 50 higher."""
    written = os.environ.get("MUSTER_PORT_BASE", str(PORT_BASE))
    if not written.isdigit() or not 1024 <= int(written) <= HIGHEST_PORT_BASE:
        raise click.UsageError(f"MUSTER_PORT_BASE is {written!r}: name a number between 1024 and {HIGHEST_PORT_BASE}.")
    return int(written) + (DEMONSTRATION_STEP if kind == "demonstration" else 0)


def print_json(answer: object) -> None:
    """One line of JSON, out at once."""
    click.echo(json.dumps(answer, default=str, ensure_ascii=False))


def fail(error: StackError, *, as_json: bool) -> NoReturn:
    """Says the one sentence and ends with the error's exit code."""
    if as_json:
        print_json({"event": "failed", "sentence": str(error), "exit_code": error.exit_code})
    click.echo(str(error), err=True)
    raise SystemExit(error.exit_code)
