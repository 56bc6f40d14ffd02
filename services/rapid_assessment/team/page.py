"""A team as it is shown: seats, clocks, and whether the child was seen. No names."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.deadline import Noticed
from services.kernel.clock import Clock
from services.kernel.store import Loaded
from services.rapid_assessment.cases import Cases, ladder_of
from services.rapid_assessment.contact.contact import Contact
from services.rapid_assessment.contact.noticed import noticed_of
from services.rapid_assessment.custody.page import CustodyOnPage, custody_page
from services.rapid_assessment.ladder.page import LadderOnPage, ladder_page
from services.rapid_assessment.team.decisions import empty_seats, seats_of
from services.rapid_assessment.team.state import SeatOnTeam, Team


class ClockOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`phase` is running or the end as recorded, `found` what a later entry showed."""

    rule: str
    phase: str
    found: str
    started_at: datetime
    due_at: datetime
    warned: tuple[datetime, ...]
    late_seconds: int


class ContactOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the duty to see the child is open, and what was done for it.

    `noticed`: somebody said that contact cannot be made, and who was told and knows.
    """

    duty_open: bool
    made_at: datetime | None
    attempts_recorded: int
    steps_planned: int
    noticed: Noticed | None


class SeatOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a seat is filled or somebody asked, and by whom or who: null, too, where that is not told."""

    filled: bool
    asked: bool
    proposed: UUID | None
    held_by: UUID | None
    lapsed: bool
    under_way: bool


class TeamPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a coordinator or a member needs at a glance."""

    reference: UUID
    version: int
    case: UUID
    tip: UUID
    phase: str
    county: str
    tribal_land: bool
    opening: int
    received_at: datetime | None
    due_at: datetime | None
    formed_at: datetime | None
    late: bool
    seats: dict[str, SeatOnPage]
    ladders: dict[str, LadderOnPage]
    empty_seats: tuple[str, ...]
    clocks: tuple[ClockOnPage, ...]
    contact: ContactOnPage
    contact_version: int
    custody: CustodyOnPage
    custody_version: int


async def team_page(cases: Cases, loaded: Loaded[Team], withheld: Collection[str]) -> TeamPage:
    """Put together from the streams themselves, so it is never behind. Who holds a `withheld` seat is not told."""
    team = loaded.state
    names = [seat.seat for seat in seats_of(team, cases.jurisdiction)]
    contact = await cases.contact(team.tip)
    custody = await cases.custody(team.tip)
    return TeamPage(
        reference=loaded.id,
        version=loaded.version,
        case=loaded.case or loaded.id,
        tip=team.tip,
        phase=team.phase,
        county=team.county,
        tribal_land=team.tribal_land,
        opening=team.opening,
        received_at=team.received_at,
        due_at=team.due_at,
        formed_at=team.formed_at,
        late=team.late,
        seats={name: _seat(team.seat(name), told=name not in withheld) for name in names},
        ladders=await _ladders(cases, loaded.id, names, withheld),
        empty_seats=empty_seats(team, cases.jurisdiction),
        clocks=tuple(_clock(each.state) for each in await cases.clocks(team)),
        contact=_contact(contact.state, await noticed_of(cases, contact.state)),
        contact_version=contact.version,
        custody=custody_page(custody.state),
        custody_version=custody.version,
    )


async def _ladders(
    cases: Cases, team: UUID, names: Collection[str], withheld: Collection[str]
) -> dict[str, LadderOnPage]:
    found = {}
    for name in names:
        ladder = (await cases.ladder(team, name)).state
        happenings = await cases.store.happenings(ladder_of(team, name))
        shown = ladder_page(ladder, happenings, told=name not in withheld)
        if shown is not None:
            found[name] = shown
    return found


def _seat(seat: SeatOnTeam, *, told: bool) -> SeatOnPage:
    return SeatOnPage(
        filled=seat.filled,
        asked=seat.proposed is not None,
        proposed=seat.proposed if told else None,
        held_by=seat.held_by if told else None,
        lapsed=seat.lapsed,
        under_way=seat.filled and seat.under_way,
    )


def _clock(clock: Clock) -> ClockOnPage:
    return ClockOnPage(
        rule=clock.rule,
        phase=clock.phase,
        found=clock.found,
        started_at=clock.started_at,
        due_at=clock.due_at,
        warned=clock.warned,
        late_seconds=clock.late_seconds,
    )


def _contact(contact: Contact, noticed: Noticed | None) -> ContactOnPage:
    return ContactOnPage(
        duty_open=contact.duty_open,
        made_at=contact.made_at,
        attempts_recorded=contact.attempts_recorded,
        steps_planned=contact.steps_planned,
        noticed=noticed,
    )
