"""The rules of the state, of which two have a newer version in force since the day on which the house's time stands."""

import shutil
from collections.abc import Mapping
from importlib.resources import as_file
from pathlib import Path

import msgspec

from contracts.jurisdictions.house import FOLDER
from tests.support.running_service import NOON

HOURS: Mapping[str, int] = {"C11": 60, "C13": 72}
"""Of the newer versions. The first moves what runs; the second gives the same time, as those do that are on file."""


def written_to(folder: Path) -> Path:
    """Everything else as it is shipped."""
    with as_file(FOLDER) as shipped:
        shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = folder / "clocks" / "reporting.json"
    told = msgspec.json.decode(file.read_bytes())
    newer = [each for each in told["clocks"] if each["rule"] in HOURS and each["version"] == 2]
    for each in newer:
        each["in_force_from"], each["period_hours"] = NOON.date().isoformat(), HOURS[each["rule"]]
    assert len(newer) == len(HOURS), "A rule of these has no second version any more."
    file.write_bytes(msgspec.json.encode(told))
    return folder
