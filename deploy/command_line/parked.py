"""`muster parked`: events that a service could not process, and what becomes of them."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from deploy.command_line.asking import Asked, Services, Unanswered, asking_options, give_up, order
from deploy.command_line.options import print_json
from deploy.command_line.times import shown
from deploy.topology import SERVICES

ENDS_WITH = """
    \b
    Ends with
      0  done                        7  Muster is not running here
      1  no such event, or refused   8  not signed in, or not an operator
      2  wrong use of the command
"""


@click.group(short_help="See, retry or discard events that could not be processed.")
def parked() -> None:
    """Events that could not be processed: list them, try them again, or discard them.

    A service that cannot process an event parks it, with all that follows for the same record, and goes on with
    everything else. What is parked waits for you. Find the cause first (the service's log names it), then retry;
    discard only what must never take effect, and say why. Both are put on record.

    \b
    Examples
      muster parked list --sign-in operator
      muster parked retry audit audit-from-tips 41
      muster parked discard tips tips-from-rapid_assessment 7 --reason "Team of a drill, ended by hand."
    """


@parked.command(name="list", short_help="List what is parked.", epilog=ENDS_WITH)
@click.argument("service", required=False)
@asking_options
def list_parked(
    service: str | None,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """List what is parked, in SERVICE or everywhere.

    \b
    Examples
      muster parked list
      muster parked list rapid_assessment --json
    """
    names = [service] if service else [each.name for each in SERVICES]
    found: list[dict[str, Any]] = []
    try:
        with Services(Asked(data, demonstration, sign_in, as_json)) as services:
            for name in names:
                found += [{"service": name} | each for each in services.get(name, "/operator/parked")]
    except Unanswered as why:
        give_up(why, as_json=as_json)
    if as_json:
        print_json({"parked": found})
        return
    for each in found:
        click.echo(f"{each['service']}  {each['follower']}  {each['position']}  since {shown(each['parked_at'])}")
        click.echo(f"    {each['name']} of {each['stream']}: {each['reason']}")
    click.echo(_what_to_do(len(found)))


def _what_to_do(count: int) -> str:
    if count == 0:
        return "Nothing is parked."
    events = "1 event is" if count == 1 else f"{count} events are"
    return (
        f"{events} parked. When the cause is gone: muster parked retry SERVICE FOLLOWER POSITION,"
        " as each first line has them."
    )


@parked.command(short_help="Try a parked event again.", epilog=ENDS_WITH)
@click.argument("service")
@click.argument("follower")
@click.argument("position", type=click.IntRange(1))
@asking_options
def retry(
    service: str,
    follower: str,
    position: int,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Try a parked event again, and what waits behind it for the same record.

    SERVICE, FOLLOWER and POSITION are as `muster parked list` shows them. If it fails again it stays parked.

    \b
    Example
      muster parked retry audit audit-from-tips 41
    """
    asked = Asked(data, demonstration, sign_in, as_json)
    _order(asked, service, _path(follower, position, "retry"), None, "It will be tried again now.")


@parked.command(short_help="Give up on a parked event, for good.", epilog=ENDS_WITH)
@click.argument("service")
@click.argument("follower")
@click.argument("position", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why its effect must not happen; kept on record. Name nobody.")
@asking_options
def discard(
    service: str,
    follower: str,
    position: int,
    reason: str,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Discard a parked event: its effect will never happen in this service.

    The event itself stays in the log of the service it came from.

    \b
    Example
      muster parked discard tips tips-from-rapid_assessment 7 --reason "Team of a drill, ended by hand."
    """
    asked = Asked(data, demonstration, sign_in, as_json)
    body = {"reason": reason}
    _order(asked, service, _path(follower, position, "discard"), body, "It is discarded, on record.")


def _path(follower: str, position: int, what: str) -> str:
    return f"/operator/parked/{quote(follower, safe='')}/{position}/{what}"


def _order(asked: Asked, service: str, path: str, body: object, done: str) -> None:
    missing = "Nothing is parked there: see `muster parked list` for follower and position."
    order(asked, service, path, body, done=done, missing=missing)
