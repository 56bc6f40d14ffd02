"""Why something about the census is not done."""

from enum import StrEnum


class CensusRefusal(StrEnum):
    """Why a command is refused."""

    STATED_ALREADY = "kits_stated_already"
    MATTER_NOT_OPEN = "matter_not_open"
