"""What happens to the sharing of a tip. That a case is shared, and no more, is a contract event; why, stays here."""

from typing import Annotated

from contracts.events.tips import CaseShared, ShareEnded
from contracts.language import Event, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class ShareExplained(Event, frozen=True, kw_only=True):
    """Why the case was shared, in the words of who did it."""

    NAME = "sharing.explained"

    tip: Reference
    share: Reference
    reason: Text


SHARING_EVENTS: tuple[type[Event], ...] = (CaseShared, ShareEnded, ShareExplained)
