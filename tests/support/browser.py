"""The browser of this machine, where it has one."""

import shutil
from pathlib import Path

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""First the one without windows, which shows the same pages for less of the processor; Debian's names before others."""


def find_browser() -> Path | None:
    """A Chromium on the path."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return Path(found) if found else None
