"""What a witness is asked, and when it agrees: C2SP tlog-witness. Pure, and the same for every witness of the house."""

import base64
from collections.abc import Sequence
from typing import NamedTuple

from services.kernel.proof.notes import BadNote, Checkpoint, Note, read_note
from services.kernel.proof.tree import EMPTY_ROOT, BadProof, check_consistency

LONGEST_PROOF = 63
LONGEST_REQUEST = 20_000
"""Bytes."""
VOUCHED = "Muster-Log-Signature"
"""The header by which a log says that it asks itself: anybody could bring an old head of it, or a proof that fails."""


class Asked(NamedTuple):
    """A checkpoint, and the proof that it continues the tree of `old` leaves that the witness signed last."""

    old: int
    proof: Sequence[bytes]
    note: Note

    @property
    def written(self) -> str:
        """As it is sent."""
        proof = [base64.b64encode(each).decode() for each in self.proof]
        return "\n".join((f"old {self.old}", *proof, "", self.note.written))


class OtherSize(Exception):
    """The witness last signed a tree of `size` leaves: that is what the proof must begin with."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class RolledBack(OtherSize):
    """The log signed a smaller tree than one it signed before."""


class Forked(Exception):
    """The log signed a tree that does not continue the one it signed before."""


def read_asked(body: str) -> Asked:
    """Raises `BadNote`."""
    head, blank, note = body.partition("\n\n")
    first, *proof = head.split("\n")
    size = first.removeprefix("old ")
    if not blank or size == first or not (size.isascii() and size.isdigit()) or len(size) > 18:
        raise BadNote("The request does not begin with the size it goes on from.")
    if len(proof) > LONGEST_PROOF:
        raise BadNote("The proof is too long.")
    try:
        hashes = [base64.b64decode(each, validate=True) for each in proof]
    except ValueError as error:
        raise BadNote("The proof is no base64.") from error
    asked = Asked(int(size), hashes, read_note(note))
    if asked.old > asked.note.checkpoint.size:
        raise BadNote("The checkpoint is smaller than what it goes on from.")
    return asked


def require_agreement(asked: Asked, last: Checkpoint | None) -> None:
    """Returns when the witness may sign; `last` is what it signed last of this log.

    Raises `OtherSize`, `RolledBack`, `Forked`.
    """
    new, known = asked.note.checkpoint, last.size if last else 0
    if new.size < known:
        raise RolledBack(known)
    if asked.old != known:
        raise OtherSize(known)
    try:
        check_consistency(known, last.root if last else EMPTY_ROOT, new.size, new.root, asked.proof)
    except BadProof as error:
        raise Forked from error
