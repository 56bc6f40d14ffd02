"""The verifier by itself: it knows the signatures, hashes and notes of the house without any code of the house."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.case_file import verify
from services.audit.case_file.making import fingerprint
from tests.services.audit.case_file.given import AUDIT, SECOND, WITNESS, a_file

KEY, OF_SECOND, OF_WITNESS = (fingerprint(each.verifier) for each in (AUDIT, SECOND, WITNESS))

# RFC 8032, section 7.1: tests 1 to 3.
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        b"",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        bytes.fromhex("72"),
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        bytes.fromhex("af82"),
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_signatures_of_rfc_8032_hold_and_no_others(public: str, message: bytes, signature: str) -> None:
    key, signed = bytes.fromhex(public), bytes.fromhex(signature)
    assert verify.is_signed(key, message, signed)
    assert not verify.is_signed(key, message + b"\0", signed)
    # The same scalar, written larger than the order of the group.
    spelled = signed[:32] + (int.from_bytes(signed[32:], "little") + verify.ORDER).to_bytes(32, "little")
    assert not verify.is_signed(key, message, spelled)
    for at in (0, 31, 32, 63):
        assert not verify.is_signed(key, message, signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])


@pytest.mark.parametrize("weak", [bytes(32), (1).to_bytes(32, "little"), (verify.P - 1).to_bytes(32, "little")])
def test_a_key_of_small_order_signs_nothing(weak: bytes) -> None:
    identity = (1).to_bytes(32, "little")
    assert not verify.is_signed(weak, b"whatever", identity + bytes(32))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
@settings(max_examples=8, deadline=None)
def test_it_holds_for_right_what_the_library_of_the_house_signs(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signed = private.public_key().public_bytes_raw(), bytearray(private.sign(message))
    assert verify.is_signed(public, message, bytes(signed))
    signed[bit // 8] ^= 1 << bit % 8
    assert not verify.is_signed(public, message, bytes(signed))


def test_a_fingerprint_is_the_same_on_both_sides() -> None:
    assert KEY == verify.fingerprint(AUDIT.verifier.written)


def test_a_stranger_verifies_it_with_nothing_installed_and_refuses_it_after_one_byte(tmp_path: Path) -> None:
    venv.create(tmp_path / "clean", with_pip=False, symlinks=True)
    program = tmp_path / "verify.py"
    program.write_bytes(Path(verify.__file__).read_bytes())
    whole = a_file().archive
    (tmp_path / "case.zip").write_bytes(whole)
    at = len(whole) // 2
    (tmp_path / "changed.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])

    def run(name: str, *keys: str) -> tuple[int, str]:
        named = [part for key in keys for part in ("--key", key)]
        command = [str(tmp_path / "clean" / "bin" / "python"), "-I", str(program), str(tmp_path / name), *named]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={}, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout

    status, said = run("case.zip", KEY, OF_SECOND)
    assert (status, said.splitlines()[-1]) == (0, "VERIFIED. Not a byte was changed since it was sealed."), said
    assert "For: court, by youth_court_order 2026-0417." in said
    status, said = run("changed.zip", KEY)
    assert status == 1
    assert said.startswith("REFUSED.")


@pytest.mark.parametrize(
    ("keys", "status"),
    [
        ((), 3),
        ((KEY,), 0),
        ((" ".join(KEY.upper()),), 0),
        ((KEY, OF_WITNESS, OF_SECOND), 0),
        ((OF_WITNESS,), 1),
        ((KEY, "0" * 64), 1),
        (("0" * 64,), 1),
        (("123",), 2),
    ],
)
def test_whose_it_is_is_for_the_keys_that_were_named_to_show(
    tmp_path: Path, keys: tuple[str, ...], status: int
) -> None:
    (tmp_path / "case.zip").write_bytes(a_file().archive)
    named = [part for key in keys for part in ("--key", key)]
    assert verify.main([str(tmp_path / "case.zip"), *named]) == status


def test_it_shares_no_code_with_the_house() -> None:
    """Loaded alone, it has loaded nothing but what Python itself brings."""
    program = f"import runpy, sys; runpy.run_path({verify.__file__!r}); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not {"services", "contracts", "msgspec", "cryptography"} & loaded
    assert {each for each in loaded if not each.startswith("_")} <= sys.stdlib_module_names
