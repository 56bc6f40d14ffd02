"""Answers over HTTP what a witness is asked (C2SP tlog-witness). With the standard library alone: it is small."""

import http
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deploy.witness.keeping import KeptWitness, UnknownLog
from services.kernel.proof.notes import BadNote
from services.kernel.proof.witnessing import LONGEST_REQUEST, VOUCHED, Forked, OtherSize, read_asked

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
PATIENCE_SECONDS = 10.0


class Answer(BaseHTTPRequestHandler):
    """One request. `witness` and `now` are set by `serving`."""

    witness: KeptWitness
    now: Callable[[], datetime]
    timeout = PATIENCE_SECONDS

    def do_POST(self) -> None:
        """`/add-checkpoint`, and nothing else."""
        length = self.headers.get("Content-Length", "")
        if self.path != "/add-checkpoint" or not length.isdigit() or int(length) > LONGEST_REQUEST:
            self._say(http.HTTPStatus.NOT_FOUND, "Ask at /add-checkpoint, and not for more than fits.")
            return
        body = self.rfile.read(int(length))
        try:
            asked = read_asked(body.decode())
        except (BadNote, UnicodeDecodeError):
            self._say(http.HTTPStatus.BAD_REQUEST, "This is no request to a witness.")
            return
        try:
            line = self.witness.countersign(body, asked, self.headers.get(VOUCHED, ""), type(self).now())
            self._say(http.HTTPStatus.OK, line)
        except UnknownLog:
            self._say(http.HTTPStatus.NOT_FOUND, "No such log is known here.")
        except BadNote:
            self._say(http.HTTPStatus.FORBIDDEN, "The log did not sign this.")
        except OtherSize as other:
            self._say(http.HTTPStatus.CONFLICT, str(other.size), SIZE)
        except Forked:
            self._say(http.HTTPStatus.UNPROCESSABLE_ENTITY, "This does not continue what was signed before.")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing: what was refused lies in the folder."""

    def _say(self, status: int, text: str, kind: str = TEXT) -> None:
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serving(witness: KeptWitness, now: Callable[[], datetime], host: str, port: int) -> ThreadingHTTPServer:
    """Listens; serve it with `serve_forever`, end it with `shutdown`."""
    handler = type("AnswerOf", (Answer,), {"witness": witness, "now": staticmethod(now)})
    return ThreadingHTTPServer((host, port), handler)
