"""`muster take-mail`: one mail from a mail server's pipe, handed to the service that takes what people answer."""

import hashlib
import sys
from pathlib import Path
from typing import NoReturn

import click
import msgspec

from deploy.command_line.asking import Asked, Services, Unanswered
from deploy.command_line.options import data_option, json_option, print_json
from deploy.command_line.read_mail import read_mail
from services.kernel.http.webhooks import headers_for
from services.rapid_assessment.ask.carried import PATH, SECRETS, CarriedReply, read_secrets

SERVICE = "rapid_assessment"
MOST_BYTES = 20_000_000
# As mail servers read them (sysexits.h).
TRY_AGAIN = 75
NOT_SET_UP = 78

ENDS_WITH = """
    \b
    Ends with, as mail servers read it
       0  handed over, whatever became of it
       2  wrong use of the command
      75  Muster is down: the mail server keeps the mail and tries again
      78  not set up: no secret for e-mail, or not the one the service has
"""


@click.command(name="take-mail", short_help="Take an answer by mail from a mail server's pipe.", epilog=ENDS_WITH)
@click.option("--demonstration", is_flag=True, help="For the demonstration instead.")
@data_option
@json_option
def take_mail(
    demonstration: bool,  # noqa: FBT001 - click passes options by name
    data: Path | None,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Take one mail on standard input: whoever is asked for a seat may answer by it.

    For the pipe of a mail server that has checked the sender (SPF, DKIM, DMARC) and turned away whom it does not
    believe. Run it as the person who started Muster. The secret for "email" is read from replies.json beside the
    service's other secrets. Nothing of the mail is printed or kept; a mail that a program wrote by itself is passed
    over.

    \b
    Example, for a line of /etc/aliases
      muster-answers: "|/opt/muster/.venv/bin/muster take-mail --data /var/lib/muster"
    """
    asked = Asked(data, demonstration, None, as_json)
    raw = sys.stdin.buffer.read(MOST_BYTES)
    mail = read_mail(raw)
    if not mail.by_itself:
        body = msgspec.json.encode(CarriedReply(channel="email", sender=mail.sender[:320], text=mail.text))
        # The same mail, tried again, is the same message.
        message = f"mail_{hashlib.sha256(raw).hexdigest()}"
        try:
            with Services(asked) as services:
                services.hand_over(SERVICE, PATH, body, headers_for(_secret(asked.folder), message, body))
        except Unanswered as why:
            _give_up(why, as_json=as_json)
    if as_json:
        print_json({"event": "passed_over" if mail.by_itself else "handed_over"})


def _secret(folder: Path) -> bytes:
    file = folder / "secrets" / SERVICE / SECRETS
    try:
        secret = read_secrets(file).get("email")
    except PermissionError as error:
        raise Unanswered(f"{file} is not yours to read: run this as the person who started Muster.", 0, 404) from error
    except ValueError as error:
        raise Unanswered(str(error), 0, 404) from error
    if secret is None:
        raise Unanswered(f"No secret for e-mail is set up: write it into {file}.", 0, 404)
    return secret


def _give_up(why: Unanswered, *, as_json: bool) -> NoReturn:
    """A sentence for the mail server's log, and how it is to go on."""
    code = NOT_SET_UP if why.status == 404 else TRY_AGAIN
    if as_json:
        print_json({"event": "failed", "sentence": why.sentence, "exit_code": code})
    click.echo(why.sentence, err=True)
    raise SystemExit(code)
