"""Example messages as files: the subject, the headers, an empty line, then the body's bytes exactly as they travel."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import contracts
from services.kernel.stored_form import Logged

FOLDER = Path(contracts.__path__[0]) / "examples"
SUFFIX = ".message"
SUBJECT = "subject"


class Message(NamedTuple):
    """One message on the road."""

    subject: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def notification(self) -> Logged:
        """The row it was made from."""
        stream, version = UUID(self.headers["ce-stream"]), int(self.headers["ce-streamversion"])
        return Logged(stream, version, self.headers["ce-type"], self.body, id=int(self.headers["ce-position"]))


def write(file: Path, message: Message) -> None:
    """As a person reads it; the body is the last line and has no line end."""
    head = {SUBJECT: message.subject, **message.headers}
    lines = "".join(f"{name}: {value}\n" for name, value in head.items())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(lines.encode() + b"\n" + message.body)


def read(file: Path) -> Message:
    """Raises ValueError for a file of another form."""
    head, _, body = file.read_bytes().partition(b"\n\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    return Message(headers.pop(SUBJECT), headers, body)


def files_of(service: str) -> Sequence[Path]:
    """The examples of one service, in the order of its log."""
    return sorted((FOLDER / service).rglob(f"*{SUFFIX}"), key=lambda file: int(read(file).headers["ce-position"]))
