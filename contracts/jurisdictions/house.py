"""The state this house stands in: the one place in code that names it. Everything else of it is in its folder."""

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
    return load(folder or FOLDER)


def load_state_charging(folder: Path | None = None) -> Charging:
    """As `load_state`, for what its prosecutors charge by. Raises `DataRefused`."""
    return load_charging(folder or FOLDER)


def load_mississippi() -> Jurisdiction:
    """The files shipped. Raises `DataRefused`."""
    return load(FOLDER)


def load_mississippi_charging() -> Charging:
    """The files shipped. Raises `DataRefused`."""
    return load_charging(FOLDER)
