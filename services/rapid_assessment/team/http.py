"""Teams over HTTP: propose, accept, decline, release, conflict, stand down."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.events.rapid_assessment import TeamFormed
from contracts.jurisdictions import ClockRule, DutyRule
from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.history import Entry
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader
from services.kernel.store import Change, Loaded
from services.kernel.views import Views
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases, clock_of, contact_of, team_of
from services.rapid_assessment.contact import contact as contacts
from services.rapid_assessment.custody.custody import NOTIFYING
from services.rapid_assessment.seat_order import as_on_rota
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.history import team_history
from services.rapid_assessment.team.page import TeamPage, team_page
from services.rapid_assessment.team.state import Team
from services.rapid_assessment.team.withheld import withheld_from

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class Propose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to ask."""

    responder: UUID


class WithReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In your own words; it is sealed and shown only to those who work on the case."""

    reason: Reason


class TeamController(Controller):
    """The seats of a team. Accepting the last one forms it."""

    path = "/teams"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/{team:uuid}", opt={"action": "read_team"})
    async def read(
        self, team: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[TeamPage]:
        """Seats, clocks and contact as they stand. That you are shown them is put on record first."""
        loaded = await cases.visible(caller_of(request), "read_team", team)
        return await _page(cases, reader, caller_of(request), loaded)

    @get("/of-tip/{tip:uuid}", opt={"action": "read_team"})
    async def of_tip(
        self, tip: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[TeamPage]:
        """The team of a tip."""
        loaded = await cases.visible(caller_of(request), "read_team", team_of(tip))
        return await _page(cases, reader, caller_of(request), loaded)

    @get("/{team:uuid}/history", opt={"action": "read_team"})
    async def history(
        self, team: UUID, cases: Cases, ask_codes: AskCodes, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Entry]:
        """What happened to the team, its clocks and the duty to see the child, as it was recorded."""
        caller = caller_of(request)
        loaded = await cases.visible(caller, "read_team", team)
        await _on_record(cases, reader, caller, "history of a team", loaded)
        return await team_history(cases, ask_codes, loaded, withheld_from(cases, caller).of(loaded.state.members))

    @post("/{team:uuid}/seats/{seat:str}/proposal", opt={"action": "propose"}, status_code=200)
    async def propose(
        self,
        team: UUID,
        seat: str,
        data: Propose,
        intent: Intent,
        commands: Commands,
        cases: Cases,
        views: Views,
    ) -> Response[Done]:
        """Asks a responder to take a seat. Whoever takes turns on a rota for it may be asked at any hour."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "propose", team))
            wanted = decisions.seat_named(seat, loaded.state, cases.jurisdiction)
            found = await cases.candidates(Team(), data.responder)
            candidate = await as_on_rota(views, wanted, found.people.get(data.responder), now, current=True)
            events = decisions.propose(loaded.state, wanted, candidate, now)
            return decided_on(loaded, events, now, rests_on=found.responders)

        return await commands.run(intent, decide)

    @post("/{team:uuid}/seats/{seat:str}/acceptance", opt={"action": "accept"}, status_code=200)
    async def accept(self, team: UUID, seat: str, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """Takes the seat you are asked for. The last seat forms the team and meets its clock, in one commit."""
        me = _account(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "accept", team))
            wanted = decisions.seat_named(seat, loaded.state, cases.jurisdiction)
            found = await cases.candidates(loaded.state, me)
            if me not in found.people:
                raise NotFound
            events = decisions.accept(loaded.state, wanted, me, found.people, cases.jurisdiction, now)
            met = await met_by(cases, loaded.state, events, now)
            return decided_on(loaded, events, now, *met, rests_on=found.responders)

        return await commands.run(intent, decide)

    @post("/{team:uuid}/seats/{seat:str}/under-way", opt={"action": "say_under_way"}, status_code=200)
    async def under_way(
        self, team: UUID, seat: str, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Says that you are on your way. Whom a ladder called and who does not say so in time loses the seat again."""
        me = _account(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "say_under_way", team))
            wanted = decisions.seat_named(seat, loaded.state, cases.jurisdiction)
            return decided_on(loaded, decisions.say_under_way(loaded.state, wanted, me), now)

        return await commands.run(intent, decide)

    @post("/{team:uuid}/seats/{seat:str}/decline", opt={"action": "decline"}, status_code=200)
    async def decline(
        self, team: UUID, seat: str, data: WithReason, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Says no to a seat you are asked for."""
        me = _account(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "decline", team))
            wanted = decisions.seat_named(seat, loaded.state, cases.jurisdiction)
            return decided_on(loaded, decisions.decline(loaded.state, wanted, me, data.reason), now)

        return await commands.run(intent, decide)

    @post("/{team:uuid}/seats/{seat:str}/release", opt={"action": "release"}, status_code=200)
    async def release(
        self, team: UUID, seat: str, data: WithReason, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Empties a seat that is held: your own, or anyone's as the coordinator."""

        async def decide(now: datetime) -> Decided:
            held_by = (await cases.team(team)).state.seat(seat).held_by
            mine = held_by is not None and held_by == intent.caller.account
            action = "release_own_seat" if mine else "release"
            loaded = intent.expect(await cases.visible(intent.caller, action, team))
            wanted = decisions.seat_named(seat, loaded.state, cases.jurisdiction)
            return decided_on(loaded, decisions.release(loaded.state, wanted, data.reason), now)

        return await commands.run(intent, decide)

    @post("/{team:uuid}/conflicts", opt={"action": "declare_conflict"}, status_code=200)
    async def declare_conflict(
        self, team: UUID, data: WithReason, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """You have a conflict of interest in this case. You are out of it, and will not see it again."""
        me = _account(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "declare_conflict", team))
            return decided_on(loaded, decisions.declare_conflict(loaded.state, me, data.reason), now)

        return await commands.run(intent, decide)

    @post("/{team:uuid}/stand-down", opt={"action": "stand_down"}, status_code=200)
    async def stand_down(
        self, team: UUID, data: WithReason, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Ends the team and excuses its clock, with your reason on record. Not while a duty to the child is open."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "stand_down", team))
            if loaded.state.phase in {"open", "formed"}:
                decisions.refuse_with_open_duties(await _open_duties(cases, loaded.state, now))
            events = decisions.stand_down(loaded.state, "coordinator", data.reason)
            return decided_on(loaded, events, now, *await excused(cases, loaded.state, "team_stood_down", now))

        return await commands.run(intent, decide)


async def _page(cases: Cases, reader: Reader, caller: Caller, loaded: Loaded[Team]) -> Response[TeamPage]:
    await _on_record(cases, reader, caller, "team", loaded)
    page = await team_page(cases, loaded, withheld_from(cases, caller).of(loaded.state.members))
    return Response(page, headers={"ETag": f'"{loaded.version}"'})


async def _on_record(cases: Cases, reader: Reader, caller: Caller, what: str, team: Loaded[Team]) -> None:
    """What the caller is shown is on record before they see it; where they opened it in an emergency, as that."""
    opened = caller.account in (await cases.sharing(team.id)).state.opened_by(cases.time.now())
    await reader.shown(caller, f"{what}, opened in an emergency" if opened else what, team)


async def _open_duties(cases: Cases, team: Team, now: datetime) -> list[ClockRule | DutyRule]:
    """What the child is still owed by law: to be seen, and to be out of custody, or in it by a court's order."""
    contact = (await cases.contact(team.tip)).state
    custody = (await cases.custody(team.tip)).state
    untold = (NOTIFYING,) if custody.lasts and custody.judge_knew_at is None else ()
    rules = [*((CONTACT_RULE,) if contact.duty_open else ()), *untold, *custody.open_rules]
    found = [cases.jurisdiction.rule_at(rule, now) for rule in rules]
    return [rule for rule in found if isinstance(rule, ClockRule | DutyRule)]


async def excused(cases: Cases, team: Team, reason: str, now: datetime) -> list[Change]:
    """What ends with a team: its clock, and the duty and clock of contact."""
    changes = []
    for rule in (TEAM_RULE, CONTACT_RULE):
        clock = await cases.clock(team.tip, rule, team.opening)
        events = clocks.excuse(clock.state, reason, now)
        if events:
            changes.append(Change(clock.id, clock.version, events))
    contact = await cases.contact(team.tip)
    fallen = contacts.fall_away(contact.state)
    if fallen:
        changes.append(Change(contact_of(team.tip), contact.version, fallen))
    return changes


async def met_by(cases: Cases, team: Team, events: list[Event], now: datetime) -> list[Change]:
    """The team's clock is met by its forming, or missed first if its time has come."""
    if not any(isinstance(event, TeamFormed) for event in events):
        return []
    clock = await cases.clock(team.tip, TEAM_RULE, team.opening)
    met = clocks.meet(clock.state, now, now)
    return [Change(clock_of(team.tip, TEAM_RULE, team.opening), clock.version, met)] if met else []


def _account(intent: Intent) -> UUID:
    if intent.caller.account is None:
        raise NeverAllowed
    return intent.caller.account
