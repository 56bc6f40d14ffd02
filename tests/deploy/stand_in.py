"""The smallest service that the supervisor can start: ready as soon as it listens."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from services.kernel.listening import server_context
from services.kernel.settings import Settings, load_settings


class Ready(BaseHTTPRequestHandler):
    """Answers every GET with 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """The standard library would write each request to stderr."""


if __name__ == "__main__":
    settings = load_settings(Path(sys.argv[1]), Settings)
    server = HTTPServer((settings.http_host, settings.http_port), Ready)
    if settings.certificate:
        server.socket = server_context(settings.certificate).wrap_socket(server.socket, server_side=True)
    server.serve_forever()
