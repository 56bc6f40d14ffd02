"""`muster mail`: what came to the invented people of a demonstration, all of which ends in its own mailbox."""

from pathlib import Path

import click

from deploy.command_line.options import json_option, print_json
from deploy.command_line.show import folder_option
from deploy.embedded.folder import DataFolder
from deploy.embedded.mailbox import read_mails

NEWEST = 10


@click.command()
@folder_option
@click.option("--to", default="", help="Only what came to this address, or to one that begins so.")
@json_option
def mail(data: Path, to: str, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Read the ten newest mails of a demonstration: how its people are called, and the codes they answer by.

    \b
    Ends with
      0  told      1  no mail came
    """
    found = [each for each in read_mails(DataFolder(data, "demonstration").mail) if each.to.startswith(to)][-NEWEST:]
    if as_json:
        print_json([each._asdict() for each in found])
    else:
        for each in found:
            click.echo(f"{each.number}  {each.to}  {each.title}\n    {each.text}\n")
    if not found:
        click.echo(f"No mail came in {data}{f' to {to}' if to else ''}.", err=True)
        raise SystemExit(1)
