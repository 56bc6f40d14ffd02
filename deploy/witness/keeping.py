"""A witness's folder: its key, the keys of the logs it knows, and of each the head it signed last. No database."""

import base64
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from deploy.embedded.files import write_private
from services.kernel.proof.notes import (
    Checkpoint,
    Signer,
    Verifier,
    is_vouched_for,
    read_note,
    read_verifier,
    require_signature,
)
from services.kernel.proof.witnessing import Asked, Forked, RolledBack, require_agreement

LOGS = "logs"
SIGNED = "signed"
REFUSED = "refused"


class UnknownLog(Exception):
    """No key of a log of that name lies in the folder."""


class KeptWitness:
    """Signs a head only when it continues the one it signed last, and keeps every head it signed as a file."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self._folder = folder
        self._signer = signer
        # One at a time: two heads checked against one and the same last could both be signed.
        self._alone = threading.Lock()

    def countersign(self, body: bytes, asked: Asked, vouched: str, now: datetime) -> str:
        """The line of signature, once the head is on disk. Raises `UnknownLog`, `BadNote`, `OtherSize`, `Forked`.

        What the log itself asks in vain is kept, too: it proves that the log signed another past.
        """
        key = self._logs().get(asked.note.checkpoint.origin)
        if key is None:
            raise UnknownLog
        require_signature(asked.note, key)
        with self._alone:
            try:
                require_agreement(asked, self._last(key))
            except (Forked, RolledBack):
                if is_vouched_for(body, vouched, key):
                    self._write(REFUSED, asked.note.checkpoint, asked.note.written)
                raise
            line = self._signer.cosign(asked.note.checkpoint, now)
            kept = asked.note._replace(lines=[*asked.note.lines, line])
            self._write(SIGNED, asked.note.checkpoint, kept.written)
        return line

    def _logs(self) -> Mapping[str, Verifier]:
        """Read anew each time: another log is let in by laying its key beside the others."""
        keys = [read_verifier(file.read_text()) for file in sorted((self._folder / LOGS).glob("*.vkey"))]
        return {key.name: key for key in keys}

    def _last(self, key: Verifier) -> Checkpoint | None:
        # Twelve digits and more: sorted by their length first, they are in order of size.
        files = sorted(self._of(SIGNED, key.name).glob("*.txt"), key=lambda file: (len(file.name), file.name))
        return read_note(files[-1].read_text()).checkpoint if files else None

    def _write(self, kind: str, head: Checkpoint, written: str) -> None:
        folder = self._of(kind, head.origin)
        folder.mkdir(parents=True, exist_ok=True)
        root = "" if kind == SIGNED else f"-{base64.b16encode(head.root[:4]).decode()}"
        write_private(folder / f"{head.size:012}{root}.txt", written)

    def _of(self, kind: str, origin: str) -> Path:
        return self._folder / kind / origin.replace("/", "_")
