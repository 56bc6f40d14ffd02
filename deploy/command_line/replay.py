"""`muster replay`: a case told again, as it was known or as it was true at any moment."""

import textwrap
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from deploy.command_line.asking import Asked, Services, Unanswered, asking_options, give_up
from deploy.command_line.options import print_json
from deploy.command_line.times import Moment, shown

WIDTH = 100
MARGIN = 31


@click.command(short_help="Tell a case again, as known or as true at any moment.")
@click.argument("case", type=click.UUID)
@click.option("--as-of", type=Moment(), metavar="TIME", help="Tell it as of this moment. Default: now.")
@click.option(
    "--by",
    type=click.Choice(["recorded", "happened"]),
    default="recorded",
    show_default=True,
    help="recorded: what was known then. happened: what was true then, whenever it was typed in.",
)
@asking_options
def replay(
    case: UUID,
    as_of: datetime | None,
    by: str,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Tell a case in sentences, across all services: who, when it happened, when it was recorded, and why.

    CASE is the reference of its first tip. Cases linked with it are told too. Only auditors may; each replay is itself
    put on record.

    \b
    Examples
      muster replay 7b1d2c3e-… --sign-in auditor
      muster replay 7b1d2c3e-… --as-of "2026-11-02 18:00"           Central time
      muster replay 7b1d2c3e-… --as-of 2026-11-03T00:00:00Z         any zone, RFC 3339
      muster replay 7b1d2c3e-… --as-of "2026-11-02 18:00" --by happened

    \b
    Ends with
      0  told                        7  Muster is not running here
      1  no such case, or refused    8  not signed in, or not an auditor
      2  wrong use of the command
    """
    asked = Asked(data, demonstration, sign_in, as_json)
    params = {"by": by} | ({"as_of": as_of.isoformat()} if as_of else {})
    try:
        with Services(asked) as services:
            told = services.get("audit", f"/cases/{case}/replay", params)
    except Unanswered as why:
        give_up(_said_of_a_case(why, case), as_json=as_json)
    if as_json:
        print_json(told)
    else:
        click.echo(page(told))


def page(told: dict[str, Any]) -> str:
    """The telling, for reading: number, when recorded, the sentence, and why."""
    knowledge = "as it was known then" if told["by"] == "recorded" else "as it was true then"
    lines = [f"Case {told['case']} as of {shown(told['as_of'])}, {knowledge}."]
    others = [case for case in told["cases"] if case != told["case"]]
    if others:
        lines.append(f"Linked with {', '.join(others)}; all histories are told.")
    lines.append("")
    if not told["sentences"]:
        lines.append("Nothing was on record then." if told["by"] == "recorded" else "Nothing had happened then.")
    for each in told["sentences"]:
        why = each["cause"]
        text = each["sentence"] + (f" ({why['text'][0].upper()}{why['text'][1:]}.)" if why else "")
        lead = f"{each['number']:>4}  {shown(each['recorded_at'])}  "
        lines.append(textwrap.fill(text, WIDTH, initial_indent=f"{lead:<{MARGIN}}", subsequent_indent=" " * MARGIN))
    return "\n".join(lines)


def _said_of_a_case(why: Unanswered, case: UUID) -> Unanswered:
    if why.status != 404:
        return why
    sentence = f"There is no case {case} that you can open: check the reference, or look it up in the list of cases."
    return Unanswered(sentence, why.exit_code, why.status)
