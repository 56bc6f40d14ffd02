"""The browser of this machine, where it has one."""

import shutil
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
"""Debian's name for it first."""


def find_browser() -> Path | None:
    """A Chromium on the path."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return Path(found) if found else None
