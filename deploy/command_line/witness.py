"""`muster witness`: a second party that countersigns the logs of a house, in a folder and with a key of its own."""

import signal
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from deploy.command_line.options import json_option, print_json
from deploy.embedded.errors import StackError
from deploy.embedded.files import private_folder
from deploy.embedded.keys import WITNESS_KEY, make_proof_key
from deploy.witness.answering import serving
from deploy.witness.keeping import LOGS, KeptWitness
from services.kernel.listening import LOOPBACK
from services.kernel.proof.notes import COSIGNS, Signer, read_private_key

PORT = 8190
PUBLIC = "witness.vkey"
BUSY_PORT = 3


@click.command(short_help="Countersign what another agency's logs sign.")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Its key, and all it signed."
)
@click.option("--name", required=True, help="What it signs as, like agency.example/witness. The same at every start.")
@click.option("--host", default=LOOPBACK, show_default=True, help="Where it listens.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535))
@json_option
def witness(
    folder: Path,
    name: str,
    host: str,
    port: int,
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Countersign the signed heads of a house's logs, until it is ended. It sees numbers and hashes alone.

    It signs a head only if it continues the one it signed last, so that no house can show one past to one and another
    to another. Every head it signed stays in FOLDER/signed; what a log asked in vain, in FOLDER/refused, is evidence.
    `muster verify --heads FOLDER` holds a house's logs against them.

    \b
    To begin
      1  copy DATA/proof/*.vkey of the house (not witness.vkey) into FOLDER/logs
      2  start it; put a TLS proxy before it where it is asked over a network
      3  let the house's operator add its address and the line in FOLDER/witness.vkey to DATA/secrets/witnesses.json

    \b
    Example
      muster witness --folder /srv/witness --name dps.example/witness

    \b
    Ends with
      0  ended by a signal      3  the port is taken
    """
    private_folder(folder)
    (folder / LOGS).mkdir(exist_ok=True)
    try:
        make_proof_key(folder / WITNESS_KEY, name, COSIGNS, folder / PUBLIC)
    except StackError as error:
        raise click.ClickException(str(error)) from error
    signer = Signer(name, COSIGNS, read_private_key(folder / WITNESS_KEY))
    try:
        server = serving(KeptWitness(folder, signer), lambda: datetime.now(UTC), host, port)
    except OSError as error:
        click.echo(f"Port {port} on {host} is in use by another program: choose another with --port.", err=True)
        raise SystemExit(BUSY_PORT) from error
    address = f"http://{host}:{server.server_address[1]}"
    try:
        signal.signal(signal.SIGTERM, _end)
        if as_json:
            print_json({"event": "ready", "key": signer.verifier.written, "address": address})
        else:
            click.echo(f"{signer.verifier.written}\nlistens at {address}; Ctrl-C ends it.")
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
