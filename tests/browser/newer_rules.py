"""The rules of the state, of which two have a newer version in force since the day on which the house's time stands.

And kits are counted a moment after noon, so that what is stated at noon for the day before differs a moment later.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from tests.end_to_end.census_hour import counted_at, shipped_to
from tests.support.running_service import NOON

HOURS: Mapping[str, int] = {"C11": 60, "C13": 72}
"""Of the newer versions. The first moves what runs; the second gives the same time, as those do that are on file."""

COUNTED_AT = NOON + timedelta(seconds=1)
"""When the day before the house's is counted."""


def written_to(folder: Path) -> Path:
    """Everything else as it is shipped."""
    shipped_to(folder)
    file = folder / "clocks" / "reporting.json"
    told = msgspec.json.decode(file.read_bytes())
    newer = [each for each in told["clocks"] if each["rule"] in HOURS and each["version"] == 2]
    for each in newer:
        each["in_force_from"], each["period_hours"] = NOON.date().isoformat(), HOURS[each["rule"]]
    assert len(newer) == len(HOURS), "A rule of these has no second version any more."
    file.write_bytes(msgspec.json.encode(told))
    return counted_at(folder, COUNTED_AT)
