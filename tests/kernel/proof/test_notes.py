"""Signed notes against one that others wrote, and checkpoints and countersignatures that were changed on the way."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.proof.notes import (
    COSIGNS,
    SIGNS_CHECKPOINTS,
    BadNote,
    Checkpoint,
    Note,
    Signer,
    _signatures_of,
    _valid,
    cosigned_at,
    read_note,
    read_verifier,
    require_signature,
)
from services.kernel.proof.witnessing import Asked, read_asked

# From the documentation of the signed-note format's own implementation.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAID = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

LOG = Signer("muster/test/tips", SIGNS_CHECKPOINTS, Ed25519PrivateKey.from_private_bytes(bytes(32)))
WITNESS = Signer("muster/test/witness", COSIGNS, Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
AT = datetime(2026, 3, 1, 8, 15, tzinfo=UTC)
HEAD = Checkpoint("muster/test/tips", 20852163, bytes(range(32)))
GOLDEN = """\
muster/test/tips
20852163
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=

"""


def note() -> Note:
    return Note(HEAD, [LOG.sign(HEAD), WITNESS.cosign(HEAD, AT)])


def test_a_note_and_a_key_of_others_are_read_as_they_mean_them() -> None:
    key = read_verifier(NEUMANN)
    assert key.written == NEUMANN
    (signature,) = _signatures_of([SIGNED], key)
    assert _valid(key, signature, SAID.encode())
    assert not _valid(key, signature, SAID.upper().encode())


def test_a_checkpoint_is_written_as_the_specification_says_and_read_again() -> None:
    written = note().written
    assert written.startswith(GOLDEN + "— muster/test/tips ")
    assert read_note(written) == note()
    require_signature(read_note(written), LOG.verifier)
    assert cosigned_at(HEAD, read_note(written).lines, WITNESS.verifier) == AT


@given(st.integers(0, len(note().written.encode()) - 1), st.integers(1, 255))
def test_no_byte_of_a_signed_note_can_be_changed(at: int, by: int) -> None:
    changed = bytearray(note().written.encode())
    changed[at] ^= by
    try:
        read = read_note(changed.decode())
        require_signature(read, LOG.verifier)
        cosigned_at(read.checkpoint, read.lines, WITNESS.verifier)
    except (BadNote, UnicodeDecodeError):
        return
    assert read.checkpoint == HEAD, "what is signed is what was signed"


def test_a_key_signs_for_its_owner_and_its_purpose_alone() -> None:
    other = Signer("muster/test/other", SIGNS_CHECKPOINTS, Ed25519PrivateKey.generate())
    for lines in ([], [other.sign(HEAD)], [WITNESS.cosign(HEAD, AT)]):
        with pytest.raises(BadNote):
            require_signature(Note(HEAD, lines), LOG.verifier)
    with pytest.raises(BadNote):
        require_signature(Note(HEAD, [other.sign(HEAD)]), other.verifier)
    with pytest.raises(BadNote):
        cosigned_at(HEAD, [LOG.sign(HEAD)], WITNESS.verifier)


@pytest.mark.parametrize(
    "written",
    ["", "a\n1\nAA==\n\n", GOLDEN.replace("20852163", "020852163"), GOLDEN.replace("20852163", "-1"), GOLDEN + "x\n"],
)
def test_what_is_no_checkpoint_is_refused(written: str) -> None:
    with pytest.raises(BadNote):
        read_note(written)


@pytest.mark.parametrize("written", ["", "a+b+c", NEUMANN.replace("c74f20a3", "c74f20a4"), NEUMANN[:-4]])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(BadNote):
        read_verifier(written)


def test_a_request_to_a_witness_is_read_as_it_was_written() -> None:
    asked = Asked(7, [bytes(32), bytes(range(32))], note())
    assert asked.written.startswith("old 7\nAAAA")
    assert read_asked(asked.written) == asked
    for wrong in ("", "old x\n\n", "old 20852164\n\n" + note().written, "old 1\n!\n\n" + note().written):
        with pytest.raises(BadNote):
            read_asked(wrong)
