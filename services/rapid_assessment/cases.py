"""Everything this service holds about one tip, and the references by which it is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from contracts.jurisdictions import Jurisdiction
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.store import EventStore, Kind, Loaded
from services.kernel.time_source import TimeSource
from services.rapid_assessment.ask import ask as asks
from services.rapid_assessment.ask.ask import Ask
from services.rapid_assessment.contact import contact as contacts
from services.rapid_assessment.contact.contact import Contact
from services.rapid_assessment.custody import custody as custodies
from services.rapid_assessment.custody.custody import Custody
from services.rapid_assessment.drill import drill as drills
from services.rapid_assessment.drill.drill import Drill, Page
from services.rapid_assessment.ladder import ladder as ladders
from services.rapid_assessment.ladder.ladder import Ladder
from services.rapid_assessment.notice import notice as notices
from services.rapid_assessment.notice.notice import Notice
from services.rapid_assessment.responder import state as responders
from services.rapid_assessment.responder.state import Proof, Responder
from services.rapid_assessment.rota import state as rotas
from services.rapid_assessment.rota.state import Rota, Telling
from services.rapid_assessment.sharing import sharing as sharings
from services.rapid_assessment.sharing.sharing import Sharing
from services.rapid_assessment.team import state as teams
from services.rapid_assessment.team.decisions import Candidate, Certificate
from services.rapid_assessment.team.state import Team

TEAM = Kind("team", Team(), teams.evolve)
CONTACT = Kind("contact", Contact(), contacts.evolve)
RESPONDER = Kind("responder", Responder(), responders.evolve)
PROOF = Kind("proof", Proof(), responders.evolve_proof)
ROTA = Kind("rota", Rota(), rotas.evolve)
TELLING = Kind("telling", Telling(), rotas.evolve_telling)
NOTICE = Kind("notice", Notice(), notices.evolve)
SHARING = Kind("sharing", Sharing(), sharings.evolve)
CUSTODY = Kind("custody", Custody(), custodies.evolve)
ASK = Kind("ask", Ask(), asks.evolve)
LADDER = Kind("ladder", Ladder(), ladders.evolve)
DRILL = Kind("drill", Drill(), drills.evolve)
DRILL_PAGE = Kind("drill_page", Page(), drills.evolve_page)

TEAM_RULE = "C06"
CONTACT_RULE = "C02"


def team_of(tip: UUID) -> UUID:
    """One team for a tip, found again without asking anyone."""
    return uuid5(tip, "team")


def contact_of(tip: UUID) -> UUID:
    """The duty to see the child, one for a tip."""
    return uuid5(tip, "contact")


def custody_of(tip: UUID) -> UUID:
    """Custody of the child, however often it was taken: one for a tip."""
    return uuid5(tip, "custody")


def sharing_of(team: UUID) -> UUID:
    """The sharing of a team, found again without asking anyone."""
    return uuid5(team, "sharing")


def ladder_of(team: UUID, seat: str) -> UUID:
    """One ladder for a seat of a team, found again without asking anyone."""
    return uuid5(team, f"ladder {seat}")


def clock_of(tip: UUID, rule: str, opening: int) -> UUID:
    """One clock for a rule and an opening of the team: a clock ends once, a second opening starts another."""
    return uuid5(tip, f"{rule} {opening}")


def candidate_of(responder: Responder) -> Candidate:
    """What a team asks about a responder. Whoever left or is suspended fills no seat, whatever was certified."""
    certificates = tuple(
        Certificate(kind=c.kind, issuer=c.issuer, valid_from=c.valid_from, valid_until=c.valid_until)
        for c in responder.credentials
        if responder.counts_for(c.kind)
    )
    return Candidate(
        account=responder.account, certificates=certificates, available=responder.available, leave=responder.leave
    )


def custody_record_of(team: Team, agency: str) -> Record:
    """What policies may know of custody: the agency that took the child, who sits on the team, who is out of it."""
    accounts = {"excluded": team.excluded, "members": team.members}
    words = {"agency": agency}
    return Record("Custody", custody_of(team.tip), accounts=accounts, words=words, in_role=team.in_role)


def record_of(team: Team, sharing: Sharing, now: datetime) -> Record:
    """What policies may know of a team: who is out of it, who sits on it, who reads it by a share that holds now."""
    accounts = {"excluded": team.excluded, "members": team.members, "opened": sharing.opened_by(now)}
    roles = {"shared": sharing.readers_at(now)}
    return Record("Team", team.team, accounts=accounts, roles=roles, in_role=team.in_role)


@dataclass(frozen=True)
class Candidates:
    """Responders as they stand now. What is decided on them is decided again if one of them leaves meanwhile."""

    responders: Sequence[Loaded[Responder]]

    @property
    def people(self) -> dict[UUID, Candidate]:
        """By their account."""
        return {each.id: candidate_of(each.state) for each in self.responders if each.state.registered}


@dataclass(frozen=True)
class Cases:
    """Loads what belongs to a tip, for routes and reactions alike."""

    store: EventStore
    gate: Gate
    jurisdiction: Jurisdiction
    time: TimeSource

    async def team(self, team: UUID) -> Loaded[Team]:
        """As it stands; version 0 when it was never opened."""
        return await self.store.load(TEAM, team)

    async def first(self, team: Loaded[Team]) -> Loaded[Team]:
        """The team that stands for the person: that of the tip this one's joined, and so on; else this one."""
        first, passed = team, set[UUID]()
        # Each joins one received earlier, so this ends; it must even where somebody's events say otherwise.
        while first.state.joined is not None and first.id not in passed:
            passed.add(first.id)
            first = await self.team(team_of(first.state.joined))
        return first

    async def visible(self, caller: Caller, action: str, team: UUID) -> Loaded[Team]:
        """Raises `NotFound` for a team that is absent or not the caller's to touch."""
        loaded = await self.team(team)
        # Asked of a team there is not, too: it must not be told from a hidden one by the time the answer takes.
        sharing = await self.sharing(team)
        if loaded.state.phase == "none":
            raise NotFound
        self.gate.require(caller, action, record_of(loaded.state, sharing.state, self.time.now()))
        return loaded

    async def sharing(self, team: UUID) -> Loaded[Sharing]:
        """Who reads the team by shares; version 0 when it never was shared."""
        return await self.store.load(SHARING, sharing_of(team))

    async def contact(self, tip: UUID) -> Loaded[Contact]:
        """The duty to see the child."""
        return await self.store.load(CONTACT, contact_of(tip))

    async def ladder(self, team: UUID, seat: str) -> Loaded[Ladder]:
        """Of a seat; version 0 where none was opened."""
        return await self.store.load(LADDER, ladder_of(team, seat))

    async def custody(self, tip: UUID) -> Loaded[Custody]:
        """Custody without an order; version 0 where the child was never taken."""
        return await self.store.load(CUSTODY, custody_of(tip))

    async def clock(self, tip: UUID, rule: str, opening: int) -> Loaded[Clock]:
        """The clock of a rule."""
        return await self.store.load(CLOCK, clock_of(tip, rule, opening))

    async def clocks(self, team: Team) -> list[Loaded[Clock]]:
        """Those of the present opening and of the custody, as far as they were started."""
        custody = (await self.custody(team.tip)).state
        named = [(TEAM_RULE, team.opening), (CONTACT_RULE, team.opening), *custody.clocks]
        found = [await self.clock(team.tip, rule, number) for rule, number in named]
        return [clock for clock in found if clock.exists]

    async def agency_of(self, account: UUID) -> str:
        """Empty for someone who is not registered as a responder."""
        return (await self.store.load(RESPONDER, account)).state.agency

    async def candidates(self, team: Team, *also: UUID) -> "Candidates":
        """Everyone who holds a seat, and those named, as far as they are registered."""
        holders = {seat.held_by for seat in team.seats.values() if seat.held_by is not None}
        return Candidates([await self.store.load(RESPONDER, account) for account in holders | set(also)])
