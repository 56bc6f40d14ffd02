"""An ask: its state, and whether its code still answers. Pure."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from contracts.language import Event
from services.rapid_assessment.ask.events import AskAnswered, AskHeldBack, AskNotSent, AskSent

HOLDS = timedelta(hours=2)
"""How long a code is good for: somebody who is asked at night is waited for, and then another is asked."""

NOBODY = UUID(int=0)


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """`proposal` is the event by which the responder was asked. Without `until` no code went out."""

    team: UUID = NOBODY
    seat: str = ""
    responder: UUID = NOBODY
    proposal: UUID = NOBODY
    until: datetime | None = None
    answered: bool = False

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
        case AskAnswered():
            return change(ask, answered=True)
        case _:
            return ask


def answered(ask: Ask) -> AskAnswered:
    """To be stored with the answer or not at all."""
    return AskAnswered(team=ask.team, seat=ask.seat, responder=ask.responder)
