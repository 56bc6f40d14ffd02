"""The smallest service that the supervisor can start: ready as soon as it listens."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Ready(BaseHTTPRequestHandler):
    """Answers every GET with 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """The standard library would write each request to stderr."""


if __name__ == "__main__":
    settings = json.loads(Path(sys.argv[1]).read_text())
    HTTPServer((settings["http_host"], settings["http_port"]), Ready).serve_forever()
