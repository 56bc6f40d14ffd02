"""Yes or no to one proposal, without signing in: decided alike, however the answer came.

`used` makes the event that uses the ask up, stored with the answer or not at all.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from uuid import UUID

import msgspec

from contracts.language import Event
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Decided, Intent
from services.kernel.http.problems import NotFound
from services.kernel.store import Change, Changes, Loaded
from services.rapid_assessment.ask.ask import Ask
from services.rapid_assessment.ask.proposals import standing
from services.rapid_assessment.cases import ASK, Cases
from services.rapid_assessment.responder.state import Responder
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.http import met_by
from services.rapid_assessment.team.state import Team, evolve

Used = Callable[[Ask], Event]


async def accepted(ask_id: UUID, cases: Cases, now: datetime, used: Used, *, under_way: bool) -> Decided:
    """Takes the seat. Raises `NotFound`, and `Refused` as for whoever signs in."""
    ask, team = await asked(ask_id, cases, now)
    who = ask.state.responder
    wanted = decisions.seat_named(ask.state.seat, team.state, cases.jurisdiction)
    found = await cases.candidates(team.state, who)
    if who not in found.people:
        raise NotFound
    events = decisions.accept(team.state, wanted, who, found.people, cases.jurisdiction, now)
    met = await met_by(cases, team.state, events, now)
    if under_way:
        events += decisions.say_under_way(reduce(evolve, events, team.state), wanted, who)
    return _decided(ask, team, events, now, used, met, found.responders)


async def declined(ask_id: UUID, cases: Cases, now: datetime, used: Used, *, reason: str) -> Decided:
    """Says no. Raises `NotFound`."""
    ask, team = await asked(ask_id, cases, now)
    wanted = decisions.seat_named(ask.state.seat, team.state, cases.jurisdiction)
    events = decisions.decline(team.state, wanted, ask.state.responder, reason)
    return _decided(ask, team, events, now, used)


async def asked(ask_id: UUID, cases: Cases, now: datetime) -> tuple[Loaded[Ask], Loaded[Team]]:
    """Raises `NotFound`. One that never went out is looked up as one that did."""
    ask = await cases.store.load(ASK, ask_id)
    team = await cases.team(ask.state.team)
    stands = await standing(cases, team, ask.state.seat, ask.state.responder)
    if not ask.state.answers(stands, now):
        raise NotFound
    return ask, team


async def in_their_name(intent: Intent, ask_id: UUID, cases: Cases) -> Intent:
    """What is recorded names the person who was asked; how their answer came stands beside it."""
    ask = (await cases.store.load(ASK, ask_id)).state
    return msgspec.structs.replace(intent, caller=Caller(ask.responder, await cases.agency_of(ask.responder)))


def _decided(
    ask: Loaded[Ask],
    team: Loaded[Team],
    events: Sequence[Event],
    now: datetime,
    used: Used,
    also: Sequence[Change] = (),
    rests_on: Sequence[Loaded[Responder]] = (),
) -> Decided:
    case: UUID = team.case or team.id
    changes = [Change(team.id, team.version, events), Change(ask.id, ask.version, [used(ask.state)]), *also]
    version = team.version + len(events)
    return Decided(Changes(changes, rests_on=rests_on), team.id, version, case, now, status=204)
