"""What a leaf is made of: every byte of a row but what is sealed in it, of which a digest stands for the rest."""

import re
from pathlib import Path
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.kernel.proof.chains import Chains
from services.kernel.proof.leaves import FIRST, Row, content_of, leaf_of, without_sealed

STREAM = UUID(int=7)
GOLDEN = (Path(__file__).parents[1] / "golden" / "box.remarked.v1.json").read_bytes().strip()
REMARKED = Row(3, STREAM, 2, "box.remarked", GOLDEN)
SEALED = re.compile(rb'"(nonce|ciphertext|key)":"[^"]+"')


def test_the_content_of_a_leaf_is_what_it_was_when_it_was_released() -> None:
    """Trees that were signed hold on to it: it never changes."""
    row = Row(3, STREAM, 2, "box.counted", b'{"data":{"things":1}}')
    assert content_of(row, FIRST) == (
        b"muster-leaf/v1\n"
        b"\x00\x00\x00\x00\x00\x00\x00\x03"
        b"\x00\x00\x00\x00\x00\x00\x00\x02"
        b"\x00\x00\x00\x00\x00\x00\x00\x0b" + STREAM.bytes + bytes(32) + b'box.counted{"data":{"things":1}}'
    )
    assert leaf_of(row, FIRST).hex() == "8c6ef7b313986a701a4a1aaa2a3dd5f17a7db409ecb87a229b3b2924cae3c77e"
    assert (
        leaf_of(REMARKED, leaf_of(row, FIRST)).hex()
        == "de15d54eb26cd466c839d4113886430e8449000ab8128bdc39c978c1a7f75500"
    )


def test_of_what_is_sealed_a_leaf_holds_commitment_and_digest_alone() -> None:
    assert len(SEALED.findall(GOLDEN)) >= 3
    left = without_sealed(GOLDEN)
    assert not SEALED.search(left)
    assert left.count(b'"commitment"') == GOLDEN.count(b'"commitment"') == left.count(b'"digest"')
    assert without_sealed(left) == left, "a copy without the sealed texts has the same leaves"
    assert leaf_of(REMARKED._replace(state=left), FIRST) == leaf_of(REMARKED, FIRST)


@given(st.integers(0, len(GOLDEN) - 1), st.integers(1, 255))
def test_no_byte_of_a_row_changes_without_its_leaf(at: int, by: int) -> None:
    changed = bytearray(GOLDEN)
    changed[at] ^= by
    assert leaf_of(REMARKED._replace(state=bytes(changed)), FIRST) != leaf_of(REMARKED, FIRST)


def test_text_that_people_enter_is_never_taken_for_a_seal() -> None:
    said = b'{"data":{"colour":"\\"seal\\":{\\"key\\":\\"x\\"}"}}'
    assert without_sealed(said) == said


def test_each_part_of_a_row_and_what_was_before_it_counts() -> None:
    others = [
        REMARKED._replace(position=4),
        REMARKED._replace(stream=uuid4()),
        REMARKED._replace(version=3),
        REMARKED._replace(name="box.remarkee"),
        REMARKED._replace(name="box.remarked{", state=GOLDEN[1:]),
    ]
    leaves = {leaf_of(each, FIRST) for each in (REMARKED, *others)} | {leaf_of(REMARKED, bytes(31) + b"\x01")}
    assert len(leaves) == len(others) + 2


@given(st.lists(st.integers(0, 4), max_size=40), st.integers(1, 7))
def test_a_log_read_in_pages_has_the_chains_it_has_when_read_at_once(streams: list[int], page: int) -> None:
    versions = [streams[: at + 1].count(each) for at, each in enumerate(streams)]
    rows = [
        Row(at + 1, UUID(int=each), version, "box.counted", b"{}")
        for at, (each, version) in enumerate(zip(streams, versions, strict=True))
    ]
    heads: dict[UUID, bytes] = {}
    expected = []
    for row in rows:
        heads[row.stream] = leaf_of(row, heads.get(row.stream, FIRST))
        expected.append(heads[row.stream])
    chains = Chains()
    found = [leaf for first in range(0, len(rows), page) for leaf in chains.leaves(rows[first : first + page])]
    chains.close()
    assert found == expected
