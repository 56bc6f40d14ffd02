"""Why a list of kits does not come in."""

from enum import StrEnum


class LegacyRefusal(StrEnum):
    """Why the command is refused as a whole."""

    FILE_CHANGED = "legacy_file_changed"
    FILE_UNREADABLE = "legacy_file_unreadable"
    NOTHING_RIGHT = "legacy_nothing_right"
