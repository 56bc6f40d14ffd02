"""A list of kits as its events tell it: how many it brought in."""

import msgspec

from contracts.language import Event
from services.forensic_clinic.legacy.events import LegacyFileBroughtIn


class LegacyFile(msgspec.Struct, frozen=True, kw_only=True):
    """`kits` of its `rows` are on record by it."""

    rows: int = 0
    kits: int = 0


def evolve(file: LegacyFile, event: Event) -> LegacyFile:
    """Never fails; an event of another kind changes nothing."""
    if isinstance(event, LegacyFileBroughtIn):
        return LegacyFile(rows=event.rows, kits=file.kits + event.kits)
    return file
