"""A case with something for every kind of document in it, as its events made it, and a desk that needs no keys."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

from contracts.language import Event, Personal
from services.kernel.stored_form import Happening, Origin
from services.prosecution.case.events import (
    CauseNumberEntered,
    ContinuanceGranted,
    ContinuancePlaced,
    HearingPurposeStated,
)
from services.prosecution.documents.case_file import CaseFile, case_file
from services.prosecution.documents.desk import Desk
from services.prosecution.evidence.events import DiscoveryGiven, EvidenceListed
from services.prosecution.evidence.folder import evidence_stream
from services.prosecution.papers.events import PaperIssued, PaperOut, ServiceFailed
from services.prosecution.papers.http import papers_stream
from services.prosecution.safe_harbour.events import GroundFound, LetterIssued, PetitionOpened
from services.prosecution.safe_harbour.harbours import harbour_of
from services.prosecution.victim.events import NoticeOwed, RequestReceived
from services.prosecution.victim.rights import victim_stream
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    DAY,
    HEARING,
    MISSISSIPPI,
    ONE,
    PERSON,
    TIP,
    accepted,
    added,
    came,
    entered,
    filed,
    hearing_set,
)
from tests.support.running_service import NOON

NOTICE, PAPER = UUID("eeeeeeee-0001-4000-8000-000000000000"), UUID("eeeeeeee-0002-4000-8000-000000000000")
ITEM, OTHER = UUID("eeeeeeee-0003-4000-8000-000000000000"), UUID("eeeeeeee-0004-4000-8000-000000000000")
PETITION, LETTER = UUID("eeeeeeee-0005-4000-8000-000000000000"), UUID("eeeeeeee-0006-4000-8000-000000000000")
WITNESS, CAUSE = "Example Witness One, Example Road 2", "2026-EX-101"
BY = Origin(actor="account:x", agency="DA-07", command_id=TIP, causation_id=None, correlation_id=TIP, policy="p")


def of_case(age: str = "adult") -> list[Event]:
    """Tried, put off once, and judged; with a number of its cause, and another hearing set."""
    return [
        *accepted(),
        added(),
        filed(age=age),
        CauseNumberEntered(case=CASE, accused=ACCUSED, court="circuit", number=Personal(ACCUSED, CAUSE)),
        entered("arraignment", at=NOON),
        ContinuanceGranted(
            case=CASE, accused=ACCUSED, ground="witness", days=10, granted_at=NOON + DAY, arithmetic="by 10 days"
        ),
        ContinuancePlaced(
            case=CASE, accused=ACCUSED, number=1, since_on="2026-11-05", until_on="2026-11-14", motion="state"
        ),
        came("guilty", "verdict"),
        entered("judgment", at=NOON + 30 * DAY),
        hearing_set("motion"),
        HearingPurposeStated(case=CASE, hearing=HEARING, purpose="plea"),
    ]


OTHERS: dict[UUID, list[Event]] = {
    victim_stream(CASE, PERSON): [
        RequestReceived(case=CASE, victim=PERSON, received_at=NOON),
        NoticeOwed(
            case=CASE,
            victim=PERSON,
            notice=NOTICE,
            kind="hearing",
            rule="C49",
            citation="Miss. Code 99-43-9",
            about=HEARING,
            arose_at=NOON,
            timed=False,
        ),
    ],
    papers_stream(CASE): [
        PaperIssued(
            case=CASE,
            paper=PAPER,
            kind="subpoena",
            for_whom="witness",
            hearing=HEARING,
            accused=None,
            victim=None,
            addressee=Personal(PERSON, WITNESS),
            issued_at=NOON,
        ),
        PaperOut(case=CASE, paper=PAPER, server="sheriff", out_at=NOON),
        ServiceFailed(case=CASE, paper=PAPER, reason="moved", failed_at=NOON),
    ],
    evidence_stream(CASE): [
        EvidenceListed(case=CASE, item=ITEM, kind="device", kit=None, kept_by="", locator=Personal(PERSON, "shelf 7")),
        EvidenceListed(case=CASE, item=OTHER, kind="business_record", kit=None, kept_by="", locator=None),
        DiscoveryGiven(
            case=CASE, giving=OTHER, accused=ACCUSED, items=(ITEM,), recipient="accused", way="mail", given_at=NOON
        ),
    ],
    harbour_of(ACCUSED): [
        GroundFound(case=CASE, tip=TIP, accused=ACCUSED, ground="court_found", found_at=NOON),
        PetitionOpened(case=CASE, accused=ACCUSED, petition=PETITION, count=ONE, route="vacatur", opened_at=NOON),
        LetterIssued(
            case=CASE, accused=ACCUSED, petition=PETITION, letter=LETTER, issuer="law_enforcement", issued_at=NOON
        ),
    ],
}
ABOUT = {
    "notice_of_hearing": NOTICE,
    "subpoena": PAPER,
    "paper_to_be_served": PAPER,
    "discovery_inventory": ACCUSED,
    "petition": PETITION,
    "trial_days": ACCUSED,
}


def a_file(own: Sequence[Event] = (), others: dict[UUID, list[Event]] | None = None) -> CaseFile:
    """Recorded one after another, a second apart."""
    streams = {CASE: list(own or of_case()), **(OTHERS if others is None else others)}
    happenings: dict[UUID, list[Happening]] = {}
    position = 0
    for stream, events in streams.items():
        for version, event in enumerate(events, start=1):
            position += 1
            happenings.setdefault(stream, []).append(
                Happening(
                    stream=stream,
                    version=version,
                    event_id=uuid5(stream, str(version)),
                    happened_at=NOON,
                    origin=BY,
                    event=event,
                    position=position,
                    recorded_at=NOON + timedelta(seconds=position),
                )
            )
    return case_file(happenings, CASE, CHARGING, MISSISSIPPI, NOON + 40 * DAY)


def a_desk() -> Desk:
    """Its texts are not sealed, so that it needs no keys."""

    async def opened(text: Personal, event_id: UUID, field: str) -> str:
        return text.text

    cases: Any = SimpleNamespace(charging=CHARGING, jurisdiction=MISSISSIPPI, keys=SimpleNamespace(open=opened))
    return Desk(cases)
