"""`muster demo`: a house of its own under a faster time, played through from the first tip to the last replay."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import click
import msgspec

from contracts.jurisdictions import load_mississippi
from deploy.command_line.options import data_folder, data_option, fail, json_option, port_base, print_json
from deploy.command_line.replay import page
from deploy.demo.interfaces import DemoStopped
from deploy.demo.player import Player, Told
from deploy.demo.post import Post
from deploy.demo.scenario import ScenarioRefused, check_words, load_scenario
from deploy.demo.second_witness import second_witness
from deploy.embedded.errors import StackError
from deploy.embedded.keys import FIRST_ADMINISTRATOR, IDENTITY
from deploy.embedded.listening import read_told
from deploy.embedded.stack import Stack
from services.kernel.time_source import TimeFile

SCENARIO = Path(__file__).parent.parent / "demo" / "scenario.jsonl"
# Long enough before the first step that the earliest availability of a scenario has begun.
BEFORE_THE_START = timedelta(minutes=5)
MARKS = {True: "held    ", False: "NOT HELD", None: "        "}


@click.command()
@data_option
@click.option(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=SCENARIO,
    help="Another file of steps and expectations (JSON Lines).",
)
@json_option
def demo(data: Path | None, scenario: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Play a scenario through the public interfaces, and say what was expected and what held.

    A demonstration folder is made anew for each run (./demo-data unless named), with real servers and services
    beside those of `muster up`. One told hour passes in a second. All people in it are invented.

    \b
    Ends with
      0  every expectation held      4  a demonstration runs already in this folder
      1  one did not, or a step was  5  a port is in use (see MUSTER_PORT_BASE)
         refused, or no start        6  the disk is full
      2  the scenario is not valid   3  the folder holds real data
    """
    # The client's lines about each request are no part of the story.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    tell = _tell_json if as_json else _tell
    try:
        tables = load_mississippi()
        played = load_scenario(scenario)
        check_words(played, tables)
    except ScenarioRefused as error:
        raise click.UsageError(str(error)) from error
    folder = data_folder(data, "demonstration")
    before = TimeFile("held", told=played.start.told - BEFORE_THE_START)
    try:
        stack = Stack(
            folder,
            kind="demonstration",
            time=before,
            fresh=True,
            port_base=port_base("demonstration"),
            say=lambda text: tell(Told("progress", text)),
        )
        with stack, second_witness(stack):
            player = Player(played, stack.folder.time_file, Post(stack.folder.mail, stack.set_up_mail), tell)
            urls = {service.name: stack.url(service.name) for service in stack.services if service.keeps_log}
            code = (stack.folder.secrets / IDENTITY / FIRST_ADMINISTRATOR).read_text().strip()
            _play(player, urls, read_told(stack.folder.settings / f"{IDENTITY}.json").origin, code)
    except StackError as error:
        fail(error, as_json=as_json)
    score = player.score
    if as_json:
        print_json({"event": "result", "expectations": score.expectations, "held": score.held})
    else:
        click.echo(f"demo: {score.expectations} expectations, {score.held} held")
    if score.held != score.expectations or not score.expectations:
        raise SystemExit(1)


def _play(player: Player, urls: dict[str, str], origin: str, code: str) -> None:
    try:
        asyncio.run(player.play(urls, origin, code))
    except* DemoStopped as stopped:
        click.echo(f"The demonstration stopped. {stopped.exceptions[0]}", err=True)
        raise SystemExit(1) from None


def _tell(told: Told) -> None:
    if told.event == "case":
        click.echo(f"\n{told.sentence}")
    elif told.replay is not None:
        click.echo(page(told.replay))
    elif told.event == "progress":
        click.echo(told.sentence)
    else:
        click.echo(f"{told.at:>12}  {MARKS[told.held]}  {told.sentence}")


def _tell_json(told: Told) -> None:
    print_json(msgspec.to_builtins(told))
