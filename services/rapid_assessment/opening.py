"""A team opens, and with it the duty to see the child and the clocks of both."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from uuid import UUID

from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.store import Change, Loaded
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases, clock_of, contact_of
from services.rapid_assessment.contact import contact as contacts
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.decisions import Opening
from services.rapid_assessment.team.state import Team

STANDS = frozenset({"open", "formed"})
"""The phases in which a team works for a child."""


async def opened_as(
    cases: Cases, team: Loaded[Team], before: Sequence[Event], opening: Opening, cause: UUID
) -> list[Change]:
    """`before` happens to the team in any case; a team that stands already, or that joined another, does not open.

    Each opening has clocks of its own, since a clock ends once; one past due when it starts is missed at once.
    """
    opened = decisions.open_team(team.state, opening)
    changes = [Change(team.id, team.version, [*before, *opened])]
    if opened:
        number = team.state.opening + 1
        contact = await cases.contact(opening.tip)
        # A child seen under an earlier opening was seen: the new clock must not be missed for it.
        seen_at = contact.state.made_at
        changes.append(await _started(cases, opening, TEAM_RULE, number, cause))
        changes.append(await _started(cases, opening, CONTACT_RULE, number, cause, done_at=seen_at))
        owed = contacts.owe(contact.state, opening.tip, opening.person, opening.received_at)
        changes.append(Change(contact_of(opening.tip), contact.version, owed))
    return changes


async def _started(
    cases: Cases, opening: Opening, rule: str, number: int, cause: UUID, done_at: datetime | None = None
) -> Change:
    clock = await cases.clock(opening.tip, rule, number)
    terms = cases.jurisdiction.terms(rule, opening.received_at)
    now = cases.time.now()
    started = clocks.start(clock.state, terms, opening.tip, cause, now) if terms is not None else []
    if started and done_at is not None:
        started.extend(clocks.meet(reduce(clocks.evolve, started, clock.state), done_at, now))
    return Change(clock_of(opening.tip, rule, number), clock.version, started)
