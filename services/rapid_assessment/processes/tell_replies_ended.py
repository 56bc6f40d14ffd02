"""Tells whoever may not write back any more, by the same channel: too many wrong codes came from their address.

What they were asked still waits. It goes out once, and not at all where they were sent as many within the hour as is on
file, or are asked no more.
"""

from services.kernel.http.problems import NotFound
from services.kernel.store import Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.ask import answering
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.events import AskReplyFailed
from services.rapid_assessment.ask.texts import no_more
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.reaching import Reach
from services.rapid_assessment.seat_messages import AsTeamStands, Leave, Message, SeatMessages


class TellRepliesEnded:
    """Reacts to the last wrong code."""

    def __init__(
        self, cases: Cases, reach: Reach, codes: AskCodes, messages: SeatMessages, origin: str, time: TimeSource
    ) -> None:
        self._cases = cases
        self._reach = reach
        self._codes = codes
        self._messages = messages
        self._origin = origin
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        failed = happening.event
        if not isinstance(failed, AskReplyFailed) or failed.left > 0:
            return None
        stopped: Leave | None = Leave.CHANGED
        while stopped is Leave.CHANGED:
            try:
                ask, team = await answering.asked(happening.stream, self._cases, self._time.now())
            except NotFound:
                return None
            # Beside the message that asked, which went out by the same channel for the proposal itself.
            message = Message(failed.team, failed.seat, ask.id, failed.responder)
            text = no_more(failed.channel, self._origin, self._codes.code(ask.state.proposal))
            sending = AsTeamStands(self._messages, message, team.version, self._time)
            told = await self._reach.tell(
                failed.responder, text, only=failed.channel, seat=failed.seat, sending=sending
            )
            stopped = told.stopped
        return None
