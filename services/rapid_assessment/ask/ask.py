"""An ask: its state, and whether its code still answers. Pure."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from contracts.language import Event
from services.rapid_assessment.ask.events import (
    AskAnswered,
    AskHeldBack,
    AskNotSent,
    AskReplied,
    AskReplyFailed,
    AskSent,
)

HOLDS = timedelta(hours=2)
"""How long a code is good for: somebody who is asked at night is waited for, and then another is asked."""

REPLY_TRIES = 5
"""So many wrong codes end the answering by writing back, for this ask. The link and the page go on."""

NOBODY = UUID(int=0)


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """`proposal` is the event by which the responder was asked. Without `until` no code went out.

    `tries_left` is how many wrong codes may still be written back.
    """

    team: UUID = NOBODY
    seat: str = ""
    responder: UUID = NOBODY
    proposal: UUID = NOBODY
    until: datetime | None = None
    answered: bool = False
    tries_left: int = REPLY_TRIES

    @property
    def takes_replies(self) -> bool:
        """Whether the short code may still be written back."""
        return self.tries_left > 0

    def answers(self, stands: UUID | None, now: datetime) -> bool:
        """Whether the code is good now; `stands` is the proposal that waits for an answer at this seat, if one does."""
        in_time = self.until is not None and now < self.until
        return in_time and not self.answered and stands == self.proposal


def evolve(ask: Ask, event: Event) -> Ask:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case AskSent() as e:
            told = change(ask, team=e.team, seat=e.seat, responder=e.responder, proposal=e.proposal)
            return change(told, until=e.until)
        case AskNotSent() | AskHeldBack() as e:
            return change(ask, team=e.team, seat=e.seat, responder=e.responder, proposal=e.proposal)
        case AskAnswered() | AskReplied():
            return change(ask, answered=True)
        case AskReplyFailed() as e:
            return change(ask, tries_left=e.left)
        case _:
            return ask


def answered(ask: Ask) -> AskAnswered:
    """To be stored with the answer or not at all."""
    return AskAnswered(team=ask.team, seat=ask.seat, responder=ask.responder)


def replied(ask: Ask, channel: str) -> AskReplied:
    """As above, for an answer that was written back."""
    return AskReplied(team=ask.team, seat=ask.seat, responder=ask.responder, channel=channel)


def reply_failed(ask: Ask, channel: str) -> list[Event]:
    """One try less, of one that takes replies."""
    if not ask.takes_replies:
        return []
    left = ask.tries_left - 1
    return [AskReplyFailed(team=ask.team, seat=ask.seat, responder=ask.responder, channel=channel, left=left)]
