"""Why a step of a claim is not recorded."""

from enum import StrEnum


class ClaimRefusal(StrEnum):
    """Why a command on a claim is refused."""

    SENT = "claim_is_sent"
    NOT_SENT = "claim_not_sent"
    NO_STEP = "claim_has_no_step"
