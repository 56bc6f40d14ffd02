"""Files and folders that only their owner may open."""

import os
import pwd
import shutil
from pathlib import Path


def private_folder(path: Path, owner: str = "") -> Path:
    """Makes or tightens a folder to 0700; `owner` names the user it belongs to, empty for ourselves."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    give_to(path, owner)
    return path


def write_private(path: Path, text: str) -> None:
    """Replaces the file in one step, 0600 from its first moment, on disk before this returns."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - opened by descriptor, so that the mode holds from the start
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def give_to(path: Path, owner: str) -> None:
    """Makes `owner` (a user's name, empty for ourselves) the owner of the file or folder."""
    if owner:
        account = pwd.getpwnam(owner)
        shutil.chown(path, account.pw_uid, account.pw_gid)
