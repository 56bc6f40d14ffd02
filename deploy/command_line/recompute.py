"""`muster recompute`: the running clocks of a case under a new version of their rule."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from deploy.command_line.asking import Asked, Services, Unanswered, asking_options, give_up
from deploy.command_line.options import print_json

SERVICE = "rapid_assessment"
REASONS = ("law_changed", "rule_corrected", "court_order")
STAYS = {
    "under_it_already": "runs under this version already",
    "ended": "has ended",
    "extended": "stays: it was extended by an order",
    "past_under_it": "stays: under the new version its time would have passed already",
    "no_number": "stays: its rule starts no clock any more",
}


@click.command(short_help="Put a case's running clocks under a new version of their rule.")
@click.argument("case", type=click.UUID)
@click.option("--because", type=click.Choice(REASONS), help="Do it, and say why. Without it they are only listed.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@asking_options
def recompute(
    case: UUID,
    because: str | None,
    yes: bool,  # noqa: FBT001 - click passes options by name
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """List the running clocks of the team and custody of a CASE, the reference of its tip: the due time each has, and
    the one it gets under the version of its rule in force now. With --because they are moved, on record.

    A clock that has ended, that an order extended, or whose time would have passed already stays as it is. Doing it
    twice changes nothing more. Reporting duties, kits and court dates are not part of it.

    \b
    Examples
      muster recompute CASE --sign-in coordinator                          what would move
      muster recompute CASE --because law_changed --sign-in coordinator    move them

    \b
    Ends with
      0  listed, or moved            7  Muster is not running here
      1  no such case, or refused    8  not signed in, or not the CPS Coordinator
      2  wrong use of the command
    """
    try:
        with Services(Asked(data, demonstration, sign_in, as_json)) as services:
            team = services.get(SERVICE, f"/teams/of-tip/{case}")
            path = f"/teams/{team['reference']}/recompute"
            found = services.get(SERVICE, path)
            moves = [each for each in found if each["outcome"] == "moves"]
            if not as_json:
                _list(found)
            if because is None or not moves:
                _say({"clocks": found, "moved": 0}, "", as_json=as_json)
                return
            if not yes:
                click.confirm(f"Move {len(moves)} of them?", abort=True, err=True)
            confirmed = [{"clock": each["clock"], "due_at": each["new_due_at"]} for each in moves]
            services.post(SERVICE, path, {"because": because, "moves": confirmed}, version=team["version"])
    except Unanswered as why:
        give_up(why, as_json=as_json)
    _say({"clocks": found, "moved": len(moves)}, f"{len(moves)} moved, on record.", as_json=as_json)


def _list(found: Sequence[dict[str, Any]]) -> None:
    for each in found:
        moves = f"due {each['new_due_at']} under version {each['new_version']}"
        outcome = moves if each["outcome"] == "moves" else STAYS.get(each["outcome"], each["outcome"])
        click.echo(f"{each['rule']} version {each['version']}  due {each['due_at']}  {outcome}")
    if not found:
        click.echo("No clock of this case runs.")


def _say(answer: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    elif sentence:
        click.echo(sentence)
