"""A demonstration's own mailbox: it takes every mail that is given it on this machine, keeps it, and passes none on.

So that a demonstration can call people and nobody is called: their addresses are invented, and all mail to them ends
here (see services.kernel.carrier, which lets a demonstration send nowhere else).
"""

import os
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from deploy.embedded.files import write_private
from deploy.embedded.folder import DataFolder

CARRIERS = "asked.json"
"""Beside the secrets of the service that asks people, where it is read again when it changes."""

KEPT = 2_000
LONGEST_MAIL_BYTES = 1_000_000
LONGEST_LINE_BYTES = 2_000
PATIENCE_SECONDS = 30.0
FROM = "muster@demonstration.invalid"
_PATH = re.compile(rb"(?i)RCPT TO:\s*<([^<>\x00-\x20\x7f]{1,254})>")


class Mail(NamedTuple):
    """As somebody reads it. `number` counts all mails of the folder in the order in which they came."""

    number: int
    to: str
    title: str
    text: str


def set_up_mail(folder: DataFolder, port: int) -> None:
    """The house reaches people by mail from now on. Raises `FileNotFoundError` before the house was made."""
    carriers = {"email": f"mailto://127.0.0.1:{port}/?from={FROM}&to={{address}}&mode=insecure"}
    write_private(_carriers(folder), msgspec.json.encode(carriers).decode())


def mail_is_set_up(folder: DataFolder) -> bool:
    """Whether this house reaches people by its own mailbox."""
    try:
        return FROM in _carriers(folder).read_text()
    except OSError:
        return False


def read_mails(folder: Path, after: int = 0) -> list[Mail]:
    """Those that came after the one of this number, in order."""
    files = sorted(each for each in folder.glob("*.eml") if int(each.stem) > after)
    return [_read(each) for each in files]


@contextmanager
def mailbox_open(folder: Path, host: str, port: int) -> Iterator[None]:
    """Takes mail by a thread of its own, until the end."""
    with _Mailbox(folder, (host, port)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="mailbox", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


class _Mailbox(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder: Path, place: tuple[str, int]) -> None:
        super().__init__(place, _Conversation)
        self._folder = folder
        self._lock = threading.Lock()
        self._last = max((int(each.stem) for each in folder.glob("*.eml")), default=0)

    def keep(self, recipients: list[str], mail: bytes) -> None:
        """Whole or not at all; of a house that stands for long, the oldest go."""
        delivered = "".join(f"Delivered-To: {each}\r\n" for each in recipients).encode()
        with self._lock:
            self._last += 1
            beside = self._folder / f"{self._last}.new"
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - opened by descriptor, so that the mode holds from the start
                file.write(delivered + mail)
            beside.replace(self._folder / f"{self._last:07d}.eml")
            (self._folder / f"{self._last - KEPT:07d}.eml").unlink(missing_ok=True)


class _Conversation(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a sender needs: no mail is relayed, none is fetched, and nobody is looked up."""

    timeout = PATIENCE_SECONDS

    def handle(self) -> None:
        try:
            self._say(220, "a demonstration, which passes nothing on")
            self._converse()
        except OSError:
            # Whoever sends has gone, or says nothing more.
            return

    def _converse(self) -> None:
        recipients: list[str] = []
        while line := self.rfile.readline(LONGEST_LINE_BYTES):
            verb = line[:4].upper()
            if verb == b"QUIT":
                self._say(221, "bye")
                return
            if verb == b"RCPT":
                path = _PATH.match(line)
                if path:
                    recipients.append(path[1].decode("ascii", "replace"))
                self._say(*((250, "yes") if path else (501, "no address")))
            elif verb == b"DATA":
                if not recipients or not self._take(recipients):
                    self._say(554, "not taken")
                    return
                self._say(250, "kept")
                recipients = []
            elif verb in {b"EHLO", b"HELO", b"MAIL", b"RSET", b"NOOP"}:
                recipients = recipients if verb == b"NOOP" else []
                self._say(250, "yes")
            else:
                self._say(502, "not here")

    def _take(self, recipients: list[str]) -> bool:
        """Whether the mail ended as a mail does, and was not too long."""
        self._say(354, "go on")
        lines, length = list[bytes](), 0
        while (line := self.rfile.readline(LONGEST_LINE_BYTES)) not in {b"", b".\r\n"}:
            length += len(line)
            if length <= LONGEST_MAIL_BYTES:
                lines.append(line[1:] if line.startswith(b".") else line)
        if not line or length > LONGEST_MAIL_BYTES:
            return False
        cast("_Mailbox", self.server).keep(recipients, b"".join(lines))
        return True

    def _say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())


def _read(file: Path) -> Mail:
    mail = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    body = mail.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    return Mail(
        int(file.stem), ", ".join(map(str, mail.get_all("Delivered-To", []))), str(mail["Subject"] or ""), text.strip()
    )


def _carriers(folder: DataFolder) -> Path:
    return folder.secrets / "rapid_assessment" / CARRIERS
