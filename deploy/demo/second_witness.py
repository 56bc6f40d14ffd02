"""The witness of another agency, beside a demonstration: a process, a folder and a key of its own."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from deploy.embedded.children import Child
from deploy.embedded.files import private_folder, write_private
from deploy.embedded.installation import HOST, WITNESSES
from deploy.embedded.keys import WITNESS_KEY, make_proof_key
from deploy.embedded.stack import Stack
from deploy.topology import SERVICES
from deploy.witness.keeping import LOGS
from services.kernel.proof.notes import COSIGNS

NAME = "second-witness"
SIGNS_AS = "agency.invalid/witness"
PORT = 46
"""An offset from the base port, beyond that of the mailbox."""


@contextmanager
def second_witness(stack: Stack) -> Iterator[None]:
    """From now on it countersigns what the services of a running demonstration sign."""
    folder = private_folder(stack.folder.proof / NAME)
    logs = private_folder(folder / LOGS)
    for service in SERVICES:
        shutil.copy(stack.folder.proof / f"{service.name}.vkey", logs)
    public = folder / "witness.vkey"
    make_proof_key(folder / WITNESS_KEY, SIGNS_AS, COSIGNS, public)
    port = stack.port_base + PORT
    command = [sys.executable, "-m", "deploy.command_line.main", "witness"]
    options = ["--folder", str(folder), "--name", SIGNS_AS, "--host", HOST, "--port", str(port)]
    child = Child(NAME, [*command, *options], record=stack.folder.record(NAME), log=stack.folder.log(NAME))
    child.start()
    try:
        # The services read the file again when it changes.
        file = stack.folder.secrets / WITNESSES
        witnesses = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
        witnesses[f"http://{HOST}:{port}"] = public.read_text().strip()
        write_private(file, msgspec.json.format(msgspec.json.encode(witnesses), indent=2).decode())
        yield
    finally:
        child.stop()
