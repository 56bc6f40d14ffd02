"""Checkpoints and countersignatures, in the form others check with tools of their own (C2SP).

A checkpoint (tlog-checkpoint) is a signed note (signed-note) with a log's name, size and root. A witness adds a line of
its own to it (tlog-cosignature, Ed25519), which says when it saw that the tree continues the last one it signed.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.kernel.proof.tree import EMPTY_ROOT

SIGNS_CHECKPOINTS = 0x01
COSIGNS = 0x04
KEY_BYTES = 32
ID_BYTES = 4
TIME_BYTES = 8
SIGNATURE_BYTES = 64
LONGEST = 10_000
"""Characters of a note that are read at all."""

_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_DASH = "— "


class BadNote(Exception):
    """It is no checkpoint, or not signed as it must be."""


class Checkpoint(NamedTuple):
    """The head of the tree of the log `origin` when it had `size` leaves."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class Note(NamedTuple):
    """A checkpoint, and the lines of signatures below it."""

    checkpoint: Checkpoint
    lines: Sequence[str]

    @property
    def written(self) -> str:
        """As it is kept and sent."""
        return "\n".join((self.checkpoint.text, *self.lines, ""))


class Verifier(NamedTuple):
    """A public key by its owner's name; `kind` says what it signs."""

    name: str
    kind: int
    public: bytes

    @property
    def written(self) -> str:
        """As a `vkey`: name, id and key."""
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{_id_of(self).hex()}+{key}"


class Signer:
    """A private key, for checkpoints or for countersignatures."""

    def __init__(self, name: str, kind: int, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.verifier = Verifier(name, kind, private.public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint) -> str:
        """The line that says the log has this head."""
        return _line(self.verifier, self._private.sign(checkpoint.text.encode()))

    def cosign(self, checkpoint: Checkpoint, at: datetime) -> str:
        """The line that says it was seen to continue what was signed before. Whole seconds count."""
        seconds = int(at.timestamp())
        signature = self._private.sign(_cosigned(checkpoint, seconds))
        return _line(self.verifier, seconds.to_bytes(TIME_BYTES) + signature)

    def sign_document(self, written: bytes) -> bytes:
        """That it is from whoever keeps the log: no checkpoint, and never to be taken for one."""
        return self._private.sign(b"muster-document/v1\n" + written)

    def vouch(self, body: bytes) -> str:
        """That whoever sends this is the log itself."""
        return base64.b64encode(self._private.sign(_vouched(body))).decode()


def read_private_key(file: Path) -> Ed25519PrivateKey:
    """Raises `SystemExit` with one sentence when it cannot be read."""
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise SystemExit(f"The key {file} cannot be read: put it back from your copy of the secrets.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit(f"The key {file} is not of the right kind: put it back from your copy of the secrets.")
    return key


def is_vouched_for(body: bytes, signature: str, verifier: Verifier) -> bool:
    """Whether the log itself sent it."""
    return _valid(verifier, _decoded(signature), _vouched(body))


def read_verifier(written: str) -> Verifier:
    """From a `vkey`. Raises `BadNote`."""
    name, _, rest = written.strip().partition("+")
    key_id, _, key = rest.partition("+")
    decoded = _decoded(key)
    if not _NAME.fullmatch(name) or len(decoded) != KEY_BYTES + 1:
        raise BadNote("This is no key of a log or a witness.")
    verifier = Verifier(name, decoded[0], decoded[1:])
    if verifier.kind not in {SIGNS_CHECKPOINTS, COSIGNS} or _id_of(verifier).hex() != key_id:
        raise BadNote("This is no key of a log or a witness.")
    return verifier


def read_note(written: str) -> Note:
    """Of a checkpoint. Nobody's signature is checked yet. Raises `BadNote`."""
    text, blank, below = written.partition("\n\n")
    lines = text.split("\n")
    signatures = below.splitlines()
    if len(written) > LONGEST or not blank or len(lines) != 3 or not all(each.startswith(_DASH) for each in signatures):
        raise BadNote("This is no checkpoint.")
    origin, size, root = lines
    decoded = _decoded(root)
    if not origin or not _SIZE.fullmatch(size) or len(decoded) != len(EMPTY_ROOT):
        raise BadNote("This is no checkpoint.")
    return Note(Checkpoint(origin, int(size), decoded), signatures)


def require_signature(note: Note, verifier: Verifier) -> None:
    """Raises `BadNote` unless the log itself signed the note."""
    if verifier.kind != SIGNS_CHECKPOINTS or note.checkpoint.origin != verifier.name:
        raise BadNote("The checkpoint is of another log.")
    for signature in _signatures_of(note.lines, verifier):
        if _valid(verifier, signature, note.checkpoint.text.encode()):
            return
    raise BadNote("The log did not sign this checkpoint.")


def cosigned_at(checkpoint: Checkpoint, lines: Iterable[str], witness: Verifier) -> datetime:
    """When the witness signed the head. Raises `BadNote` when it did not."""
    for signed in _signatures_of(lines, witness):
        seconds, signature = int.from_bytes(signed[:TIME_BYTES]), signed[TIME_BYTES:]
        if witness.kind == COSIGNS and _valid(witness, signature, _cosigned(checkpoint, seconds)):
            return datetime.fromtimestamp(seconds, UTC)
    raise BadNote("The witness did not sign this checkpoint.")


def _cosigned(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()


def _vouched(body: bytes) -> bytes:
    return b"muster-asked/v1\n" + body


def _id_of(verifier: Verifier) -> bytes:
    named = verifier.name.encode() + b"\n" + bytes([verifier.kind]) + verifier.public
    return hashlib.sha256(named).digest()[:ID_BYTES]


def _line(verifier: Verifier, signature: bytes) -> str:
    return f"{_DASH}{verifier.name} {base64.b64encode(_id_of(verifier) + signature).decode()}"


def _signatures_of(lines: Iterable[str], verifier: Verifier) -> Iterable[bytes]:
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).rpartition(" ")
        decoded = _decoded(encoded)
        if name == verifier.name and decoded[:ID_BYTES] == _id_of(verifier):
            yield decoded[ID_BYTES:]


def _valid(verifier: Verifier, signature: bytes, message: bytes) -> bool:
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    """Nothing, for what is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
