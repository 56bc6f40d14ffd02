"""Services that prove their logs in a test: keys in a folder, and no waiting."""

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from deploy.embedded.keys import make_proof_key
from deploy.witness.answering import serving
from deploy.witness.keeping import KeptWitness
from services.kernel.proof.notes import COSIGNS, SIGNS_CHECKPOINTS, Signer, read_private_key
from services.kernel.settings import ProofSettings, Settings

WITNESS = "muster/test/audit/witness"
SECOND = "agency.invalid/witness"


def proved(
    folder: Path, *, watched: str | None = None, heads_alone: tuple[str, ...] = ()
) -> Callable[[Settings], Settings]:
    """What a service is told so that it proves its log at once. Of one `folder`, all know one another's keys.

    With `watched`, logs are compared with the copy at that address, if it is none of nothing, and trees made anew.
    """

    make_proof_key(folder / "tips.pem", "muster/test/tips", SIGNS_CHECKPOINTS, folder / "tips.vkey")

    def told(settings: Settings) -> Settings:
        key, origin = folder / f"{settings.service}.pem", f"muster/test/{settings.service}"
        make_proof_key(key, origin, SIGNS_CHECKPOINTS, folder / f"{settings.service}.vkey")
        witness = folder / "witness.pem" if settings.service == "audit" else None
        if witness:
            make_proof_key(witness, WITNESS, COSIGNS, folder / "witness.vkey")
        proof = ProofSettings(
            origin=origin,
            key_file=key,
            witnesses_file=folder / "witnesses.json",
            anchor_file=folder / "anchor.folder",
            logs=folder,
            witness_key_file=witness,
            witness_name=WITNESS if witness else "",
            checkpoint_seconds=0.0,
            gather_seconds=0.0,
            compares_at=watched or "",
            compare_seconds=0.0 if watched is None else 0.2,
            heads_alone=heads_alone,
        )
        return msgspec.structs.replace(settings, proof=proof)

    return told


@contextmanager
def second_witness(folder: Path) -> Iterator[str]:
    """Where another agency's witness answers; what it keeps lies in `second` of the folder."""
    own = folder / "second"
    shutil.copytree(folder, own / "logs")
    make_proof_key(own / "key.pem", SECOND, COSIGNS, folder / "second.vkey")
    witness = KeptWitness(own, Signer(SECOND, COSIGNS, read_private_key(own / "key.pem")))
    server = serving(witness, lambda: datetime.now(UTC), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def name_witnesses(folder: Path, addresses: Mapping[str, str]) -> None:
    """Where the witnesses with these keys in the folder are asked."""
    written = {address: (folder / key).read_text().strip() for key, address in addresses.items()}
    (folder / "witnesses.json").write_bytes(msgspec.json.encode(written))
