"""`muster rebuild`: a view built anew from the log."""

from pathlib import Path
from urllib.parse import quote

import click

from deploy.command_line.asking import Asked, Services, Unanswered, asking_options, give_up
from deploy.command_line.options import print_json


@click.command(short_help="Build a view anew from the log.")
@click.argument("service")
@click.argument("view", required=False)
@asking_options
def rebuild(
    service: str,
    view: str | None,
    data: Path | None,
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    sign_in: str | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Build a VIEW of a SERVICE anew from its log; without VIEW, list the views there are.

    The old view answers until the new one has caught up, so this can be done at any time. Nothing else happens:
    no notice goes out again. The order is put on record.

    \b
    Examples
      muster rebuild tips --sign-in operator           which views there are
      muster rebuild tips tip_list                     build one anew

    \b
    Ends with
      0  ordered                     7  Muster is not running here
      1  no such view, or refused    8  not signed in, or not an operator
      2  wrong use of the command
    """
    try:
        with Services(Asked(data, demonstration, sign_in, as_json)) as services:
            if view is None:
                _list(services.get(service, "/operator/views"), service, as_json=as_json)
                return
            answer = services.post(service, f"/operator/views/{quote(view, safe='')}/rebuild")
    except Unanswered as why:
        if why.status == 404:
            sentence = f"{service} has no view {view!r}: `muster rebuild {service}` lists those it has."
            give_up(Unanswered(sentence, why.exit_code, why.status), as_json=as_json)
        give_up(why, as_json=as_json)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"The view {view} is being built anew; the present one answers until it has caught up.")


def _list(views: dict[str, int], service: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"views": views})
        return
    for name, position in views.items():
        click.echo(f"{name}  up to position {position}")
    if not views:
        click.echo(f"{service} keeps no views.")
