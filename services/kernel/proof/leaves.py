"""What a leaf of the tree is: one row of the log, byte by byte, but for what is sealed in it.

In place of a seal stand its commitment and a digest of the rest, so that a copy without the sealed text has the same
leaves, and a byte of it that was changed has others. Each leaf holds the hash of the leaf before it in its stream.
"""

import base64
import hashlib
import re
from typing import NamedTuple
from uuid import UUID

from services.kernel.proof.tree import leaf_hash

FORM = b"muster-leaf/v1\n"
FIRST = bytes(32)
"""What the first leaf of a stream holds in place of the hash before it."""

# As the stored form writes a seal. Inside a JSON string each of these quotation marks would have a backslash before it.
_SEAL = re.compile(
    rb'"seal":\{"key":"([0-9a-f-]{36})","nonce":"([A-Za-z0-9+/=]*)","ciphertext":"([A-Za-z0-9+/=]*)",'
    rb'"commitment":"([A-Za-z0-9+/=]*)"\}'
)


class Row(NamedTuple):
    """One row of a log, as it is stored."""

    position: int
    stream: UUID
    version: int
    name: str
    state: bytes


def leaf_of(row: Row, before: bytes) -> bytes:
    """The hash of its leaf; `before` is that of the leaf before it in its stream, `FIRST` for the first."""
    return leaf_hash(content_of(row, before))


def content_of(row: Row, before: bytes) -> bytes:
    """What is hashed, final from the first leaf on. Lengths are in it, so that no two rows read the same."""
    name = row.name.encode()
    numbers = b"".join(each.to_bytes(8) for each in (row.position, row.version, len(name)))
    return b"".join((FORM, numbers, row.stream.bytes, before, name, without_sealed(row.state)))


def without_sealed(state: bytes) -> bytes:
    """The same state with every sealed text left out. Done once more it changes nothing."""
    return _SEAL.sub(_commitment_alone, state)


def _commitment_alone(found: re.Match[bytes]) -> bytes:
    key, nonce, ciphertext, commitment = found.groups()
    digest = base64.b64encode(hashlib.sha256(b"\n".join((key, nonce, ciphertext))).digest())
    return b'"seal":{"commitment":"' + commitment + b'","digest":"' + digest + b'"}'
