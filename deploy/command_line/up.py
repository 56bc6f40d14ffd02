"""`muster up`: the whole house on this machine."""

import contextlib
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from deploy.command_line.options import (
    data_folder,
    data_option,
    fail,
    json_option,
    listening_options,
    port_base,
    print_json,
)
from deploy.embedded.errors import StackError
from deploy.embedded.folder import Kind
from deploy.embedded.keys import FIRST_ADMINISTRATOR, IDENTITY
from deploy.embedded.listening import Listening, read_told
from deploy.embedded.stack import Stack
from services.kernel.time_source import TimeFile


@click.command()
@data_option
@click.option("--demonstration", is_flag=True, help="A folder for trying things out; it stays one for ever.")
@click.option(
    "--rate",
    type=click.FloatRange(0.0, 1_000_000.0, min_open=True),
    help="How many times as fast time runs (demonstration only).",
)
@click.option("--no-traces", is_flag=True, help="Do not write what each command led to (see muster trace).")
@listening_options
@json_option
def up(
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    rate: float | None,
    no_traces: bool,  # noqa: FBT001
    listening: Listening,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Start everything and keep it running until Ctrl-C.

    Starts PostgreSQL, nats-server and each service as a process of its own, all reachable from this machine only,
    unless a certificate and --host let people reach the services from elsewhere: by TLS, at the address --origin.
    What exists already is gone on with. A service that crashes is started again.

    \b
    Ends with
      0  stopped as asked          4  already running on this folder
      1  did not start             5  a port is in use (see MUSTER_PORT_BASE)
      2  wrong use of the command  6  the disk is full
      3  folder of another version or kind
    """
    if rate is not None and not demonstration:
        raise click.UsageError("A real folder keeps real time: --rate needs --demonstration.")
    kind: Kind = "demonstration" if demonstration else "real"
    folder = data_folder(data, kind)
    say = _say_json if as_json else _say
    try:
        stack = Stack(
            folder,
            kind=kind,
            time=_time(rate),
            traced=not no_traces,
            port_base=port_base(kind),
            listening=listening,
            say=say,
        )
        run_until_stopped(stack, lambda: _tell(stack, as_json=as_json), say)
    except StackError as error:
        fail(error, as_json=as_json)


def run_until_stopped(stack: Stack, tell: Callable[[], None], say: Callable[[str], None]) -> None:
    """Starts, tells what runs, supervises; Ctrl-C or SIGTERM ends it in order, whenever it comes."""

    def stop(_signal: int, _frame: object) -> None:
        stack.request_stop()

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    stack.start()
    try:
        if not stack.stopping:
            tell()
            stack.supervise()
    finally:
        say("Stopping: services first, the database last …")
        stack.stop()
    say("Stopped.")


def _time(rate: float | None) -> TimeFile | None:
    if rate is None:
        return None
    now = datetime.now(UTC)
    return TimeFile("scaled", told=now, real=now, rate=rate)


def _say(text: str) -> None:
    # The terminal may be gone; that is no reason to leave the house without a supervisor.
    with contextlib.suppress(OSError):
        click.echo(text)


def _say_json(text: str) -> None:
    with contextlib.suppress(OSError):
        print_json({"event": "progress", "text": text})


def _tell(stack: Stack, *, as_json: bool) -> None:
    places = {service.name: stack.url(service.name) for service in stack.services}
    logs = stack.logs()
    if as_json:
        print_json({"event": "ready", "services": places, "pids": stack.pids(), "folder": stack.folder.path})
        return
    rows = [(name, f"{url}/schema", _short(logs[name])) for name, url in places.items()]
    rows += [(name, url, _short(logs[name])) for name, url in stack.server_places().items()]
    click.echo("")
    for row in [("What runs", "Where", "Its log"), *rows]:
        click.echo(f"  {row[0]:<18}{row[1]:<40}{row[2]}")
    click.echo("\nWhat to try next:")
    click.echo(f"  Read what each service can do:   {places.get(IDENTITY, next(iter(places.values())))}/schema")
    code = stack.folder.secrets / IDENTITY / FIRST_ADMINISTRATOR
    if code.exists():
        origin = read_told(stack.folder.settings / f"{IDENTITY}.json").origin
        click.echo(f"  Make the first administrator:    {origin}/first-administrator")
        click.echo(f"                                   with the one-time code that lies in {_short(code)}")
    click.echo("  See it at work:                  make demo")
    click.echo(f"  Look whether all is well:        {_short(Path(sys.argv[0]).absolute())} doctor")
    click.echo("\nCtrl-C ends everything in order.")


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
