"""The stylesheet, the script and the sign in the tab: under addresses that change with their contents."""

import hashlib
from pathlib import Path

from litestar import Controller, Response, get

from services.kernel.http.gate import OPEN
from services.kernel.http.problems import NotFound

FOLDER = Path(__file__).parent / "assets"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# They tell nothing of any case, and never change under their address.
KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


class Assets:
    """Read once when the process starts."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = [file for file in sorted(folder.iterdir()) if file.suffix in KINDS]
        self._found = {file.name: file.read_bytes() for file in files}
        self._print = {name: hashlib.sha256(content).hexdigest()[:12] for name, content in self._found.items()}

    def address(self, name: str) -> str:
        """Where the browser asks for it."""
        return f"/assets/{self._print[name]}/{name}"

    def read(self, print_: str, name: str) -> bytes:
        """Raises `NotFound`, for former contents too."""
        if self._print.get(name) != print_:
            raise NotFound
        return self._found[name]


class AssetController(Controller):
    """Open to everyone: the sign-in page needs them too."""

    path = "/assets"

    @get("/{print_:str}/{name:str}", opt={"action": OPEN})
    async def read(self, print_: str, name: str, assets: Assets) -> Response[bytes]:
        """One of the files."""
        content = assets.read(print_, name)
        return Response(content, media_type=KINDS[Path(name).suffix], headers=KEPT)
