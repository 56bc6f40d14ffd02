"""The hash tree over a log, after RFC 9162 §2.1 (RFC 6962): how it grows, what proves what, and how proofs are checked.

Pure. Of the tree the leaves are kept, and every eighth level above them (those of C2SP tlog-tiles): what lies between
is computed when a proof is asked for.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

TILE_HEIGHT = 8
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: the `place`th of its level from the left, counted from 0, over 2**level leaves."""

    level: int
    place: int


class Span(NamedTuple):
    """Leaves that a proof holds one hash of: `size` of them from `first` on."""

    first: int
    size: int


class BadProof(Exception):
    """The proof does not show what it should."""


def leaf_hash(data: bytes) -> bytes:
    """Of a leaf's content."""
    return hashlib.sha256(b"\x00" + data).digest()


def parent_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: its complete subtrees, the largest first. Never more than 64 hashes."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """`hashes` are those of `edge(size)`, in its order."""
        self.size = size
        self._hashes = list(hashes)

    def add(self, leaf: bytes) -> Sequence[tuple[Node, bytes]]:
        """Appends a leaf's hash; what is to be kept of the tree comes with it, the leaf itself first."""
        index, level = self.size, 0
        kept = [(Node(0, index), leaf)]
        while index & 1:
            leaf = parent_hash(self._hashes.pop(), leaf)
            index, level = index >> 1, level + 1
            if level % TILE_HEIGHT == 0:
                kept.append((Node(level, index), leaf))
        self._hashes.append(leaf)
        self.size += 1
        return kept

    @property
    def hashes(self) -> Sequence[bytes]:
        """Those of `edge` of its size, in its order."""
        return tuple(self._hashes)

    def copy(self) -> "Frontier":
        """One that grows on by itself."""
        return Frontier(self.size, self._hashes)

    def root(self) -> bytes:
        """Of all leaves so far."""
        if not self._hashes:
            return EMPTY_ROOT
        *left, root = self._hashes
        for each in reversed(left):
            root = parent_hash(each, root)
        return root


def edge(size: int) -> Sequence[Node]:
    """The complete subtrees of a tree, the largest first."""
    return list(_complete(Span(0, size)))


def inclusion(index: int, size: int) -> Sequence[Span]:
    """Whose hashes, in this order, prove that the tree of `size` has leaf `index`."""
    first, found = 0, []
    while size > 1:
        half = _split(size)
        if index < first + half:
            found.append(Span(first + half, size - half))
            size = half
        else:
            found.append(Span(first, half))
            first, size = first + half, size - half
    return found[::-1]


def consistency(old: int, new: int) -> Sequence[Span]:
    """Whose hashes, in this order, prove that the tree of `old` leaves begins the tree of `new`."""
    if old in {0, new}:
        return ()
    first, size, whole, found = 0, new, True, []
    while old != size:
        half = _split(size)
        if old <= half:
            found.append(Span(first + half, size - half))
            size = half
        else:
            found.append(Span(first, half))
            first, size, old, whole = first + half, size - half, old - half, False
    # The old tree itself is known to whoever checks.
    return [*([] if whole else [Span(first, size)]), *reversed(found)]


def kept_for(spans: Sequence[Span]) -> frozenset[Node]:
    """Which of the kept nodes the hashes of these spans are made from."""
    return frozenset(kept for span in spans for node in _complete(span) for kept in _kept_below(node))


def hash_of(span: Span, kept: Mapping[Node, bytes]) -> bytes:
    """Made from kept nodes. Raises `KeyError` when one is missing."""
    *left, root = [_hash_of_node(node, kept) for node in _complete(span)]
    for each in reversed(left):
        root = parent_hash(each, root)
    return root


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root of the tree that has this leaf there, if the proof is right (RFC 9162 §2.1.3.2). Raises `BadProof`."""
    if not 0 <= index < size:
        raise BadProof("There is no such leaf.")
    root = leaf
    for each, left in _climbing(index, size - 1, proof):
        root = parent_hash(each, root) if left else parent_hash(root, each)
    return root


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises `BadProof` unless the old tree begins the new one (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new:
        raise BadProof("The tree has become smaller.")
    if old in {0, new}:
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise BadProof("The roots differ.")
        return
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        raise BadProof("The proof is too short.")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for each, left in _climbing(place, last, hashes[1:]):
        before = parent_hash(each, before) if left else before
        after = parent_hash(each, after) if left else parent_hash(after, each)
    if before != old_root or after != new_root:
        raise BadProof("The roots differ.")


def _climbing(place: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each hash on the way up, and whether it stands to the left. Raises `BadProof` when there are not just enough."""
    for each in proof:
        if last == 0:
            raise BadProof("The proof is too long.")
        left = bool(place & 1) or place == last
        yield each, left
        while left and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last:
        raise BadProof("The proof is too short.")


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _complete(span: Span) -> Iterator[Node]:
    """The complete subtrees a span is made of. It begins where one at least as large could."""
    first, size = span
    while size:
        level = size.bit_length() - 1
        yield Node(level, first >> level)
        first, size = first + (1 << level), size - (1 << level)


def _kept_below(node: Node) -> Iterator[Node]:
    level = node.level - node.level % TILE_HEIGHT
    spread = 1 << node.level - level
    return (Node(level, each) for each in range(node.place * spread, (node.place + 1) * spread))


def _hash_of_node(node: Node, kept: Mapping[Node, bytes]) -> bytes:
    hashes = [kept[each] for each in _kept_below(node)]
    while len(hashes) > 1:
        hashes = [parent_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]
