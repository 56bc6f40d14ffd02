"""The state this house stands in: the one place in code that names it. Everything else of it is in its folder."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from zoneinfo import ZoneInfo

from contracts.jurisdictions.charging import Charging
from contracts.jurisdictions.charging_loader import load_charging
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.loader import load, read_state

FOLDER: Traversable = files("contracts.jurisdictions") / "mississippi"

LOCAL: ZoneInfo = read_state(FOLDER).clocks
"""In which days begin and end, and people read and type times, where no table of a state is at hand."""


def load_state(folder: Path | None = None) -> Jurisdiction:
    """The state whose files are in `folder`, or the one this house stands in. Raises `DataRefused`."""
    return load(folder) if folder else load_mississippi()


def load_state_charging(folder: Path | None = None) -> Charging:
    """As `load_state`, for what its prosecutors charge by. Raises `DataRefused`."""
    return load_charging(folder) if folder else load_mississippi_charging()


@cache
def load_mississippi() -> Jurisdiction:
    """The files shipped, read once a process: nothing of them changes. Raises `DataRefused`."""
    return load(FOLDER)


@cache
def load_mississippi_charging() -> Charging:
    """As `load_mississippi`, for what its prosecutors charge by. Raises `DataRefused`."""
    return load_charging(FOLDER)
