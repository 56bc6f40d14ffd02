"""`muster recompute`: the running clocks of a case under a new version of their rule."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import click

from deploy.command_line.asking import Asked, Services, Unanswered, asking_options, give_up
from deploy.command_line.options import print_json

NOT_THEIRS = (403, 404)
"""Another's to recompute, or nothing there: a service that does not answer is neither."""
REASONS = ("law_changed", "rule_corrected", "court_order")
STAYS = {
    "under_it_already": "runs under this version already",
    "ended": "has ended",
    "extended": "stays: it was extended by an order",
    "past_under_it": "stays: under the new version its time would have passed already",
    "no_number": "stays: its rule starts no clock any more",
}


class Keeper(NamedTuple):
    """A record whose service keeps clocks of the case, and its clocks that run."""

    service: str
    path: str
    version: int
    clocks: Sequence[dict[str, Any]]

    @property
    def moves(self) -> Sequence[dict[str, Any]]:
        """Those that move, each as it was shown."""
        moving = (each for each in self.clocks if each["outcome"] == "moves")
        return [{"clock": each["clock"], "due_at": each["new_due_at"]} for each in moving]


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
    """List the running clocks of a CASE, the reference of its tip: the due time each has, and the one it gets under the
    version of its rule in force now. With --because they are moved, on record.

    Each answers for their own: the CPS Coordinator for the team, the contact, the custody and the reporting duties, a
    clinic's coordinator for its kits, a prosecutor for their office's time limits. What is another's is not listed.

    A clock that has ended, that an order extended, or whose time would have passed already stays as it is. Doing it
    twice changes nothing more.

    \b
    Examples
      muster recompute CASE --sign-in coordinator                          what would move
      muster recompute CASE --because law_changed --sign-in coordinator    move them

    \b
    Ends with
      0  listed, or moved            7  Muster is not running here
      1  no such case, or refused    8  not signed in, or nothing of it is yours to recompute
      2  wrong use of the command
    """
    try:
        with Services(Asked(data, demonstration, sign_in, as_json)) as services:
            keepers = list(_keepers(services, case))
            found = [clock for keeper in keepers for clock in keeper.clocks]
            moving = sum(len(keeper.moves) for keeper in keepers)
            if not as_json:
                _list(found)
            if because is None or not moving:
                _say({"clocks": found, "moved": 0}, "", as_json=as_json)
                return
            if not yes:
                click.confirm(f"Move {moving} of them?", abort=True, err=True)
            for keeper in keepers:
                if keeper.moves:
                    confirmed = {"because": because, "moves": keeper.moves}
                    services.post(keeper.service, f"{keeper.path}/recompute", confirmed, version=keeper.version)
    except Unanswered as why:
        give_up(why, as_json=as_json)
    _say({"clocks": found, "moved": moving}, f"{moving} moved, on record.", as_json=as_json)


def _keepers(services: Services, case: UUID) -> Iterator[Keeper]:
    """Those that are this person's to recompute. Raises `Unanswered` for none, and for a service that is down."""
    refused: Unanswered | None = None
    found = 0
    for service, places in (
        ("rapid_assessment", _team),
        ("tips", _tip),
        ("forensic_clinic", _kits),
        ("prosecution", _charges),
    ):
        try:
            for path in places(services, case):
                page = services.get(service, path)
                yield Keeper(service, path, page["version"], services.get(service, f"{path}/recompute"))
                found += 1
        except Unanswered as why:
            if why.status not in NOT_THEIRS:
                raise
            refused = refused or why
    if not found and refused is not None:
        raise refused


def _team(services: Services, case: UUID) -> Sequence[str]:
    return [f"/teams/{services.get('rapid_assessment', f'/teams/of-tip/{case}')['reference']}"]


def _tip(_: Services, case: UUID) -> Sequence[str]:
    return [f"/tips/{case}"]


def _kits(services: Services, case: UUID) -> Sequence[str]:
    rows = services.get("forensic_clinic", "/kits")
    return [f"/kits/{row['kit']}" for row in rows if row["tip"] == str(case)]


def _charges(services: Services, case: UUID) -> Sequence[str]:
    rows = services.get("prosecution", "/cases")
    return [f"/cases/{row['case']}" for row in rows if row["tip"] == str(case)]


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
