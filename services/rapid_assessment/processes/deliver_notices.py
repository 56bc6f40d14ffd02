"""Brings a requested notice to its role: on the board in any case, and by all carriers the agency set up.

What none of them took is given to them again by the kernel's rule (`tries.py`), as long as it matters.

A carrier may be asked twice when the process dies between sending and recording; nobody is told too little.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce

from contracts.language import Event
from services.kernel.carrier import Carrier, carried
from services.kernel.due import DueMoment, Fired
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.tries import again
from services.rapid_assessment.cases import NOTICE, TEAM, TEAM_RULE, team_of
from services.rapid_assessment.notice.events import (
    NoticeFailed,
    NoticeRequested,
    NoticeSent,
    NoticeTriedAgain,
    PlaceNoticeRequested,
)
from services.rapid_assessment.notice.notice import (
    BOARD,
    OF_AN_OPEN_TEAM,
    Notice,
    Why,
    evolve,
    try_again,
)

OF_CASE = "Open the case"
NUMBER_LENGTH = 8
"""Of a case's reference, as pages show it and people say it on the telephone."""

WORDS: Mapping[str, str] = {
    Why.CLOCK_WARNED: "A 24-hour deadline is coming near. Open the case in Muster now.",
    Why.CLOCK_MISSED: "A 24-hour deadline was missed. Open the case in Muster now.",
    Why.SEATS_STILL_EMPTY: "A team does not stand: seats are empty. Open the case in Muster now.",
    Why.CONTACT_IMPOSSIBLE: "In-person contact cannot be made in time. Open the case in Muster now.",
    Why.ADULT_TIP: "A tip about an adult needs you. Open the case in Muster.",
    Why.KIT_DUTY_WARNED: "A deadline is coming near. Open your board in Muster now.",
    Why.EXAM_NO_SLOT: "No time is free for something that cannot wait. Open your first page in Muster now.",
    Why.EXAM_NO_SURE_SLOT: "Time runs out for something that waits. Open your first page in Muster now.",
    Why.EXAM_MOVED_UP: "A time came free and is held, not for long. Open your first page in Muster now.",
    Why.EXAM_STANDBY_ENDED: "A time that was held is gone. Open your first page in Muster now.",
    Why.EXAM_NURSE_GONE: "Somebody who was planned cannot come. Open your first page in Muster now.",
    Why.EXAM_NURSE_UNFIT: "Something that is planned must be looked at again. Open your first page in Muster now.",
    Why.GLASS_BROKEN: "Somebody opened a case in an emergency, which is to be reviewed. Open your board in Muster now.",
    Why.REVIEW_WARNED: "The review of an emergency opening is running out. Open your board in Muster now.",
    Why.REVIEW_MISSED: "The review of an emergency opening was missed. Open your board in Muster now.",
    Why.TOLD_MORE: "Somebody added to a tip. Open your first page in Muster and read it.",
    Why.REPORTER_ASKED_FOR: "Somebody asks who reported a tip, and waits for an answer. Open your board in Muster.",
    Why.ON_CALL_UNREACHED: "Somebody on call could not be reached. Open the case in Muster now.",
    Why.NOBODY_LEFT: "A seat of a team has nobody left to call. Open the case in Muster now and ask somebody.",
    Why.SEAT_SILENT: "Somebody accepted a seat and is not heard of since. Open the case in Muster now.",
    Why.DUTY_PRESSING: "Something must be done at once and is not done yet. Open the case in Muster now.",
    Why.DUTY_WARNED: "A report is to be made before its deadline. Open your first page in Muster now.",
    Why.DUTY_MISSED: "The deadline of a report was missed. Open your first page in Muster now.",
    Why.KIT_DECISION_WAITS: "Something waits for your office's answer. Open your first page in Muster.",
    Why.CENSUS_DIFFERS: "Something is to be looked at since this morning. Open your first page in Muster.",
    Why.KIT_DUTY_MISSED: "A deadline was missed. Open your board in Muster now.",
}


class DeliverNotices:
    """The text holds no name, no place and no time of a case: its number, and a link to what is to be opened.

    Of what is of no case it is the record's number, where there is one record, and the link is to the first page.
    """

    def __init__(
        self, store: EventStore, addresses: Mapping[str, Sequence[str]], carrier: Carrier, origin: str, time: TimeSource
    ) -> None:
        self._store = store
        self._time = time
        self._origin = origin
        self._addresses = addresses
        self._carrier = carrier

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, NoticeRequested | PlaceNoticeRequested | NoticeTriedAgain):
            return None
        loaded = await self._store.load(NOTICE, event.notice)
        notice, first = loaded.state, not isinstance(event, NoticeTriedAgain)
        nth = event.nth if isinstance(event, NoticeTriedAgain) else 1
        if notice.taken or notice.refusals != nth - 1 or (first and notice.delivered):
            return None
        # Whoever found it on their board while a carrier was asked needs no mail any more.
        addresses = () if notice.acknowledged_by is not None else self._addresses_of(notice.role)
        sent, failed = await carried(self._carrier, addresses, self._text(notice), notice.notice)
        events: list[Event] = []
        if sent or first:
            events.append(NoticeSent(notice=notice.notice, carriers=(BOARD, *sent) if first else sent))
        if failed:
            events.append(NoticeFailed(notice=notice.notice, carriers=failed))
        if not events:
            return None
        stands = reduce(evolve, events, notice)
        effects = () if stands.taken else again(loaded.id, stands.refusals, self._time.now())
        return Changes([Change(loaded.id, loaded.version, events)], effects)

    async def on_time(self, due: DueMoment, now: datetime) -> Fired | None:
        """The timer for moments of the kind `notice`; state decides whether one still matters."""
        loaded = await self._store.load(NOTICE, due.clock)
        notice, team = loaded.state, (await self._store.load(TEAM, team_of(loaded.state.tip))).state
        over = notice.why in OF_AN_OPEN_TEAM and notice.rule == TEAM_RULE and team.phase != "open"
        events = try_again(notice, over=over)
        return Fired(loaded, Changes([Change(loaded.id, loaded.version, events)]), now) if events else None

    def _addresses_of(self, role: str) -> Sequence[str]:
        """Where the role of that agency has no address of its own, those of the role in all agencies."""
        return self._addresses.get(role) or self._addresses.get(role.partition(" of ")[0], ())

    def _text(self, notice: Notice) -> str:
        """Whoever is to open their board may not read the case, so the link is to what they are to open."""
        said = WORDS[notice.why]
        if notice.about:
            # Of no case. Where to look is on the first page: an address would say what it is about.
            number = f" Record {str(notice.record)[:NUMBER_LENGTH]}:" if notice.record is not None else ""
            return f"{said}{number} {self._origin}/"
        page = f"/cases/{notice.tip}" if OF_CASE in said else "/"
        return f"{said} Case {str(notice.tip)[:NUMBER_LENGTH]}: {self._origin}{page}"
