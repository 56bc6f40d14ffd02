"""Taking what people write back: to their own open ask, from an address of their own, by the short code in it."""

import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from msgspec.structs import replace

from contracts.language import InvalidValue, Refused
from services.kernel.batch import KeyUsedOtherwise
from services.kernel.http.caller import PUBLIC, Caller
from services.kernel.http.commands import Commands, Decided, Intent, decided_on
from services.kernel.http.limits import Limiter, Rate
from services.kernel.http.problems import NotFound, TooManyRequests
from services.kernel.keys import Digester
from services.kernel.metrics import Gauge
from services.rapid_assessment.ask import answering
from services.rapid_assessment.ask.ask import Ask, replied, reply_failed
from services.rapid_assessment.ask.carried import CarriedReply, Kind, normal
from services.rapid_assessment.ask.events import AskReplied
from services.rapid_assessment.ask.reply import Reply, read_reply
from services.rapid_assessment.asked_now import AskedNow, Waiting
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.drill.http import answer_page

PER_SENDER = Rate(20, timedelta(minutes=15))
TAKEN = "taken"
NO_REASON: Mapping[Kind, str] = {
    "sms": "By text message, without a reason.",
    "email": "By e-mail, without a reason.",
}


class NotTaken(StrEnum):
    """Why a reply was not taken: the closed list. It is counted, and whoever passed it on is told nothing of it."""

    TOO_OFTEN = "too_often"
    NOT_UNDERSTOOD = "not_understood"
    NOT_ASKED = "not_asked"
    WRONG_CODE = "wrong_code"
    TOO_MANY_WRONG = "too_many_wrong"
    OVER = "over"
    RULE = "rule"
    SENT_OTHERWISE = "sent_otherwise"


class _Not(Exception):
    def __init__(self, why: NotTaken) -> None:
        super().__init__(why)
        self.why = why


class Replies:
    """Counts what became of them by the kind of channel, and by nothing else."""

    def __init__(self, cases: Cases, asked: AskedNow, commands: Commands, digester: Digester) -> None:
        self._cases = cases
        self._asked = asked
        self._commands = commands
        self._digester = digester
        self._senders = Limiter(PER_SENDER)
        self._became = Counter[tuple[str, str]]()

    @property
    def counted(self) -> Gauge:
        """For a scrape."""

        async def read() -> Mapping[Any, float]:
            return dict(self._became)

        return Gauge("replies", "What became of written replies since the start.", read, ("channel", "outcome"))

    async def take(self, carried: CarriedReply, message: str) -> None:
        """What one message says is done once, however often it comes."""
        outcome = TAKEN
        try:
            await self._take(carried, message)
        except (_Not, TooManyRequests, NotFound, Refused, InvalidValue, KeyUsedOtherwise) as error:
            outcome = _why(error)
        self._became[carried.channel, outcome] += 1

    async def _take(self, carried: CarriedReply, message: str) -> None:
        self._senders.count(f"{carried.channel} {normal(carried.channel, carried.sender)}")
        reply = read_reply(carried.text)
        if reply is None:
            raise _Not(NotTaken.NOT_UNDERSTOOD)
        asked = await self._asked.of(carried.channel, carried.sender, self._cases.time.now())
        if not asked:
            raise _Not(NotTaken.NOT_ASKED)
        meant = [each for each in asked if hmac.compare_digest(each.code, reply.code)]
        intent = self._intent(carried, message)
        if not meant:
            await self._wrong(asked, carried.channel, intent)
            raise _Not(NotTaken.WRONG_CODE)
        if len(meant) > 1:
            # Two of theirs with one code, once in many lives: which they mean, nobody knows.
            raise _Not(NotTaken.NOT_UNDERSTOOD)
        await self._answer(meant[0], reply, carried.channel, intent)

    async def _answer(self, asked: Waiting, reply: Reply, channel: Kind, intent: Intent) -> None:
        """As by the page."""

        def used(ask: Ask) -> AskReplied:
            if not ask.takes_replies:
                raise _Not(NotTaken.TOO_MANY_WRONG)
            return replied(ask, channel)

        async def decide(now: datetime) -> Decided:
            if asked.drill:
                return await answer_page(asked.stream, "comes" if reply.yes else "cannot", self._cases, now)
            if reply.yes:
                return await answering.accepted(asked.stream, self._cases, now, used, under_way=reply.under_way)
            reason = reply.words or NO_REASON[channel]
            return await answering.declined(asked.stream, self._cases, now, used, reason=reason)

        who = Caller(asked.responder, await self._cases.agency_of(asked.responder))
        await self._commands.perform(replace(intent, caller=who), decide)

    async def _wrong(self, asked: Sequence[Waiting], channel: Kind, intent: Intent) -> None:
        """One try less for each seat they are asked for. Who wrote it is not known: anybody may send from anywhere."""
        for each in asked:
            if not each.drill:
                with suppress(NotFound, _Not):
                    await self._one_try_less(each.stream, channel, intent)

    async def _one_try_less(self, stream: UUID, channel: Kind, intent: Intent) -> None:
        async def decide(now: datetime) -> Decided:
            ask, team = await answering.asked(stream, self._cases, now)
            failed = reply_failed(ask.state, channel)
            if not failed:
                raise _Not(NotTaken.TOO_MANY_WRONG)
            return decided_on(ask, failed, now, rests_on=[team], case=team.case or team.id)

        await self._commands.perform(replace(intent, key=f"{intent.key} {stream}"), decide)

    def _intent(self, carried: CarriedReply, message: str) -> Intent:
        key = f"reply {carried.channel} {message}"
        digest = self._digester.digest("reply", key.encode(), carried.sender.encode(), carried.text.encode())
        return Intent(PUBLIC, key, digest, None, uuid4())


def _why(error: Exception) -> NotTaken:
    match error:
        case _Not():
            return error.why
        case TooManyRequests():
            return NotTaken.TOO_OFTEN
        case NotFound():
            return NotTaken.OVER
        case KeyUsedOtherwise():
            return NotTaken.SENT_OTHERWISE
        case _:
            return NotTaken.RULE
