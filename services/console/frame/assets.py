"""The stylesheet, the script and the sign in the tab: under addresses that change with their contents."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

from litestar import Controller, Request, Response, get

from services.kernel.http.gate import OPEN
from services.kernel.http.problems import NotFound

FOLDER = Path(__file__).parent / "assets"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# They tell nothing of any case, and never change under their address.
KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
PACKED = {"Content-Encoding": "gzip"}


class Assets:
    """Read once when the process starts."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = [file for file in sorted(folder.iterdir()) if file.suffix in KINDS]
        self._found = {file.name: file.read_bytes() for file in files}
        self._packed = {name: gzip.compress(content, mtime=0) for name, content in self._found.items()}
        self._print = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in self._found.items()}

    def address(self, name: str) -> str:
        """Where the browser asks for it."""
        return f"/assets/{self._print[name]}/{name}"

    def read(self, print_: str, name: str, *, packed: bool) -> bytes:
        """Raises `NotFound`, for former contents too."""
        if self._print.get(name) != print_:
            raise NotFound
        return self._packed[name] if packed else self._found[name]


class AssetController(Controller):
    """Open to everyone: the sign-in page needs them too."""

    path = "/assets"

    @get("/{print_:str}/{name:str}", opt={"action": OPEN})
    async def read(self, print_: str, name: str, assets: Assets, request: Request[Any, Any, Any]) -> Response[bytes]:
        """One of the files; packed for who takes that, since they are nothing that somebody else's words stand in."""
        packed = "gzip" in request.headers.get("accept-encoding", "")
        content = assets.read(print_, name, packed=packed)
        return Response(content, media_type=KINDS[Path(name).suffix], headers=KEPT | (PACKED if packed else {}))
