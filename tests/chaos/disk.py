"""A disk of its own for a house, small enough to be filled: a file with a file system in it, or memory."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 4_000_000_000
FILLER = "filler"
BLOCK = 1 << 20


class Disk:
    """`path` is where a house may put its folder; `kind` is None when the machine gives no disk of its own."""

    def __init__(self, path: Path, kind: str | None) -> None:
        self.path = path
        self.kind = kind

    def fill(self) -> int:
        """Takes every byte that is left, and answers how many that were."""
        filler = self.path / FILLER
        with filler.open("wb") as file:
            taken = 0
            for size in (64 * BLOCK, BLOCK, 4096):
                with contextlib.suppress(OSError):
                    while True:
                        os.posix_fallocate(file.fileno(), taken, size)
                        taken += size
        return taken

    def left(self) -> int:
        """How many bytes are left."""
        return shutil.disk_usage(self.path).free

    def free(self) -> None:
        """Gives them back. Nothing happens when none were taken."""
        (self.path / FILLER).unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mounted below `folder`, and gone afterwards. Without the right to mount, `folder` itself and no disk."""
    place, image = folder / "disk", folder / "disk.image"
    place.mkdir(mode=0o711)
    kind = _mount(image, place)
    try:
        place.chmod(0o711)
        yield Disk(place, kind)
    finally:
        if kind is not None:
            _run("umount", "--lazy", str(place))
        image.unlink(missing_ok=True)


def _mount(image: Path, place: Path) -> str | None:
    if os.getuid() != 0:
        return None
    with image.open("wb") as file:
        file.truncate(SIZE)
    if _run("mkfs.ext4", "-q", "-m", "0", str(image)) and _run("mount", "-o", "loop", str(image), str(place)):
        # A folder that holds other files is refused; this one the file system makes by itself.
        shutil.rmtree(place / "lost+found", ignore_errors=True)
        return "ext4 in a file"
    image.unlink()
    return "tmpfs" if _run("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)) else None


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
