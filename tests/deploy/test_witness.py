"""`muster witness` as another agency runs it: a process with a folder, asked over HTTP."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.kernel.proof.notes import (
    SIGNS_CHECKPOINTS,
    Checkpoint,
    Note,
    Signer,
    cosigned_at,
    read_note,
    read_verifier,
)
from services.kernel.proof.tree import Frontier, Node, Span, consistency, hash_of, leaf_hash
from services.kernel.proof.witnessing import VOUCHED, Asked

ORIGIN = "muster/test/tips"


class Log:
    """What a service would sign of a log of so many rows."""

    def __init__(self, rows: str) -> None:
        self.signer = Signer(ORIGIN, SIGNS_CHECKPOINTS, Ed25519PrivateKey.from_private_bytes(bytes(32)))
        self._kept: dict[Node, bytes] = {}
        frontier = Frontier()
        for row in rows:
            self._kept.update(frontier.add(leaf_hash(row.encode())))
        head = Checkpoint(ORIGIN, frontier.size, frontier.root())
        self.note = Note(head, [self.signer.sign(head)])

    def asks(self, old: int) -> Asked:
        return Asked(old, [self._hash(span) for span in consistency(old, self.note.checkpoint.size)], self.note)

    def _hash(self, span: Span) -> bytes:
        return hash_of(span, self._kept)


class Running:
    """The process."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self._address = address

    def asked(self, log: Log, old: int, *, itself: bool = True) -> httpx.Response:
        body = log.asks(old).written.encode()
        headers = {VOUCHED: log.signer.vouch(body)} if itself else {}
        return httpx.post(f"{self._address}/add-checkpoint", content=body, headers=headers, trust_env=False)

    def files(self, kind: str) -> list[int]:
        return sorted(read_note(file.read_text()).checkpoint.size for file in self.folder.glob(f"{kind}/*/*.txt"))


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    (folder / "logs" / "tips.vkey").write_text(Log("").signer.verifier.written)
    command = [sys.executable, "-m", "deploy.command_line.main", "witness", "--port", "0"]
    options = ["--folder", str(folder), "--name", "agency.invalid/witness"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        found = re.search(r"http://\S+:\d+", process.stdout.readline())
        assert found
        try:
            yield Running(folder, found[0])
        finally:
            process.terminate()
            assert process.wait(10) == 0


def test_another_agencys_witness_signs_what_grows_and_keeps_what_does_not(tmp_path: Path) -> None:
    with running(tmp_path) as witness:
        answer = witness.asked(Log("ab"), 0)
        key = read_verifier((tmp_path / "witness.vkey").read_text())
        assert answer.status_code == 200
        cosigned_at(Log("ab").note.checkpoint, answer.text.splitlines(), key)
        assert witness.asked(Log("abcde"), 2).status_code == 200
        assert (witness.asked(Log("abcdefg"), 2).status_code, witness.asked(Log("abcdefg"), 2).text) == (409, "5\n")
        assert witness.asked(Log("axcdefg"), 5, itself=False).status_code == 422
        assert witness.asked(Log("abc"), 2, itself=False).status_code == 409
        assert (witness.files("signed"), witness.files("refused")) == ([2, 5], [])
    with running(tmp_path) as witness:
        assert witness.asked(Log("axcdefg"), 5).status_code == 422, "it remembers after a start"
        assert witness.asked(Log("abc"), 2).status_code == 409
        assert witness.asked(Log("axcde"), 5).status_code == 422
        assert witness.files("refused") == [3, 5, 7]
        assert witness.asked(Log("abcdefg"), 5).status_code == 200
        assert witness.files("signed") == [2, 5, 7]


def test_a_log_it_does_not_know_and_what_is_no_request_are_refused(tmp_path: Path) -> None:
    with running(tmp_path) as witness:
        (tmp_path / "logs" / "tips.vkey").unlink()
        assert witness.asked(Log("ab"), 0).status_code == 404
        address = witness._address
        assert httpx.post(f"{address}/add-checkpoint", content=b"old", trust_env=False).status_code == 400
        assert httpx.post(f"{address}/elsewhere", content=b"old", trust_env=False).status_code == 404


@pytest.mark.parametrize("lost", ["witness-key.pem"])
def test_a_lost_key_is_not_made_anew(tmp_path: Path, lost: str) -> None:
    with running(tmp_path):
        pass
    (tmp_path / lost).unlink()
    command = [sys.executable, "-m", "deploy.command_line.main", "witness", "--folder", str(tmp_path), "--name", "x"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "put it back from your copy" in ended.stderr
