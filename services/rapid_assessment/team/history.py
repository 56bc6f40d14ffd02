"""What happened to a team: its seats, its clocks, contact with the child. Who is kept out of the case is not told."""

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from contracts.language import Event
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.http.history import Entry, entries
from services.kernel.store import Loaded
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases, clock_of, contact_of
from services.rapid_assessment.contact.events import ContactImpossible, ContactMade
from services.rapid_assessment.team.events import (
    SeatAccepted,
    SeatDeclined,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    TeamJoined,
)
from services.rapid_assessment.team.state import Team

SHOWN: frozenset[type[Event]] = frozenset(
    {
        TeamOpened,
        TeamFormed,
        TeamStoodDown,
        TeamJoined,
        SeatProposed,
        SeatAccepted,
        SeatDeclined,
        SeatReleased,
        SeatLapsed,
        ContactMade,
        ContactImpossible,
        *CLOCK_EVENTS,
    }
)


async def team_history(cases: Cases, loaded: Loaded[Team]) -> list[Entry]:
    """Of the team, the duty to see the child, and the clocks of every opening."""
    team = loaded.state
    openings = range(1, team.opening + 1)
    clocks = [clock_of(team.tip, rule, opening) for opening in openings for rule in (TEAM_RULE, CONTACT_RULE)]
    streams = (loaded.id, contact_of(team.tip), *clocks)
    told = [happening for stream in streams for happening in await cases.store.happenings(stream)]
    return entries(told, SHOWN)
