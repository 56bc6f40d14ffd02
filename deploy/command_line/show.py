"""`muster show`: a demonstration house to walk about in, with an account for each role."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
import pyotp

from deploy.command_line.demo import BEFORE_THE_START
from deploy.command_line.options import fail, json_option, port_base, print_json
from deploy.command_line.up import run_until_stopped
from deploy.demo.evening import DAY, NIGHT, SignIn, evening, read_sign_ins, sign_ins, write_sign_ins
from deploy.demo.interfaces import DemoStopped
from deploy.demo.player import Player, Told
from deploy.demo.post import Post
from deploy.demo.second_witness import second_witness
from deploy.embedded.errors import StackError
from deploy.embedded.folder import DataFolder
from deploy.embedded.keys import FIRST_ADMINISTRATOR, IDENTITY
from deploy.embedded.listening import read_told
from deploy.embedded.stack import Stack
from services.kernel.time_source import TimeFile

FOLDER = Path("demo-house")
WHO = "demonstration-people.json"
"""Among the secrets, written when the day is loaded whole."""

folder_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=FOLDER,
    show_default=True,
    envvar="MUSTER_DATA",
    help="The demonstration's folder. Also MUSTER_DATA.",
)


@click.command()
@folder_option
@json_option
def show(data: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Start a demonstration to walk about in, and keep it running until Ctrl-C.

    The first time, a day and a night of invented cases are played into it, which takes about a minute; time then goes
    on as fast as the machine's. Started again, it goes on with what is there. All people in it are invented, and every
    page says so. It calls them by mail that never leaves this machine: see muster mail.

    \b
    Ends with
      0  stopped as asked          4  a demonstration runs already in this folder
      1  did not start             5  a port is in use (see MUSTER_PORT_BASE)
      3  the folder holds real data, or another version's
      6  the disk is full
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)
    who = DataFolder(data, "demonstration").secrets / WHO
    say = _say_json if as_json else click.echo
    try:
        if not who.exists():
            _load(data, who, say)
        stack = Stack(data, kind="demonstration", port_base=port_base("demonstration"), say=say)
        with contextlib.ExitStack() as beside:

            def ready() -> None:
                beside.enter_context(second_witness(stack))
                _tell(stack, read_sign_ins(who), as_json=as_json)

            run_until_stopped(stack, ready, say)
    except StackError as error:
        fail(error, as_json=as_json)


@click.command()
@folder_option
@json_option
def people(data: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Say how the invented people of a demonstration sign in, with the codes their apps show now."""
    try:
        known = read_sign_ins(DataFolder(data, "demonstration").secrets / WHO)
    except FileNotFoundError:
        click.echo(f"{data} holds no demonstration to walk about in: muster show makes one.", err=True)
        raise SystemExit(1) from None
    if as_json:
        print_json([msgspec.to_builtins(each) | {"code": pyotp.TOTP(each.app).now()} for each in known])
        return
    for line in _lines(known):
        click.echo(line)


def _load(data: Path, who: Path, say: Callable[[str], None]) -> None:
    """Plays day and night into a new house. `who` is written last: what was interrupted is begun anew."""
    played = evening(DAY.read_bytes(), NIGHT.read_bytes())
    passphrase = "-".join(secrets.token_hex(2) for _ in range(4))
    stack = Stack(
        data,
        kind="demonstration",
        time=TimeFile("held", told=played.start.told - BEFORE_THE_START),
        fresh=True,
        port_base=port_base("demonstration"),
        say=say,
    )

    def tell(told: Told) -> None:
        if told.event != "expectation" or not told.held:
            say(f"{told.at:>12}  {told.sentence}")

    with stack, second_witness(stack):
        player = Player(played, stack.folder.time_file, Post(stack.folder.mail, stack.set_up_mail), tell)
        urls = {service.name: stack.url(service.name) for service in stack.services if service.keeps_log}
        code = (stack.folder.secrets / IDENTITY / FIRST_ADMINISTRATOR).read_text().strip()
        try:
            everybody = asyncio.run(player.load(urls, _origin(stack), code, passphrase))
        except* DemoStopped as stopped:
            raise StackError(f"The day could not be loaded. {stopped.exceptions[0]}") from stopped
        write_sign_ins(who, sign_ins(played, everybody, passphrase))


def _tell(stack: Stack, known: list[SignIn], *, as_json: bool) -> None:
    address = _origin(stack)
    if as_json:
        print_json({"event": "ready", "address": address, "folder": stack.folder.path})
        return
    click.echo(f"\nOpen {address} in a browser. Sign in as one of these; the last column is the code of this moment:\n")
    first = {each.role: each for each in reversed(known)}
    for line in _lines([each for each in known if first[each.role] is each]):
        click.echo(line)
    click.echo("\nThe codes change every half minute: .venv/bin/muster people says them anew, for everybody there is.")
    click.echo(
        "Whoever is called gets mail at an invented address; all of it stays here: .venv/bin/muster mail shows it."
    )
    click.echo("Ctrl-C ends everything in order.")


def _origin(stack: Stack) -> str:
    """The address people open, which passkeys and cookies are bound to."""
    return read_told(stack.folder.settings / f"{IDENTITY}.json").origin


def _lines(known: list[SignIn]) -> list[str]:
    left = 30 - int(datetime.now(UTC).timestamp()) % 30
    rows = [
        f"  {each.role:<26}{each.sign_in_name:<44}{each.passphrase:<22}{pyotp.TOTP(each.app).now()}" for each in known
    ]
    head = f"  {'Role':<26}{'Sign-in name':<44}{'Passphrase':<22}Code, for {left} s"
    return [head, *rows]


def _say_json(text: str) -> None:
    print_json({"event": "progress", "text": text})
