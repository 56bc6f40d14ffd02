"""`muster restore`: that a service's database was put back from a backup on purpose, and what its log lost by it."""

from pathlib import Path
from typing import Any

import click

from deploy.command_line.asking import Asked, Services, Unanswered, asking_options, give_up, order
from deploy.command_line.options import print_json
from deploy.command_line.times import shown
from deploy.topology import SERVICES, WITNESS

NAMES = tuple(each.name for each in SERVICES if each.name != WITNESS)

ENDS_WITH = """
    \b
    Ends with
      0  done                                     7  Muster is not running here
      1  refused                                  8  not signed in, or not yours to do
      2  wrong use of the command
"""

source_argument = click.argument("service", type=click.Choice(NAMES))
number_argument = click.argument("number", type=click.IntRange(1))


@click.group(short_help="Declare that a database was put back on purpose.")
def restore() -> None:
    """A service's database was put back from a backup: say so, and the log goes on without being accused of it.

    After such a restore the log goes on behind what it lost, by itself, and audit finds it rolled back, as it must.
    An operator declares that it was ordered, an auditor confirms it: two people. Then the lost events can be listed, to
    be typed in again, and the log is signed on. They stay in the auditors' copy, and in the hash tree by their leaves:
    heads that were signed before prove them as ever. What else was found of the log stands.

    \b
    Examples
      muster findings tips --sign-in auditor      which positions the finding names
      muster restore declare tips --kept 4100 --known 4377 --reason "Disk lost in the night." --sign-in operator
      muster restore confirm tips 1 --sign-in auditor
      muster restore lost tips 1 --sign-in auditor
    """


@restore.command(name="list", short_help="List what was declared.", epilog=ENDS_WITH)
@asking_options
def list_restores(
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """List every restore that was declared, by whom, and where it stands."""
    found = _asked(Asked(data, demonstration, sign_in, as_json), "/restores", {})
    if as_json:
        print_json({"restores": found})
        return
    for each in found:
        click.echo(f"{each['source']} {each['number']}  positions {each['first']} to {each['last']}: {each['phase']}")
        click.echo(f"    declared {shown(each['declared_at'])} by {each['declared_by']}: {each['reason']}")
        if each["answered_by"]:
            click.echo(f"    {each['phase']} {shown(each['answered_at'])} by {each['answered_by']}")
    if not found:
        click.echo("No restore was ever declared.")


@restore.command(short_help="Say that a rollback that was found was ordered.", epilog=ENDS_WITH)
@source_argument
@click.option("--kept", type=click.IntRange(0), required=True, help="The last position the backup held.")
@click.option("--known", type=click.IntRange(1), required=True, help="The last position there was before the restore.")
@click.option("--reason", required=True, help="Who ordered it and why; kept on record. Name nobody.")
@asking_options
def declare(
    service: str,
    kept: int,
    known: int,
    reason: str,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Declare, as an operator, that the database of SERVICE was put back on purpose.

    `muster findings SERVICE` says which positions: the finding `rolled back` begins with the one after --kept, and ends
    with --known. Nothing changes before an auditor, another person, has confirmed it.
    """
    body = {"source": service, "kept": kept, "known": known, "reason": reason}
    _order(Asked(data, demonstration, sign_in, as_json), "/restores", body, "Declared. An auditor confirms it.")


@restore.command(short_help="Confirm what an operator declared.", epilog=ENDS_WITH)
@source_argument
@number_argument
@asking_options
def confirm(
    service: str,
    number: int,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Confirm, as an auditor, that restore NUMBER of SERVICE was ordered: ask whoever ordered it."""
    said = "Confirmed. The log goes on; `muster restore lost` lists what is to be typed in again."
    _order(Asked(data, demonstration, sign_in, as_json), f"/restores/{service}/{number}/confirmation", None, said)


@restore.command(short_help="Refuse what an operator declared.", epilog=ENDS_WITH)
@source_argument
@number_argument
@click.option("--reason", required=True, help="Why it is not so; kept on record. Name nobody.")
@asking_options
def refuse(
    service: str,
    number: int,
    reason: str,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Refuse, as an auditor, restore NUMBER of SERVICE: the finding stands."""
    path, said = f"/restores/{service}/{number}/refusal", "Refused, on record."
    _order(Asked(data, demonstration, sign_in, as_json), path, {"reason": reason}, said)


@restore.command(short_help="List what the log lost.", epilog=ENDS_WITH)
@source_argument
@number_argument
@asking_options
def lost(
    service: str,
    number: int,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """List, for an auditor, every event that SERVICE lost in restore NUMBER, from the copy.

    `muster replay CASE` tells what each was, in sentences, without what was sealed; whoever recorded it knows the rest.
    """
    asked = Asked(data, demonstration, sign_in, as_json)
    rows: list[dict[str, Any]] = []
    after = 0
    try:
        with Services(asked) as services:
            while page := services.get("audit", f"/restores/{service}/{number}/lost", {"after": str(after)}):
                rows += page
                after = page[-1]["position"]
    except Unanswered as why:
        give_up(why, as_json=as_json)
    if as_json:
        print_json({"lost": rows})
        return
    for each in rows:
        click.echo(f"{each['position']}  {shown(each['recorded_at'])}  {each['name']}")
        click.echo(f"    of case {each['case']}, digest {each['digest']}")
    click.echo("1 event was lost." if len(rows) == 1 else f"{len(rows)} events were lost.")


def _asked(asked: Asked, path: str, params: dict[str, str]) -> Any:
    try:
        with Services(asked) as services:
            return services.get("audit", path, params)
    except Unanswered as why:
        give_up(why, as_json=asked.as_json)


def _order(asked: Asked, path: str, body: object, done: str) -> None:
    order(asked, "audit", path, body, done=done, missing="There is no such declaration: see `muster restore list`.")
