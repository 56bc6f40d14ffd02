"""Custody of the child without an order, over HTTP: taken, judge told, authorised, written up, heard, released."""

from datetime import datetime
from functools import partial, reduce
from typing import Annotated, Protocol
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from contracts.language import Event, InvalidValue
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.http.problems import Stale
from services.kernel.store import Loaded
from services.rapid_assessment.cases import Cases, custody_record_of
from services.rapid_assessment.custody import custody as custodies
from services.rapid_assessment.custody.clocks import clocks_after
from services.rapid_assessment.custody.custody import Custody, Form, How, Order, Taking, To
from services.rapid_assessment.team.state import Team

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Decide(Protocol):
    """A step of the custody, decided on it as it stands."""

    def __call__(self, custody: Custody, *, now: datetime) -> list[Event]: ...


class Take(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the child was taken, and the county where it is kept. `agency` left out is your own; `place` is sealed."""

    taken_at: Moment
    county: str
    agency: str | None = None
    place: Words | None = None


class Notified(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and how the judge or designee was told; `whom` is sealed."""

    notified_at: Moment
    how: How
    whom: Words | None = None


class Authorised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and in which form; `by` is sealed."""

    authorised_at: Moment
    form: Form
    by: Words | None = None


class WrittenUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the oral order was written."""

    written_at: Moment


class Held(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the hearing gave its order, and which."""

    held_at: Moment
    order: Order


class Released(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the child was released and to whom; `whom` is sealed."""

    released_at: Moment
    to: To
    whom: Words | None = None


class CustodyController(Controller):
    """Under a team's path; `If-Match` is the custody's version, `custody_version` on the team's page (0 before any)."""

    path = "/teams/{team:uuid}/custody"
    tags = ["Custody of the child"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/taken", opt={"action": "record_custody"}, status_code=200)
    async def taken(self, team: UUID, data: Take, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """A child was taken without an order. Its clock starts then: authorised or released within 24 hours."""

        async def decide(now: datetime) -> Decided:
            agency = intent.caller.agency if data.agency is None else data.agency
            stands, loaded = await _custody(cases, intent, team, agency)
            taking = _taking(cases, stands.state, data, agency)
            events = custodies.take(loaded.state, taking, now)
            return await _decided(cases, intent, stands, loaded, events, data.taken_at, now)

        return await commands.run(intent, decide)

    @post("/judge-notified", opt={"action": "record_custody"}, status_code=200)
    async def notified(
        self, team: UUID, data: Notified, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The judge or designee was told (C20)."""
        decide = partial(custodies.notify, notified_at=data.notified_at, how=data.how, whom=data.whom)
        return await _run(intent, commands, cases, team, decide, data.notified_at)

    @post("/authorised", opt={"action": "record_custody"}, status_code=200)
    async def authorised(
        self, team: UUID, data: Authorised, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The judge or designee authorised it. The time to the hearing runs, and for an oral order that to write it."""
        decide = partial(custodies.authorise, authorised_at=data.authorised_at, form=data.form, by=data.by)
        return await _run(intent, commands, cases, team, decide, data.authorised_at)

    @post("/written-order", opt={"action": "record_custody"}, status_code=200)
    async def written(
        self, team: UUID, data: WrittenUp, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The oral order was written up, also after the child was released."""
        decide = partial(custodies.write_up, written_at=data.written_at)
        return await _run(intent, commands, cases, team, decide, data.written_at)

    @post("/hearing", opt={"action": "record_custody"}, status_code=200)
    async def heard(self, team: UUID, data: Held, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """The shelter or detention hearing gave its order."""
        decide = partial(custodies.hear, held_at=data.held_at, order=data.order)
        return await _run(intent, commands, cases, team, decide, data.held_at)

    @post("/release", opt={"action": "record_custody"}, status_code=200)
    async def released(
        self, team: UUID, data: Released, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The child is in custody no more."""
        decide = partial(custodies.release, released_at=data.released_at, to=data.to, whom=data.whom)
        return await _run(intent, commands, cases, team, decide, data.released_at)


async def _run(
    intent: Intent, commands: Commands, cases: Cases, team: UUID, decide: Decide, happened_at: datetime
) -> Response[Done]:
    async def decide_now(now: datetime) -> Decided:
        stands, loaded = await _custody(cases, intent, team, None)
        return await _decided(cases, intent, stands, loaded, decide(loaded.state, now=now), happened_at, now)

    return await commands.run(intent, decide_now)


async def _custody(
    cases: Cases, intent: Intent, team: UUID, agency: str | None
) -> tuple[Loaded[Team], Loaded[Custody]]:
    """Both as they stand, for a caller who may record it of this agency: the one on record, where none is given.

    Raises `NotFound`, `Malformed`, `Stale`.
    """
    stands = await cases.visible(intent.caller, "read_team", team)
    loaded = await cases.custody(stands.state.tip)
    of_agency = loaded.state.agency if agency is None else agency
    cases.gate.require(intent.caller, "record_custody", custody_record_of(stands.state, of_agency))
    if loaded.exists or agency is None:
        return stands, intent.expect(loaded)
    if intent.expected not in {None, 0}:
        raise Stale
    return stands, loaded


def _taking(cases: Cases, team: Team, data: Take, agency: str) -> Taking:
    """Raises `InvalidValue` for a county or an agency that is not on file."""
    if data.county not in cases.jurisdiction.counties:
        raise InvalidValue("county", "There is no county of this name. Choose one of the list.")
    if agency not in cases.jurisdiction.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list.")
    return Taking(
        tip=team.tip,
        person=team.person,
        case_stands=team.phase in {"open", "formed"},
        taken_at=data.taken_at,
        agency=agency,
        county=data.county,
        place=data.place,
    )


async def _decided(
    cases: Cases,
    intent: Intent,
    stands: Loaded[Team],
    loaded: Loaded[Custody],
    events: list[Event],
    happened_at: datetime,
    now: datetime,
) -> Decided:
    """With what follows for the clocks. Rests on the team: who is of it may change meanwhile."""
    after, cause = reduce(custodies.evolve, events, loaded.state), intent.command_id
    also = [change for event in events for change in await clocks_after(cases, after, event, cause, now)]
    return decided_on(loaded, events, happened_at, *also, rests_on=(stands,), case=stands.case)
