"""What the commands have in common: which folder, which ports, and how an answer is written."""

import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import click

from deploy.embedded.errors import StackError
from deploy.embedded.folder import Kind
from deploy.embedded.listening import Listening
from services.kernel.listening import LOOPBACK, CertificateFiles
from services.kernel.settings import LEAVE_TO

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


def listening_options(command: Decorated) -> Decorated:
    """Adds `--host`, the certificate, `--origin`, `--trusted-proxy` and `--leave-to`: the argument `listening`."""
    file = click.Path(dir_okay=False, resolve_path=True, path_type=Path)

    @wraps(command)
    def told(
        host: str,
        certificate: Path | None,
        key: Path | None,
        authority: Path | None,
        origin: str,
        trusted_proxy: str,
        leave_to: str,
        **others: Any,
    ) -> Any:
        if (certificate is None) != (key is None):
            raise click.UsageError("A certificate and its key go together: name both, --certificate and --key.")
        files = CertificateFiles(certificate, key, authority) if certificate and key else None
        return command(listening=Listening(host, files, origin, trusted_proxy, leave_to), **others)

    options = (
        click.option(
            "--host",
            default=LOOPBACK,
            envvar="MUSTER_HOST",
            help="The address of this machine to listen at, 0.0.0.0 for all. Another than this machine's own for itself"
            " needs a certificate. Also MUSTER_HOST.",
        ),
        click.option(
            "--certificate",
            type=file,
            envvar="MUSTER_CERTIFICATE",
            help="The certificate with its chain, in PEM; with it services speak TLS only. Also MUSTER_CERTIFICATE.",
        ),
        click.option("--key", type=file, envvar="MUSTER_KEY", help="The key to it, mode 0600. Also MUSTER_KEY."),
        click.option(
            "--authority",
            type=file,
            envvar="MUSTER_AUTHORITY",
            help="The certificate of the private authority that signed it, if one did. Also MUSTER_AUTHORITY.",
        ),
        click.option(
            "--origin",
            default="",
            envvar="MUSTER_ORIGIN",
            help="The address people open in their browser; passkeys hold for it alone. Also MUSTER_ORIGIN.",
        ),
        click.option(
            "--trusted-proxy",
            default="",
            envvar="MUSTER_TRUSTED_PROXY",
            help="The address of the one proxy in front that is believed when it says who asks. Also"
            " MUSTER_TRUSTED_PROXY.",
        ),
        click.option(
            "--leave-to",
            default=LEAVE_TO,
            envvar="MUSTER_LEAVE_TO",
            help="The page a browser goes to that leaves a public page fast. Also MUSTER_LEAVE_TO.",
        ),
    )
    decorated: Any = told
    for option in reversed(options):
        decorated = option(decorated)
    return cast("Decorated", decorated)


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
