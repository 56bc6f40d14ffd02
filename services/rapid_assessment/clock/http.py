"""Every clock of a case explained: of its team, of contact with the child, of its custody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from contracts.events.rapid_assessment import TeamOpened
from contracts.jurisdictions.explaining import Explained, explained
from contracts.jurisdictions.ruling import RuleOn, allowed
from contracts.language import Event, Personal
from services.kernel import clock as clocks
from services.kernel.clock import Ruling
from services.kernel.http.clocks import ClockName, Numbered, ToldClock, clocks_told, shown_clocks
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader
from services.kernel.store import Change, Loaded
from services.rapid_assessment.cases import (
    CONTACT_RULE,
    TEAM_RULE,
    Cases,
    clock_of,
    custody_of,
    record_of,
    team_of,
)
from services.rapid_assessment.contact import contact as contacts
from services.rapid_assessment.contact.noticed import noticed_of
from services.rapid_assessment.custody.custody import RULES
from services.rapid_assessment.custody.events import ChildTaken, CustodyAuthorised
from services.rapid_assessment.team.decisions import refuse_unless_formed
from services.rapid_assessment.team.events import DueTimeChanged
from services.rapid_assessment.team.state import Team

BEGIN: tuple[type[Event], ...] = (TeamOpened, ChildTaken, CustodyAuthorised)
"""What a clock begins with."""


class ClockController(Controller):
    """For whoever reads the team. That they were shown it is put on record first."""

    path = "/teams"
    tags = ["Clocks"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/{team:uuid}/clocks", opt={"action": "read_team"})
    async def clocks(
        self, team: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Explained]:
        """Every clock there was: rule and law, what it began with, the arithmetic in steps, and what became of it."""
        return await _shown(cases, reader, request, team, None)

    @get("/{team:uuid}/clocks/{clock:str}", opt={"action": "read_team"})
    async def clock(
        self, team: UUID, clock: ClockName, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> Explained:
        """One of them: `C06-2` is the second of its rule, `C06` the last."""
        return (await _shown(cases, reader, request, team, clock))[0]

    @get("/of-tip/{tip:uuid}/clocks", opt={"action": "read_team"})
    async def clocks_of_tip(
        self, tip: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Explained]:
        """Those of the team of a tip."""
        return await _shown(cases, reader, request, team_of(tip), None)

    @get("/of-tip/{tip:uuid}/clocks/{clock:str}", opt={"action": "read_team"})
    async def clock_of_tip(
        self, tip: UUID, clock: ClockName, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> Explained:
        """One of them."""
        return (await _shown(cases, reader, request, team_of(tip), clock))[0]

    @post("/{team:uuid}/clocks/{clock:str}/rulings", opt={"action": "rule_on_clock"}, status_code=200)
    async def rule_on(
        self, team: UUID, clock: ClockName, data: RuleOn, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Extends, excuses or finds met, where and on what authority its rule allows it. `If-Match`: the clock's."""

        async def decide(now: datetime) -> Decided:
            stands = await cases.visible(intent.caller, "rule_on_clock", team)
            (told,) = await told_of(cases, stands, clock)
            loaded = intent.expect(told.loaded)
            rule = cases.jurisdiction.clock_rule(loaded.state.rule, version=loaded.state.rule_version)
            lawful = allowed(rule, data, now)
            if (rule.rule, data.what) == (TEAM_RULE, "found_met"):
                refuse_unless_formed(stands.state)
            paper = Personal(person=stands.state.person, text=data.document)
            ruling = Ruling(
                what=data.what, authority=data.authority, citation=lawful.citation or "", at=data.at, document=paper
            )
            events = clocks.rule_on(loaded.state, ruling, now)
            also = await _with_it(cases, stands, rule.rule, data)
            rests_on = () if any(each.stream == stands.id for each in also) else (stands,)
            return decided_on(loaded, events, now, *also, rests_on=rests_on, case=stands.case)

        return await commands.run(intent, decide)


async def _with_it(cases: Cases, team: Loaded[Team], rule: str, ruled: RuleOn) -> list[Change]:
    """The duty to see the child falls away with its clock; a team stands in time by its clock's new due time."""
    if (rule, ruled.what) == (CONTACT_RULE, "excused"):
        contact = await cases.contact(team.state.tip)
        fallen = contacts.fall_away(contact.state)
        return [Change(contact.id, contact.version, fallen)] if fallen else []
    if (rule, ruled.what) == (TEAM_RULE, "extended") and ruled.at is not None:
        return [Change(team.id, team.version, [DueTimeChanged(team=team.id, due_at=ruled.at)])]
    return []


async def _shown(
    cases: Cases, reader: Reader, request: Request[Any, Any, Any], team: UUID, name: str | None
) -> list[Explained]:
    caller = caller_of(request)
    loaded = await cases.visible(caller, "read_team", team)
    told = await told_of(cases, loaded, name)
    sharing, now = (await cases.sharing(team)).state, cases.time.now()
    papers = cases.gate.may_touch(caller, "read_contact", record_of(loaded.state, sharing, now))
    opened = caller.account in sharing.opened_by(now)
    question = "clocks of a case, opened in an emergency" if opened else "clocks of a case"
    courses = await shown_clocks(reader, caller, question, loaded, told, papers=papers)
    noticed = await noticed_of(cases, (await cases.contact(loaded.state.tip)).state)
    last = loaded.state.opening
    return [
        explained(
            cases.jurisdiction,
            course,
            each.number,
            noticed if (each.course.rule, each.number) == (CONTACT_RULE, last) else None,
        )
        for course, each in zip(courses, told, strict=True)
    ]


async def told_of(cases: Cases, loaded: Loaded[Team], name: str | None) -> list[ToldClock]:
    """Raises `NotFound` for a name that is none of its clocks."""
    tip = loaded.state.tip
    streams = (loaded.id, custody_of(tip))
    told = [each for stream in streams for each in await cases.store.happenings(stream)]
    begun = [each for each in told if isinstance(each.event, BEGIN)]
    takings = max((each.event.number for each in begun if isinstance(each.event, ChildTaken)), default=0)
    return await clocks_told(cases.store, numbered(loaded.state, takings), begun, name)


def numbered(team: Team, takings: int) -> list[Numbered]:
    """Every clock there may have been: of each opening of the team, and of each time the child was taken."""
    of_openings = [(rule, each) for each in range(1, team.opening + 1) for rule in (TEAM_RULE, CONTACT_RULE)]
    of_takings = [(rule, each) for each in range(1, takings + 1) for rule in RULES]
    return [Numbered(rule, each, clock_of(team.tip, rule, each)) for rule, each in (*of_openings, *of_takings)]
