"""The proof of a service's log: its newest checkpoint, and what shows that an event is in it and that it only grew."""

import base64

import msgspec
from litestar import Controller, get

from contracts.language import InvalidValue
from services.kernel.http.gate import OPEN
from services.kernel.http.problems import NotFound
from services.kernel.proof.kept import KeptTree
from services.kernel.proof.notes import Note

TEXT = "text/plain; charset=utf-8"
LARGEST = 2**53
"""No size or position beyond it is asked for."""


class InclusionProof(msgspec.Struct, frozen=True):
    """After RFC 9162 §2.1.3: that `leaf` is in the tree whose signed head is `checkpoint`; hashes in base64.

    The index of a leaf is its position in the log less one.
    """

    position: int
    leaf: str
    size: int
    proof: list[str]
    checkpoint: str


class ConsistencyProof(msgspec.Struct, frozen=True):
    """After RFC 9162 §2.1.4: that the tree of `old` leaves begins the one of `new`; hashes in base64."""

    old: int
    new: int
    proof: list[str]


class StampedCheckpoint(msgspec.Struct, frozen=True):
    """The text that was stamped, byte by byte, and the authority's response in base64."""

    checkpoint: str
    response: str


class ProofController(Controller):
    """The same in every service. A checkpoint holds a number and a hash, and is there for everyone to keep."""

    path = "/proof"
    tags = ["Proof"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/checkpoint", opt={"action": OPEN}, media_type=TEXT)
    async def newest(self, tree: KeptTree) -> str:
        """The newest signed head of the log's hash tree, with its countersignatures (C2SP tlog-checkpoint)."""
        return _there(await tree.newest()).written

    @get("/checkpoints/{size:int}", opt={"action": OPEN}, media_type=TEXT)
    async def at(self, tree: KeptTree, size: int) -> str:
        """The head that was signed when the tree had this size."""
        return _there(await tree.at(_possible("size", size))).written

    @get("/stamp", opt={"action": OPEN})
    async def stamp(self, tree: KeptTree) -> StampedCheckpoint:
        """The newest signed head that a time-stamp authority stamped, and its response (RFC 3161)."""
        found = await tree.stamp()
        if found is None:
            raise NotFound
        return StampedCheckpoint(found[0], base64.b64encode(found[1]).decode())

    @get("/inclusion/{position:int}", opt={"action": "read_proofs"})
    async def inclusion(self, tree: KeptTree, position: int) -> InclusionProof:
        """That the event at this position is in the newest signed head."""
        note = _there(await tree.newest())
        size = note.checkpoint.size
        leaf = await tree.leaf(_possible("position", position) - 1)
        if leaf is None or position > size:
            raise NotFound
        proof = await tree.prove_inclusion(position - 1, size)
        return InclusionProof(position, _base64(leaf), size, [_base64(each) for each in proof], note.written)

    @get("/consistency", opt={"action": "read_proofs"})
    async def consistency(self, tree: KeptTree, old: int, new: int) -> ConsistencyProof:
        """That the log only grew between these two sizes."""
        newest = _there(await tree.newest())
        if not 0 <= _possible("old", old) <= _possible("new", new):
            raise InvalidValue("old", "Give the smaller size as the old one.")
        if new > newest.checkpoint.size:
            raise NotFound
        return ConsistencyProof(old, new, [_base64(each) for each in await tree.prove_consistency(old, new)])


def _there(note: Note | None) -> Note:
    if note is None:
        raise NotFound
    return note


def _possible(field: str, number: int) -> int:
    if not 0 <= number <= LARGEST:
        raise InvalidValue(field, "There is no such number here.")
    return number


def _base64(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
