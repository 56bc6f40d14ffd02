"""Tells a responder who was asked for a seat, by the channels they stated, that something waits for their answer.

The message holds no name, no place and no time of a case: a link, and a code that answers this proposal alone. What
stands is looked at once more before it is sent, for each channel anew: nobody who answered, was replaced or is kept out
is told. Each message is written down before it goes out (seat_messages.py): what a crash left unknown goes out once
more, marked, with the same code, and never a third time.

Whose time was over before they could be told, since the service stood still, is not woken for nothing: their ladder
goes on at this very moment, and calls somebody else. Where it has nobody left, they are told then.

Whom the seat's ladder calls is told by the channels of its rung first, and by others they stated where these refuse.
Where nothing reaches whoever a ladder calls or a colleague named, or who is on call by a rota, that is on record, and
the ladder goes on (climb_ladders.py).
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from uuid import UUID

from contracts.language import Event
from services.kernel.store import Change, Changes, Loaded
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.ask.ask import HOLDS
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.events import AskHeldBack, AskNotSent, AskSent, AskSentOnceMore
from services.rapid_assessment.ask.proposals import standing
from services.rapid_assessment.ask.texts import Codes, asking
from services.rapid_assessment.cases import ASK, Cases
from services.rapid_assessment.ladder.events import NobodyLeft
from services.rapid_assessment.ladder.ladder import Ladder
from services.rapid_assessment.reaching import Reach, Reached
from services.rapid_assessment.seat_messages import AsTeamStands, Leave, Message, SeatMessages
from services.rapid_assessment.team.events import SeatProposed, SeatUnreached
from services.rapid_assessment.team.state import Team

OnCall = Callable[[Team, str, UUID], Awaitable[bool]]
"""Whether somebody is on call, by a rota, for a seat of a team in its county."""

TEXT = (
    "Something waits for your answer in Muster. Open {origin}/answer#{code} or sign in."
    " If you are asked for a code, it is {code}. It is good for two hours at the most, once, and for you alone."
)
HURRY = " Without an answer within {minutes} min, another is asked."

MINUTE = timedelta(minutes=1)

log = logging.getLogger(__name__)


class TellAsked:
    """Reacts to proposals, and to ladders that have nobody left."""

    def __init__(  # its parts
        self,
        cases: Cases,
        reach: Reach,
        codes: AskCodes,
        on_call: OnCall,
        messages: SeatMessages,
        origin: str,
        time: TimeSource,
        replies: Collection[str] = (),
    ) -> None:
        """`replies` are the kinds of channels by which people may write back."""
        self._cases = cases
        self._reach = reach
        self._on_call = on_call
        self._codes = codes
        self._messages = messages
        self._origin = origin
        self._time = time
        self._replies = replies

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case SeatProposed() as asked:
                return await self._tell(happening, asked)
            case NobodyLeft(team=team, seat=seat):
                last = await self._asked_last(team, seat)
                return await self._tell(*last) if last else None
            case _:
                return None

    async def _asked_last(self, team: UUID, seat: str) -> tuple[Happening, SeatProposed] | None:
        """None where nothing reached them."""
        last = None
        for each in await self._cases.store.happenings(team):
            match each.event:
                case SeatProposed() as asked if asked.seat == seat:
                    last = each, asked
                case SeatUnreached() as unreached if unreached.seat == seat:
                    last = None
                case _:
                    pass
        return last

    async def _tell(self, happening: Happening, asked: SeatProposed) -> Changes | None:
        code = self._codes.code(happening.event_id)
        ask = await self._cases.store.load(ASK, self._codes.ask_of(code))
        if ask.exists:
            return None
        codes = Codes(code, self._codes.reply_code(happening.event_id))
        by_a_ladder = happening.origin.actor.startswith("service:")
        while True:
            team = await self._cases.team(asked.team)
            if await standing(self._cases, team, asked.seat, asked.responder) != happening.event_id:
                return None
            ladder = (await self._cases.ladder(team.id, asked.seat)).state
            if by_a_ladder and ladder.calls(asked.responder) and ladder.goes_on(self._time.now()):
                return None
            reached = await self._told_by(team, ladder, asked, happening.event_id, codes)
            if reached.stopped is not Leave.CHANGED:
                break
        for kind in reached.refused:
            log.warning("a carrier refused to tell somebody who is asked", extra={"ask": str(ask.id), "carrier": kind})
        changes = []
        if told := self._told(asked, happening.event_id, reached):
            changes.append(Change(ask.id, ask.version, told))
        unreached = reached.by is None and reached.stopped is None
        if unreached and await self._must_be_reached(team.state, ladder, asked):
            event = SeatUnreached(team=asked.team, seat=asked.seat, responder=asked.responder, refused=reached.refused)
            changes.append(Change(team.id, team.version, [event]))
        return Changes(changes) if changes else None

    async def _told_by(
        self, team: Loaded[Team], ladder: Ladder, asked: SeatProposed, proposal: UUID, codes: Codes
    ) -> Reached:
        """By the channels of the rung first, where a ladder calls."""
        message = Message(asked.team, asked.seat, proposal, asked.responder)
        sending = AsTeamStands(self._messages, message, team.version, self._time)
        first = ladder.by if ladder.calls(asked.responder) else ()
        text, minutes = TEXT.format(origin=self._origin, code=codes.long), None
        if ladder.calls(asked.responder) and ladder.until is not None:
            minutes = max(round((ladder.until - self._time.now()) / MINUTE), 1)
            text += HURRY.format(minutes=minutes)
        instead = asking(text, self._replies, self._origin, codes, minutes)
        return await self._reach.tell(
            asked.responder, text, instead=instead, first=first, seat=asked.seat, sending=sending
        )

    async def _must_be_reached(self, team: Team, ladder: Ladder, asked: SeatProposed) -> bool:
        """Where this house sends anything at all. Whom a coordinator chose from others may look at their page."""
        if not self._reach.goes_out:
            return False
        # Whoever handed the seat over looks after nobody any more.
        named = team.seat(asked.seat).named == asked.responder
        return named or ladder.calls(asked.responder) or await self._on_call(team, asked.seat, asked.responder)

    def _told(self, asked: SeatProposed, proposal: UUID, reached: Reached) -> list[Event]:
        team, seat, responder = asked.team, asked.seat, asked.responder
        if reached.stopped is Leave.BRAKED:
            return [AskHeldBack(team=team, seat=seat, responder=responder, proposal=proposal)]
        if reached.by is None:
            return [
                AskNotSent(team=team, seat=seat, responder=responder, proposal=proposal, carrier=carrier)
                for carrier in reached.refused[:1]
            ]
        until, by = self._time.now() + HOLDS, reached.by
        sent = AskSent(team=team, seat=seat, responder=responder, proposal=proposal, carrier=by, until=until)
        again = AskSentOnceMore(team=team, seat=seat, responder=responder, carrier=by)
        return [sent, again] if reached.once_more else [sent]
