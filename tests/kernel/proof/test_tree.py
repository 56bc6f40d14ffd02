"""The tree against the vectors of Certificate Transparency, and against RFC 9162's own words for any size."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.proof.tree import (
    EMPTY_ROOT,
    BadProof,
    Frontier,
    Node,
    Span,
    check_consistency,
    consistency,
    edge,
    hash_of,
    inclusion,
    kept_for,
    leaf_hash,
    parent_hash,
    root_by_inclusion,
)

# The leaves, roots and proofs that the implementations of RFC 6962 and 9162 test one another with.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PAIR_0 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
PAIR_1 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
PAIR_2 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
PAIR_3 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
SECOND_HALF = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LEAF_6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUDED = [
    (0, 1, []),
    (0, 8, [LEAF_1, PAIR_1, SECOND_HALF]),
    (5, 8, [LEAF_4, PAIR_3, ROOTS[3]]),
    (2, 3, [PAIR_0]),
    (1, 5, [ROOTS[0], PAIR_1, LEAF_4]),
]
CONSISTENT = [
    (1, 1, []),
    (1, 8, [LEAF_1, PAIR_1, SECOND_HALF]),
    (6, 8, [PAIR_2, PAIR_3, ROOTS[3]]),
    (2, 5, [PAIR_1, LEAF_4]),
    (6, 7, [PAIR_2, LEAF_6, ROOTS[3]]),
]
SIZES = st.one_of(st.integers(1, 40), st.integers(250, 260), st.integers(500, 700))


def grown(leaves: Sequence[bytes]) -> tuple[Frontier, dict[Node, bytes]]:
    frontier, kept = Frontier(), dict[Node, bytes]()
    for leaf in leaves:
        kept.update(frontier.add(leaf))
    return frontier, kept


def said_by_the_rfc(leaves: Sequence[bytes]) -> bytes:
    """MTH, as §2.1.1 has it."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = max(1 << power for power in range(len(leaves).bit_length()) if 1 << power < len(leaves))
    return parent_hash(said_by_the_rfc(leaves[:k]), said_by_the_rfc(leaves[k:]))


def hashes(spans: Sequence[Span], kept: dict[Node, bytes]) -> list[bytes]:
    """With no other nodes at hand than those asked for."""
    asked = {node: kept[node] for node in kept_for(spans)}
    return [hash_of(span, asked) for span in spans]


def numbered(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def test_roots_are_those_of_the_published_vectors() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        frontier.add(leaf_hash(bytes.fromhex(leaf)))
        assert frontier.root().hex() == root


@pytest.mark.parametrize(("index", "size", "proof"), INCLUDED)
def test_proofs_of_inclusion_are_those_of_the_published_vectors(index: int, size: int, proof: list[str]) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
    _, kept = grown(leaves)
    assert [each.hex() for each in hashes(inclusion(index, size), kept)] == proof
    shown = [bytes.fromhex(each) for each in proof]
    assert root_by_inclusion(leaves[index], index, size, shown).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENT)
def test_proofs_of_consistency_are_those_of_the_published_vectors(old: int, new: int, proof: list[str]) -> None:
    _, kept = grown([leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES])
    assert [each.hex() for each in hashes(consistency(old, new), kept)] == proof
    shown = [bytes.fromhex(each) for each in proof]
    check_consistency(old, bytes.fromhex(ROOTS[old - 1]), new, bytes.fromhex(ROOTS[new - 1]), shown)


@given(SIZES)
def test_a_tree_has_the_root_the_rfc_defines_and_grows_on_from_its_edge(size: int) -> None:
    leaves = numbered(size + 3)
    frontier, kept = grown(leaves[:size])
    assert frontier.root() == said_by_the_rfc(leaves[:size])
    again = Frontier(size, hashes([Span(node.place << node.level, 1 << node.level) for node in edge(size)], kept))
    for leaf in leaves[size:]:
        again.add(leaf)
    assert again.root() == said_by_the_rfc(leaves)


@given(SIZES, st.data())
def test_each_leaf_is_proved_and_nothing_else_is(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = numbered(size)
    frontier, kept = grown(leaves)
    proof = hashes(inclusion(index, size), kept)
    assert root_by_inclusion(leaves[index], index, size, proof) == frontier.root()
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not proves_inclusion(leaves[index], other, size, proof, frontier.root())
        assert not proves_inclusion(leaves[other], index, size, proof, frontier.root())
    for wrong in (*wronged(proof, data), [*proof, proof[-1] if proof else EMPTY_ROOT]):
        assert not proves_inclusion(leaves[index], index, size, wrong, frontier.root())


@given(SIZES, st.data())
def test_a_tree_continues_each_of_its_beginnings_and_no_other_tree(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    leaves = numbered(size)
    frontier, kept = grown(leaves)
    old_root, new_root = said_by_the_rfc(leaves[:old]), frontier.root()
    proof = hashes(consistency(old, size), kept)
    check_consistency(old, old_root, size, new_root, proof)
    wrong = [(leaf_hash(old_root), new_root, proof), *((old_root, new_root, each) for each in wronged(proof, data))]
    if old:
        wrong.append((old_root, leaf_hash(new_root), proof))
    wrong.append((old_root, new_root, [*proof, EMPTY_ROOT]))
    for old_one, new_one, shown in wrong:
        with pytest.raises(BadProof):
            check_consistency(old, old_one, size, new_one, shown)


def test_a_tree_that_became_smaller_is_no_continuation() -> None:
    with pytest.raises(BadProof):
        check_consistency(8, bytes.fromhex(ROOTS[7]), 7, bytes.fromhex(ROOTS[6]), [])


def wronged(proof: Sequence[bytes], data: st.DataObject) -> list[list[bytes]]:
    """One hash changed, or left out."""
    if not proof:
        return []
    at = data.draw(st.integers(0, len(proof) - 1))
    return [[*proof[:at], leaf_hash(proof[at]), *proof[at + 1 :]], [*proof[:at], *proof[at + 1 :]]]


def proves_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    try:
        return root_by_inclusion(leaf, index, size, proof) == root
    except BadProof:
        return False
