"""Why a command on a responder is refused: the closed list; and in which zone their days begin and end."""

from enum import StrEnum


class ResponderRefusal(StrEnum):
    """The closed list."""

    REGISTERED_ALREADY = "registered_already"
    HAS_LEFT = "has_left"
    NO_SUCH_CREDENTIAL = "no_such_credential"
    NOT_AVAILABLE = "no_availability_stated"
    NO_LEAVE = "no_leave_stated"
    NO_CHANNEL = "no_channel_stated"
    NO_CODE = "no_code_asked"
    TOO_MANY_CODES = "too_many_codes"
