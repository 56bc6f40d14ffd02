"""Pages of what long runs measured, and on what machine. Each run writes its own section anew."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.embedded.binaries import find_nats_server, find_postgres

CODE = Path(__file__).parents[2]
PAGE = CODE / "docs" / "reliability.md"
HEAD = """\
# What was attacked, and what it came to

Each section is written by the run that it names; nothing here is written by hand. A run that found a fault says so.
"""


# These are written by the runs: to write one is no change of the code that was measured.
WRITTEN = ("docs/reliability.md", "docs/performance.md", "docs/pictures/performance")


def write_section(
    command: str,
    title: str,
    lines: Sequence[str],
    *,
    programs: Path,
    files: str,
    page: Path | None = None,
    head: str = HEAD,
) -> None:
    """Puts the section in place of the same command's last one; `files` says on what kind of file system it ran.

    Into docs/reliability.md, or into another `page` that begins with `head`.
    """
    begin, end = f"<!-- {command} -->", f"<!-- end of {command} -->"
    when = f"{datetime.now(UTC):%Y-%m-%d at %H:%M} UTC"
    words = f"Written by `{command}` on {when}, {commit()}, on {machine(programs, files)}."
    section = "\n".join([begin, f"## {title}", "", words, "", *lines, end])
    page = page or PAGE
    text = page.read_text() if page.exists() else head
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    page.write_text(pattern.sub(lambda _: section, text) if pattern.search(text) else f"{text}\n{section}\n")


def commit() -> str:
    """Which state of the code was measured."""
    named = _git("rev-parse", "--short", "HEAD")
    if not named:
        return "of no commit"
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":/", *(f":!{each}" for each in WRITTEN))
    return f"commit {named}{' and changes to it' if changed else ''}"


def machine(programs: Path, files: str) -> str:
    """The machine and the programs, in one sentence."""
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    gigabytes = int(memory[1]) / 1_048_576 if memory else 0.0
    postgres = _version(find_postgres(programs) / "postgres")
    nats = _version(find_nats_server(programs))
    return (
        f"{os.cpu_count()} cores, {gigabytes:.0f} GB of memory, {platform.system()} {platform.release()}"
        f" ({platform.machine()}), {files}; Python {platform.python_version()}, {postgres}, {nats}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """As a page shows it; all but the first column to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return [f"| {' | '.join(map(str, each))} |" for each in lines]


def _git(*words: str) -> str:
    """What git says; nothing where there is no git or no repository."""
    try:
        return subprocess.run(["git", *words], cwd=CODE, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def _version(program: Path) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.strip().replace("nats-server: v", "nats-server ").replace("postgres (PostgreSQL)", "PostgreSQL")
