"""Pages whoever is on call when a drill starts, and where nothing reaches them the next of the rota.

By the channels that the ladder of the seat has for the county, as a case would.

Each page is written down before it goes out (drill/messages.py): what a crash left unknown goes out once more, marked,
with the same code, and never a third time. What is sent says three times, in both languages, that it is a drill.
"""

import asyncio
from collections.abc import Collection
from uuid import UUID

from contracts.language import Event
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.texts import Codes, trying
from services.rapid_assessment.cases import DRILL, DRILL_PAGE, Cases
from services.rapid_assessment.drill.drill import page_named
from services.rapid_assessment.drill.events import (
    CalledForSeat,
    DrillNotPaged,
    DrillPaged,
    DrillPagedOnceMore,
    DrillStarted,
)
from services.rapid_assessment.drill.messages import DrillMessages
from services.rapid_assessment.reaching import Reach
from services.rapid_assessment.seat_messages import Leave

TITLE = "DRILL / SIMULACRO"
TEXT = (
    "*** DRILL *** Muster practises: there is no child and no case. Open {origin}/answer#{code} and say whether you"
    " would come. If you are asked for a code, it is {code}."
    " *** SIMULACRO *** Muster practica: no hay ningún menor ni ningún caso. Abra {origin}/answer#{code} y diga si"
    " acudiría. *** DRILL / SIMULACRO ***"
)

ONCE_MORE = (
    "*** DRILL / SIMULACRO *** Sent once more, as the first may not have reached you."
    " Enviado otra vez, por si el primero no le llegó."
)
"""At the head of what may go out twice, so that the mark of a drill still comes before anything else."""


class PageDrill:
    """Reacts to drills that were started. One that is over when it is heard of pages nobody."""

    def __init__(
        self,
        cases: Cases,
        reach: Reach,
        codes: AskCodes,
        messages: DrillMessages,
        origin: str,
        time: TimeSource,
        replies: Collection[str] = (),
    ) -> None:
        """`replies` are the kinds of channels by which people may write back."""
        self._cases = cases
        self._reach = reach
        self._codes = codes
        self._messages = messages
        self._origin = origin
        self._time = time
        self._replies = replies

    async def __call__(self, happening: Happening) -> Changes | None:
        started = happening.event
        if not isinstance(started, DrillStarted):
            return None
        drill = (await self._cases.store.load(DRILL, started.drill)).state
        if not drill.waits(self._time.now()):
            return None
        paged = await asyncio.gather(*(self._for_seat(started, each) for each in started.called))
        changes = [change for of_seat in paged for change in of_seat]
        return Changes(changes) if changes else None

    async def _for_seat(self, started: DrillStarted, called: CalledForSeat) -> list[Change]:
        drill, changes = started.drill, list[Change]()
        ladder = self._cases.jurisdiction.ladder_at(called.seat, started.county, self._time.now())
        by = {rung.who: rung.by for rung in ladder.rungs}
        for place, who in enumerate(called.responders):
            name = page_named(drill, called.seat, who)
            code = self._codes.code(name)
            page = await self._cases.store.load(DRILL_PAGE, self._codes.ask_of(code))
            if page.exists:
                if page.state.reached:
                    break
                continue
            text, first = TEXT.format(origin=self._origin, code=code), by.get("next" if place else "on_call", ())
            codes = Codes(code, self._codes.reply_code(name))
            instead = trying(text, self._replies, self._origin, codes)
            sending = _Sending(self._messages, name, self._time)
            reached = await self._reach.tell(
                who,
                text,
                instead=instead,
                seat=called.seat,
                title=TITLE,
                first=first,
                sending=sending,
                mark=ONCE_MORE,
            )
            if reached.by is not None:
                events: list[Event] = [DrillPaged(drill=drill, seat=called.seat, responder=who, carrier=reached.by)]
                if reached.once_more:
                    events.append(DrillPagedOnceMore(drill=drill, seat=called.seat, responder=who, carrier=reached.by))
                changes.append(Change(page.id, 0, events))
                break
            missed = DrillNotPaged(drill=drill, seat=called.seat, responder=who, refused=reached.refused)
            changes.append(Change(page.id, 0, [missed]))
        return changes


class _Sending:
    """One page by channel after channel."""

    def __init__(self, messages: DrillMessages, page: UUID, time: TimeSource) -> None:
        self._messages = messages
        self._page = page
        self._time = time

    async def begin(self, kind: str) -> Leave:
        return await self._messages.begin(self._page, kind, self._time.now())

    async def end(self, kind: str, *, taken: bool) -> None:
        await self._messages.end(self._page, kind, taken=taken)
