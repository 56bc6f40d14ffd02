"""Brings a requested notice to its role: on the board in any case, and by the carriers the agency set up.

A carrier may be asked twice when the process dies between sending and recording; nobody is told too little.
"""

from collections.abc import Mapping, Sequence

from services.kernel.carrier import Carrier, carried
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import NOTICE
from services.rapid_assessment.notice.events import NoticeFailed, NoticeRequested, NoticeSent
from services.rapid_assessment.notice.notice import Why

BOARD = "board"
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
    Why.KIT_DUTY_MISSED: "A deadline was missed. Open your board in Muster now.",
}


class DeliverNotices:
    """The text holds no name, no place and no time of a case: its number, and a link to what is to be opened."""

    def __init__(
        self, store: EventStore, addresses: Mapping[str, Sequence[str]], carrier: Carrier, origin: str
    ) -> None:
        self._store = store
        self._origin = origin
        self._addresses = addresses
        self._carrier = carrier

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, NoticeRequested):
            return None
        loaded = await self._store.load(NOTICE, event.notice)
        if loaded.state.delivered:
            return None
        # Where the role of that agency has no address of its own, that of the role in all agencies.
        role = event.role.partition(" of ")[0]
        addresses = self._addresses.get(event.role) or self._addresses.get(role, ())
        sent, failed = await carried(self._carrier, addresses, self._text(event), event.notice)
        told = NoticeSent(notice=event.notice, carriers=(BOARD, *sent))
        events = [told, NoticeFailed(notice=event.notice, carriers=failed)] if failed else [told]
        return Changes([Change(event.notice, loaded.version, events)])

    def _text(self, event: NoticeRequested) -> str:
        """Whoever is to open their board may not read the case, so the link is to what they are to open."""
        said = WORDS[event.why]
        page = f"/cases/{event.tip}" if OF_CASE in said else "/"
        return f"{said} Case {str(event.tip)[:NUMBER_LENGTH]}: {self._origin}{page}"
