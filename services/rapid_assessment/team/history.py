"""What happened to a team: its seats and those asked for them, its clocks, contact with the child, its custody.

Who is kept out of the case is not told.
"""

from collections.abc import Collection
from uuid import UUID

import msgspec

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from contracts.language import Event
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.http.history import Entry, entries
from services.kernel.store import Loaded
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.events import AskHeldBack, AskNotSent, AskSent, AskSentOnceMore
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases, clock_of, contact_of, custody_of, ladder_of
from services.rapid_assessment.contact.events import ContactAttempted, ContactImpossible, ContactMade, StepPlanned
from services.rapid_assessment.custody.custody import RULES
from services.rapid_assessment.custody.events import CUSTODY_EVENTS
from services.rapid_assessment.ladder.events import NobodyLeft
from services.rapid_assessment.team.decisions import seats_of
from services.rapid_assessment.team.events import (
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatHandedOver,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatUnderWay,
    SeatUnreached,
    SeatVacated,
    TeamJoined,
    TeamParted,
)
from services.rapid_assessment.team.state import Team

ABOUT_SEATS = (
    SeatProposed, SeatAccepted, SeatDeclined, SeatReleased, SeatLapsed, SeatUnreached, SeatVacated, SeatUnderWay,
    SeatFellSilent, SeatHandedOver, AskSent, AskSentOnceMore, AskHeldBack, AskNotSent,
)  # fmt: skip
SHOWN: frozenset[type[Event]] = frozenset(
    {
        TeamOpened,
        TeamFormed,
        TeamStoodDown,
        TeamJoined,
        TeamParted,
        *ABOUT_SEATS,
        NobodyLeft,
        ContactMade,
        ContactAttempted,
        StepPlanned,
        ContactImpossible,
        *CUSTODY_EVENTS,
        *CLOCK_EVENTS,
    }
)


async def team_history(cases: Cases, codes: AskCodes, loaded: Loaded[Team], withheld: Collection[str]) -> list[Entry]:
    """Of the team, whom messages reached, the duty to see the child, its custody, and all clocks.

    Without holders of `withheld` seats.
    """
    team = loaded.state
    openings = range(1, team.opening + 1)
    clocks = [clock_of(team.tip, rule, opening) for opening in openings for rule in (TEAM_RULE, CONTACT_RULE)]
    takings = range(1, (await cases.custody(team.tip)).state.number + 1)
    clocks += [clock_of(team.tip, rule, taking) for taking in takings for rule in RULES]
    seats = [ladder_of(loaded.id, seat.seat) for seat in seats_of(team, cases.jurisdiction)]
    streams = (loaded.id, contact_of(team.tip), custody_of(team.tip), *seats, *clocks)
    told = [happening for stream in streams for happening in await cases.store.happenings(stream)]
    for proposed in [each for each in told if isinstance(each.event, SeatProposed)]:
        told += await cases.store.happenings(codes.ask_of(codes.code(proposed.event_id)))
    hidden = {
        each.event.responder for each in told if isinstance(each.event, ABOUT_SEATS) and each.event.seat in withheld
    }
    return [_without(entry, withheld, hidden) for entry in entries(told, SHOWN)]


def _without(entry: Entry, withheld: Collection[str], hidden: Collection[UUID]) -> Entry:
    """Nor what they did, whoever forms the team by accepting; until when they are certified would tell them, too."""
    by = None if entry.by in hidden else entry.by
    unsaid = {"responder", "colleague", "credential_until"} if entry.facts.get("seat") in withheld else set[str]()
    facts = {name: None if name in unsaid else value for name, value in entry.facts.items()}
    return msgspec.structs.replace(entry, by=by, facts=facts)
